/** A text no longer than `limit` characters; what is cut off shows as `…`. */
export function shorten(text: string, limit: number): string {
  return text.length > limit
    ? // Half of a surrogate pair would not survive on its way.
      `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
    : text;
}
