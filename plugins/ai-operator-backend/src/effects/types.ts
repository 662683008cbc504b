import {
  ApplicationKey,
  Environment,
  OperatorEvent,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Effect, EffectKind, EffectOutcome } from '../core/effect';
import { CallContext, GitHubPort, NotifierPort, PagerPort } from '../ports';

/** Which rollback wants the effect. */
export interface EffectSubject {
  correlationId: string;
  application: ApplicationKey;
  environment: Environment;
}

/** Where events go; rejects when they could not be handed over. */
export type PublishEvent = (event: OperatorEvent) => Promise<void>;

/** Whether the rollback, as it is now, still wants an effect that was asked for earlier. */
export type StillWanted = { wanted: true } | { wanted: false; because: string };

export interface EffectContext {
  subject: EffectSubject;
  /** When the effect was decided, ms epoch. */
  decidedAt: number;
  github: GitHubPort;
  notifier: NotifierPort;
  pager: PagerPort;
  publish: PublishEvent;
  /** Asked right before acting. */
  stillWanted(effect: Effect): Promise<StillWanted>;
  call: CallContext;
}

export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;

/** One effect carried out once. Throws PortError where the outside did not give a definite answer. */
export type Perform = (
  effect: Effect,
  context: EffectContext,
) => Promise<EffectOutcome>;
