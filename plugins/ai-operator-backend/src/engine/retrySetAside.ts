import { Database, listDueSetAside, SetAside } from '../persistence';
import { AuditSinkPort, CallContext, PortError } from '../ports';

/** How often a refused record is tried again, and how many of them at once. */
export const SET_ASIDE_RETRY_MS = 60 * 60_000;
const SET_ASIDE_RECORDS = 50;
/** While it refuses everything, some of them are tried this often: to see when that is over. */
export const PROBE_MS = 60_000;

/** What became of records that had been set aside, by `seq`. */
export interface Retried {
  /** Stored by now, or removed after their retention. */
  resolved: number[];
  /** How many of those are stored. */
  stored: number;
  triedAgain: number[];
  refused: SetAside[];
}

export const NOTHING_RETRIED: Retried = {
  resolved: [],
  stored: 0,
  triedAgain: [],
  refused: [],
};

/**
 * What was refused may be taken by now: somebody has mended a mapping. Where the
 * call fails they simply wait on: that they are not there is known already.
 *
 * @param options - `now` in ms epoch; `isFailing`: the sink has taken nothing for a while
 */
export async function retrySetAside(
  sink: AuditSinkPort,
  call: CallContext,
  options: { db: Database; now: number; isFailing: boolean },
): Promise<Retried> {
  const { gone, records } = await listDueSetAside(options.db, {
    name: sink.name,
    before: options.now - (options.isFailing ? PROBE_MS : SET_ASIDE_RETRY_MS),
    limit: SET_ASIDE_RECORDS,
  });
  if (records.length === 0) {
    return { ...NOTHING_RETRIED, resolved: gone };
  }
  const triedAgain = records.map(({ seq }) => seq);
  try {
    const outcomes = await sink.ship(records, call);
    const stored = outcomes.flatMap(({ seq, result }) =>
      result === 'stored' ? [seq] : [],
    );
    return {
      triedAgain,
      resolved: [...gone, ...stored],
      stored: stored.length,
      refused: outcomes.flatMap(outcome =>
        outcome.result === 'refused'
          ? [{ seq: outcome.seq, because: outcome.because }]
          : [],
      ),
    };
  } catch (error) {
    if (!(error instanceof PortError)) {
      throw error;
    }
    return { ...NOTHING_RETRIED, resolved: gone, triedAgain };
  }
}
