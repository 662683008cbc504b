import { PortError } from '../../ports';
import { auditIndex } from '../../core/auditIndex';
import { ElasticClient } from './ElasticClient';
import { lacksOf } from './mappings';
import { readPolicy, readTemplate } from './readSetup';
import { compareSetup, mayReplace, SetupState, Wanted } from './setup';

/** Any day does: patterns do not tell days apart. */
const A_DAY = Date.UTC(2026, 0, 1);

const WHOSE: Partial<Record<SetupState['state'], string>> = {
  newer: 'is of a newer version of AI Operator',
  changed: 'was changed by somebody',
  foreign: 'was not made by AI Operator',
};

/** What was found, and what of it was made anew. */
export interface Prepared {
  template: SetupState['state'] | 'made';
  policy: SetupState['state'] | 'made';
}

/**
 * Makes the lifecycle policy and the index template, in this order because the
 * second names the first. What is as wanted is left alone, and so is what is
 * newer or was changed by somebody. Elasticsearch carries a policy out with the
 * rights that its last writer had then: one of ours deletes nothing unless our
 * credentials may (`delete_index`), which the doctor looks at.
 *
 * @throws PortError MISCONFIGURED where records would not fit what is there
 */
export async function prepareSetup(
  client: ElasticClient,
  wanted: Wanted,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const policy = await readPolicy(client, wanted.name, signal);
  const policyState = compareSetup(policy, wanted.policy);
  if (mayReplace(policyState)) {
    await client.ask({
      asked: `Elasticsearch: writing the lifecycle policy '${wanted.name}'`,
      signal,
      run: (elastic, options) =>
        elastic.ilm.putLifecycle(
          { name: wanted.name, policy: wanted.policy },
          options,
        ),
    });
  }
  const template = await readTemplate(client, wanted.name, signal);
  const templateState = compareSetup(template, wanted.template);
  if (mayReplace(templateState)) {
    await client.ask({
      asked: `Elasticsearch: writing the index template '${wanted.name}'`,
      signal,
      run: (elastic, options) =>
        elastic.indices.putIndexTemplate(
          { name: wanted.name, ...wanted.template },
          options,
        ),
    });
  } else {
    refuseUnfit(wanted.name, template, templateState);
  }
  return {
    template: mayReplace(templateState) ? 'made' : templateState.state,
    policy: mayReplace(policyState) ? 'made' : policyState.state,
  };
}

function refuseUnfit(name: string, template: unknown, state: SetupState): void {
  const lacks = lacksOfTemplate(template, name);
  if (state.state !== 'current' && lacks.length > 0) {
    throw new PortError(
      'MISCONFIGURED',
      `The index template '${name}' in Elasticsearch ${
        WHOSE[state.state] ?? 'is there'
      } and does not fit: ${lacks
        .slice(0, 3)
        .join(', ')}; correct it, or delete it and AI Operator makes it anew`,
    );
  }
}

/** What records need and a template as it was found does not give them. */
export function lacksOfTemplate(template: unknown, name: string): string[] {
  const patterns = [Reflect.get(Object(template), 'index_patterns')].flat();
  const index = auditIndex(name, A_DAY);
  const isForUs = patterns.some(
    pattern => typeof pattern === 'string' && covers(pattern, index),
  );
  const inner = Object(Reflect.get(Object(template), 'template'));
  return [
    ...(isForUs ? [] : [`it is not for indices such as ${index}`]),
    ...lacksOf(Reflect.get(inner, 'mappings')),
  ];
}

function covers(pattern: string, index: string): boolean {
  const [head, ...rest] = pattern.split('*');
  if (rest.length === 0) {
    return pattern === index;
  }
  const tail = rest.pop() ?? '';
  let at = head.length;
  for (const part of rest) {
    const found = index.indexOf(part, at);
    if (found < 0) {
      return false;
    }
    at = found + part.length;
  }
  return (
    index.startsWith(head) &&
    index.endsWith(tail) &&
    index.length - tail.length >= at
  );
}
