import { ChainedRow } from '../../persistence';

/** Whether the text can stand in a line as it is: one JSON object, and no line break. */
function isOneLine(text: string): boolean {
  if (/[\n\r]/.test(text)) {
    return false;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * One line of an export. `record` is exactly the stored text, which the hash was
 * made of. What was tampered with until it is no JSON object any more cannot
 * stand there: its line has the text as a string, `text`.
 */
export function exportLine({ seq, prevHash, hash, text }: ChainedRow): string {
  const body = isOneLine(text)
    ? `"record":${text}`
    : `"text":${JSON.stringify(text)}`;
  return `{"seq":${seq},"prevHash":${JSON.stringify(
    prevHash,
  )},"hash":${JSON.stringify(hash)},${body}}\n`;
}
