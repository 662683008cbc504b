import { z } from 'zod';
import { GitHubClient } from './GitHubClient';
import { hasMarker } from './marker';
import { RequestScope } from './scope';

export const issueSchema = z.object({
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

export type Issue = z.infer<typeof issueSchema>;

/** An incident's issue is among the newest; older ones are not looked through. */
const MAX_PAGES = 5;

/** Labels every escalation has and never loses; the others may be changed by people. */
export const ESCALATION_LABELS = ['ai-operator', 'escalation'];

/** The issue with this marker, open or closed; `labels` are those it has for certain. */
export async function findMarkedIssue(
  client: GitHubClient,
  scope: RequestScope,
  marker: string,
  labels: readonly string[],
): Promise<Issue | undefined> {
  const issues = await client.list(
    scope,
    issueSchema,
    'GET /repos/{owner}/{repo}/issues',
    {
      labels: labels.join(','),
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
