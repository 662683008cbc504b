import { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CHAIN_START, ChainedRow, ChainPlace } from '../audit/chain';
import { ChainVerifier } from '../audit/ChainVerifier';
import { CHAIN_CHECK, FinishedCheck, UnfinishedCheck } from '../audit/checkRow';
import { lostSince } from '../audit/lostSince';
import { toVerification } from '../audit/verification';
import { Database, databaseNow, rawRows } from '../database';
import { readSnapshot } from '../readSnapshot';
import { AuditCheckRow } from '../tables';
import { getAuditAnchor } from './getAuditAnchor';
import { getAuditHead } from './getAuditHead';
import { readChain } from './readChain';

export type ContinueAuditCheckResult =
  /** Go on: there is more to read. */
  | { result: 'unfinished' }
  /** Read to the end: hand this to {@link finishAuditCheck}. */
  | {
      result: 'read';
      check: FinishedCheck;
      /** What the look before showed. */
      before: AuditStatus['chain'] | undefined;
    }
  | { result: 'lost' };

interface Step {
  unfinished: UnfinishedCheck;
  rows: ChainedRow[];
  head: ChainPlace;
  before: FinishedCheck | undefined;
  /** The entry that the look before knew as the newest, as it is now. */
  known?: { place: ChainPlace; now?: string };
}

/**
 * Recomputes the next `limit` entries of a look at the whole chain, and keeps
 * where it stands, so that another process can go on.
 *
 * Concurrency: `lost` when somebody else has claimed the look since; what was
 * read is thrown away then. Reads see one moment, so neither writers nor
 * retention disturb: what was removed meanwhile is begun anew at its anchor.
 */
export async function continueAuditCheck(
  db: Database,
  options: { ticket: number; now: number; leaseMs: number; limit: number },
): Promise<ContinueAuditCheckResult> {
  const { ticket, now, leaseMs, limit } = options;
  const step = await readSnapshot(db, snapshot =>
    readStep(snapshot, { ticket, limit }),
  );
  if (!step) {
    return { result: 'lost' };
  }
  const { rows, unfinished, head, before } = step;
  const verifier = ChainVerifier.resume(unfinished.verifier);
  verifier.add(rows);
  if (rows.length < limit) {
    const found = verifier.findings({ head });
    const lost = lostSince(step.known, head);
    const { result, because, problems } = toVerification({
      ...found,
      problems: [...found.problems, ...lost],
    });
    return {
      result: 'read',
      before: before?.chain,
      check: {
        chain: { result, because, checkedAt: now, problems },
        // What was lost stays known until it is there again.
        known: result === 'intact' ? head : before?.known,
      },
    };
  }
  const next: UnfinishedCheck = {
    ...unfinished,
    nextFrom: rows[rows.length - 1].seq + 1,
    verifier: verifier.state,
  };
  const kept = await rawRows<{ ticket: number | string }>(
    db.knex,
    `UPDATE audit_checks
        SET unfinished = :unfinished,
            lease_until = ${databaseNow(db)} + :leaseMs
      WHERE name = :name AND ticket = :ticket
      RETURNING ticket`,
    { unfinished: JSON.stringify(next), leaseMs, name: CHAIN_CHECK, ticket },
  );
  return { result: kept.length > 0 ? 'unfinished' : 'lost' };
}

async function readStep(
  db: Database,
  options: { ticket: number; limit: number },
): Promise<Step | undefined> {
  const row = await db
    .knex<AuditCheckRow>('audit_checks')
    .where({ name: CHAIN_CHECK, ticket: options.ticket })
    .first('unfinished', 'latest');
  if (!row) {
    return undefined;
  }
  const anchor = await getAuditAnchor(db);
  const head = await getAuditHead(db);
  const stored: UnfinishedCheck | undefined =
    row.unfinished === null ? undefined : JSON.parse(row.unfinished);
  const unfinished =
    stored && stored.nextFrom > (anchor?.seq ?? 0)
      ? stored
      : {
          nextFrom: Number.MIN_SAFE_INTEGER,
          verifier: new ChainVerifier(anchor ?? CHAIN_START).state,
        };
  const rows = await readChain(db, {
    from: unfinished.nextFrom,
    limit: options.limit,
  });
  const before: FinishedCheck | undefined =
    row.latest === null ? undefined : JSON.parse(row.latest);
  const place = before?.known;
  if (!place || place.seq <= (anchor?.seq ?? 0)) {
    return { unfinished, rows, head, before };
  }
  const [now] = await readChain(db, {
    from: place.seq,
    to: place.seq,
    limit: 1,
  });
  return { unfinished, rows, head, before, known: { place, now: now?.hash } };
}
