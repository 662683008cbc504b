import { z } from 'zod';
import { GitHubClient, RequestScope } from './GitHubClient';
import { hasMarker, withMarker } from './marker';

const issueSchema = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  labels: z.array(
    z.union([z.string(), z.object({ name: z.string().nullish() })]),
  ),
  pull_request: z.unknown().optional(),
});

type Issue = z.infer<typeof issueSchema>;

/** An incident's issue is among the newest; older ones are not looked through. */
const MAX_PAGES = 5;

/** Labels every escalation has and never loses; the others may be changed by people. */
const SEARCH_LABELS = ['ai-operator', 'escalation'];

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

async function findIssue(
  client: GitHubClient,
  scope: RequestScope,
  { labels, marker }: IssueRequest,
): Promise<Issue | undefined> {
  const issues = await client.list(
    scope,
    issueSchema,
    'GET /repos/{owner}/{repo}/issues',
    {
      labels: SEARCH_LABELS.filter(label => labels.includes(label)).join(','),
      state: 'all',
      sort: 'created',
      direction: 'desc',
    },
    MAX_PAGES,
    'cut',
  );
  return issues.find(
    issue => !issue.pull_request && hasMarker(issue.body, marker),
  );
}

/** One issue per marker: opened, or brought up to date and opened again; labels people added stay. */
export async function raiseIssue(
  client: GitHubClient,
  scope: RequestScope,
  request: IssueRequest,
): Promise<{ number: number; url: string }> {
  const body = withMarker(request.body, request.marker);
  const existing = await findIssue(client, scope, request);
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
    existing.state === 'open' &&
    labels.length === existing.labels.length;
  if (!isCurrent) {
    await client.rest(
      scope,
      'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
      {
        issue_number: existing.number,
        title: request.title,
        body,
        state: 'open',
        labels,
      },
    );
  }
  return { number: existing.number, url: existing.html_url };
}
