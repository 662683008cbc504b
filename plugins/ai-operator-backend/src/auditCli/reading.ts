import type { Mark } from './arguments';
import type { Copy } from './copy';
import type { Finding } from './outcome';
import type { Told } from './source';

/** What a trail is verified with, besides itself. */
export interface VerifyOptions {
  /** Verification goes on from here. */
  mark?: Mark;
  /** The trail has to reach this. */
  head?: Mark;
  /** Only the entries of this rollback. */
  correlationId?: string;
  copy?: Copy;
}

/** What a reading of entries showed, whole chain or one rollback. */
export interface Reading {
  checked: number;
  first?: number;
  last?: number;
  lastHash?: string;
  problems: Finding[];
  moreProblems: boolean;
  notes: string[];
  /** Set when nothing can be said about what was asked. */
  unknown?: string;
  told?: Told;
}
