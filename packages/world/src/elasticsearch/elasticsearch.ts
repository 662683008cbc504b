import { randomUUID } from 'node:crypto';
import type { WorldClock } from '../clock';
import { Access } from './access';
import { ElasticError } from './errors';
import { expiryOf } from './expiry';
import { Indices, type ElasticIndex, type StoredDocument } from './indices';
import type { JsonObject } from './json';
import { Lifecycles } from './lifecycles';
import { parseDocument } from './parseDocument';
import { Templates } from './templates';

/** The version this cluster says it is, unless told otherwise. */
export const ELASTICSEARCH_VERSION = '8.19.2';

/** Documents of the whole cluster at most: then its disk is full. */
export const DOCUMENT_LIMIT = 200_000;

/** Longest body of a request in bytes; a real one takes 100 MB by default. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/** How long a new document stays unseen by searches, ms (`index.refresh_interval`). */
export const REFRESH_MS = 1_000;

/** One write, as a bulk request orders it. */
export interface Write {
  index: string;
  /** Absent: Elasticsearch chooses one. */
  id?: string;
  source: JsonObject;
  /** `create` refuses an id that is taken. */
  kind: 'create' | 'index';
  /** Searches see it at once. */
  refresh?: boolean;
}

/** A cluster of one node, and ways to make it misbehave in ways of its own. */
export class Elasticsearch {
  readonly access = new Access();
  readonly indices = new Indices();
  readonly templates = new Templates();
  readonly lifecycles = new Lifecycles();
  readonly clusterUuid = randomUUID();
  version = ELASTICSEARCH_VERSION;
  /** What `action.auto_create_index` says. */
  autoCreate = true;
  /** Every n-th write is turned away (429); undefined: none. */
  rejectEvery: number | undefined;
  /** The disk is above its flood stage: indices take no writes (429). */
  diskFull = false;
  readonly #clock: WorldClock;
  readonly #note: (kind: string, message: string) => void;
  #writes = 0;

  constructor(options: {
    clock: WorldClock;
    note: (kind: string, message: string) => void;
  }) {
    this.#clock = options.clock;
    this.#note = options.note;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Makes an index with the settings and mappings of its template beneath those given. */
  createIndex(
    name: string,
    body: { settings?: unknown; mappings?: unknown } = {},
  ): ElasticIndex {
    const template = this.templates.for(name);
    const index = this.indices.create(
      name,
      {
        settings: { ...template?.settings, ...Object(body.settings) },
        mappings: body.mappings ?? template?.mappings,
      },
      this.now(),
    );
    this.#note('elasticsearch.index', `${name} was made`);
    return index;
  }

  /** Deletes what is older than its lifecycle allows, if who wrote that may. */
  expire(): void {
    for (const index of this.indices.list()) {
      const expiry = expiryOf(this, index);
      if (expiry && !expiry.failed) {
        this.indices.delete(index.name);
        this.#note(
          'elasticsearch.expired',
          `${index.name} by ${expiry.policy}`,
        );
      }
    }
  }

  /** Everything a query sees now. */
  searchable(index: ElasticIndex): StoredDocument[] {
    const now = this.now();
    return [...index.documents.values()].filter(
      ({ searchableFrom }) => searchableFrom <= now,
    );
  }

  refresh(index: ElasticIndex): void {
    for (const document of index.documents.values()) {
      document.searchableFrom = Math.min(document.searchableFrom, this.now());
    }
  }

  /** @throws ElasticError for this one document */
  write(write: Write): { document: StoredDocument; created: boolean } {
    const index =
      this.indices.get(write.index) ?? this.#autoCreate(write.index);
    this.#refuseOverload(index);
    const id = write.id ?? randomUUID();
    if (id === '' || Buffer.byteLength(id) > 512) {
      throw new ElasticError(
        400,
        'illegal_argument_exception',
        `id [${id}] is too long or empty, must be no longer than 512 bytes`,
      );
    }
    const known = index.documents.get(id);
    if (known && write.kind === 'create') {
      throw new ElasticError(
        409,
        'version_conflict_engine_exception',
        `[${id}]: version conflict, document already exists (current version [${known.version}])`,
        { index_uuid: index.uuid, shard: '0', index: index.name },
      );
    }
    parseDocument(index.mapping, write.source, id);
    const document: StoredDocument = {
      id,
      source: write.source,
      seqNo: index.seqNo,
      version: (known?.version ?? 0) + 1,
      searchableFrom: this.now() + (write.refresh ? 0 : REFRESH_MS),
    };
    index.seqNo += 1;
    index.documents.set(id, document);
    return { document, created: known === undefined };
  }

  #autoCreate(name: string): ElasticIndex {
    if (!this.autoCreate) {
      throw new ElasticError(
        404,
        'index_not_found_exception',
        `no such index [${name}] and [action.auto_create_index] is [false]`,
        { index: name, index_uuid: '_na_' },
      );
    }
    return this.createIndex(name);
  }

  #refuseOverload(index: ElasticIndex): void {
    this.#writes += 1;
    if (this.rejectEvery && this.#writes % this.rejectEvery === 0) {
      throw new ElasticError(
        429,
        'es_rejected_execution_exception',
        'rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=1, max_coordinating_bytes=1]',
      );
    }
    const stored = this.indices
      .list()
      .reduce((sum, { documents }) => sum + documents.size, 0);
    if (this.diskFull || stored >= DOCUMENT_LIMIT) {
      throw new ElasticError(
        429,
        'cluster_block_exception',
        `index [${index.name}] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block; for more information, see https://www.elastic.co/guide/en/elasticsearch/reference/8.19/fix-watermark-errors.html];`,
      );
    }
  }
}
