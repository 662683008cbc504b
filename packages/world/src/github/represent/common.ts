/** Time as GitHub writes it: whole seconds, UTC. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A time, or null where the wire format wants one. */
export function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : time(at);
}

/** An opaque global id. */
export function nodeId(type: string, id: number | string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** A path for a URL: slashes stay, the rest is escaped. */
export function urlPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
