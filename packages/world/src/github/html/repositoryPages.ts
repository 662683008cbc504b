import { type Request } from 'express';
import { urlPath } from '../represent/common';
import { type Account } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import { type Html, html } from './html';
import { page } from './layout';
import { markdown } from './markdown';
import {
  checks,
  commitLine,
  files,
  labels,
  moment,
  person,
  repositoryNav,
  stateBadge,
} from './parts';

/** What a page is made from. */
export interface PageCall {
  state: GitHubState;
  repository: RepositoryState;
  viewer: Account | undefined;
  request: Request;
  /** For forms; see Sessions. */
  formToken: string;
}

/** A page, plain text, or undefined when there is nothing at that address. */
export type PageResult = Html | { text: string } | undefined;

/** A page of a repository. */
export function frame(call: PageCall, title: string, body: Html): Html {
  return page(
    {
      title: `${title} · ${call.repository.fullName}`,
      viewer: call.viewer,
      returnTo: call.request.originalUrl,
    },
    repositoryNav(call.repository),
    body,
  );
}

const COMMITS_SHOWN = 50;

export async function repositoryPage(call: PageCall): Promise<PageResult> {
  const { repository, state } = call;
  const commits = await repository.git.log(repository.defaultBranch, {
    max: COMMITS_SHOWN,
  });
  const branches = await repository.git.listRefs('refs/heads/');
  const readme = await repository.git.readFile(
    repository.defaultBranch,
    'README.md',
  );
  return frame(
    call,
    repository.name,
    html`<h1>${repository.fullName}</h1>
      <p>${repository.description}</p>
      <p><code>git clone ${state.htmlUrl}/${repository.fullName}.git</code></p>
      <h2>Branches</h2>
      <ul>
        ${branches.map(({ ref }) => {
          const name = ref.slice('refs/heads/'.length);
          return html`<li>
            <a href="/${repository.fullName}/tree/${urlPath(name)}">${name}</a>
            ${repository.protection.has(name) &&
            html`<span class="badge muted">protected</span>`}
          </li>`;
        })}
      </ul>
      ${readme &&
      html`<section class="box">${markdown(readme.toString('utf8'))}</section>`}
      <h2>Commits on ${repository.defaultBranch}</h2>
      <ul class="plain">
        ${commits.map(commit => commitLine(repository, commit))}
      </ul>`,
  );
}

export async function commitsPage(call: PageCall): Promise<PageResult> {
  const rev = call.request.params[0] ?? call.repository.defaultBranch;
  const commits = await call.repository.git.log(rev, { max: 100 });
  return commits.length === 0
    ? undefined
    : frame(
        call,
        `Commits on ${rev}`,
        html`<h1>Commits on ${rev}</h1>
          <ul class="plain">
            ${commits.map(commit => commitLine(call.repository, commit))}
          </ul>`,
      );
}

export async function commitPage(call: PageCall): Promise<PageResult> {
  const { repository } = call;
  const asked = call.request.params.sha;
  const [, rev, suffix] = /^(.+?)(\.diff|\.patch)?$/.exec(asked) ?? [];
  const sha = await repository.git.resolve(rev ?? '');
  const commit = sha && (await repository.git.commit(sha));
  if (!commit) {
    return undefined;
  }
  const changed = await repository.git.diff(commit.parents[0], commit.sha);
  if (suffix) {
    return { text: plainDiff(changed) };
  }
  const [headline, ...rest] = commit.message.split('\n');
  return frame(
    call,
    headline,
    html`<h1>${headline}</h1>
      ${rest.join('\n').trim() !== '' &&
      html`<pre>${rest.join('\n').trim()}</pre>`}
      <p class="muted">
        ${commit.author.name} committed on ${moment(commit.committer.date)} ·
        <code>${commit.sha}</code>
      </p>
      ${repository.pullsOf(commit.sha).map(
        pull =>
          html`<p>
            Pull request
            <a href="/${repository.fullName}/pull/${pull.number}"
              >#${pull.number} ${pull.title}</a
            >
          </p>`,
      )}
      <p>
        Parents:
        ${commit.parents.map(
          parent =>
            html`<a href="/${repository.fullName}/commit/${parent}"
              ><code>${parent.slice(0, 7)}</code></a
            > `,
        )}
      </p>
      <h2>Checks</h2>
      ${checks(repository.latestChecks(commit.sha))}
      <h2>Changes</h2>
      ${files(changed)}`,
  );
}

