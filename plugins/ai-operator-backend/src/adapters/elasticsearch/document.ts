import { createHash } from 'crypto';
import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { SinkRecord } from '../../ports';

/**
 * All daily indices. The 2 is the first digit of the year: with a plain `-*`, a
 * prefix that begins like this one would have its indices counted in.
 */
export function indexPattern(prefix: string): string {
  return `${prefix}-2*`;
}

/**
 * The document of a record: its text as it is, and beside its fields the place in
 * the chain and the time as Kibana likes it. Taking those four away again gives
 * the record, so whoever has the document can recompute the hash.
 */
export function documentOf(record: SinkRecord): string {
  const { seq, prevHash, hash, at, text } = record;
  const place = JSON.stringify({
    '@timestamp': new Date(at).toISOString(),
    seq,
    prevHash,
    hash,
  });
  return `${place.slice(0, -1)},${text.slice(1)}`;
}

const documentSchema = z.looseObject({
  '@timestamp': z.string(),
  seq: z.number().int(),
  prevHash: z.string(),
  hash: z.string(),
});

/** What a stored document says of itself, and the hash that its content really has. */
export function hashOfDocument(
  source: unknown,
): { seq: number; hash: string } | undefined {
  const parsed = documentSchema.safeParse(source);
  if (!parsed.success) {
    return undefined;
  }
  const { '@timestamp': _at, seq, prevHash, hash, ...record } = parsed.data;
  const computed = createHash('sha256')
    .update(`${prevHash}\n${canonicalJson(record)}`)
    .digest('hex');
  return { seq, hash: computed === hash ? hash : computed };
}
