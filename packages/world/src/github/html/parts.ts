import { type Commit, type FileDiff } from '../../git';
import { time, urlPath } from '../represent/common';
import { type CheckRun, type Issue } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Content, type Html, html } from './html';
import { diff } from './markdown';

export function moment(at: number): Html {
  return html`<time datetime="${time(at)}"
    >${new Date(at).toUTCString().slice(5, 22)} UTC</time
  >`;
}

export function person(state: GitHubState, login: string): Html {
  return html`<a href="/${login}"
    >${state.accounts.get(login)?.name ?? login}</a
  >`;
}

export function repositoryNav(repository: RepositoryState): Html {
  const base = `/${repository.fullName}`;
  return html`<nav aria-label="Repository" class="actions">
    <a href="/${repository.owner}">${repository.owner}</a>
    <a href="${base}"><strong>${repository.name}</strong></a>
    <a href="${base}/commits/${urlPath(repository.defaultBranch)}">Commits</a>
    <a href="${base}/pulls">Pull requests</a>
    <a href="${base}/issues">Issues</a>
  </nav>`;
}

export function stateBadge(issue: Issue): Html {
  if (issue.pull?.mergedAt !== undefined) {
    return html`<span class="badge done">Merged</span>`;
  }
  return issue.state === 'open'
    ? html`<span class="badge good">Open</span>`
    : html`<span class="badge bad">Closed</span>`;
}

export function labels(names: readonly string[]): Content {
  return names.map(name => html`<span class="badge muted">${name}</span> `);
}

export function checkMark(run: CheckRun): Html {
  if (run.status !== 'completed') {
    return html`<span class="wait"
      >● ${run.status === 'queued' ? 'Queued' : 'In progress'}</span
    >`;
  }
  return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '')
    ? html`<span class="good">✔ ${run.conclusion ?? ''}</span>`
    : html`<span class="bad">✘ ${run.conclusion ?? ''}</span>`;
}

export function checks(runs: readonly CheckRun[]): Html {
  return runs.length === 0
    ? html`<p class="muted">No checks ran for this commit.</p>`
    : html`<ul class="plain" aria-label="Checks">
        ${runs.map(
          run =>
            html`<li id="check-${run.id}">
              ${checkMark(run)} <strong>${run.name}</strong>
              <span class="muted">${run.summary}</span>
            </li>`,
        )}
      </ul>`;
}

export function commitLine(repository: RepositoryState, commit: Commit): Html {
  const runs = repository.latestChecks(commit.sha);
  const bad = runs.some(
    run => run.status === 'completed' && run.conclusion !== 'success',
  );
  const open = runs.some(run => run.status !== 'completed');
  let mark: Content =
    runs.length > 0 && html`<span class="good" title="Checks passed">✔</span>`;
  if (bad) {
    mark = html`<span class="bad" title="Checks failed">✘</span>`;
  } else if (open) {
    mark = html`<span class="wait" title="Checks running">●</span>`;
  }
  return html`<li>
    <a href="/${repository.fullName}/commit/${commit.sha}"
      >${commit.message.split('\n')[0]}</a
    >
    ${mark}
    <div class="muted">
      <code>${commit.sha.slice(0, 7)}</code> · ${commit.author.name} ·
      ${moment(commit.committer.date)}
    </div>
  </li>`;
}

export function files(changed: readonly FileDiff[]): Html {
  return html`${changed.map(
    file => html`<section class="box" aria-label="${file.path}">
      <strong
        ><code
          >${file.previousPath !== undefined &&
          `${file.previousPath} → `}${file.path}</code
        ></strong
      >
      <span class="muted">${file.status}</span>
      <span class="good">+${file.additions}</span>
      <span class="bad">-${file.deletions}</span>
      ${file.patch === undefined
        ? html`<p class="muted">No text to show.</p>`
        : diff(file.patch.split('\n'))}
    </section>`,
  )}`;
}
