import {
  AuditRecord,
  auditRecordSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { pageAudit } from '../../persistence';
import { Scenario } from './scenario';

/** More than any story leaves. */
const LIMIT = 5_000;

/** The whole trail, oldest first; each record must be what the schema lets pass. */
export async function wholeTrail({ db }: Scenario): Promise<AuditRecord[]> {
  const entries = await pageAudit(db, { order: 'oldest', limit: LIMIT });
  expect(entries.length).toBeLessThan(LIMIT);
  return entries.map(({ record }) => {
    expect(auditRecordSchema.parse(record)).toEqual(record);
    return record as AuditRecord;
  });
}

function namesIn(prefix: string, value: object | undefined): string[] {
  return Object.keys(value ?? {}).map(name => `${prefix}${name}`);
}

/** Which fields these records have, once each; those of calls and moves as `mcpCall.name`. */
export function fieldsOf(records: readonly AuditRecord[]): string[] {
  const all = records.flatMap(record => [
    ...namesIn('', record),
    ...namesIn('mcpCall.', record.mcpCall),
    ...namesIn('fsmState.', record.fsmState),
    ...(record.invariantsChecked ?? []).flatMap(each =>
      namesIn('invariantsChecked.', each),
    ),
  ]);
  return [...new Set(all)].sort();
}

/** Successful calls that do not say what came of them. */
export function callsWithoutAnswer(records: readonly AuditRecord[]) {
  return records.flatMap(({ mcpCall }) => {
    const { response } = mcpCall ?? {};
    const isEmpty =
      response === undefined ||
      response === null ||
      response === '' ||
      (typeof response === 'object' && Object.keys(response).length === 0);
    return mcpCall?.result === 'success' && isEmpty ? [mcpCall] : [];
  });
}
