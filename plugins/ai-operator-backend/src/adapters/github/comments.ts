import { z } from 'zod';
import { accountSchema } from './accounts';
import { GitHubClient } from './GitHubClient';
import { hasMarker, withMarker } from './marker';
import { RequestScope } from './scope';

const commentSchema = z.object({
  id: z.number(),
  user: accountSchema,
  body: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string(),
  html_url: z.string(),
});

const MAX_PAGES = 10;

/**
 * Comments under an issue or pull request, oldest first. Everybody asks in the
 * same words, so that all profit from the answer that is kept.
 *
 * @param whenMore - what to do about an issue with more than 1000 of them
 */
export async function readComments(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
  whenMore: 'refuse' | 'cut',
): Promise<Array<z.infer<typeof commentSchema>>> {
  return client.list(
    scope,
    commentSchema,
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { issue_number: number },
    MAX_PAGES,
    whenMore,
  );
}

/** Writes a comment unless one with this marker is there; under a list longer than we read it may be written again. */
export async function commentOnce(
  client: GitHubClient,
  scope: RequestScope,
  request: { number: number; comment: string; marker: string },
): Promise<void> {
  const { number, comment, marker } = request;
  const comments = await readComments(client, scope, number, 'cut');
  if (!comments.some(each => hasMarker(each.body, marker))) {
    await client.rest(
      scope,
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { issue_number: number, body: withMarker(comment, marker) },
    );
  }
}
