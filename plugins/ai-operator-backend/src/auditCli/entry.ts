import { canonicalJson } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import type { ChainedRow } from '../persistence';
import { CannotJudge } from './problem';

/** A line as the operator writes it; its record is the very text that was hashed. */
const AS_WRITTEN =
  /^\{"seq":[1-9]\d{0,15},"prevHash":"[0-9a-f]{64}","hash":"[0-9a-f]{64}","record":(\{.*\})\}$/s;

const line = z.object({
  // Nor need it stand at a place that there is.
  seq: z.number().int(),
  // What was tampered with need not look like a hash.
  prevHash: z.string(),
  hash: z.string(),
  record: z.record(z.string(), z.unknown()).optional(),
  /** In place of a record that is no JSON object any more. */
  text: z.string().optional(),
});

/** What a row of the database says about its record besides. */
const columns = z.object({
  timestamp: z.number(),
  correlationId: z.string().optional().catch(undefined),
  level: z.string(),
  actionType: z.string(),
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One line of an export. Where another program has written it anew, the text
 * that was hashed is made again from its content.
 */
export function readEntry(text: string, place: string): ChainedRow {
  const read = line.safeParse(parse(text.trim()));
  if (!read.success) {
    throw new CannotJudge(
      `${place} is no entry of the audit trail: an export has one JSON object a line, with seq, prevHash, hash and record.`,
      { cause: read.error },
    );
  }
  const { seq, prevHash, hash, record } = read.data;
  const said = columns.safeParse(record);
  return {
    seq,
    prevHash,
    hash,
    text:
      AS_WRITTEN.exec(text)?.[1] ??
      (record === undefined ? read.data.text ?? '' : canonicalJson(record)),
    ...(said.success
      ? {
          at: said.data.timestamp,
          correlationId: said.data.correlationId,
          level: said.data.level,
          actionType: said.data.actionType,
        }
      : { at: 0, level: '', actionType: '' }),
  };
}
