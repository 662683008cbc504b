import { DatabaseFacts, Fact } from '../facts';
import { judgeClock } from './clock';
import { Check, check, Finding } from './finding';

/** A claim, a commit and an effect take a few of these each. */
const SLOW_MS = 100;
const TOO_SLOW_MS = 1_000;

const SUBJECT = { area: 'database' as const, name: 'Database', path: '' };

/** The database itself; what is in it is judged in `operator.ts`. */
export function judgeDatabase(
  facts: Fact<DatabaseFacts>,
  isProduction: boolean,
): Finding[] {
  const connection = check(SUBJECT, 'connection', 'Connection');
  if (!facts.known) {
    return [
      connection.failed(
        facts,
        'Check backend.database and that the database can be reached: without it nothing is watched and nothing is done',
      ),
    ];
  }
  const { dialect, roundTripMs, clock } = facts.value;
  return [
    judgeRoundTrip(connection, roundTripMs),
    judgeDialect(check(SUBJECT, 'dialect', 'Kind'), dialect, isProduction),
    judgeClock(check(SUBJECT, 'clock', 'Clock'), { known: true, value: clock }),
  ];
}

function judgeRoundTrip(
  { ok, warning, problem }: Check,
  roundTripMs: number,
): Finding {
  const took = `A question takes ${Math.round(roundTripMs)} ms`;
  const mend =
    'Put the backend near its database, and look at the load of the database';
  if (roundTripMs > TOO_SLOW_MS) {
    return problem(
      `${took}: leases may run out before work is written down`,
      mend,
    );
  }
  return roundTripMs > SLOW_MS ? warning(took, mend) : ok(took);
}

function judgeDialect(
  { ok, warning }: Check,
  dialect: DatabaseFacts['dialect'],
  isProduction: boolean,
): Finding {
  if (dialect === 'postgres') {
    return ok('PostgreSQL');
  }
  return isProduction
    ? warning(
        'SQLite in production: one process only, and what it holds is as safe as its disk',
        'Use PostgreSQL: backend.database.client: pg',
      )
    : ok('SQLite, which is fine for development');
}
