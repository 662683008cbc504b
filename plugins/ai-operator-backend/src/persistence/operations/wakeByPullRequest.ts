import { Database } from '../database';

/**
 * Makes the rollbacks due at `now` that work on this repository and, where a
 * number or a head is given, on a pull request with the one or the other; those
 * in Abort too. Returns how many.
 *
 * Concurrency: one statement. It takes no claim away: a processor at work looks
 * again right after its commit.
 */
export async function wakeByPullRequest(
  db: Database,
  options: {
    repository: string;
    number?: number;
    /** The commit the pull request had when it was opened. */
    headSha?: string;
    now: number;
  },
): Promise<number> {
  const { repository, number, headSha, now } = options;
  const query = db
    .knex('rollbacks')
    .where({ pull_repository: repository.toLowerCase() })
    .whereNot({ state: 'Idle' });
  if (number !== undefined || headSha !== undefined) {
    query.where(either => {
      if (number !== undefined) {
        either.orWhere({ pull_number: number });
      }
      if (headSha !== undefined) {
        either.orWhere({ pull_head_sha: headSha });
      }
    });
  }
  return query.update({ wake_at: now, woken: true });
}
