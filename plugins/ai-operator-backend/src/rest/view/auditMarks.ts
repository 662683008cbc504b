import { AuditStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  Database,
  getAuditAnchor,
  getAuditHead,
  readChain,
} from '../../persistence';

/**
 * Where the chain begins and ends, as the writers know it. An end whose entry
 * is gone is told all the same, with the time of the anchor: whoever verifies
 * has to miss that entry.
 */
export async function viewAuditMarks(
  db: Database,
): Promise<Pick<AuditStatus, 'head' | 'anchor'>> {
  const [anchor, head] = await Promise.all([
    getAuditAnchor(db),
    getAuditHead(db),
  ]);
  if (head.seq === 0) {
    return { anchor };
  }
  const [entry] = await readChain(db, {
    from: head.seq,
    to: head.seq,
    limit: 1,
  });
  return { anchor, head: { ...head, at: entry?.at ?? anchor?.at ?? 0 } };
}
