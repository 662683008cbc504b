import type { ChainedRow } from '../persistence';
import type { Finding } from './outcome';
import type { Told } from './source';

/** Where the trail was shipped to, to compare with. */
export interface Copy {
  /** The next entries of the trail, lowest number first. */
  compare(rows: readonly ChainedRow[]): Promise<void>;
  /** The newest entry it has behind this one, of a thousand; undefined when it has none. */
  newestBehind(seq: number): Promise<number | undefined>;
  /** What is missing there or differs. `told`: how far it was shipped, if anybody knows. */
  findings(
    told: Told | undefined,
  ): Promise<{ problems: Finding[]; notes: string[] }>;
}
