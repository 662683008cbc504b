import { type Account } from '../state/model';
import { type Content, Html, html } from './html';

const STYLE = `
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --muted: #57606a; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700; --link: #0550ae; --done: #8250df; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #161b22; --muted: #9198a1; --good: #3fb950; --bad: #ff7b72; --wait: #d29922; --link: #79c0ff; --done: #d2a8ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
header.top { display: flex; gap: 1rem; align-items: center; padding: .6rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--soft); }
header.top > :last-child { margin-left: auto; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.2rem 4rem; }
main.narrow { max-width: 30rem; }
a { color: var(--link); } h1 { font-size: 1.5rem; line-height: 1.25; margin: .6rem 0; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
.muted { color: var(--muted); } .good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--wait); } .done { color: var(--done); }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 2em; padding: 0 .6em; font-size: .85em; font-weight: 600; }
.box { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; margin: .6rem 0; }
ul.plain { list-style: none; padding: 0; margin: 0; } ul.plain > li { padding: .45rem 0; border-bottom: 1px solid var(--line); }
code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { overflow: auto; padding: .7rem; background: var(--soft); border-radius: 6px; }
pre ins { text-decoration: none; color: var(--good); } pre del { text-decoration: none; color: var(--bad); } pre .hunk { color: var(--muted); }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; } .scroll { overflow-x: auto; }
button { font: inherit; padding: .45rem .9rem; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); color: inherit; cursor: pointer; }
button:hover { border-color: currentColor; } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
button.person { display: flex; gap: .8rem; align-items: center; width: 100%; text-align: left; margin: .5rem 0; } button.person img { width: 2.4rem; height: 2.4rem; border-radius: 50%; } button.person span span { display: block; }
textarea { width: 100%; font: inherit; } form.inline { display: inline; } .actions { display: flex; flex-wrap: wrap; gap: .6rem; }
.notice { border-left: 4px solid var(--bad); padding: .4rem .8rem; background: var(--soft); }
`;

export interface PageOptions {
  title: string;
  viewer?: Account;
  /** Where signing in returns to. */
  returnTo?: string;
  narrow?: boolean;
}

/** A page of the simulated GitHub. */
export function page(options: PageOptions, ...content: Content[]): Html {
  const { viewer } = options;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${options.title} · Simulated GitHub</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header class="top">
          <strong>Simulated GitHub</strong>
          ${account(options, viewer)}
        </header>
        <main class="${options.narrow ? 'narrow' : ''}">${content}</main>
      </body>
    </html>`;
}

function account(options: PageOptions, viewer: Account | undefined): Content {
  if (viewer) {
    return html`<form class="inline" method="post" action="/logout">
      <input
        type="hidden"
        name="return_to"
        value="${options.returnTo ?? '/'}"
      />
      Signed in as <strong>${viewer.name}</strong>
      <button type="submit">Sign out</button>
    </form>`;
  }
  return options.returnTo === undefined
    ? html`<span></span>`
    : html`<a href="/login?return_to=${encodeURIComponent(options.returnTo)}"
        >Sign in</a
      >`;
}
