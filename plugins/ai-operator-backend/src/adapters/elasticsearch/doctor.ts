import { z } from 'zod';
import { ElasticsearchConfig } from '../../config';
import {
  ElasticsearchFacts,
  Fact,
  noFact,
  OF_INDICES,
} from '../../core/doctor/facts';
import { CallContext, learn } from '../../ports';
import { CallEnvironment, callExternal, parseAnswer } from '../http';
import { ElasticClient } from './ElasticClient';
import { indexPattern } from './document';
import { lacksOfTemplate } from './prepare';
import { readPolicy, readTemplate } from './readSetup';
import { compareSetup, wantedSetup } from './setup';
import { sinkName } from './sinkName';

const CLUSTER_RIGHTS = ['monitor', 'manage_index_templates', 'manage_ilm'];
const INDEX_RIGHTS = [
  'auto_configure',
  'create_doc',
  'read',
  'view_index_metadata',
];

/** With these the lifecycle policy deletes indices: it has the rights of whoever wrote it last. */
const EXPIRY_RIGHTS = ['delete_index', 'monitor'];

const aboutSchema = z.object({ version: z.object({ number: z.string() }) });

const rightsSchema = z.object({
  cluster: z.record(z.string(), z.boolean()),
  index: z.record(z.string(), z.record(z.string(), z.boolean())),
});

interface Question<T> {
  /** For the audit. */
  name: string;
  ask(signal: AbortSignal | undefined): Promise<T>;
}

/** Looks at Elasticsearch: its version, our rights, and what was set up there. */
export class ElasticsearchDoctor {
  readonly #config: ElasticsearchConfig | undefined;
  readonly #environment: CallEnvironment;
  readonly #client: ElasticClient | undefined;

  constructor(
    config: ElasticsearchConfig | undefined,
    environment: CallEnvironment,
  ) {
    this.#config = config;
    this.#environment = environment;
    this.#client = config && new ElasticClient(config, environment.clock);
  }

  /** Undefined when none is configured. */
  async examine(call: CallContext): Promise<ElasticsearchFacts | undefined> {
    const config = this.#config;
    const client = this.#client;
    if (!config || !client) {
      return undefined;
    }
    const wanted = wantedSetup(config);
    const version = await this.#ask(call, {
      name: 'version',
      ask: signal => readVersion(client, signal),
    });
    if (!version.known) {
      // The rest would say the same, and take its time for it.
      const why = noFact('skipped', version.because);
      return {
        name: sinkName(config),
        version,
        rights: why,
        template: why,
        policy: why,
      };
    }
    const [rights, template, policy] = await Promise.all([
      this.#ask(call, {
        name: 'privileges',
        ask: signal =>
          config.auth.kind === 'none'
            ? // Where nobody has to say who they are, there are no rights.
              Promise.resolve([])
            : readMissingRights(client, config.indexPrefix, signal),
      }),
      this.#ask(call, {
        name: 'index template',
        ask: async signal => {
          const found = await readTemplate(client, wanted.name, signal);
          const { state } = compareSetup(found, wanted.template);
          return {
            state,
            lacks: found ? lacksOfTemplate(found, wanted.name) : [],
          };
        },
      }),
      this.#ask(call, {
        name: 'lifecycle policy',
        ask: async signal => {
          const found = await readPolicy(client, wanted.name, signal);
          const { state } = compareSetup(found, wanted.policy);
          return { state, lacks: [] };
        },
      }),
    ]);
    return { name: sinkName(config), version, rights, template, policy };
  }

  async #ask<T>(call: CallContext, question: Question<T>): Promise<Fact<T>> {
    return learn(
      callExternal(
        {
          name: 'doctor.elasticsearch',
          parameters: { question: question.name },
          call,
          environment: this.#environment,
          summarize: answer => answer,
        },
        ({ signal }) => question.ask(signal),
      ),
    );
  }
}

async function readVersion(
  client: ElasticClient,
  signal: AbortSignal | undefined,
): Promise<string> {
  const asked = 'Elasticsearch: its version';
  const answer = await client.ask({
    asked,
    signal,
    run: (elastic, options) => elastic.info({}, options),
  });
  return parseAnswer(aboutSchema, answer, asked).version.number;
}

/** Rights that the operator needs and its credentials do not have. */
async function readMissingRights(
  client: ElasticClient,
  indexPrefix: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const asked = 'Elasticsearch: our privileges';
  const all = `${indexPrefix}-*`;
  const daily = indexPattern(indexPrefix);
  const answer = await client.ask({
    asked,
    signal,
    run: (elastic, options) =>
      elastic.security.hasPrivileges(
        {
          cluster: CLUSTER_RIGHTS,
          index: [
            { names: [all], privileges: INDEX_RIGHTS },
            { names: [daily], privileges: EXPIRY_RIGHTS },
          ],
        },
        options,
      ),
  });
  const { cluster, index } = parseAnswer(rightsSchema, answer, asked);
  return [
    ...CLUSTER_RIGHTS.filter(name => !cluster[name]),
    ...INDEX_RIGHTS.filter(name => !index[all]?.[name]),
    ...EXPIRY_RIGHTS.filter(name => !index[daily]?.[name]).map(
      name => `${name}${OF_INDICES}`,
    ),
  ];
}
