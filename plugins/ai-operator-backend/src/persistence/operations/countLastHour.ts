import { EffectOutcome } from '../../core/effect';
import { Database } from '../database';
import { OutboxRow } from '../tables';

const HOUR_MS = 60 * 60 * 1000;

/**
 * Pull requests the operator opened and merges it made in one repository in the
 * hour before `now`, those of the rollback named by `except` not counted (SPEC
 * §8). What is asked for and under way counts as done; what was taken over, or
 * merged by a person, does not count.
 *
 * Concurrency: one read. Of rollbacks that decide in the same instant none
 * counts the others' request.
 */
export async function countLastHour(
  db: Database,
  options: { repository: string; now: number; except: string },
): Promise<{ pullRequests: number; merges: number }> {
  const rows: Array<Pick<OutboxRow, 'kind' | 'outcome'>> = await db
    .knex('outbox as o')
    .join('rollbacks as r', 'r.correlation_id', 'o.correlation_id')
    .where('r.pull_repository', options.repository.toLowerCase())
    .whereNot('r.correlation_id', options.except)
    // Written out, so that the partial index applies.
    .whereRaw(`o.kind IN ('open_pull_request', 'merge_pull_request')`)
    .where(either => {
      either
        .whereNull('o.finished_at')
        .orWhere('o.finished_at', '>', options.now - HOUR_MS);
    })
    .select('o.kind', 'o.outcome');
  const count = (kind: string) =>
    rows.filter(row => row.kind === kind && counts(row.outcome)).length;
  return {
    pullRequests: count('open_pull_request'),
    merges: count('merge_pull_request'),
  };
}

function counts(stored: string | null): boolean {
  if (stored === null) {
    return true;
  }
  const outcome = JSON.parse(stored) as EffectOutcome;
  switch (outcome.result) {
    case 'opened':
      return !outcome.pullRequest.adopted;
    case 'merged':
      return outcome.mergedBy === 'operator';
    default:
      return false;
  }
}
