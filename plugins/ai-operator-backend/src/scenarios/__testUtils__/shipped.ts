import { DEMO_ACCESS } from '@ai-operator/world';
import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Scenario } from './scenario';

interface Document {
  seq: number;
  hash: string;
  [field: string]: unknown;
}

/** Asks the world's Elasticsearch as somebody who may read everything. */
async function ask<T>(
  { url }: Scenario,
  path: string,
  body: unknown,
): Promise<T> {
  const { readerApiKey } = DEMO_ACCESS.elasticsearch;
  const response = await fetch(`${url}/elasticsearch/${path}`, {
    method: 'POST',
    headers: {
      authorization: `ApiKey ${Buffer.from(readerApiKey).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

/** The seed's query (§10.1): every record of one rollback, in order. */
export async function storyInElasticsearch(
  scenario: Scenario,
  correlationId: string,
): Promise<Document[]> {
  // What was written within this second is not seen by searches yet.
  await scenario.clock.advanceTo(scenario.clock.now() + 1_000);
  const { hits } = await ask<{ hits: { hits: Array<{ _source: Document }> } }>(
    scenario,
    'ai-operator-audit-2026.02.27/_search',
    {
      query: { match: { correlationId } },
      sort: [{ seq: 'asc' }],
      size: 1_000,
    },
  );
  return hits.hits.map(({ _source }) => _source);
}

/** Everything that is stored there, by `seq`; the same record twice would be there twice. */
export function allInElasticsearch({ world }: Scenario): Document[] {
  return world.elasticsearch.indices
    .list()
    .flatMap(({ documents }) => [...documents.values()])
    .map(({ source }) => source as Document)
    .sort((a, b) => a.seq - b.seq);
}

/** Everything in the database, in the same form. */
export async function allInDatabase({ db }: Scenario): Promise<Document[]> {
  const rows = await db.knex('audit').orderBy('seq');
  return rows.map(row => ({
    '@timestamp': new Date(Number(row.at)).toISOString(),
    seq: Number(row.seq),
    prevHash: row.prev_hash,
    hash: row.hash,
    ...JSON.parse(row.record),
  }));
}

/** Elasticsearch has exactly what the database has: nothing is missing, nothing is there twice. */
export async function expectSameTrail(scenario: Scenario): Promise<void> {
  const here = await allInDatabase(scenario);
  const there = allInElasticsearch(scenario);
  expect(there.map(({ seq }) => seq)).toEqual(here.map(({ seq }) => seq));
  expect(there.map(canonicalJson)).toEqual(here.map(canonicalJson));
}

/** From now on Elasticsearch answers 503, until the function is called. */
export function stopElasticsearch({ world }: Scenario): () => void {
  world.faults.add({ system: 'elasticsearch', kind: 'status', status: 503 });
  return () => world.faults.clear({ system: 'elasticsearch' });
}
