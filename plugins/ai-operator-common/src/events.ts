import { z } from 'zod';
import { eventPayloadSchemas } from './eventPayloads';
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

/** Version of the envelope and of every payload; raised when a field changes its meaning, not when one is added. @public */
export const EVENT_VERSION = 1;

const envelope = {
  /** The same whenever this very event is published again: an event seen before is left out by it. */
  id: z.string(),
  version: z.literal(EVENT_VERSION),
  /** When it was decided, epoch milliseconds. */
  timestamp: z.number().int().nonnegative(),
  correlationId: z.string(),
  application: z.object({
    instance: z.string(),
    namespace: z.string(),
    name: z.string(),
  }),
  environment: z.enum(ENVIRONMENTS),
};

function eventSchema<N extends EventName>(type: N) {
  return z.object({
    type: z.literal(type),
    ...envelope,
    payload: eventPayloadSchemas[type],
  });
}

/** Every event: what all carry, and the payload that belongs to its `type`. @public */
export const operatorEventSchema = z.discriminatedUnion('type', [
  eventSchema('degradation.detected'),
  eventSchema('degradation.confirmed'),
  eventSchema('candidate.resolved'),
  eventSchema('pr.created'),
  eventSchema('merge.completed'),
  eventSchema('merge.skipped'),
  eventSchema('merge.ci_failed'),
  eventSchema('merge.invariant_violation'),
  eventSchema('health.restored'),
  eventSchema('abort'),
  eventSchema('fsm.state_transition'),
]);

/** @public */
export type OperatorEvent = z.infer<typeof operatorEventSchema>;

/** Topic of the Backstage events service: `ai-operator.<environment>.<name>`. @public */
export function eventTopic(event: Pick<OperatorEvent, 'environment' | 'type'>) {
  return `ai-operator.${event.environment}.${event.type}`;
}
