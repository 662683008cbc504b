import {
  ApplicationKey,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord, ListedApplication } from '../../core';
import { isSameListing } from './sameListing';

interface Remembered {
  key: ApplicationKey;
  /** Undefined for an application nobody asked us to watch. */
  record?: ApplicationRecord;
  /** What the list said at the last commit; undefined when the record was only loaded. */
  listed?: ListedApplication;
  /** Of the catalog, at that time. */
  catalogGeneration?: number;
  /** Number of the last good list that named it. */
  seen: number;
}

/** Health that asks for nothing, tick after tick. */
const QUIET: ReadonlySet<string> = new Set([
  'Healthy',
  'Progressing',
  'Suspended',
]);

function stableText(record: ApplicationRecord): string {
  // Only the times of the looks differ between two equal looks.
  return JSON.stringify(record, (name, value: unknown) =>
    name === 'at' ? 0 : value,
  );
}

/** True when writing `after` over `before` would tell nobody anything new. */
export function isSameRecord(
  before: ApplicationRecord,
  after: ApplicationRecord,
): boolean {
  return stableText(before) === stableText(after);
}

/**
 * What the poller remembers of one instance between two ticks, so that
 * applications in which nothing changed cost neither a judgement nor a write.
 * It stands for the rows as committed, and is dropped whenever that is in doubt.
 */
export class InstanceMemory {
  readonly #entries = new Map<string, Remembered>();
  #list = 0;

  constructor(records: readonly ApplicationRecord[]) {
    for (const record of records) {
      this.#entries.set(stringifyApplicationKey(record.key), {
        key: record.key,
        record,
        seen: 0,
      });
    }
  }

  /** Applications under watch. */
  get monitored(): number {
    let count = 0;
    for (const { record } of this.#entries.values()) {
      count += record ? 1 : 0;
    }
    return count;
  }

  record(id: string): ApplicationRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** A good list has come: applications it names are passed to `isUnchanged` next. */
  beginList(): void {
    this.#list += 1;
  }

  /** True when nothing has to be done about the application in this tick. */
  isUnchanged(
    id: string,
    listed: ListedApplication,
    catalogGeneration: number,
  ): boolean {
    const entry = this.#entries.get(id);
    if (!entry) {
      return false;
    }
    entry.seen = this.#list;
    if (
      entry.listed === undefined ||
      entry.catalogGeneration !== catalogGeneration ||
      !isSameListing(entry.listed, listed)
    ) {
      return false;
    }
    return (
      entry.record === undefined ||
      (entry.record.streak === 0 && QUIET.has(entry.record.lastCheck.health))
    );
  }

  /** Call after the commit that wrote `record`; no record for an application that is not monitored. */
  remember(
    id: string,
    listed: ListedApplication,
    catalogGeneration: number,
    record: ApplicationRecord | undefined,
  ): void {
    this.#entries.set(id, {
      key: listed.key,
      record,
      listed,
      catalogGeneration,
      seen: this.#list,
    });
  }

  forget(id: string): void {
    this.#entries.delete(id);
  }

  /** Records of all applications under watch. */
  monitoredRecords(): ApplicationRecord[] {
    return [...this.#entries.values()].flatMap(({ record }) => record ?? []);
  }

  /** Records of which a check in which nothing could be measured has to be shown. */
  unquiet(): ApplicationRecord[] {
    return [...this.#entries.values()].flatMap(({ record }) =>
      record && (record.streak > 0 || record.unclear !== undefined)
        ? record
        : [],
    );
  }

  /** Replaces a record without a list having confirmed it. */
  replace(id: string, record: ApplicationRecord): void {
    const entry = this.#entries.get(id);
    if (entry) {
      entry.record = record;
      entry.listed = undefined;
    }
  }

  /** Monitored applications that the last `patience` good lists did not name. */
  vanished(patience: number): ApplicationKey[] {
    const gone: ApplicationKey[] = [];
    for (const [id, entry] of this.#entries) {
      const missed = this.#list - entry.seen;
      if (missed > 0 && entry.record === undefined) {
        this.#entries.delete(id);
      } else if (missed >= patience) {
        gone.push(entry.key);
      }
    }
    return gone;
  }
}
