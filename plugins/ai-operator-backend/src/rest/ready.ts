import { setTimeout as sleep } from 'node:timers/promises';
import { RouterDeps } from './deps';

const TIMEOUT_MS = 2_000;

/** Whether requests can be answered now: the database is there and has our tables. */
export async function isReady({
  db,
  logger,
}: Pick<RouterDeps, 'db' | 'logger'>): Promise<boolean> {
  const timeout = new AbortController();
  const answered = db
    .knex('audit_head')
    .first('id')
    .then(
      row => row !== undefined,
      error => {
        logger.warn('Not ready: the database does not answer', error);
        return false;
      },
    );
  const late = sleep(TIMEOUT_MS, false, { signal: timeout.signal }).catch(
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    timeout.abort();
  }
}
