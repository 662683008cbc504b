import { EntitySelection } from '../core/entity';

/** What the catalog says about applications, as last read. */
export interface CatalogSnapshot {
  /** Raised by the first answer, and whenever the selections changed. */
  generation: number;
  selections: readonly EntitySelection[];
  /** Entities whose annotations contradict each other or cannot be read. */
  invalid: ReadonlyArray<{ entityRef: string; because: string }>;
  /** ms epoch; absent before the first successful read. */
  readAt?: number;
  /** Why the latest read failed; the selections are then those of the last good one. */
  problem?: string;
}

/** The software catalog, read from time to time. */
export interface CatalogPort {
  /** The last known state; never waits and never throws. */
  snapshot(): CatalogSnapshot;
  /** Reads the catalog anew when the snapshot is old; never throws. */
  refresh(): Promise<void>;
}
