import { PortError } from '../../ports';
import { commentOnce } from './comments';
import { GitHubClient } from './GitHubClient';
import { readPull } from './pullRequest';
import { headOfBranch } from './refs';
import { RequestScope } from './scope';

export interface CloseRequest {
  number: number;
  comment: string;
  marker: string;
  deleteBranch?: string;
}

/** Only while it still is where the pull request left it; a branch that is gone already is fine. */
async function deleteBranch(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
  expectedSha: string,
) {
  if ((await headOfBranch(client, scope, branch)) !== expectedSha) {
    return;
  }
  try {
    await client.rest(scope, 'DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
      ref: `heads/${branch}`,
    });
  } catch (error) {
    const isGone =
      error instanceof PortError &&
      (await headOfBranch(client, scope, branch)) === undefined;
    if (!isGone) {
      throw error;
    }
  }
}

/** Says why once, closes, and deletes the branch when asked; each part is looked for before it is done. */
export async function closePullRequest(
  client: GitHubClient,
  scope: RequestScope,
  request: CloseRequest,
): Promise<'closed' | 'already_closed' | 'already_merged'> {
  const pull = await readPull(client, scope, request.number);
  if (pull.merged) {
    return 'already_merged';
  }
  await commentOnce(client, scope, request);
  const wasOpen = pull.state === 'open';
  if (wasOpen) {
    await client.rest(
      scope,
      'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      { pull_number: request.number, state: 'closed' },
    );
    // Somebody may have merged it between the look and the closing.
    const after = await readPull(client, scope, request.number);
    if (after.merged) {
      return 'already_merged';
    }
  }
  if (request.deleteBranch && request.deleteBranch === pull.head.ref) {
    await deleteBranch(client, scope, request.deleteBranch, pull.head.sha);
  }
  return wasOpen ? 'closed' : 'already_closed';
}
