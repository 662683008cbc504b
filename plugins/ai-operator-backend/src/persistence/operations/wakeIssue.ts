import { Database } from '../database';

/**
 * Makes the issue of this repository and number due at `now`, when its comments
 * are still read. Returns how many were woken: 0 or 1, as a number names one
 * issue.
 *
 * Concurrency: one statement. It takes no claim away: who is reading the issue
 * now finds it due again right after.
 */
export async function wakeIssue(
  db: Database,
  options: { repository: string; number: number; now: number },
): Promise<number> {
  return db
    .knex('escalation_issues')
    .where({ number: options.number })
    .whereRaw('lower(repository) = ?', [options.repository.toLowerCase()])
    .whereNotNull('poll_at')
    .update({ poll_at: options.now, woken: true });
}
