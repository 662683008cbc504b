import { ElasticsearchFacts, fact, noFact } from '../facts';
import { silentElasticsearch } from '../silence';
import { judgeElasticsearch } from './elasticsearch';

const CURRENT = fact({ state: 'current' as const, lacks: [] });

function facts(change: Partial<ElasticsearchFacts> = {}): ElasticsearchFacts {
  return {
    name: 'Elasticsearch at https://logs.example.com',
    version: fact('8.19.2'),
    rights: fact([]),
    template: CURRENT,
    policy: CURRENT,
    ...change,
  };
}

function statuses(given: ElasticsearchFacts) {
  return Object.fromEntries(
    judgeElasticsearch(given).map(({ id, status }) => [
      id.replace('audit/elasticsearch/', ''),
      status,
    ]),
  );
}

const OK = {
  connection: 'ok',
  version: 'ok',
  rights: 'ok',
  template: 'ok',
  lifecycle: 'ok',
};
const changed = (...lacks: string[]) =>
  fact({ state: 'changed' as const, lacks });
const why = noFact('skipped', 'why');

it.each<[string, Partial<ElasticsearchFacts>, Record<string, string>]>([
  ['as it should be', {}, {}],
  ['of the next version', { version: fact('9.1.0') }, {}],
  ['too old', { version: fact('7.17.0') }, { version: 'problem' }],
  ['too new', { version: fact('10.0.0') }, { version: 'warning' }],
  [
    'with a key that may not add',
    { rights: fact(['create_doc']) },
    { rights: 'problem' },
  ],
  [
    'set up by people, with a key that may not',
    {
      rights: fact(['manage_ilm', 'manage_index_templates']),
      template: fact({ state: 'foreign', lacks: [] }),
      policy: fact({ state: 'foreign', lacks: [] }),
    },
    { template: 'warning', lifecycle: 'warning' },
  ],
  [
    'deleting by our own policy, with a key that may not',
    { rights: fact(['delete_index of its indices']) },
    { rights: 'problem' },
  ],
  [
    'going to delete by our own policy, with a key that may not',
    {
      rights: fact(['monitor of its indices']),
      policy: fact({ state: 'absent', lacks: [] }),
    },
    { rights: 'problem', lifecycle: 'warning' },
  ],
  [
    "deleting by somebody else's policy, with a key that may not",
    {
      rights: fact(['delete_index of its indices', 'monitor of its indices']),
      policy: fact({ state: 'foreign', lacks: [] }),
    },
    { lifecycle: 'warning' },
  ],
  [
    'not set up, with a key that may not',
    {
      rights: fact(['manage_ilm']),
      policy: fact({ state: 'absent', lacks: [] }),
    },
    { rights: 'problem', lifecycle: 'warning' },
  ],
  [
    'of an older and of a newer operator',
    {
      template: fact({ state: 'outdated', lacks: [] }),
      policy: fact({ state: 'newer', lacks: [] }),
    },
    {},
  ],
  ['changed, and it fits', { template: changed() }, { template: 'warning' }],
  [
    'changed, and it does not fit',
    { template: changed("there is no field 'seq'") },
    { template: 'problem' },
  ],
  [
    'with a template we may not see',
    { template: noFact('forbidden', 'why') },
    { template: 'problem' },
  ],
  [
    'not to be reached',
    {
      version: noFact('unreachable', 'why'),
      rights: why,
      template: why,
      policy: why,
    },
    {
      connection: 'problem',
      version: 'unknown',
      rights: 'unknown',
      template: 'unknown',
      lifecycle: 'unknown',
    },
  ],
  [
    'silent',
    silentElasticsearch('x', noFact('silent', 'why')),
    Object.fromEntries(Object.keys(OK).map(key => [key, 'unknown'])),
  ],
])('%s', (_name, change, expected) => {
  expect(statuses(facts(change))).toEqual({ ...OK, ...expected });
});

it('names both ways to let old indices go', () => {
  const [, , rights] = judgeElasticsearch(
    facts({
      rights: fact(['delete_index of its indices', 'monitor of its indices']),
    }),
  );
  expect(rights).toMatchObject({
    because: expect.stringContaining('nothing in it is ever deleted'),
    howToMend: expect.stringMatching(
      /administrator put a lifecycle policy of their own.* or give the API key these privileges/,
    ),
  });
});

it('says what is wrong and what to do', () => {
  const findings = judgeElasticsearch(
    facts({ template: changed("there is no field 'seq'") }),
  );
  expect(findings).toContainEqual({
    id: 'audit/elasticsearch/template',
    area: 'audit',
    name: 'Elasticsearch at https://logs.example.com',
    title: 'Index template',
    status: 'problem',
    because:
      "The index template was changed by somebody and does not fit: there is no field 'seq'.",
    howToMend: 'Correct it, or delete it: the operator makes it anew.',
  });
});
