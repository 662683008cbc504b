import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { EffectKind, EffectOutcome } from '../core/effect';
import { Rollback } from '../core/rollback';

/** What the loops count; the names and labels of SPEC §11 are given where these are received. */
export interface EngineMetrics {
  /** A tick of one instance ended; `now` is ms epoch. */
  tickFinished(tick: {
    instance: string;
    result: 'ok' | 'failed' | 'lost';
    durationMs: number;
    now: number;
  }): void;
  /** A beat was left out because the tick before it was still running. */
  tickLate(instance: string): void;
  /** Something threw that should not have. */
  loopProblem(loop: string): void;
  degradationDetected(application: string, environment: Environment): void;
  /** A rollback's state has moved and the move is committed. */
  moved(before: Rollback, after: Rollback['state'], now: number): void;
  /** An effect has its outcome. */
  effectFinished(
    effect: { kind: EffectKind; application: string; environment: Environment },
    outcome: EffectOutcome,
  ): void;
  /** An invariant was found broken. */
  invariantBroken(id: string): void;
}
