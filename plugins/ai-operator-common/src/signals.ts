import { z } from 'zod';

/** Channel of the Backstage signals that tell the portal what has changed. @public */
export const SIGNAL_CHANNEL = 'ai-operator';

const application = z.object({
  instance: z.string(),
  namespace: z.string(),
  name: z.string(),
});

/**
 * Something has changed: ids, and nothing else. Whoever wants to know what asks
 * the REST API, which knows who may see it. `many`: so much has changed at once
 * that it is not told one by one.
 * @public
 */
export const operatorSignalSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('rollback'),
    correlationId: z.string(),
    application,
  }),
  z.object({ type: z.literal('application'), application }),
  z.object({ type: z.literal('many') }),
]);

/** @public */
export type OperatorSignal = z.infer<typeof operatorSignalSchema>;