/** A diff as text, for `.diff` addresses. */
export function plainDiff(
  changed: Array<{
    path: string;
    previousPath: string | undefined;
    patch: string | undefined;
  }>,
): string {
  return changed
    .map(
      file =>
        `diff --git a/${file.previousPath ?? file.path} b/${file.path}\n--- a/${
          file.previousPath ?? file.path
        }\n+++ b/${file.path}\n${file.patch ?? ''}\n`,
    )
    .join('');
}

export async function comparePage(call: PageCall): Promise<PageResult> {
  const { repository } = call;
  const match = /^(.+?)\.\.\.?(.+)$/.exec(call.request.params[0] ?? '');
  const [base, head] = match
    ? await Promise.all(
        [match[1], match[2]].map(rev => repository.git.resolve(rev)),
      )
    : [];
  const comparison =
    base && head ? await repository.git.compare(base, head) : undefined;
  if (!match || !comparison) {
    return undefined;
  }
  return frame(
    call,
    `Compare ${match[1]} with ${match[2]}`,
    html`<h1>Compare <code>${match[1]}</code> with <code>${match[2]}</code></h1>
      <p class="muted">
        ${comparison.aheadBy} ahead, ${comparison.behindBy} behind
      </p>
      <ul class="plain">
        ${comparison.commits.map(commit => commitLine(repository, commit))}
      </ul>
      <h2>Changes</h2>
      ${files(comparison.files)}`,
  );
}

/** `/tree/<rev>/<path>`, `/blob/...` and `/raw/...`: the longest prefix that is a revision is the revision. */
export async function contentPage(call: PageCall): Promise<PageResult> {
  const { repository } = call;
  const parts = (call.request.params[0] ?? '').split('/').filter(Boolean);
  for (let length = parts.length; length > 0; length -= 1) {
    const rev = parts.slice(0, length).join('/');
    const sha = await repository.git.resolve(rev);
    if (sha) {
      return await content(call, rev, sha, parts.slice(length).join('/'));
    }
  }
  return undefined;
}

async function content(
  call: PageCall,
  rev: string,
  sha: string,
  path: string,
): Promise<PageResult> {
  const { repository } = call;
  const base = `/${repository.fullName}`;
  const entries = await repository.git.listTree(sha, path);
  if (entries) {
    return frame(
      call,
      path === '' ? rev : path,
      html`<h1>
          ${path === '' ? repository.name : path}
          <span class="muted">at ${rev}</span>
        </h1>
        <ul class="plain">
          ${entries.map(entry => {
            const target = path === '' ? entry.path : `${path}/${entry.path}`;
            const kind = entry.type === 'tree' ? 'tree' : 'blob';
            return html`<li>
              <a href="${base}/${kind}/${urlPath(rev)}/${urlPath(target)}"
                >${entry.path}${kind === 'tree' && '/'}</a
              >
            </li>`;
          })}
        </ul>`,
    );
  }
  const file = await repository.git.readFile(sha, path);
  if (!file) {
    return undefined;
  }
  const text = file.toString('utf8');
  return call.request.path.startsWith(`${base}/raw/`)
    ? { text }
    : frame(
        call,
        path,
        html`<h1>${path} <span class="muted">at ${rev}</span></h1>
          <pre><code>${text}</code></pre>`,
      );
}

export async function listPage(
  call: PageCall,
  pulls: boolean,
): Promise<PageResult> {
  const { repository, state } = call;
  const items = [...repository.issues.values()]
    .filter(issue => (issue.pull !== undefined) === pulls)
    .reverse()
    .slice(0, 200);
  const title = pulls ? 'Pull requests' : 'Issues';
  return frame(
    call,
    title,
    html`<h1>${title}</h1>
      ${items.length === 0 && html`<p class="muted">There are none yet.</p>`}
      <ul class="plain">
        ${items.map(
          issue => html`<li>
            ${stateBadge(issue)}
            <a
              href="/${repository.fullName}/${pulls
                ? 'pull'
                : 'issues'}/${issue.number}"
              >${issue.title}</a
            >
            ${labels(issue.labels)}
            <div class="muted">
              #${issue.number} by ${person(state, issue.author)} on
              ${moment(issue.createdAt)}
            </div>
          </li>`,
        )}
      </ul>`,
  );
}
