import { z } from 'zod';
import { MergeResult, PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { Pull, readPull } from './pullRequest';
import { RequestScope } from './scope';

const mergedSchema = z.object({ sha: z.string(), merged: z.literal(true) });

export interface MergeRequest {
  number: number;
  headSha: string;
  /** The branch the decision was about: a pull request can be sent to another one. */
  baseBranch: string;
  /** Label with which people hold the merge back; looked for once more right before merging. */
  holdLabel: string;
  commitTitle: string;
  commitMessage: string;
}

/** Refusals that say something about the pull request, not about us or the network. */
const REFUSALS: ReadonlySet<string> = new Set(['VALIDATION', 'CONFLICT']);

/** What the pull request itself says: undefined when nothing stands against merging this head. */
function settled(
  pull: Pull,
  { headSha, baseBranch, holdLabel }: MergeRequest,
  ownLogin: string | undefined,
): MergeResult | undefined {
  if (pull.merged) {
    return {
      result: 'merged',
      mergeSha: pull.merge_commit_sha ?? pull.head.sha,
      mergedBy: isSamePerson(pull.merged_by?.login, ownLogin)
        ? 'operator'
        : 'human',
    };
  }
  if (pull.state === 'closed') {
    return {
      result: 'refused',
      because: `Pull request #${pull.number} is closed`,
      headMoved: pull.head.sha !== headSha,
    };
  }
  if (pull.head.sha !== headSha) {
    return {
      result: 'refused',
      because: `The head of pull request #${pull.number} has moved from ${headSha} to ${pull.head.sha}`,
      headMoved: true,
    };
  }
  if (pull.base.ref !== baseBranch) {
    return {
      result: 'refused',
      because: `Pull request #${pull.number} goes to '${pull.base.ref}', not to '${baseBranch}' any more`,
      headMoved: false,
    };
  }
  const isHeld = pull.labels.some(
    // GitHub treats label names as equal whatever their case.
    ({ name }) => name.toLowerCase() === holdLabel.toLowerCase(),
  );
  if (isHeld) {
    return {
      result: 'refused',
      because: `Pull request #${pull.number} carries the label ${holdLabel}`,
      headMoved: false,
    };
  }
  return undefined;
}

/** Apps are called `name[bot]` in some places and `name` in others. */
function isSamePerson(a: string | undefined, b: string | undefined): boolean {
  const plain = (login: string | undefined) =>
    login?.toLowerCase().replace(/\[bot\]$/, '');
  return plain(a) !== undefined && plain(a) === plain(b);
}

/**
 * Squash merge that names its head. What GitHub's refusal means is read from
 * the pull request itself, never from the words of the refusal.
 *
 * @param whoAmI - our login; asked only when somebody has merged already
 */
export async function mergePullRequest(
  client: GitHubClient,
  scope: RequestScope,
  request: MergeRequest,
  whoAmI: () => Promise<string | undefined>,
): Promise<MergeResult> {
  const { number, headSha } = request;
  const look = async () => {
    const pull = await readPull(client, scope, number);
    return {
      pull,
      answer: settled(pull, request, pull.merged ? await whoAmI() : undefined),
    };
  };
  const before = await look();
  if (before.answer) {
    return before.answer;
  }
  try {
    const { sha } = await client.get(
      scope,
      mergedSchema,
      'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      {
        pull_number: number,
        sha: headSha,
        merge_method: 'squash',
        commit_title: request.commitTitle,
        commit_message: request.commitMessage,
      },
    );
    return { result: 'merged', mergeSha: sha, mergedBy: 'operator' };
  } catch (error) {
    if (!(error instanceof PortError) || !REFUSALS.has(error.code)) {
      throw error;
    }
    const after = await look();
    return (
      after.answer ?? {
        result: 'refused',
        because: `GitHub refused to merge #${number} (it calls it '${
          after.pull.mergeable_state ?? 'unknown'
        }'). ${error.message}`,
        headMoved: false,
      }
    );
  }
}
