import { z } from 'zod';
import { ENVIRONMENTS } from './words';

/** Names of the events (SPEC §11). @public */
export const EVENT_NAMES = [
  'degradation.detected',
  'degradation.confirmed',
  'candidate.resolved',
  'pr.created',
  'merge.completed',
  'merge.skipped',
  'merge.ci_failed',
  'merge.invariant_violation',
  'health.restored',
  'abort',
  'fsm.state_transition',
] as const;

/** {@inheritDoc EVENT_NAMES} @public */
export type EventName = (typeof EVENT_NAMES)[number];

/** What every event carries; `payload` depends on `type`. `timestamp` is epoch milliseconds. @public */
export const operatorEventSchema = z.object({
  type: z.enum(EVENT_NAMES),
  version: z.literal(1),
  timestamp: z.number().int().nonnegative(),
  correlationId: z.string(),
  application: z.object({
    instance: z.string(),
    namespace: z.string(),
    name: z.string(),
  }),
  environment: z.enum(ENVIRONMENTS),
  payload: z.record(z.string(), z.unknown()),
});

/** @public */
export type OperatorEvent = z.infer<typeof operatorEventSchema>;

/** Topic of the Backstage events service: `ai-operator.<environment>.<name>`. @public */
export function eventTopic(event: Pick<OperatorEvent, 'environment' | 'type'>) {
  return `ai-operator.${event.environment}.${event.type}`;
}
