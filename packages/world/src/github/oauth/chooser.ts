import { type Response } from 'express';
import { type Content, html } from '../html/html';
import { page } from '../html/layout';
import { type Account } from '../state/model';
import { type GitHubState } from '../state/state';
import { scopeWords } from './scopes';

/** What the page of people to choose from is made of. */
export interface Choice {
  /** Where the chosen login is posted, together with `fields`. */
  action: string;
  fields: Record<string, string>;
  /** Login of who comes first: who is signed in already. */
  first: string | undefined;
  /** The app that asks, if any. */
  app?: {
    name: string;
    scopes: readonly string[];
    /** What `first` has granted it before. */
    granted: ReadonlySet<string>;
    /** Where saying no leads. */
    cancel: string;
  };
}

/** Sends the page on which people say who they are. One click on a name is everything. */
export function choose(
  state: GitHubState,
  response: Response,
  choice: Choice,
): void {
  const { app } = choice;
  const everybody = state.accounts.people();
  const first = everybody.find(({ login }) => login === choice.first);
  const people = [
    ...(first ? [first] : []),
    ...everybody.filter(person => person !== first),
  ];
  response.type('html').send(
    page(
      { title: 'Sign in', narrow: true },
      html`<h1>Sign in to the simulated GitHub</h1>
        ${app && asked(app)}
        <p class="muted">Choose who you are. There are no passwords here.</p>
        ${people.map(person => button(choice, person, person === first))}
        ${app && html`<p><a href="${app.cancel}">Cancel</a></p>`}`,
    ).text,
  );
}

function asked(app: NonNullable<Choice['app']>): Content {
  return html`<p><strong>${app.name}</strong> wants to:</p>
    <ul aria-label="Permissions">
      ${app.scopes.length === 0 && html`<li>Know who you are</li>`}
      ${app.scopes.map(
        scope => html`<li>
          ${scopeWords(scope)} <code>${scope}</code>
          ${app.granted.has(scope) &&
          html`<span class="muted">(granted before)</span>`}
        </li>`,
      )}
    </ul>`;
}

function button(choice: Choice, person: Account, isFirst: boolean): Content {
  const fields = { ...choice.fields, login: person.login };
  return html`<form method="post" action="${choice.action}">
    ${Object.entries(fields).map(
      ([name, value]) =>
        html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    <button type="submit" class="person">
      <img src="/avatars/${person.id}.svg" alt="" />
      <span
        ><strong>${person.name}</strong>
        <span class="muted"
          >${person.role} · @${person.login}${isFirst && ' · signed in'}</span
        ></span
      >
    </button>
  </form>`;
}
