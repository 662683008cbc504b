import { PortError } from '../../ports';
import { commentOnce } from './comments';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

export interface AnswerRequest {
  issueNumber: number;
  commentId: number;
  reaction: '+1' | '-1' | 'confused' | 'eyes';
  reply: string;
  marker: string;
}

/**
 * Reaction and reply. GitHub keeps one reaction of a kind per account, so the
 * reaction may be given again; the reply is looked for by its marker. A comment
 * that somebody has deleted needs no answer any more.
 */
export async function answerComment(
  client: GitHubClient,
  scope: RequestScope,
  request: AnswerRequest,
): Promise<'answered' | 'gone'> {
  const { issueNumber, commentId, reaction, reply, marker } = request;
  try {
    await client.rest(
      scope,
      'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      { comment_id: commentId, content: reaction },
    );
    await commentOnce(client, scope, {
      number: issueNumber,
      comment: reply,
      marker,
    });
    return 'answered';
  } catch (error) {
    if (error instanceof PortError && error.code === 'NOT_FOUND') {
      return 'gone';
    }
    throw error;
  }
}
