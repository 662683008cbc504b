import { ListedApplication } from '../../core';
import { isSameListing } from './sameListing';

function listed(change: Partial<ListedApplication> = {}): ListedApplication {
  return {
    key: { instance: 'staging', namespace: 'argocd', name: 'payment-service' },
    project: 'payments',
    labels: { environment: 'staging', team: 'payments' },
    annotations: { 'ai-operator/branch': 'staging' },
    health: 'Healthy',
    healthMessage: 'fine',
    syncStatus: 'Synced',
    revision: 'a',
    operationPhase: 'Succeeded',
    source: { repoUrl: 'r', path: 'p', targetRevision: 't' },
    sources: [{ repoUrl: 'r', path: 'p', chart: 'c', targetRevision: 't' }],
    destination: { server: 's', name: 'n', namespace: 'ns' },
    ...change,
  };
}

const [source] = listed().sources ?? [];
const CHANGES: Array<[string, Partial<ListedApplication>]> = [
  ['project', { project: 'other' }],
  ['a label', { labels: { environment: 'production', team: 'payments' } }],
  ['a label more', { labels: { ...listed().labels, tier: '1' } }],
  ['a label less', { labels: { environment: 'staging' } }],
  ['another label', { labels: { environment: 'staging', tier: 'payments' } }],
  ['an annotation', { annotations: {} }],
  ['health', { health: 'Degraded' }],
  ['the health message', { healthMessage: undefined }],
  ['sync', { syncStatus: 'OutOfSync' }],
  ['the revision', { revision: 'b' }],
  ['the operation', { operationPhase: 'Running' }],
  ['no source', { source: undefined }],
  ['the repository', { source: { ...source, repoUrl: 'x' } }],
  ['the path', { source: { ...source, path: 'x' } }],
  ['the chart', { source: { ...source, chart: 'x' } }],
  ['the target', { source: { ...source, targetRevision: 'x' } }],
  ['no sources', { sources: undefined }],
  ['more sources', { sources: [source, source] }],
  ['one of the sources', { sources: [{ ...source, path: 'x' }] }],
  ['the server', { destination: { ...listed().destination, server: 'x' } }],
  ['the cluster', { destination: { ...listed().destination, name: 'x' } }],
  [
    'the namespace',
    { destination: { ...listed().destination, namespace: 'x' } },
  ],
];

describe('isSameListing', () => {
  it('finds two lists that say the same to be the same', () => {
    expect(isSameListing(listed(), listed())).toBe(true);
  });

  it.each(CHANGES)('sees %s change', (_name, change) => {
    expect(isSameListing(listed(), listed(change))).toBe(false);
    expect(isSameListing(listed(change), listed())).toBe(false);
  });

  it('looks at every field there is', () => {
    const looked = new Set(
      CHANGES.flatMap(([, change]) => Object.keys(change)),
    );
    // The key is what the two are found by.
    expect(Object.keys(listed()).filter(field => !looked.has(field))).toEqual([
      'key',
    ]);
  });
});
