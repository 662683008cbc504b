import {
  ApplicationKey,
  Environment,
  OperatorEvent,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect, EffectKind, EffectOutcome } from '../core/effect';
import { CallContext, GitHubPort } from '../ports';

/** Which rollback wants the effect. */
export interface EffectSubject {
  correlationId: string;
  application: ApplicationKey;
  environment: Environment;
}

/** Where events go; rejects when they could not be handed over. */
export type PublishEvent = (event: OperatorEvent) => Promise<void>;

/** Whether the verdicts still allow the merge, asked right before it is made. */
export type MergeClearance =
  | { result: 'clear' }
  | { result: 'withheld'; because: string };

export interface EffectContext {
  subject: EffectSubject;
  /** When the effect was decided, ms epoch. */
  decidedAt: number;
  github: GitHubPort;
  publish: PublishEvent;
  clearance(
    effect: Extract<Effect, { kind: 'merge_pull_request' }>,
  ): Promise<MergeClearance>;
  call: CallContext;
}

export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;

/** One effect carried out once. Throws PortError where the outside did not give a definite answer. */
export type Perform = (
  effect: Effect,
  context: EffectContext,
) => Promise<EffectOutcome>;
