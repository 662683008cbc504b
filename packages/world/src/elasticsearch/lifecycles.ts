import type { Principal } from './access';
import { badRequest, ElasticError } from './errors';
import { isObject, knownObject, timeValue, type JsonObject } from './json';

const MAX_POLICIES = 100;
const PHASES = ['hot', 'warm', 'cold', 'frozen', 'delete'];

/** Actions by phase, and the settings each of them takes. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  set_priority: ['priority'],
  readonly: [],
  delete: ['delete_searchable_snapshot'],
  forcemerge: ['max_num_segments', 'index_codec'],
};

/** A lifecycle policy of indices. */
export interface Lifecycle {
  name: string;
  version: number;
  modifiedAt: number;
  /** With the defaults filled in, as answers have it. */
  policy: JsonObject;
  /** Age at which an index is deleted, ms. */
  deleteAfter?: number;
  /** Who wrote it last, with the rights of that moment: it is carried out with those. */
  writtenBy: Principal;
}

/** Lifecycle policies, by name. */
export class Lifecycles {
  readonly #policies = new Map<string, Lifecycle>();

  /** @throws ElasticError for whatever is unknown */
  put(
    name: string,
    body: unknown,
    options: { now: number; writtenBy: Principal },
  ): Lifecycle {
    const { policy } = knownObject(body, 'put_lifecycle_request', ['policy']);
    const { phases, _meta: meta } = knownObject(policy, 'lifecycle_policy', [
      'phases',
      '_meta',
    ]);
    const given = knownObject(phases, 'phases', PHASES);
    const read = Object.entries(given).map(
      ([phase, value]) => [phase, readPhase(phase, value)] as const,
    );
    if (!this.#policies.has(name) && this.#policies.size >= MAX_POLICIES) {
      throw badRequest('illegal_argument_exception', 'too many policies');
    }
    const made: Lifecycle = {
      name,
      version: (this.#policies.get(name)?.version ?? 0) + 1,
      modifiedAt: options.now,
      policy: {
        phases: Object.fromEntries(
          read.map(([phase, { shown }]) => [phase, shown]),
        ),
        ...(isObject(meta) && { _meta: meta }),
      },
      deleteAfter: read.find(([phase]) => phase === 'delete')?.[1].minAge,
      writtenBy: structuredClone(options.writtenBy),
    };
    this.#policies.set(name, made);
    return made;
  }

  /** @throws ElasticError resource_not_found_exception */
  get(name: string): Lifecycle {
    const found = this.#policies.get(name);
    if (!found) {
      throw new ElasticError(
        404,
        'resource_not_found_exception',
        `Lifecycle policy not found: ${name}`,
      );
    }
    return found;
  }

  find(name: string): Lifecycle | undefined {
    return this.#policies.get(name);
  }

  list(): Lifecycle[] {
    return [...this.#policies.values()];
  }

  delete(name: string): boolean {
    return this.#policies.delete(name);
  }
}

function readPhase(phase: string, value: unknown) {
  const { min_age: minAge = '0ms', actions = {} } = knownObject(value, phase, [
    'min_age',
    'actions',
  ]);
  const given = knownObject(actions, 'actions', Object.keys(ACTIONS));
  for (const [action, settings] of Object.entries(given)) {
    knownObject(settings, action, ACTIONS[action]);
    if ((action === 'delete') !== (phase === 'delete')) {
      throw badRequest(
        'illegal_argument_exception',
        `invalid action [${action}] defined in phase [${phase}]`,
      );
    }
  }
  return {
    minAge: timeValue(minAge, 'min_age'),
    shown: {
      min_age: minAge,
      actions: {
        ...given,
        ...(isObject(given.delete) && {
          delete: { delete_searchable_snapshot: true, ...given.delete },
        }),
      },
    },
  };
}
