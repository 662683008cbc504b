import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { callRecord, humanCommandRecord } from '../audit';
import { judgeComments, Policy, Rollback } from '../core';
import { logAbout } from '../logging';
import {
  appendAuditRecords,
  ClaimedIssue,
  Database,
  finishIssueLook,
  getRollback,
  listComments,
  withdrawCommand,
} from '../persistence';
import {
  CallRecord,
  Clock,
  GitHubPort,
  PeoplePort,
  PortError,
  PortErrorCode,
} from '../ports';
import { SPANS, traced } from '../tracing';
import { handleComment, IssueLook, subjectOf } from './handleComment';
import { RecentFailures } from './recentFailures';

export interface IssueWatcherOptions {
  db: Database;
  github: Pick<GitHubPort, 'listIssueComments'>;
  people: Pick<PeoplePort, 'find'>;
  policy: Policy;
  clock: Clock;
  logger: LoggerService;
  /** Backstage's, which is told what people do. */
  auditor: AuditorService;
  /** Longest time for one look, ms; must be shorter than the lease. */
  timeoutMs: number;
  /** A command was recorded, or a comment answered. */
  onRecorded: () => void;
  /** When the next look is due. */
  onLooked: (nextInMs: number) => void;
}

/** How long comments are read after the end, whatever became of the issue: whoever comes late is told that it is over. */
const WATCH_ENDED_MS = 24 * 60 * 60_000;

/** An issue that was deleted, or is longer than we read, will be so at the next look too. */
const LASTING: ReadonlySet<PortErrorCode> = new Set([
  'NOT_FOUND',
  'VALIDATION',
  'MISCONFIGURED',
]);

/** Between two looks at such an issue. */
const LASTING_PAUSE_MS = 5 * 60_000;

function isLongOver({ state }: Rollback, now: number): boolean {
  return state.name === 'Idle' && now - state.enteredAt > WATCH_ENDED_MS;
}

/**
 * Reads the comments of escalation issues and turns commands into rows, as the
 * portal's buttons do (SPEC §9). What may not be done is answered right away;
 * what may is answered with the decision that acts on it. A comment that cannot
 * be judged yet waits, and those after it: their order is part of what they say.
 */
export class IssueWatcher {
  readonly #options: IssueWatcherOptions;
  readonly #failures = new RecentFailures();

  constructor(options: IssueWatcherOptions) {
    this.#options = options;
  }

  /** One look at one claimed issue. A look that fails is repeated. */
  async look(claimed: ClaimedIssue, signal: AbortSignal): Promise<void> {
    const { clock, db, policy } = this.#options;
    const { correlationId, ticket } = claimed;
    const rollback = await getRollback(db, { correlationId });
    const now = clock.now();
    let pollAt =
      rollback && !isLongOver(rollback, now)
        ? now + policy.timing.escalationPoll
        : undefined;
    try {
      if (rollback) {
        const notBefore = await traced(
          SPANS.issue,
          {
            correlationId,
            application: stringifyApplicationKey(rollback.application),
            environment: rollback.environment,
          },
          () => this.#handle(rollback, claimed, signal),
          { root: true },
        );
        pollAt = pollAt && Math.max(pollAt, notBefore);
      }
    } finally {
      // A look cut short by our shutdown is for another replica to make.
      if (signal.aborted) {
        pollAt = now;
      }
      await finishIssueLook(db, { correlationId, ticket, pollAt });
      if (pollAt !== undefined) {
        this.#options.onLooked(pollAt - clock.now());
      }
    }
  }

  /** Returns when it makes sense to look again, ms epoch; 0: whenever it is usual. */
  async #handle(
    rollback: Rollback,
    issue: ClaimedIssue,
    signal: AbortSignal,
  ): Promise<number> {
    const { clock, timeoutMs } = this.#options;
    const { correlationId } = rollback;
    const calls: CallRecord[] = [];
    const look: IssueLook = {
      rollback,
      issue,
      call: {
        record: each => calls.push(each),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      },
      takeCalls: () => calls.splice(0),
    };
    try {
      await this.#read(look);
      this.#failures.forget(correlationId);
      return 0;
    } catch (error) {
      if (!(error instanceof PortError)) {
        throw error;
      }
      if (!signal.aborted) {
        await this.#tellFailure(look, error);
      }
      return LASTING.has(error.code)
        ? clock.now() + LASTING_PAUSE_MS
        : error.retryAt ?? 0;
    }
  }

  async #read(look: IssueLook): Promise<void> {
    const { db, github } = this.#options;
    const { repository, number, correlationId } = look.issue;
    const comments = await github.listIssueComments(
      repository,
      number,
      look.call,
    );
    const { fresh, gone } = judgeComments(
      comments,
      await listComments(db, { correlationId }),
    );
    for (const { id, because } of gone) {
      await this.#withdraw(look.rollback, id, because);
      this.#options.onRecorded();
    }
    for (const each of fresh) {
      await handleComment(look, each, this.#options);
      this.#options.onRecorded();
    }
  }

  /** Told when it begins, not with every look of an outage. */
  async #tellFailure(look: IssueLook, error: PortError): Promise<void> {
    const { db, logger } = this.#options;
    const { correlationId, number, repository } = look.issue;
    const { rollback } = look;
    const begun = this.#failures.update(correlationId, [
      { name: 'look', errorCode: error.code, result: 'failure' },
    ]);
    if (begun.length === 0) {
      return;
    }
    logAbout(logger, rollback).warn(
      `Comments on issue #${number} of ${repository} cannot be read or answered at present; commands given there wait, those given in the portal do not: ${error.message}`,
    );
    await appendAuditRecords(db, {
      audit: look
        .takeCalls()
        .map(each => callRecord(subjectOf(rollback), each)),
    });
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
}
