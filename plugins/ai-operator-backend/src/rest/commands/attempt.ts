import {
  AuditRecord,
  CommandSource,
  HumanCommandName,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { AuditSubject, callRecord, humanCommandRecord } from '../../audit';
import { appendAuditRecords } from '../../persistence';
import { CallRecord } from '../../ports';
import { RouterDeps } from '../deps';
import { refusal, RefusalCode } from '../errors';
import { Caller } from '../route';
import { actorOf } from '../whoAsks';

/** Where people speak who use this API. */
export const DOOR: CommandSource = 'portal';

/** Somebody's attempt to tell the operator something, for the audit trail. */
export interface Attempt {
  subject: AuditSubject;
  actor: string;
  command: HumanCommandName | 'PAUSE' | 'RESUME';
  /** The service that speaks in the person's name, where one does. */
  through?: string;
}

/** Who attempts what, from the request. */
export function attemptOf(
  caller: Caller,
  command: Attempt['command'],
  subject: AuditSubject,
): Attempt {
  const { principal } = caller;
  return {
    subject,
    command,
    actor: actorOf(caller),
    through: principal.type === 'user' ? principal.actor?.subject : undefined,
  };
}

/** Records of an attempt: the outside calls it took, then what came of it. */
export function attemptRecords(
  { subject, actor, command, through }: Attempt,
  at: number,
  told: {
    because: string;
    refused?: RefusalCode;
    calls: readonly CallRecord[];
    metadata?: Record<string, unknown>;
  },
): AuditRecord[] {
  const { because, calls, metadata, refused } = told;
  return [
    ...calls.map(call => callRecord(subject, call)),
    humanCommandRecord(subject, at, {
      actor,
      command,
      door: DOOR,
      because,
      refused,
      metadata: { through, ...metadata },
    }),
  ];
}

/** Says no with the same sentence in the answer and in the audit trail; never returns. */
export async function refuse(
  { clock, db }: Pick<RouterDeps, 'db' | 'clock'>,
  attempt: Attempt,
  told: { code: RefusalCode; because: string; calls?: readonly CallRecord[] },
): Promise<never> {
  const { code, because, calls = [] } = told;
  await appendAuditRecords(db, {
    audit: attemptRecords(attempt, clock.now(), {
      because,
      refused: code,
      calls,
    }),
  });
  throw refusal(code, because);
}
