import { AuditEntry } from '@ai-operator/backstage-plugin-ai-operator-common';
import { StoredAuditRecord } from '../../persistence';
import { titleOf } from './timeline';

export function viewAuditEntry(stored: StoredAuditRecord): AuditEntry {
  const { seq, prevHash, hash, record } = stored;
  return { seq, prevHash, hash, title: titleOf(record), record };
}
