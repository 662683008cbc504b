/** An arrow that turns back to a point: a revision that was good. */
export function OperatorIcon() {
  return (
    <svg
      width="1em"
      height="1em"
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M8.5 10.5A10 10 0 1 1 6 17" />
      <path d="M8 4.5v6.5h6.5" />
      <circle cx="16" cy="17" r="3.5" fill="currentColor" stroke="none" />
    </svg>
  );
}
