import { commentOnce } from './comments';
import { ESCALATION_LABELS, findMarkedIssue } from './escalationIssue';
import { GitHubClient } from './GitHubClient';
import { RequestScope } from './scope';

export interface CloseIssueRequest {
  /** Of the issue, as given to `raiseIssue`. */
  marker: string;
  comment: string;
  commentMarker: string;
}

/**
 * The last word under an escalation, said once, and its end. An issue that a
 * person has closed gets the comment, too: it says how the story ended. Each
 * part is looked for before it is done.
 */
export async function closeIssue(
  client: GitHubClient,
  scope: RequestScope,
  request: CloseIssueRequest,
): Promise<'closed' | 'already_closed' | 'no_issue'> {
  const issue = await findMarkedIssue(
    client,
    scope,
    request.marker,
    ESCALATION_LABELS,
  );
  if (!issue) {
    return 'no_issue';
  }
  await commentOnce(client, scope, {
    number: issue.number,
    comment: request.comment,
    marker: request.commentMarker,
  });
  if (issue.state === 'closed') {
    return 'already_closed';
  }
  await client.rest(
    scope,
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    { issue_number: issue.number, state: 'closed', state_reason: 'completed' },
  );
  return 'closed';
}
