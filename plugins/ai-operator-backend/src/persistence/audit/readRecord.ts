import {
  AuditRecord,
  auditRecordSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { AuditRow } from '../tables';
import { StoredAuditRecord } from './chain';

/** The schema without its redacting: what is kept has been redacted, and is shown as it is. */
const keptSchema = z.object(auditRecordSchema.shape);

/**
 * Reads the record of a row. Somebody may have tampered with it: then one row
 * must not keep people from reading the others.
 */
export function toStoredRecord(
  row: Pick<AuditRow, 'seq' | 'prev_hash' | 'hash' | 'record'>,
): StoredAuditRecord {
  return {
    seq: Number(row.seq),
    prevHash: row.prev_hash,
    hash: row.hash,
    text: row.record,
    ...readRecord(row.record),
  };
}

function readRecord(
  text: string,
): { record: AuditRecord } | { unreadable: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { unreadable: 'What is stored there is no JSON.' };
  }
  const parsed = keptSchema.safeParse(value);
  if (parsed.success) {
    // Not what the schema made of it: an entry is shown with all that is stored.
    return { record: value as AuditRecord };
  }
  const [{ path, message }] = parsed.error.issues;
  const where = path.length > 0 ? ` (${path.join('.')})` : '';
  return {
    unreadable: `What is stored there is no audit record${where}: ${message}.`,
  };
}
