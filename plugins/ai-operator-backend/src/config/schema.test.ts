import { resolve } from 'path';
import { readFileSync } from 'fs';
import { DEFAULTS, DEFAULT_TIMING } from './defaults';
import { ROLE_KEYS } from './roleKeys';

/** The schema adopters see, as text: what it documents must be what is read. */
const schema = readFileSync(resolve(__dirname, '../../config.d.ts'), 'utf8');

describe('config.d.ts', () => {
  it('documents every key that has a default', () => {
    const keys = [
      ...Object.keys(DEFAULT_TIMING),
      ...Object.keys(DEFAULTS).filter(
        key => !['kubernetes', 'auditElasticsearch'].includes(key),
      ),
      ...Object.keys(DEFAULTS.candidates),
      ...Object.keys(DEFAULTS.limits),
      ...Object.keys(DEFAULTS.retention),
      ...Object.keys(DEFAULTS.argocd),
      ...Object.keys(DEFAULTS.github),
      ...Object.keys(DEFAULTS.metrics),
      ...Object.keys(DEFAULTS.audit),
      ...Object.keys(DEFAULTS.auditElasticsearch),
    ];
    expect(keys.filter(key => !schema.includes(`${key}?:`))).toEqual([]);
    expect(keys.length).toBeGreaterThan(30);
  });

  it('documents every role as it is written', () => {
    for (const key of Object.values(ROLE_KEYS)) {
      expect(schema).toMatch(
        new RegExp(`\\b${key}\\?: \\{\\s+/\\*\\* Entity refs`),
      );
    }
  });

  it('shows nothing to the browser, and marks every credential', () => {
    expect(schema).not.toContain('@visibility frontend');
    const credentials = [
      ...schema.matchAll(
        /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(token|password|apiKey)\?:/g,
      ),
    ];
    expect(credentials).toHaveLength(8);
    for (const [, comment] of credentials) {
      expect(comment).toContain('@visibility secret');
    }
    // Which header of a pager's carries its key is not for us to know.
    expect(schema).toMatch(/@deepVisibility secret\s*\*\/\s*headers\?:/);
  });
});
