import { LoggerService } from '@backstage/backend-plugin-api';
import { AuditSubject, callRecord, humanCommandRecord } from '../audit';
import {
  CommentNow,
  COMMENT_USAGE,
  CommentsToHandle,
  Effect,
  HumanCommand,
  judgeCommand,
  judgeComments,
  PersonRef,
  personWords,
  Policy,
  Rollback,
} from '../core';
import { answerKey } from '../core/effectKeys';
import { pullRequestOf } from '../core/stateFacts';
import {
  ClaimedIssue,
  Database,
  finishIssueLook,
  getRollback,
  insertCommand,
  listComments,
  recordAnsweredComment,
  withdrawCommand,
} from '../persistence';
import {
  CallContext,
  CallRecord,
  Clock,
  GitHubPort,
  PeoplePort,
  PortError,
} from '../ports';
import { RecentFailures } from './recentFailures';

export interface IssueWatcherOptions {
  db: Database;
  github: Pick<GitHubPort, 'listIssueComments'>;
  people: Pick<PeoplePort, 'find'>;
  policy: Policy;
  clock: Clock;
  logger: LoggerService;
  /** Longest time for one look, ms; must be shorter than the lease. */
  timeoutMs: number;
  /** A command was recorded, or a comment answered. */
  onRecorded: () => void;
  /** When the next look is due. */
  onLooked: (nextInMs: number) => void;
}

type FreshComment = CommentsToHandle['fresh'][number];

/** Somebody the catalog knows is named by it, everybody else by GitHub. */
function actorOf({ entityRef, login }: PersonRef): string {
  return entityRef ?? `github:${login}`;
}

/**
 * Reads the comments of escalation issues and turns commands into rows, as the
 * portal's buttons do (SPEC §9). What may not be done is answered right away;
 * what may is answered with the decision that acts on it.
 */
export class IssueWatcher {
  readonly #options: IssueWatcherOptions;
  readonly #failures = new RecentFailures();

  constructor(options: IssueWatcherOptions) {
    this.#options = options;
  }

  /** One look at one claimed issue. A look that fails is repeated at the usual time. */
  async look(claimed: ClaimedIssue, signal: AbortSignal): Promise<void> {
    const { clock, db, policy } = this.#options;
    const { correlationId, ticket } = claimed;
    const rollback = await getRollback(db, { correlationId });
    const next = clock.now() + policy.timing.escalationPoll;
    try {
      if (rollback) {
        await this.#handle(rollback, claimed, signal);
      }
    } finally {
      await finishIssueLook(db, {
        correlationId,
        ticket,
        pollAt: rollback ? next : undefined,
      });
      this.#options.onLooked(next - clock.now());
    }
  }

