import { z } from 'zod';
import type { Command } from './command';
import { numberOption, UsageError } from './usage';

const state = z.object({
  version: z.string(),
  rejectEvery: z.number().optional(),
  diskFull: z.boolean(),
  indices: z.array(z.object({ name: z.string(), documents: z.number() })),
});

/** A mapping in which an audit record does not fit. */
const CONFLICT = { properties: { reasoning: { type: 'long' } } };

/** Looks at Elasticsearch, and makes it misbehave in its own ways. */
export const ELASTICSEARCH_COMMAND: Command = {
  name: 'elasticsearch',
  usage: '[reject <n|off> | disk full|free | conflict <index>]',
  summary:
    'its indices; turn every n-th write away; fill its disk; make an index that takes no audit records',
  words: [0, 2],
  async run(client, [what, value]) {
    switch (what) {
      case undefined: {
        const { version, rejectEvery, diskFull, indices } = state.parse(
          await client.get('/elasticsearch'),
        );
        return [
          `Elasticsearch ${version}${diskFull ? ', its disk is full' : ''}${
            rejectEvery ? `, every ${rejectEvery}. write is turned away` : ''
          }`,
          ...indices.map(({ name, documents }) => `${name}  ${documents}`),
        ].join('\n');
      }
      case 'reject': {
        const every =
          value === 'off' ? undefined : numberOption(value, 'reject', 1);
        await client.post('/elasticsearch/reject', { every });
        return every === undefined
          ? 'No write is turned away'
          : `Every ${every}. write is turned away`;
      }
      case 'disk':
        if (value !== 'full' && value !== 'free') {
          throw new UsageError(`${value}: a disk can be full or free`);
        }
        await client.post('/elasticsearch/disk', { full: value === 'full' });
        return `The disk is ${value}`;
      case 'conflict':
        await client.post('/elasticsearch/index', {
          name: value,
          mappings: CONFLICT,
        });
        return `${value} takes no audit records`;
      default:
        throw new UsageError(`elasticsearch ${what}: not one of its words`);
    }
  },
};
