import { assess, type Mergeability } from '../domain/mergeability';
import { compared } from '../domain/pulls';
import { type Issue, permits, type Pull } from '../state/model';
import { type Content, type Html, html } from './html';
import { markdown } from './markdown';
import { comments } from './comments';
import {
  checks,
  commitLine,
  files,
  labels,
  moment,
  person,
  stateBadge,
} from './parts';
import {
  frame,
  type PageCall,
  type PageResult,
  plainDiff,
} from './repositoryPages';

/** `/issues/<n>`; the number of a pull request is no issue here. */
export async function issuePage(
  call: PageCall,
  notice?: string,
): Promise<PageResult> {
  const issue = call.repository.issues.get(Number(call.request.params.number));
  if (!issue || issue.pull) {
    return undefined;
  }
  return frame(
    call,
    `${issue.title} #${issue.number}`,
    html`${alert(notice)} ${heading(call, issue)} ${talk(call, issue)}
    ${forms(call, issue, [])}`,
  );
}

/** `/pull/<n>` and `/pull/<n>.diff`. */
export async function pullPage(
  call: PageCall,
  notice?: string,
): Promise<PageResult> {
  const match = /^(\d{1,9})(\.diff|\.patch)?$/.exec(call.request.params.number);
  const pull = match ? call.repository.pull(Number(match[1])) : undefined;
  if (!pull) {
    return undefined;
  }
  const comparison = await compared(call.repository, pull);
  if (match?.[2]) {
    return { text: plainDiff(comparison?.files ?? []) };
  }
  const { repository, state } = call;
  const mergeability = await assess(state, repository, pull);
  return frame(
    call,
    `${pull.title} #${pull.number}`,
    html`${alert(notice)} ${heading(call, pull)}
      <p>
        From <code>${pull.pull.headBranch}</code> into
        <code>${pull.pull.baseBranch}</code> at
        <a href="/${repository.fullName}/commit/${pull.pull.headSha}"
          ><code>${pull.pull.headSha.slice(0, 7)}</code></a
        >
      </p>
      ${talk(call, pull)}
      <h2>Reviews</h2>
      ${reviews(call, pull)}
      <h2>Checks</h2>
      ${checks(repository.latestChecks(pull.pull.headSha))}
      ${pull.state === 'open' &&
      html`<h2>Merging</h2>
        ${merging(mergeability)}`}
      ${forms(call, pull, actions(call, pull, mergeability))}
      <h2>Commits</h2>
      <ul class="plain">
        ${(comparison?.commits ?? []).map(commit =>
          commitLine(repository, commit),
        )}
      </ul>
      <h2>Changes</h2>
      ${files(comparison?.files ?? [])}`,
  );
}

function alert(notice: string | undefined): Content {
  return (
    notice !== undefined && html`<p class="notice" role="alert">${notice}</p>`
  );
}

function heading(call: PageCall, issue: Issue): Html {
  const merged = issue.pull?.mergedAt;
  return html`<h1>
      ${issue.title} <span class="muted">#${issue.number}</span>
    </h1>
    <p>
      ${stateBadge(issue)} ${labels(issue.labels)}
      <span class="muted"
        >opened by ${person(call.state, issue.author)} on
        ${moment(issue.createdAt)}</span
      >
    </p>
    ${merged !== undefined &&
    html`<p>
      Merged by ${person(call.state, issue.pull?.mergedBy ?? '')} on
      ${moment(merged)} as
      <a
        href="/${call.repository.fullName}/commit/${issue.pull?.mergeCommitSha}"
        ><code>${issue.pull?.mergeCommitSha?.slice(0, 7)}</code></a
      >
    </p>`}
    ${merged === undefined &&
    issue.closedAt !== undefined &&
    html`<p>
      Closed by ${person(call.state, issue.closedBy ?? '')} on
      ${moment(issue.closedAt)}${issue.stateReason === 'not_planned' &&
      ' as not planned'}${issue.stateReason === 'duplicate' && ' as duplicate'}
    </p>`}`;
}

function talk(call: PageCall, issue: Issue): Html {
  return html`<section class="box" aria-label="Description">
      ${issue.body
        ? markdown(issue.body)
        : html`<p class="muted">No description.</p>`}
    </section>
    ${comments(call, issue)}`;
}

