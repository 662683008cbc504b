import { html, Html, type Content } from '../github/html/html';
import type { SlackUser } from './types';

/** `<...>`, `*bold*`, `_italic_`, `` `code` `` and line ends, whichever comes first. */
const MARK =
  /<([^<>\n]{1,3000})>|`([^`\n]+)`|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|\n/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

/** Slack's own markup as HTML; whatever else is in it is shown as text. */
export function mrkdwn(text: string, users: readonly SlackUser[]): Content {
  const parts: Content[] = [];
  let end = 0;
  for (const match of text.matchAll(MARK)) {
    parts.push(plain(text.slice(end, match.index)), mark(match, users));
    end = match.index + match[0].length;
  }
  return [...parts, plain(text.slice(end))];
}

function mark(
  [whole, reference, code, bold, italic]: RegExpMatchArray,
  users: readonly SlackUser[],
): Content {
  if (reference !== undefined) {
    return referenceOf(reference, users);
  }
  if (code !== undefined) {
    return html`<code>${plain(code)}</code>`;
  }
  if (bold !== undefined) {
    return html`<strong>${plain(bold)}</strong>`;
  }
  return italic !== undefined
    ? html`<em>${plain(italic)}</em>`
    : new Html(whole === '\n' ? '<br>' : '');
}

/** What stands between `<` and `>`: a person, a group, or an address. */
function referenceOf(text: string, users: readonly SlackUser[]): Content {
  const [target, ...labels] = text.split('|');
  const label = labels.join('|');
  if (target.startsWith('@')) {
    const user = users.find(({ id }) => id === target.slice(1));
    return html`<span class="mention">@${user?.name ?? target.slice(1)}</span>`;
  }
  if (target.startsWith('!')) {
    return html`<span class="mention">${label || `@${target.slice(1)}`}</span>`;
  }
  return /^https?:\/\//.test(target)
    ? html`<a href="${plain(target)}">${plain(label || target)}</a>`
    : plain(`<${text}>`);
}

/** Undoes the three escapes that writers of messages make. */
function plain(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, entity => ENTITIES[entity]);
}
