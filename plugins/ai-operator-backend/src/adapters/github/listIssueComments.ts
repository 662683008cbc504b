import { IssueComment } from '../../ports';
import { isBot, loginOf } from './accounts';
import { readComments } from './comments';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

/**
 * All comments of an issue. More than 1000 are refused rather than cut off: one
 * that is overlooked could be a command, and one that seems to be gone would
 * count as taken back. Conditional: asking again without news costs nothing.
 */
export async function listIssueComments(
  client: GitHubClient,
  scope: RequestScope,
  issueNumber: number,
): Promise<IssueComment[]> {
  const comments = await readComments(client, scope, issueNumber, 'refuse');
  return comments.map(comment => ({
    id: comment.id,
    login: loginOf(comment.user),
    isBot: isBot(comment.user),
    body: comment.body ?? '',
    createdAt: Date.parse(comment.created_at),
    updatedAt: Date.parse(comment.updated_at),
    url: comment.html_url,
  }));
}
