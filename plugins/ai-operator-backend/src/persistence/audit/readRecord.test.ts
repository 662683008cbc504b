import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { anAudit } from '../__testUtils__/fixtures';
import { toStoredRecord } from './readRecord';

function read(record: string) {
  return toStoredRecord({ seq: '7', prev_hash: 'a', hash: 'b', record });
}

describe('toStoredRecord', () => {
  it('hands on a record as it is stored, with all that is in it', () => {
    const record = { ...anAudit({ reasoning: 'ghp_0123' }), added: 'a@b.org' };
    const text = canonicalJson(record);
    expect(read(text)).toEqual({
      seq: 7,
      prevHash: 'a',
      hash: 'b',
      text,
      record,
    });
  });

  it.each([
    ['no JSON', /no JSON/],
    ['', /no JSON/],
    ['null', /no audit record: /],
    ['[]', /no audit record: /],
    ['{}', /no audit record \(version\): /],
    [canonicalJson({ ...anAudit(), level: 'LOUD' }), /\(level\): /],
    [
      canonicalJson({ ...anAudit(), metadata: { environment: 1 } }),
      /\(metadata\.environment\): /,
    ],
  ])('says why %j is none', (text, because) => {
    const found = read(text);
    expect(found).toEqual({
      ...{ seq: 7, prevHash: 'a', hash: 'b', text },
      unreadable: expect.stringMatching(because),
    });
    expect(found).not.toHaveProperty('record');
  });
});
