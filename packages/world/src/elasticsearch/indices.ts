import { createHash } from 'node:crypto';
import { badRequest, ElasticError, noSuchIndex } from './errors';
import { wildcardMatches, type JsonObject } from './json';
import { parseMapping, type Mapping } from './mapping';
import { parseSettings, type Settings } from './settings';

/** Indices at most, as a node allows itself 1000 shards. */
const MAX_INDICES = 1_000;

/** A document with what Elasticsearch keeps beside it. */
export interface StoredDocument {
  id: string;
  source: JsonObject;
  seqNo: number;
  version: number;
  /** From when searches see it, epoch milliseconds. */
  searchableFrom: number;
}

export interface ElasticIndex {
  name: string;
  uuid: string;
  createdAt: number;
  mapping: Mapping;
  settings: Settings;
  documents: Map<string, StoredDocument>;
  /** Of the next write. */
  seqNo: number;
}

/** Which indices a request means, and how strict it is about that. */
export interface IndexSelection {
  expression: string;
  ignoreUnavailable?: boolean;
  allowNoIndices?: boolean;
}

/** All indices of the cluster. */
export class Indices {
  readonly #indices = new Map<string, ElasticIndex>();

  get(name: string): ElasticIndex | undefined {
    return this.#indices.get(name);
  }

  list(): ElasticIndex[] {
    return [...this.#indices.values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
  }

  /** @throws ElasticError resource_already_exists_exception, invalid_index_name_exception, validation_exception */
  create(
    name: string,
    body: { settings?: unknown; mappings?: unknown },
    now: number,
  ): ElasticIndex {
    checkName(name);
    if (this.#indices.has(name)) {
      throw badRequest(
        'resource_already_exists_exception',
        `index [${name}/${this.#indices.get(name)?.uuid}] already exists`,
      );
    }
    if (this.#indices.size >= MAX_INDICES) {
      throw badRequest(
        'validation_exception',
        `Validation Failed: 1: this action would add [1] shards, but this cluster currently has [${MAX_INDICES}]/[${MAX_INDICES}] maximum normal shards open;`,
      );
    }
    const index: ElasticIndex = {
      name,
      uuid: createHash('sha256')
        .update(`${name} ${now}`)
        .digest('base64url')
        .slice(0, 22),
      createdAt: now,
      mapping: parseMapping(body.mappings),
      settings: {
        'index.number_of_shards': '1',
        'index.number_of_replicas': '1',
        ...parseSettings(body.settings),
      },
      documents: new Map(),
      seqNo: 0,
    };
    this.#indices.set(name, index);
    return index;
  }

  delete(name: string): boolean {
    return this.#indices.delete(name);
  }

  /** @throws ElasticError index_not_found_exception */
  select(selection: IndexSelection): ElasticIndex[] {
    const found = new Map<string, ElasticIndex>();
    for (const part of selection.expression.split(',')) {
      const isPattern = part.includes('*') || part === '_all';
      const matching = isPattern
        ? this.list().filter(({ name }) =>
            wildcardMatches(part === '_all' ? '*' : part, name),
          )
        : this.list().filter(({ name }) => name === part);
      if (!isPattern && matching.length === 0 && !selection.ignoreUnavailable) {
        throw noSuchIndex(part);
      }
      matching.forEach(index => found.set(index.name, index));
    }
    if (found.size === 0 && selection.allowNoIndices === false) {
      throw noSuchIndex(selection.expression);
    }
    return [...found.values()];
  }
}

function checkName(name: string): void {
  const isFine =
    /^[^A-Z\\/*?"<>| ,#:]+$/.test(name) &&
    !/^[-_+]/.test(name) &&
    !['.', '..'].includes(name) &&
    Buffer.byteLength(name) <= 255;
  if (!isFine) {
    throw new ElasticError(
      400,
      'invalid_index_name_exception',
      `Invalid index name [${name}], must be lowercase and without special characters`,
      { index: name, index_uuid: '_na_' },
    );
  }
}
