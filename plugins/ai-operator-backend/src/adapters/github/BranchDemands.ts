import { z } from 'zod';
import { Clock } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { PULL_REQUEST_QUERY } from './queries';
import { RequestScope } from './scope';

const answerSchema = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewDecision: z.string().nullish(),
      mergeQueue: z.object({ id: z.string() }).nullish(),
      latestOpinionatedReviews: z
        .object({ nodes: z.array(z.object({ state: z.string() }).nullish()) })
        .nullish(),
      baseRef: z
        .object({
          refUpdateRule: z
            .object({ requiredApprovingReviewCount: z.number().nullish() })
            .nullish(),
        })
        .nullish(),
    }),
  }),
});

/** Reviews as GitHub counts them, what the branch demands, its merge queue. */
export type BranchDemand = z.infer<
  typeof answerSchema
>['repository']['pullRequest'];

/** Younger than this an answer may be used again, ms. A verdict lives 30 s, and a look comes every few seconds. */
const MAX_AGE_MS = 25_000;

/** Pull requests that are looked at within 25 s; with more the oldest answer goes. */
const MAX_REMEMBERED = 500;

interface Remembered {
  tag: string;
  askedAt: number;
  demand: BranchDemand;
}

/**
 * The part of a pull request's state that only GraphQL tells. GraphQL knows no
 * conditional requests, so each question costs; REST answers cost nothing while
 * they do not change. A pull request that waits is therefore asked about once in
 * 25 s, and at once when its REST answers (itself and its reviews) have changed
 * in any byte: a push, a review, a label, a merge state.
 *
 * What can be late, by 25 s at most, is what REST does not show: a rule or merge
 * queue given to the branch without the merge state changing, or a reviewer who
 * lost the right to write. GitHub checks all of that itself when it is asked to
 * merge. In a repository where much goes on REST answers change all the time,
 * and this falls back to one question per look.
 */
export class BranchDemands {
  readonly #client: GitHubClient;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, Remembered>();

  constructor(client: GitHubClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * @param tag - of the REST answers that were read before this is called, so that what is asked now is no older than they are; undefined: ask
   */
  async read(
    scope: RequestScope,
    number: number,
    tag: string | undefined,
  ): Promise<BranchDemand> {
    const key = `${scope.repository.url}#${number}`;
    const askedAt = this.#clock.now();
    const known = this.#remembered.get(key);
    if (known && known.tag === tag && askedAt - known.askedAt < MAX_AGE_MS) {
      return known.demand;
    }
    const answer = await this.#client.graphql(
      scope,
      answerSchema,
      PULL_REQUEST_QUERY,
      { number },
    );
    const demand = answer.repository.pullRequest;
    this.#remember(
      key,
      tag === undefined ? undefined : { tag, askedAt, demand },
    );
    return demand;
  }

  #remember(key: string, answer: Remembered | undefined) {
    this.#remembered.delete(key);
    if (!answer) {
      return;
    }
    this.#remembered.set(key, answer);
    if (this.#remembered.size > MAX_REMEMBERED) {
      const [oldest] = this.#remembered.keys();
      this.#remembered.delete(oldest);
    }
  }
}
