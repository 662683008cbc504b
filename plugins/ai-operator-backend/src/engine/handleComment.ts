import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { AuditSubject, callRecord, humanCommandRecord } from '../audit';
import {
  CommentNow,
  COMMENT_USAGE,
  CommentsToHandle,
  Effect,
  HumanCommand,
  judgeCommand,
  PersonRef,
  personWords,
  Rollback,
} from '../core';
import { answerKey } from '../core/effectKeys';
import { pullRequestOf } from '../core/stateFacts';
import {
  ClaimedIssue,
  Database,
  insertCommand,
  recordAnsweredComment,
} from '../persistence';
import { CallContext, CallRecord, Clock, PeoplePort } from '../ports';
import { tellAuditor } from './tellAuditor';

/** One look at one escalation issue. */
export interface IssueLook {
  rollback: Rollback;
  issue: ClaimedIssue;
  call: CallContext;
  /** The calls made since somebody last took them: they go into the next record. */
  takeCalls(): CallRecord[];
}

interface Parts {
  db: Database;
  people: Pick<PeoplePort, 'find'>;
  clock: Clock;
  auditor: AuditorService;
  logger: LoggerService;
}

/** A comment, by whom it is, and what it took to find that out. */
interface Given {
  look: IssueLook;
  comment: CommentNow;
  person: PersonRef;
  calls: CallRecord[];
}

interface Refusal {
  command?: HumanCommand['command'];
  reason?: string;
  code: 'ROLE' | 'STATE' | 'NOT_UNDERSTOOD';
  because: string;
}

/**
 * Records a comment that says something to the operator (SPEC §9): as a command,
 * to be answered by the decision that acts on it, or as refused, with the
 * answer. Throws PortError when the roles of its author cannot be told:
 * nothing is recorded then.
 */
export async function handleComment(
  look: IssueLook,
  { comment, parsed }: CommentsToHandle['fresh'][number],
  parts: Parts,
): Promise<void> {
  const { person, roles } = await parts.people.find(
    { login: comment.login },
    look.call,
  );
  const given: Given = { look, comment, person, calls: look.takeCalls() };
  if (parsed.kind === 'not_understood') {
    const { because } = parsed;
    await refuse(given, { code: 'NOT_UNDERSTOOD', because }, parts);
    return;
  }
  const { command, reason } = parsed;
  const judged = judgeCommand(look.rollback, command, roles);
  if (!judged.allowed) {
    await refuse(given, { ...judged, command, reason }, parts);
    return;
  }
  const now = parts.clock.now();
  const result = await insertCommand(parts.db, {
    correlationId: look.rollback.correlationId,
    command: { ...rowOf(given), command, reason, result: 'pending' },
    now,
    audit: recordsOf(given, now, {
      command,
      because: `${personWords(person)} said ${command}${
        reason ? `: ${reason}` : ''
      }`,
    }),
  });
  if (result === 'gone') {
    const because = 'This rollback has ended: nothing is left to decide';
    await refuse(given, { code: 'STATE', because, command, reason }, parts);
  }
  if (result === 'recorded') {
    await tellAuditor(parts, {
      subject: subjectOf(look.rollback),
      command,
      door: 'issue',
      person,
    });
  }
}

async function refuse(
  given: Given,
  { code, because, command, reason }: Refusal,
  parts: Parts,
): Promise<void> {
  const { clock, db } = parts;
  const { comment, person } = given;
  const { rollback, issue } = given.look;
  const now = clock.now();
  const isClear = code !== 'NOT_UNDERSTOOD';
  const answer: Effect = {
    key: answerKey(rollback.correlationId, comment.id),
    kind: 'answer_comment',
    repository: issue.repository,
    issueNumber: issue.number,
    commentId: comment.id,
    reaction: isClear ? '-1' : 'confused',
    reply: `${personWords(person)}: not done. ${because}${
      isClear ? '' : `. ${COMMENT_USAGE}`
    }`,
  };
  await recordAnsweredComment(db, {
    correlationId: rollback.correlationId,
    command: { ...rowOf(given), command, reason, because, result: 'refused' },
    effects: [answer],
    now,
    audit: recordsOf(given, now, {
      command,
      because: `${personWords(person)} was refused: ${because}`,
      refused: code,
    }),
  });
  await tellAuditor(parts, {
    subject: subjectOf(rollback),
    command,
    door: 'issue',
    person,
    refused: because,
  });
}

export function subjectOf(rollback: Rollback): AuditSubject {
  const { correlationId, application, environment } = rollback;
  return { correlationId, application, environment };
}

function recordsOf(
  { look, comment, person, calls }: Given,
  now: number,
  told: {
    command?: HumanCommand['command'];
    because: string;
    refused?: string;
  },
) {
  const subject = subjectOf(look.rollback);
  return [
    ...calls.map(call => callRecord(subject, call)),
    humanCommandRecord(subject, now, {
      // Somebody the catalog knows is named by it, everybody else by GitHub.
      actor: person.entityRef ?? `github:${person.login}`,
      door: 'issue',
      metadata: { comment: comment.id, url: look.issue.url },
      ...told,
      command: told.command,
    }),
  ];
}

function rowOf({
  look: { rollback, issue },
  comment,
  person,
}: Given): Omit<HumanCommand, 'command' | 'result'> {
  return {
    id: `issue:${issue.repository}:${comment.id}`,
    source: 'issue',
    person: { login: comment.login, ...person },
    at: comment.createdAt,
    headSha: pullRequestOf(rollback.state)?.headSha,
    comment: {
      repository: issue.repository,
      issueNumber: issue.number,
      id: comment.id,
      updatedAt: comment.updatedAt,
    },
  };
}
