import { z } from 'zod';
import { Review } from '../../ports';
import { accountSchema, isBot } from './accounts';
import { GitHubClient, Tagged } from './GitHubClient';
import { RequestScope } from './scope';

const reviewSchema = z.object({
  user: accountSchema,
  state: z.string(),
  commit_id: z.string().nullish(),
  submitted_at: z.string().nullish(),
  html_url: z.string(),
});

type Entry = z.infer<typeof reviewSchema>;

/** Whose word is the latest can only be told from all of them, so more are refused. */
const MAX_PAGES = 10;

/** Every review of a pull request as REST has it, oldest first. */
export async function readReviews(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<Tagged<Entry[]>> {
  return client.listTagged(
    scope,
    reviewSchema,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { pull_number: number },
    MAX_PAGES,
  );
}

/** A comment is no opinion, and a pending review is nobody's word yet. */
function opinionOf(state: string): Review['state'] | undefined {
  switch (state) {
    case 'APPROVED':
    case 'CHANGES_REQUESTED':
    case 'DISMISSED':
      return state;
    default:
      return undefined;
  }
}

/**
 * The last review with an opinion of every reviewer, as GitHub counts them: a
 * later comment changes nothing, a later request for changes takes an approval
 * away, and a dismissed review does not bring an earlier one back.
 */
export function latestOpinions(entries: Entry[]): Review[] {
  const latest = new Map<string, Review>();
  for (const entry of entries) {
    const state = opinionOf(entry.state);
    if (!state || !entry.user || !entry.submitted_at) {
      continue;
    }
    const { login } = entry.user;
    const at = Date.parse(entry.submitted_at);
    const before = latest.get(login.toLowerCase());
    if (before && before.at > at) {
      continue;
    }
    latest.set(login.toLowerCase(), {
      login,
      isBot: isBot(entry.user),
      state,
      // A commit GitHub no longer has is the head of nothing.
      headSha: entry.commit_id ?? '',
      at,
      url: entry.html_url,
    });
  }
  return [...latest.values()];
}
