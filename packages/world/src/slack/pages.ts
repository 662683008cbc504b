import { Router } from 'express';
import { html, Html, type Content } from '../github/html/html';
import { attachmentsOf, blocksOf, type SlackBlock } from './content';
import { mrkdwn } from './mrkdwn';
import { labelOf, SLACK_BOT, type Slack } from './slack';
import type { SlackChannel, SlackMessage, SlackUser } from './types';

const STYLE = `
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --muted: #57606a; --link: #0550ae; --mention: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #161b22; --muted: #9198a1; --link: #79c0ff; --mention: #4a3f16; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 14rem 1fr; min-height: 100vh; }
nav { background: var(--soft); border-right: 1px solid var(--line); padding: 1rem; }
nav ul { list-style: none; margin: .5rem 0; padding: 0; } nav a { display: block; padding: .2rem .5rem; border-radius: 6px; text-decoration: none; color: inherit; }
nav a[aria-current] { background: var(--link); color: Canvas; }
main { padding: 1rem 1.5rem 4rem; max-width: 52rem; } h1 { font-size: 1.3rem; margin: 0; } .muted { color: var(--muted); font-size: .9em; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
ol { list-style: none; margin: 1rem 0; padding: 0; } ol > li { padding: .6rem 0; border-top: 1px solid var(--line); }
.attachment { border-left: 4px solid var(--line); padding: .1rem .8rem; margin: .4rem 0; } p { margin: .25rem 0; } .mention { background: var(--mention); border-radius: 3px; padding: 0 .15em; }
.button { display: inline-block; border: 1px solid var(--line); border-radius: 6px; padding: .15rem .7rem; margin: .3rem 0; text-decoration: none; }
code { font: 13px/1.45 ui-monospace, monospace; background: var(--soft); padding: 0 .2rem; }
@media (max-width: 40rem) { body { display: block; } nav { border-right: 0; } }
`;

/** The pages on which people read the workspace, to be mounted at `/slack`. */
export function createSlackPages(slack: Slack): Router {
  const router = Router();
  router.get(['/', '/:id'], (request, response, next) => {
    const channels = slack.channels();
    const { id } = request.params;
    const shown =
      id === undefined ? channels[0] : channels.find(other => other.id === id);
    if (shown) {
      response.type('html').send(page(slack, shown).text);
    } else {
      next();
    }
  });
  return router;
}

function page(slack: Slack, shown: SlackChannel): Html {
  const { messages } = shown;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${labelOf(shown)} · Simulated Slack</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <nav aria-label="Channels">
          <strong>Simulated Slack</strong>
          <div class="muted">${slack.team.name}</div>
          <ul>
            ${slack.channels().map(channel => navItem(channel, shown))}
          </ul>
        </nav>
        <main>
          <h1>${labelOf(shown)}</h1>
          <div class="muted">${shown.topic}</div>
          ${messages.length === 0
            ? html`<p>Nobody has written here yet.</p>`
            : html`<ol aria-label="Messages">
                ${messages.map(message => item(message, slack.users()))}
              </ol>`}
        </main>
      </body>
    </html>`;
}

function navItem(channel: SlackChannel, shown: SlackChannel): Content {
  const current = channel === shown && new Html(' aria-current="page"');
  const count = channel.messages.length;
  return html`<li>
    <a href="/slack/${channel.id}" ${current}
      >${labelOf(channel)} ${count > 0 && `(${count})`}</a
    >
  </li>`;
}

function item(message: SlackMessage, users: readonly SlackUser[]): Content {
  const at = new Date(message.at).toISOString();
  return html`<li id="m${message.ts}">
    <div>
      <strong>${message.username ?? SLACK_BOT.name}</strong>
      <span class="muted"
        >APP
        <time datetime="${at}">${at.slice(0, 19).replace('T', ' ')}</time>
        ${message.edits > 0 && '(edited)'}</span
      >
    </div>
    <div>${mrkdwn(message.text, users)}</div>
    ${blocksOf(message.blocks).map(part => block(part, users))}
    ${attachmentsOf(message.attachments).map(
      attachment =>
        html`<div class="attachment" style="${colourOf(attachment.color)}">
          ${attachment.text && html`<p>${mrkdwn(attachment.text, users)}</p>`}
          ${attachment.blocks?.map(part => block(part, users))}
        </div>`,
    )}
  </li>`;
}

function block(part: SlackBlock, users: readonly SlackUser[]): Content {
  const { text, elements, accessory } = part;
  return [
    text && html`<p>${sayable(text, users)}</p>`,
    elements &&
      html`<p class="muted">
        ${elements.map(element => html`${sayable(element, users)}<br />`)}
      </p>`,
    accessory?.type === 'button' && button(accessory),
  ];
}

function sayable(
  value: { type: string; text?: unknown },
  users: readonly SlackUser[],
): Content {
  if (typeof value.text !== 'string') {
    return undefined;
  }
  return value.type === 'mrkdwn' ? mrkdwn(value.text, users) : value.text;
}

function button({ url, text }: { url?: string; text?: unknown }): Content {
  const label = typeof text === 'object' && text && 'text' in text && text.text;
  return url !== undefined && /^https?:\/\//.test(url)
    ? html`<a class="button" href="${url}"
        >${typeof label === 'string' ? label : 'Open'}</a
      >`
    : undefined;
}

function colourOf(colour: string | undefined): string {
  return colour !== undefined && /^#?[0-9a-f]{6}$/i.test(colour)
    ? `border-color: #${colour.replace('#', '')}`
    : '';
}
