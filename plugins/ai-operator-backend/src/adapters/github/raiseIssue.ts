import {
  ESCALATION_LABELS,
  findMarkedIssue,
  Issue,
  issueSchema,
} from './escalationIssue';
import { GitHubClient } from './GitHubClient';
import { withMarker } from './marker';
import { RequestScope } from './scope';

export interface IssueRequest {
  title: string;
  body: string;
  labels: string[];
  marker: string;
}

function labelsOf(issue: Issue): string[] {
  return issue.labels.flatMap(label => {
    const name = typeof label === 'string' ? label : label.name;
    return name ? [name] : [];
  });
}

/**
 * One issue per marker: opened, or brought up to date; labels people added stay.
 * An issue that somebody has closed stays closed. Closing it is a person's word
 * that they have seen it, and reopening it with every change would make it a
 * quarrel; its text is still kept true, its comments are still read, and the
 * notification and the page reach people all the same.
 */
export async function raiseIssue(
  client: GitHubClient,
  scope: RequestScope,
  request: IssueRequest,
): Promise<{ number: number; url: string }> {
  const body = withMarker(request.body, request.marker);
  const existing = await findMarkedIssue(
    client,
    scope,
    request.marker,
    ESCALATION_LABELS.filter(label => request.labels.includes(label)),
  );
  if (!existing) {
    const created = await client.get(
      scope,
      issueSchema,
      'POST /repos/{owner}/{repo}/issues',
      { title: request.title, body, labels: request.labels },
    );
    return { number: created.number, url: created.html_url };
  }
  const labels = [...new Set([...labelsOf(existing), ...request.labels])];
  const isCurrent =
    existing.title === request.title &&
    existing.body?.trim() === body.trim() &&
    labels.length === existing.labels.length;
  if (!isCurrent) {
    // Without `state`: what it is stays what it is.
    await client.rest(
      scope,
      'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
      { issue_number: existing.number, title: request.title, body, labels },
    );
  }
  return { number: existing.number, url: existing.html_url };
}
