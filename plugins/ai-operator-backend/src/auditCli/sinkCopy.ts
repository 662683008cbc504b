import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainedRow } from '../persistence';
import type { AuditSinkPort, CallContext } from '../ports';
import type { Copy } from './copy';
import { Finding, MAX_FINDINGS } from './outcome';
import { Runs } from './runs';
import type { Told } from './source';

/** Entries asked for at once. */
const CHUNK = 1_000;

/** What was shipped less than a second ago may not be found yet, ms. */
const SETTLE_MS = 2_000;

export interface SinkCopyOptions {
  kind: AuditSinkPort['kind'];
  name: string;
  storedHashes: NonNullable<AuditSinkPort['storedHashes']>;
  call: CallContext;
  /** Records older than this may have been removed there (ms epoch). */
  keptSince: number;
}

/** Compares a trail with what was stored of it in a sink, hash by hash. */
export class SinkCopy implements Copy {
  readonly #options: SinkCopyOptions;
  readonly #differing: Finding[] = [];
  /** Entries that were not found, and of the newest of them the rows. */
  #absent = new Runs();
  readonly #absentRows = new Map<number, ChainedRow>();
  #same = 0;
  #removed = 0;
  #newest = 0;

  constructor(options: SinkCopyOptions) {
    this.#options = options;
  }

  async compare(rows: readonly ChainedRow[]): Promise<void> {
    for (const run of contiguous(rows)) {
      const stored = await this.#stored(run[0].seq, run[run.length - 1].seq);
      for (const row of run) {
        this.#look(row, stored.get(row.seq));
      }
    }
  }

  async newestBehind(seq: number): Promise<number | undefined> {
    const stored = await this.#stored(seq + 1, seq + CHUNK);
    return stored.size > 0 ? Math.max(...stored.keys()) : undefined;
  }

  async findings(
    told: Told | undefined,
  ): Promise<{ problems: Finding[]; notes: string[] }> {
    const { name } = this.#options;
    const sink = this.#sinkOf(told);
    const aside = new Set(sink?.setAsideLatest.map(({ seq }) => seq));
    const dueOf = () =>
      this.#absent.upTo(sink?.shippedSeq ?? this.#newest).without(aside);
    if (dueOf().count > 0) {
      await this.#lookAgain();
    }
    const due = dueOf();
    const waiting = this.#absent.countAbove(sink?.shippedSeq ?? this.#newest);
    const setAside = sink?.setAside ?? 0;
    // Of those set aside only the latest are named.
    const areSetAside = due.count <= setAside - aside.size;
    return {
      problems: [
        ...this.#differing,
        ...(areSetAside ? [] : due.list).map(
          ({ first, last }): Finding => ({
            kind: 'copy missing',
            seq: first,
            ...(last > first ? { toSeq: last } : {}),
            because: `${name} does not have ${
              first === last ? `entry ${first}` : 'these entries'
            }.`,
          }),
        ),
      ].sort((a, b) => a.seq - b.seq),
      notes: [
        `${entriesAre(this.#same)} the same in ${name}.`,
        ...(this.#removed > 0
          ? [
              `${entriesAre(
                this.#removed,
              )} not in ${name} (any more): older than what it keeps.`,
            ]
          : []),
        ...(waiting > 0 ? [`${entriesAre(waiting)} not in ${name} yet.`] : []),
        ...(setAside > 0
          ? [
              `${entriesAre(
                setAside,
              )} refused by ${name} and set aside: the status of the trail says why.`,
            ]
          : []),
      ],
    };
  }

  #stored(from: number, to: number): Promise<Map<number, string>> {
    const { call, storedHashes } = this.#options;
    return storedHashes({ from, to }, call);
  }

  /** By its name; the same cluster may be known there by another address. */
  #sinkOf(told: Told | undefined): Told['sinks'][number] | undefined {
    const { kind, name } = this.#options;
    const ofKind = told?.sinks.filter(sink => sink.kind === kind) ?? [];
    return ofKind.find(sink => sink.name === name) ?? ofKind[0];
  }

  async #lookAgain(): Promise<void> {
    const rows = [...this.#absentRows.values()];
    await sleep(SETTLE_MS, undefined, { signal: this.#options.call.signal });
    this.#absent = this.#absent.without(new Set(this.#absentRows.keys()));
    this.#absentRows.clear();
    const rest = this.#absent;
    this.#absent = new Runs();
    await this.compare(rows);
    this.#absent = new Runs([...rest.list, ...this.#absent.list]);
  }

  #look(row: ChainedRow, stored: string | undefined): void {
    const { at, hash, seq } = row;
    if (stored === undefined) {
      if (at < this.#options.keptSince) {
        this.#removed += 1;
        return;
      }
      this.#absent.add(seq);
      this.#absentRows.set(seq, row);
      if (this.#absentRows.size > CHUNK) {
        const [oldest] = this.#absentRows.keys();
        this.#absentRows.delete(oldest);
      }
      return;
    }
    this.#newest = Math.max(this.#newest, seq);
    if (stored === hash) {
      this.#same += 1;
    } else if (this.#differing.length < MAX_FINDINGS) {
      this.#differing.push({
        kind: 'copy differs',
        seq,
        because: `What ${
          this.#options.name
        } has as entry ${seq} is not what stands here.`,
      });
    }
  }
}

function entriesAre(count: number): string {
  return count === 1
    ? '1 entry is'
    : `${count.toLocaleString('en-US')} entries are`;
}

/** Entries whose numbers follow on each other, at most a chunk of them. */
function contiguous(rows: readonly ChainedRow[]): ChainedRow[][] {
  const runs: ChainedRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run && run.length < CHUNK && run[run.length - 1].seq + 1 === row.seq) {
      run.push(row);
    } else {
      runs.push([row]);
    }
  }
  return runs;
}
