import { createHash } from 'node:crypto';
import type { CommitDefinition, ServiceDefinition } from './types';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The commit messages a made-up history draws from. */
const MESSAGES = [
  'Retry idempotent calls once',
  'Cap the request body size',
  'Add a timeout to the database pool',
  'Log the request id everywhere',
  'Return 429 instead of 500 when saturated',
  'Update dependencies',
  'Cache the exchange rates for a minute',
  'Drain connections on SIGTERM',
  'Make the page size configurable',
  'Move metrics to their own port',
  'Reject unknown fields',
  'Use the shared tracing library',
];

/** Authors of made-up commits. */
const AUTHORS = ['dave', 'jane', 'mei', 'omar', 'ines'];

/**
 * A short past for a service that has none of its own: four releases, each
 * deployed to staging an hour after its commit, and all but the last to
 * production a day later. Always the same for the same name.
 */
export function madeUpHistory(service: ServiceDefinition): CommitDefinition[] {
  const seed = createHash('sha256').update(service.name).digest();
  const newest = DAY + (seed[0] % 20) * HOUR;
  return [3, 2, 1, 0].map(back => {
    const ageMs = newest + back * (4 * DAY + (seed[back + 1] % 12) * HOUR);
    const minor = (seed[6] % 9) + 4 - back;
    return {
      key: `release-${3 - back}`,
      message: MESSAGES[(seed[7] + back * 5) % MESSAGES.length],
      author: AUTHORS[(seed[8] + back) % AUTHORS.length],
      ageMs,
      version: `${1 + (seed[9] % 3)}.${minor}.0`,
      staging: { ageMs: ageMs - HOUR },
      ...(back > 0 && { production: { ageMs: ageMs - DAY } }),
    };
  });
}

/** The history of a service, oldest first. */
export function historyOf(service: ServiceDefinition): CommitDefinition[] {
  return [...(service.history ?? madeUpHistory(service))].sort(
    (a, b) => b.ageMs - a.ageMs,
  );
}
