const MAX_INLINE = 200;

/**
 * Foreign text as inline code: commit messages and names must not ping people,
 * close issues or break the layout of what we write.
 */
export function inlineCode(text: string): string {
  const line = text.split(/\r?\n/, 1)[0].trim();
  const cut =
    line.length > MAX_INLINE ? `${line.slice(0, MAX_INLINE - 1)}…` : line;
  const inner = cut.replace(/`/g, "'");
  return inner === '' ? '(empty)' : `\`${inner}\``;
}

/** A fenced block that its content cannot end. */
export function fenced(language: string, content: string): string {
  const longest = Math.max(
    2,
    ...(content.match(/`+/g) ?? []).map(run => run.length),
  );
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content}${
    content.endsWith('\n') ? '' : '\n'
  }${fence}`;
}

/** One cell of a table: a pipe or a line break would end it. */
export function cell(text: string): string {
  return text
    .replace(/\|/g, '\\|')
    .replace(/\r?\n/g, ' ')
    .replace(/@/g, '@\u200b');
}