  async #handle(
    rollback: Rollback,
    issue: ClaimedIssue,
    signal: AbortSignal,
  ): Promise<void> {
    const { db, logger } = this.#options;
    const { correlationId } = rollback;
    const calls: CallRecord[] = [];
    const call: CallContext = {
      record: each => calls.push(each),
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(this.#options.timeoutMs),
      ]),
    };
    try {
      const comments = await this.#options.github.listIssueComments(
        issue.repository,
        issue.number,
        call,
      );
      const { fresh, gone } = judgeComments(
        comments,
        await listComments(db, { correlationId }),
      );
      for (const { id, because } of gone) {
        await this.#withdraw(rollback, id, because);
      }
      for (const each of fresh) {
        await this.#answer(rollback, issue, each, calls, call);
      }
      if (fresh.length + gone.length > 0) {
        this.#options.onRecorded();
      }
      this.#failures.update(correlationId, calls);
    } catch (error) {
      if (!(error instanceof PortError) || signal.aborted) {
        throw error;
      }
      // Told when it begins, not with every look of an outage.
      if (this.#failures.update(correlationId, calls).length > 0) {
        logger.warn(
          `Comments on issue #${issue.number} of ${issue.repository} could not be read; commands given there wait: ${error.message}`,
          { correlationId },
        );
      }
    }
  }

  async #withdraw(
    rollback: Rollback,
    id: string,
    because: string,
  ): Promise<void> {
    const { clock, db } = this.#options;
    const now = clock.now();
    await withdrawCommand(db, {
      id,
      because,
      now,
      audit: [
        humanCommandRecord(subjectOf(rollback), now, {
          actor: 'ai-operator',
          command: undefined,
          door: 'issue',
          because: `The command ${id} is taken back: ${because}`,
          refused: 'WITHDRAWN',
        }),
      ],
    });
  }

  async #answer(
    rollback: Rollback,
    issue: ClaimedIssue,
    { comment, parsed }: FreshComment,
    calls: CallRecord[],
    call: CallContext,
  ): Promise<void> {
    const { person, roles } = await this.#options.people.find(
      { login: comment.login },
      call,
    );
    if (parsed.kind === 'not_understood') {
      await this.#refuse(rollback, issue, comment, person, calls, {
        code: 'NOT_UNDERSTOOD',
        because: parsed.because,
        reply: `${parsed.because}. ${COMMENT_USAGE}`,
      });
      return;
    }
    const { command, reason } = parsed;
    const judged = judgeCommand(rollback, command, roles);
    if (!judged.allowed) {
      await this.#refuse(rollback, issue, comment, person, calls, {
        command,
        reason,
        code: judged.code,
        because: judged.because,
        reply: judged.because,
      });
      return;
    }
    const { db } = this.#options;
    const given: HumanCommand = {
      ...commandOf(rollback, issue, comment, person),
      command,
      reason,
      result: 'pending',
    };
    const now = this.#options.clock.now();
    const result = await insertCommand(db, {
      correlationId: rollback.correlationId,
      command: given,
      now,
      audit: [
        ...calls.map(each => callRecord(subjectOf(rollback), each)),
        humanCommandRecord(subjectOf(rollback), now, {
          actor: actorOf(person),
          command,
          door: 'issue',
          because: `${personWords(person)} said ${command}${
            reason ? `: ${reason}` : ''
          }`,
          metadata: { comment: comment.id, url: issue.url },
        }),
      ],
    });
    if (result === 'gone') {
      await this.#refuse(rollback, issue, comment, person, calls, {
        command,
        reason,
        code: 'STATE',
        because: 'This rollback has ended: nothing is left to decide',
        reply: 'This rollback has ended: nothing is left to decide',
      });
    }
  }

  async #refuse(
    rollback: Rollback,
    issue: ClaimedIssue,
    comment: CommentNow,
    person: PersonRef,
    calls: CallRecord[],
    refusal: {
      command?: HumanCommand['command'];
      reason?: string;
      code: string;
      because: string;
      reply: string;
    },
  ): Promise<void> {
    const { clock, db } = this.#options;
    const { command, reason, because } = refusal;
    const now = clock.now();
    const answer: Effect = {
      key: answerKey(rollback.correlationId, comment.id),
      kind: 'answer_comment',
      repository: issue.repository,
      issueNumber: issue.number,
      commentId: comment.id,
      reaction: command === undefined ? 'confused' : '-1',
      reply: `${personWords(person)}: not done. ${refusal.reply}`,
    };
    await recordAnsweredComment(db, {
      correlationId: rollback.correlationId,
      command: {
        ...commandOf(rollback, issue, comment, person),
        command,
        reason,
        because,
        result: 'refused',
      },
      effects: [answer],
      now,
      audit: [
        ...calls.map(each => callRecord(subjectOf(rollback), each)),
        humanCommandRecord(subjectOf(rollback), now, {
          actor: actorOf(person),
          command,
          door: 'issue',
          because: `${personWords(person)} was refused: ${because}`,
          refused: refusal.code,
          metadata: { comment: comment.id, url: issue.url },
        }),
      ],
    });
  }
}

function subjectOf(rollback: Rollback): AuditSubject {
  const { correlationId, application, environment } = rollback;
  return { correlationId, application, environment };
}

function commandOf(
  rollback: Rollback,
  issue: ClaimedIssue,
  comment: CommentNow,
  person: PersonRef,
): Omit<HumanCommand, 'command' | 'result'> {
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
