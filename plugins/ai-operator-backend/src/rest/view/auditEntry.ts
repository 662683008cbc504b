import { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { StoredAuditRecord } from '../../persistence';
import { titleOf } from './timeline';

export function viewAuditEntry(stored: StoredAuditRecord): AuditEntry {
  const { seq, record } = stored;
  return {
    ...stored,
    title: record ? titleOf(record) : `Entry ${seq} cannot be read`,
  };
}
