import { type Content, escape, Html, html } from './html';

/** Shows the Markdown people use in issues: headings, lists, tables, code, emphasis, links. */
export function markdown(source: string): Html {
  const lines = withoutComments(source.replace(/\r\n/g, '\n')).split('\n');
  const out: Html[] = [];
  let index = 0;
  const take = (matches: (line: string) => boolean) => {
    const start = index;
    while (index < lines.length && matches(lines[index])) {
      index += 1;
    }
    return lines.slice(start, index);
  };
  while (index < lines.length) {
    const line = lines[index];
    const fence = /^```(\w*)/.exec(line);
    const heading = /^(#{1,6}) +(.+)$/.exec(line);
    if (fence) {
      index += 1;
      const code = take(text => !text.startsWith('```'));
      index += 1;
      out.push(
        fence[1] === 'diff'
          ? diff(code)
          : html`<pre><code>${code.join('\n')}</code></pre>`,
      );
    } else if (heading) {
      index += 1;
      // The page has a heading of its own above.
      const level = Math.min(6, heading[1].length + 1);
      out.push(new Html(`<h${level}>${inline(heading[2]).text}</h${level}>`));
    } else if (/^ *(---+|\*\*\*+) *$/.test(line)) {
      index += 1;
      out.push(html`<hr />`);
    } else if (isItem(line)) {
      out.push(
        html`<ul>
          ${take(isItem).map(item)}
        </ul>`,
      );
    } else if (isRow(line) && /^[\s|:-]+$/.test(lines[index + 1] ?? '')) {
      out.push(table(take(isRow)));
    } else if (line.startsWith('>')) {
      const quoted = take(text => text.startsWith('>'));
      out.push(
        html`<blockquote>
          ${markdown(
            quoted.map(text => text.replace(/^(> ?)+/, '')).join('\n'),
          )}
        </blockquote>`,
      );
    } else if (line.trim() === '') {
      index += 1;
    } else {
      const paragraph = take(text => text.trim() !== '' && !isBlock(text));
      if (paragraph.length === 0) {
        paragraph.push(line);
        index += 1;
      }
      out.push(
        html`<p>
          ${paragraph.map((text, at) => [at > 0 && html`<br />`, inline(text)])}
        </p>`,
      );
    }
  }
  return html`${out}`;
}

/** HTML comments carry marks for programs; like GitHub, nobody is shown them outside of code. */
function withoutComments(source: string): string {
  return source
    .split(/(^```[^]*?^```)/m)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replace(/<!--[^]*?-->/g, ''),
    )
    .join('');
}

function isItem(line: string): boolean {
  return /^\s*([-*]|\d+\.) +/.test(line);
}

function isRow(line: string): boolean {
  return /^\s*\|.*\|\s*$/.test(line);
}

function isBlock(line: string): boolean {
  return /^(```|#{1,6} |>|---+\s*$)/.test(line) || isItem(line) || isRow(line);
}

function item(line: string): Html {
  const text = line.replace(/^\s*([-*]|\d+\.) +/, '');
  const box = /^\[([ xX])\] +(.*)$/.exec(text);
  return box
    ? html`<li class="task">
        ${box[1] === ' ' ? '☐ ' : '☑ '}${inline(box[2])}
      </li>`
    : html`<li>${inline(text)}</li>`;
}

function table(rows: string[]): Html {
  const cells = (row: string) =>
    row
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map(cell => inline(cell.trim().replace(/\\\|/g, '|')));
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${cells(rows[0]).map(cell => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.slice(2).map(
          row =>
            html`<tr>
              ${cells(row).map(cell => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Code first, so that nothing inside it is read as something else. */
function inline(text: string): Html {
  return new Html(
    text
      .split(/(`[^`]+`)/)
      .map(part =>
        part.startsWith('`') && part.length > 2
          ? `<code>${escape(part.slice(1, -1))}</code>`
          : escape(part)
              .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
              .replace(/(^|[\s(])_([^_]+)_(?=[\s).,]|$)/g, '$1<em>$2</em>')
              .replace(
                /\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g,
                '<a href="$2">$1</a>',
              )
              .replace(
                /(^|[\s(])(https?:\/\/[^\s<)]+)/g,
                '$1<a href="$2">$2</a>',
              ),
      )
      .join(''),
  );
}

/** A diff with its lines told apart by colour and by their sign. */
export function diff(lines: readonly string[]): Html {
  const kind = (line: string): Content => {
    const text = `${line}\n`;
    if (line.startsWith('@@')) {
      return html`<span class="hunk">${text}</span>`;
    }
    if (line.startsWith('+')) {
      return html`<ins>${text}</ins>`;
    }
    return line.startsWith('-') ? html`<del>${text}</del>` : text;
  };
  return html`<pre class="diff"><code>${lines.map(kind)}</code></pre>`;
}
