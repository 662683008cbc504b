import { z } from 'zod';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

const refSchema = z.object({
  ref: z.string(),
  object: z.object({ sha: z.string() }),
});

/** The commit a branch is at; undefined when there is no such branch. */
export async function headOfBranch(
  client: GitHubClient,
  scope: RequestScope,
  branch: string,
): Promise<string | undefined> {
  const answer = await client.find(
    scope,
    refSchema,
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    { ref: `heads/${branch}` },
  );
  return answer?.object.sha;
}
