import { auditRecordSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { chunksOf } from './chunks';
import { auditIndex } from '../../core/auditIndex';
import { documentOf, hashOfDocument } from './document';
import { lacksOf, MAPPINGS } from './mappings';
import { compareSetup, timeUnits, wantedSetup } from './setup';

const CONFIG = { indexPrefix: 'trail', lifecycle: 90 * 86_400_000 };

describe('mappings', () => {
  it('know every field of an audit record, and nothing else', () => {
    const ours = ['@timestamp', 'seq', 'prevHash', 'hash'];
    expect(Object.keys(MAPPINGS.properties).sort()).toEqual(
      [...ours, ...Object.keys(auditRecordSchema.shape)].sort(),
    );
    const { mcpCall, fsmState, invariantsChecked } = auditRecordSchema.shape;
    expect(Object.keys(MAPPINGS.properties.mcpCall.properties)).toEqual(
      Object.keys(mcpCall.unwrap().shape),
    );
    expect(Object.keys(MAPPINGS.properties.fsmState.properties)).toEqual(
      Object.keys(fsmState.unwrap().shape),
    );
    expect(
      Object.keys(MAPPINGS.properties.invariantsChecked.properties),
    ).toEqual(Object.keys(invariantsChecked.unwrap().element.shape));
  });

  it('are compared field by field', () => {
    expect(lacksOf(MAPPINGS)).toEqual([]);
    expect(lacksOf({ properties: {} }).length).toBeGreaterThan(15);
    const { seq: _seq, ...rest } = MAPPINGS.properties;
    expect(
      lacksOf({ properties: { ...rest, hash: { type: 'text' }, more: {} } }),
    ).toEqual([
      "there is no field 'seq'",
      "'hash' is of type text instead of keyword",
    ]);
  });
});

describe('compareSetup', () => {
  const { template } = wantedSetup(CONFIG);

  /** As Elasticsearch gives things back. */
  const asText = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_key, inner) =>
      typeof inner === 'boolean' ? String(inner) : inner,
    );

  it('knows its own again, whatever Elasticsearch makes a text of', () => {
    const found = { ...Object(asText(template)), _meta: template._meta };
    expect(compareSetup(found, template)).toEqual({ state: 'current' });
  });

  it('tells what happened to it', () => {
    const other = wantedSetup({ ...CONFIG, indexPrefix: 'other' }).template;
    const { _meta: mark, ...content } = template;
    expect(compareSetup(undefined, template).state).toBe('absent');
    expect(compareSetup(other, template).state).toBe('outdated');
    expect(compareSetup({ ...template, priority: 7 }, template).state).toBe(
      'changed',
    );
    expect(compareSetup(content, template).state).toBe('foreign');
    expect(
      compareSetup({ ...content, _meta: { ...mark, version: 9 } }, template),
    ).toEqual({ state: 'newer', version: 9 });
  });

  it.each([
    [90 * 86_400_000, '90d'],
    [36 * 3_600_000, '36h'],
    [90 * 60_000, '90m'],
    [90_000, '90s'],
    [1_500, '1500ms'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(timeUnits(ms)).toBe(text);
  });
});

describe('documents', () => {
  const record = {
    seq: 7,
    prevHash: 'a'.repeat(64),
    hash: 'b'.repeat(64),
    at: Date.parse('2026-02-27T23:59:59.999Z'),
    text: '{"b":1,"c":"x"}',
  };

  it('keep the very text of the record', () => {
    expect(documentOf(record)).toBe(
      `{"@timestamp":"2026-02-27T23:59:59.999Z","seq":7,"prevHash":"${record.prevHash}","hash":"${record.hash}","b":1,"c":"x"}`,
    );
    expect(auditIndex('trail', record.at)).toBe('trail-2026.02.27');
    expect(auditIndex('trail', record.at + 1)).toBe('trail-2026.02.28');
  });

  it('have the hash of their content, whatever they claim', () => {
    const found = hashOfDocument(JSON.parse(documentOf(record)));
    expect(found).toEqual({ seq: 7, hash: expect.stringMatching(/^[^b]/) });
    expect(hashOfDocument({ seq: 7 })).toBeUndefined();
    expect(hashOfDocument('text')).toBeUndefined();
  });

  it('go in pieces, by number and by size', () => {
    const of = (count: number, bytes: number) =>
      Array.from({ length: count }, () => ({
        ...record,
        text: 'x'.repeat(bytes),
      }));
    const sizes = (records: Parameters<typeof chunksOf>[0]) =>
      chunksOf(records).map(chunk => chunk.length);
    expect(sizes([])).toEqual([]);
    expect(sizes(of(1_001, 10))).toEqual([500, 500, 1]);
    expect(sizes(of(9, 1024 * 1024))).toEqual([3, 3, 3]);
    expect(sizes(of(2, 5 * 1024 * 1024))).toEqual([1, 1]);
  });
});
