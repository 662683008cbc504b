import { createHash } from 'node:crypto';

/** Seconds-precise RFC 3339, as Kubernetes and Argo CD write times. */
export function rfc3339(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000)
    .toISOString()
    .replace('.000Z', 'Z');
}

/** A UUID that is always the same for the same words. */
export function stableUid(...words: string[]): string {
  const hex = digest(words);
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Letters Kubernetes uses in generated names: no vowels, so no words. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A generated-name suffix that is always the same for the same words. */
export function stableSuffix(length: number, ...words: string[]): string {
  const bytes = createHash('sha256').update(words.join('\0')).digest();
  return Array.from(
    { length },
    (_, index) => ALPHABET[bytes[index] % ALPHABET.length],
  ).join('');
}

function digest(words: string[]): string {
  return createHash('sha256').update(words.join('\0')).digest('hex');
}
