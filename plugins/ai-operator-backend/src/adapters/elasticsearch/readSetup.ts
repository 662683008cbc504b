import { z } from 'zod';
import { PortError } from '../../ports';
import { parseAnswer } from '../http';
import { ElasticClient } from './ElasticClient';

const templatesSchema = z.object({
  index_templates: z
    .array(
      z.object({
        index_template: z.record(z.string(), z.unknown()),
      }),
    )
    .max(1),
});

const policiesSchema = z.record(
  z.string(),
  z.object({ policy: z.record(z.string(), z.unknown()) }),
);

type Found = Record<string, unknown>;

/** What decides how an index is made. The rest are dates, and what only some versions tell. */
const TEMPLATE_PARTS = [
  'index_patterns',
  'priority',
  'template',
  'composed_of',
  'data_stream',
  'allow_auto_create',
  '_meta',
];
const POLICY_PARTS = ['phases', '_meta'];

/** The index template of that name; undefined when there is none. @throws PortError */
export async function readTemplate(
  client: ElasticClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Found | undefined> {
  const asked = `Elasticsearch: index template '${name}'`;
  const answer = await unlessMissing(
    client.ask({
      asked,
      signal,
      run: (elastic, options) =>
        elastic.indices.getIndexTemplate({ name }, options),
    }),
  );
  const found = answer && parseAnswer(templatesSchema, answer, asked);
  const template = found?.index_templates[0]?.index_template;
  return template && pick(template, TEMPLATE_PARTS);
}

/** The lifecycle policy of that name; undefined when there is none. @throws PortError */
export async function readPolicy(
  client: ElasticClient,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Found | undefined> {
  const asked = `Elasticsearch: lifecycle policy '${name}'`;
  const answer = await unlessMissing(
    client.ask({
      asked,
      signal,
      run: (elastic, options) => elastic.ilm.getLifecycle({ name }, options),
    }),
  );
  const policy =
    answer && parseAnswer(policiesSchema, answer, asked)[name]?.policy;
  return policy && pick(policy, POLICY_PARTS);
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PortError && error.code === 'NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

/** Empty lists say nothing: of no components, for example. */
function pick(value: Found, keys: readonly string[]): Found {
  return Object.fromEntries(
    keys
      .map(key => [key, value[key]] as const)
      .filter(([, part]) =>
        Array.isArray(part) ? part.length > 0 : part !== undefined,
      ),
  );
}
