/** A comment that GitHub does not show, by which a text of ours is found again. */
function hidden(marker: string): string {
  return `<!-- ${marker.replace(/--+/g, '-')} -->`;
}

export function withMarker(text: string, marker: string): string {
  return `${text}\n\n${hidden(marker)}`;
}

export function hasMarker(
  text: string | null | undefined,
  marker: string,
): boolean {
  return text?.includes(hidden(marker)) ?? false;
}
