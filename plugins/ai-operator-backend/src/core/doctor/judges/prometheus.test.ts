import { fact, noFact, PrometheusFacts } from '../facts';
import {
  judgeCustomMetrics,
  judgeNoPrometheus,
  judgePrometheus,
} from './prometheus';

function facts(change: Partial<PrometheusFacts> = {}): PrometheusFacts {
  return {
    url: 'https://prometheus.example.com',
    ready: fact(true),
    query: fact(0),
    clock: fact({ theirs: 1, precision: 1_000, before: 1, after: 1 }),
    ...change,
  };
}

function statuses(given: PrometheusFacts) {
  return Object.fromEntries(
    judgePrometheus(given).map(({ id, status }) => [id, status]),
  );
}

const OK = {
  'prometheus/connection': 'ok',
  'prometheus/ready': 'ok',
  'prometheus/query': 'ok',
  'prometheus/clock': 'ok',
};

it.each<[string, Partial<PrometheusFacts>, Record<string, string>]>([
  ['as it should be', {}, {}],
  [
    'not ready yet',
    { ready: fact(false), query: noFact('unreachable', 'why') },
    {
      'prometheus/connection': 'problem',
      'prometheus/ready': 'warning',
      'prometheus/query': 'unknown',
    },
  ],
  ['without a page of readiness', { ready: noFact('missing', 'why') }, {}],
  [
    'with a query it cannot read',
    { query: noFact('misconfigured', 'why') },
    { 'prometheus/query': 'problem' },
  ],
  [
    'silent',
    {
      ready: noFact('silent', 'why'),
      query: noFact('silent', 'why'),
      clock: noFact('skipped', 'why'),
    },
    {
      'prometheus/connection': 'unknown',
      'prometheus/ready': 'unknown',
      'prometheus/query': 'unknown',
      'prometheus/clock': 'unknown',
    },
  ],
  [
    'that is something else',
    { ready: noFact('missing', 'why'), query: noFact('missing', 'why') },
    {
      'prometheus/connection': 'problem',
      'prometheus/ready': 'unknown',
      'prometheus/query': 'problem',
    },
  ],
])('Prometheus %s', (_name, change, expected) => {
  expect(statuses(facts(change))).toEqual({ ...OK, ...expected });
});

it('warns where there is none: CI alone decides', () => {
  expect(judgeNoPrometheus()).toMatchObject({
    id: 'prometheus/configured',
    status: 'warning',
    because: expect.stringContaining('CI alone'),
  });
});

it.each([
  [fact(undefined), 'ok'],
  [noFact('unreachable', 'why'), 'problem'],
  [noFact('silent', 'why'), 'unknown'],
])('a source of your own: %#', (answer, status) => {
  expect(judgeCustomMetrics(answer).status).toBe(status);
});
