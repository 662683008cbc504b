/** An arrow that turns back to a point: a revision that was good. */
export function LogoMark({ size }: { size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      style={{ flexShrink: 0 }}
    >
      <path
        d="M8.5 10.5A10 10 0 1 1 6 17"
        stroke="#7df3e1"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="M8 4.5v6.5h6.5"
        stroke="#7df3e1"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="17" r="3.5" fill="#fff" />
    </svg>
  );
}
