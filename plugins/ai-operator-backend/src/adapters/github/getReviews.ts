import { PullRequestReviews } from '../../ports';
import { loginOf } from './accounts';
import { GitHubClient } from './GitHubClient';
import { readPull } from './pullRequest';
import { latestOpinions, readReviews } from './reviews';
import { RequestScope } from './scope';

/** Who said what last, and who opened the pull request. Conditional: asking again without news costs nothing. */
export async function getReviews(
  client: GitHubClient,
  scope: RequestScope,
  number: number,
): Promise<PullRequestReviews> {
  const [pull, { value }] = await Promise.all([
    readPull(client, scope, number),
    readReviews(client, scope, number),
  ]);
  return {
    author: loginOf(pull.user),
    reviews: latestOpinions(value),
  };
}
