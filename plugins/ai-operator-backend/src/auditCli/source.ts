import type { ChainedRow } from '../persistence';
import type { Mark } from './arguments';

/** What the keeper of a trail says about it. */
export interface Told {
  /** Of the newest entry; seq 0 for an empty trail. */
  head: Mark;
  /** Entries up to here were removed after their retention. */
  anchor?: Mark;
  /** Where it is shipped to. */
  sinks: Array<{
    kind: string;
    name: string;
    /** Everything up to here was shipped or set aside. */
    shippedSeq: number;
    setAside: number;
    setAsideLatest: Array<{ seq: number }>;
  }>;
}

/** Somewhere the audit trail can be read from. Everything that keeps it from being read is a CannotJudge. */
export interface TrailSource {
  /** For people: `https://…`, a path. Nothing secret. */
  name: string;
  /** Undefined where nobody says anything, as with a file. */
  tell(): Promise<Told | undefined>;
  /** Entries from `from` on as they stand there, lowest number first, a page at a time. */
  pages(options: {
    from: number;
    correlationId?: string;
  }): AsyncIterable<ChainedRow[]>;
  close(): Promise<void>;
}
