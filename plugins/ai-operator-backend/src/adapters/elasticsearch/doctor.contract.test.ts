import { DEMO_ACCESS } from '@ai-operator/world';
import {
  startWorldAdapters,
  WorldAdapters,
} from '../__testUtils__/worldAdapters';
import { Secret } from '../../config';
import { ElasticsearchConfig } from '../../config';
import { DEFAULTS } from '../../config/defaults';
import { ElasticsearchDoctor } from './doctor';
import { ElasticsearchSink } from './ElasticsearchSink';

const { apiKey, readerApiKey } = DEMO_ACCESS.elasticsearch;

describe('ElasticsearchDoctor', () => {
  let bench: WorldAdapters;

  beforeEach(async () => {
    bench = await startWorldAdapters();
  });
  afterEach(async () => {
    await bench.stop();
  });

  const configOf = (key: string): ElasticsearchConfig => ({
    nodes: [`${bench.url}/elasticsearch`],
    auth: {
      kind: 'apiKey',
      apiKey: new Secret(Buffer.from(key).toString('base64')),
    },
    ...DEFAULTS.auditElasticsearch,
    requestTimeout: 300,
  });
  const examine = (key: string = apiKey) =>
    new ElasticsearchDoctor(configOf(key), bench.environment).examine(
      bench.call,
    );
  const known = <T>(value: T) => ({ known: true, value });

  it('sees what is missing before the first start, and nothing after it', async () => {
    expect(await examine()).toEqual({
      name: `Elasticsearch at ${bench.url}/elasticsearch`,
      version: known('8.19.2'),
      rights: known([]),
      template: known({ state: 'absent', lacks: [] }),
      policy: known({ state: 'absent', lacks: [] }),
    });
    await new ElasticsearchSink(configOf(apiKey), bench.environment).prepare(
      bench.call,
    );
    bench.forget();
    expect(await examine()).toMatchObject({
      template: known({ state: 'current', lacks: [] }),
      policy: known({ state: 'current', lacks: [] }),
    });
    expect(bench.records.map(({ name }) => name)).toEqual(
      Array(4).fill('doctor.elasticsearch'),
    );
  });

  it('names the privileges that are missing', async () => {
    expect(await examine(readerApiKey)).toMatchObject({
      rights: known([
        'manage_index_templates',
        'manage_ilm',
        'auto_configure',
        'create_doc',
        'view_index_metadata',
        'delete_index of its indices',
        'monitor of its indices',
      ]),
      template: known({ state: 'absent', lacks: [] }),
      policy: { known: false, failure: 'forbidden' },
    });
  });

  it('asks no more of one that does not let it in, or is not there', async () => {
    expect(await examine('nobody:nothing')).toMatchObject({
      version: { known: false, failure: 'unauthenticated' },
      rights: { known: false, failure: 'skipped' },
    });
    bench.world.faults.add({ system: 'elasticsearch', kind: 'hang' });
    bench.forget();
    expect(await examine()).toMatchObject({
      version: { known: false, failure: 'silent' },
      template: { known: false, failure: 'skipped' },
    });
    expect(bench.records).toHaveLength(1);
  });

  it('has nothing to say where none is configured', async () => {
    const doctor = new ElasticsearchDoctor(undefined, bench.environment);
    expect(await doctor.examine(bench.call)).toBeUndefined();
  });
});
