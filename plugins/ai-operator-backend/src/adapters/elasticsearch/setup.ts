import { createHash } from 'crypto';
import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { ElasticsearchConfig } from '../../config';
import { indexPattern } from './document';
import { MAPPINGS } from './mappings';

/** Raised with every change of what is set up; a newer one is never replaced by an older. */
export const SETUP_VERSION = 1;

/** Above those that Elasticsearch brings along (100 and 200). */
const PRIORITY = 500;

const UNITS: Array<[string, number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** A time as Elasticsearch writes it, exact. */
export function timeUnits(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** What carries the fingerprint: everything that is ours in a template or a policy. */
type Part = Record<string, unknown>;

/** The index template and the lifecycle policy, as they are sent; both have the same name. */
export type Wanted = ReturnType<typeof wantedSetup>;

export function wantedSetup(
  config: Pick<ElasticsearchConfig, 'indexPrefix' | 'lifecycle'>,
) {
  const { indexPrefix: name, lifecycle } = config;
  const template = {
    index_patterns: [indexPattern(name)],
    priority: PRIORITY,
    template: {
      settings: {
        index: {
          number_of_shards: '1',
          auto_expand_replicas: '0-1',
          lifecycle: { name },
        },
      },
      mappings: MAPPINGS,
    },
  };
  const policy = {
    phases: {
      delete: {
        min_age: timeUnits(lifecycle),
        actions: { delete: { delete_searchable_snapshot: true } },
      },
    },
  };
  return {
    name,
    template: { ...template, _meta: markOf(template) },
    policy: { ...policy, _meta: markOf(policy) },
  };
}

/** By this a later look knows whose it is, how new, and whether somebody changed it. */
function markOf(part: Part) {
  return {
    managed_by: 'ai-operator',
    version: SETUP_VERSION,
    fingerprint: fingerprint(part),
  };
}

/** Elasticsearch gives numbers and switches back as texts. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(normalized);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => [key, normalized(child)]),
    );
  }
  return String(value);
}

function fingerprint(part: Part): string {
  return createHash('sha256')
    .update(canonicalJson(normalized(part)))
    .digest('hex');
}

const markSchema = z.object({
  managed_by: z.literal('ai-operator'),
  version: z.number(),
  fingerprint: z.string(),
});

/** What is there compared with what we want. */
export type SetupState =
  | { state: 'absent' }
  /** As we want it. */
  | { state: 'current' }
  /** Ours, and we want it otherwise by now. */
  | { state: 'outdated' }
  /** Of a later version of the operator. */
  | { state: 'newer'; version: number }
  /** Ours once, and changed by somebody since. */
  | { state: 'changed' }
  /** Somebody else's. */
  | { state: 'foreign' };

/** @param found - as Elasticsearch gives it, reduced to the parts we send; undefined: there is none */
export function compareSetup(
  found: Part | undefined,
  wanted: Part,
): SetupState {
  if (!found) {
    return { state: 'absent' };
  }
  const { _meta: mark, ...content } = found;
  const { _meta: _ours, ...ours } = wanted;
  const parsed = markSchema.safeParse(mark);
  if (!parsed.success) {
    return { state: 'foreign' };
  }
  const { version } = parsed.data;
  if (version > SETUP_VERSION) {
    return { state: 'newer', version };
  }
  const actual = fingerprint(content);
  if (actual !== parsed.data.fingerprint) {
    return { state: 'changed' };
  }
  return actual === fingerprint(ours)
    ? { state: 'current' }
    : { state: 'outdated' };
}

/** Whether we may put ours in its place. */
export function mayReplace({ state }: SetupState): boolean {
  return state === 'absent' || state === 'outdated';
}
