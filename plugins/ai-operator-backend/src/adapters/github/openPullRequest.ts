import { z } from 'zod';
import {
  OpenPullRequestResult,
  PortError,
  PullRequestRequest,
} from '../../ports';
import { judgeCommit, makeCommit } from './change';
import { GitHubClient } from './GitHubClient';
import { isOnBranch } from './history';
import { headOfBranch } from './refs';
import { RequestScope } from './scope';

const listedSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string() }),
  labels: z.array(z.object({ name: z.string() })),
});

type Listed = z.infer<typeof listedSchema>;

type Conflict = Extract<OpenPullRequestResult, { result: 'conflict' }>;

/** How often a part that somebody else made at the same moment is looked for again. */
const MAX_LOOKS = 3;

function conflict(because: string): Conflict {
  return { result: 'conflict', because };
}

/** Pull requests of one branch of this repository itself, never of a fork. */
async function pullsOf(
  client: GitHubClient,
  scope: RequestScope,
  headBranch: string,
  state: 'open' | 'closed',
): Promise<Listed[]> {
  const { owner } = scope.repository;
  const found = await client.get(
    scope,
    z.array(listedSchema),
    'GET /repos/{owner}/{repo}/pulls',
    { state, head: `${owner}:${headBranch}`, per_page: 100 },
  );
  return found.filter(pull => pull.head.ref === headBranch);
}

/**
 * Whether a branch stands where a merged or closed pull request left it, as it
 * does after an earlier rollback to the same target. GitHub keeps that commit
 * with the pull request, so moving the branch loses nobody's work.
 */
async function isFinished(
  client: GitHubClient,
  scope: RequestScope,
  headBranch: string,
  head: string,
): Promise<boolean> {
  const closed = await pullsOf(client, scope, headBranch, 'closed');
  return closed.some(pull => pull.head.sha === head);
}

async function findOpenPull(
  client: GitHubClient,
  scope: RequestScope,
  headBranch: string,
): Promise<Listed | undefined> {
  const [open] = await pullsOf(client, scope, headBranch, 'open');
  return open;
}

/** True when it was made; false when GitHub refused it because it may be there already. */
async function unlessThere(make: Promise<unknown>): Promise<PortError | true> {
  try {
    await make;
    return true;
  } catch (error) {
    if (
      error instanceof PortError &&
      (error.code === 'VALIDATION' || error.code === 'CONFLICT')
    ) {
      return error;
    }
    throw error;
  }
}

async function adopt(
  client: GitHubClient,
  scope: RequestScope,
  request: PullRequestRequest,
  pull: Listed,
  adopted: boolean,
): Promise<OpenPullRequestResult> {
  if (pull.base.ref !== request.baseBranch) {
    return conflict(
      `Pull request #${pull.number} of branch '${request.headBranch}' goes to '${pull.base.ref}', not to '${request.baseBranch}'`,
    );
  }
  const { isPlanned, parent } = await judgeCommit(
    client,
    scope,
    pull.head.sha,
    request.change,
    request.commitMessage,
  );
  if (!isPlanned) {
    return conflict(
      `Pull request #${pull.number} of branch '${request.headBranch}' is open, but its head ${pull.head.sha} does not make the planned change`,
    );
  }
  // A merge takes in everything between the branch and the head, not the head's own commit alone.
  if (
    parent === undefined ||
    (parent !== request.change.baseSha &&
      !(await isOnBranch(client, scope, request.baseBranch, parent)))
  ) {
    return conflict(
      `Pull request #${pull.number} of branch '${request.headBranch}' is open, but it holds more than the planned change: ${parent} is not on '${request.baseBranch}'`,
    );
  }
  await ensureLabels(client, scope, request, pull);
  return {
    result: 'opened',
    pullRequest: {
      number: pull.number,
      url: pull.html_url,
      title: pull.title,
      headBranch: pull.head.ref,
      baseBranch: pull.base.ref,
      headSha: pull.head.sha,
      adopted,
    },
  };
}

async function ensureLabels(
  client: GitHubClient,
  scope: RequestScope,
  request: PullRequestRequest,
  pull: Listed,
) {
  const missing = request.labels.filter(
    name => !pull.labels.some(label => label.name === name),
  );
  if (missing.length > 0) {
    await client.rest(
      scope,
      'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
      { issue_number: pull.number, labels: missing },
    );
  }
}

/** Puts the branch at a commit that makes the change; a branch somebody else made is left alone. */
async function ensureBranch(
  client: GitHubClient,
  scope: RequestScope,
  request: PullRequestRequest,
): Promise<Conflict | undefined> {
  const { change, headBranch, baseBranch, commitMessage } = request;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const [base, head] = await Promise.all([
      headOfBranch(client, scope, baseBranch),
      headOfBranch(client, scope, headBranch),
    ]);
    if (base !== change.baseSha) {
      return conflict(
        base
          ? `Branch '${baseBranch}' has moved from ${change.baseSha} to ${base}`
          : `Branch '${baseBranch}' is not there any more`,
      );
    }
    if (head) {
      const judgement = await judgeCommit(
        client,
        scope,
        head,
        change,
        commitMessage,
      );
      // What an earlier rollback left is over, even where it makes the same
      // change: its checks speak of another time.
      const isOver =
        !judgement.isOurs &&
        (await isFinished(client, scope, headBranch, head));
      if (
        judgement.isPlanned &&
        judgement.parent === change.baseSha &&
        !isOver
      ) {
        return undefined;
      }
      if (!judgement.isOurs && !isOver) {
        return conflict(
          `Branch '${headBranch}' exists with other work on it (${head}); delete it, or finish it by hand`,
        );
      }
    }
    const commit = await makeCommit(client, scope, change, commitMessage);
    const made = await unlessThere(
      head
        ? // An earlier try or rollback of ours that is over: nobody builds on it.
          client.rest(scope, 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
            ref: `heads/${headBranch}`,
            sha: commit,
            force: true,
          })
        : client.rest(scope, 'POST /repos/{owner}/{repo}/git/refs', {
            ref: `refs/heads/${headBranch}`,
            sha: commit,
          }),
    );
    if (made === true) {
      return undefined;
    }
    const now = await headOfBranch(client, scope, headBranch);
    if (now === head) {
      // It is not there, and GitHub does not want it: a rule against such branches.
      throw made;
    }
  }
  return conflict(
    `Branch '${headBranch}' is being changed by somebody else at the same time`,
  );
}

/**
 * Opens the pull request, or takes over what an earlier try left: look for the
 * pull request, for the branch, then make what is missing. Safe to repeat after
 * a crash at any point; nothing of anybody else is touched.
 */
export async function openPullRequest(
  client: GitHubClient,
  scope: RequestScope,
  request: PullRequestRequest,
): Promise<OpenPullRequestResult> {
  const open = await findOpenPull(client, scope, request.headBranch);
  if (open) {
    return adopt(client, scope, request, open, true);
  }
  const refused = await ensureBranch(client, scope, request);
  if (refused) {
    return refused;
  }
  const made = await unlessThere(
    client.rest(scope, 'POST /repos/{owner}/{repo}/pulls', {
      title: request.title,
      head: request.headBranch,
      base: request.baseBranch,
      body: request.body,
    }),
  );
  const pull = await findOpenPull(client, scope, request.headBranch);
  if (!pull) {
    throw made === true
      ? new PortError(
          'UNAVAILABLE',
          `GitHub ${scope.repository.slug}: the pull request of '${request.headBranch}' was created but is not listed yet`,
        )
      : made;
  }
  return adopt(client, scope, request, pull, made !== true);
}