function reviews(call: PageCall, pull: Pull): Html {
  const words = {
    APPROVED: 'approved',
    CHANGES_REQUESTED: 'requested changes',
    COMMENTED: 'commented',
    DISMISSED: 'approved earlier (dismissed)',
  };
  return pull.pull.reviews.length === 0
    ? html`<p class="muted">Nobody has reviewed this yet.</p>`
    : html`<ul class="plain">
        ${pull.pull.reviews.map(
          review => html`<li id="pullrequestreview-${review.id}">
            ${person(call.state, review.author)} ${words[review.state]}
            <code>${review.commitId.slice(0, 7)}</code> on
            ${moment(review.submittedAt)} ${review.body}
          </li>`,
        )}
      </ul>`;
}

function merging({ state, problems }: Mergeability): Html {
  const words = {
    unknown: 'Not known yet.',
    dirty: 'This branch has conflicts with its base.',
    draft: 'This is a draft.',
    blocked: 'Merging is blocked.',
    behind: 'This branch is out of date with its base.',
    unstable: 'Some checks have not succeeded, but none of them is required.',
    clean: 'This branch can be merged.',
  };
  return html`<p class="${state === 'clean' ? 'good' : 'wait'}">
      ${words[state]}
    </p>
    <ul>
      ${problems.map(problem => html`<li>${problem}</li>`)}
    </ul>`;
}

function actions(
  call: PageCall,
  pull: Pull,
  { state }: Mergeability,
): Array<[string, string]> {
  if (!call.viewer || pull.state === 'closed') {
    return [];
  }
  const permission = call.state.accounts.permission(
    call.viewer.login,
    call.repository.owner,
  );
  return [
    ...(call.viewer.login === pull.author
      ? []
      : [['approve', 'Approve'] as [string, string]]),
    ...(permits(permission, 'push') && ['clean', 'unstable'].includes(state)
      ? [['merge', 'Squash and merge'] as [string, string]]
      : []),
  ];
}

/** Closing and opening again, for those who may. */
function opening(call: PageCall, issue: Issue): Array<[string, string]> {
  const { viewer } = call;
  const trusted =
    viewer &&
    permits(
      call.state.accounts.permission(viewer.login, call.repository.owner),
      'triage',
    );
  if (!viewer || issue.pull?.mergedAt !== undefined) {
    return [];
  }
  const what = issue.pull ? 'pull request' : 'issue';
  const button: [string, string] =
    issue.state === 'open'
      ? ['close', `Close ${what}`]
      : ['reopen', `Reopen ${what}`];
  return trusted || viewer.login === issue.author ? [button] : [];
}

function forms(
  call: PageCall,
  issue: Issue,
  buttons: Array<[string, string]>,
): Content {
  if (!call.viewer) {
    return html`<p>
      <a href="/login?return_to=${encodeURIComponent(call.request.originalUrl)}"
        >Sign in</a
      >
      to comment${issue.pull && ', approve or close'}.
    </p>`;
  }
  const kind = issue.pull ? 'pull' : 'issues';
  const base = `/${call.repository.fullName}/${kind}/${issue.number}`;
  const token = html`<input
    type="hidden"
    name="form_token"
    value="${call.formToken}"
  />`;
  return html`<h2>Your turn</h2>
    <div class="actions">
      ${[...buttons, ...opening(call, issue)].map(
        ([action, words]) =>
          html`<form method="post" action="${base}/${action}">
            ${token}<button type="submit">${words}</button>
          </form>`,
      )}
    </div>
    ${issue.pull &&
    issue.state === 'open' &&
    call.viewer.login !== issue.author &&
    html`<form method="post" action="${base}/request-changes">
      ${token}
      <p>
        <label for="review">What has to change</label><br /><textarea
          id="review"
          name="body"
          rows="2"
          required
        ></textarea>
      </p>
      <button type="submit">Request changes</button>
    </form>`}
    <form method="post" action="${base}/comment">
      ${token}
      <p>
        <label for="comment">Comment</label><br /><textarea
          id="comment"
          name="body"
          rows="3"
          required
        ></textarea>
      </p>
      <button type="submit">Comment</button>
    </form>`;
}
