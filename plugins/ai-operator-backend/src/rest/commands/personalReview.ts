import { CommandResult } from '@ai-operator/backstage-plugin-ai-operator-common';
import { callRecord } from '../../audit';
import { Rollback } from '../../core';
import { HumanCommand, PersonRef } from '../../core/people';
import { logAbout } from '../../logging';
import { appendAuditRecords, wakeByPullRequest } from '../../persistence';
import { CallRecord, PortError } from '../../ports';
import { RouterDeps } from '../deps';
import { Attempt } from './attempt';

/** Longest time for GitHub to take a review, ms. */
const TIMEOUT_MS = 15_000;

type Review = NonNullable<CommandResult['review']>;

/** A copy in which the token is not, wherever something has put it. The token has no characters that JSON escapes. */
function without<T>(token: string, value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(token, '[withheld]')) as T;
}

function notSubmitted(because: string): Review {
  return { submitted: false, because };
}

/**
 * With an APPROVE: submits the person's own review of exactly the commit they
 * approved, with the token that came with the request, so that GitHub's branch
 * protection is really satisfied (SPEC §7). The token is handed to GitHub and
 * to nobody else: it is in no record, log, error or answer. Whatever comes of
 * it, the approval itself is recorded already.
 */
export async function submitPersonalReview(
  deps: Pick<RouterDeps, 'db' | 'clock' | 'logger' | 'personalReviews'>,
  options: {
    rollback: Rollback;
    attempt: Attempt;
    command: HumanCommand;
    person: PersonRef;
    token: string | undefined;
  },
): Promise<Review> {
  const { attempt, command, person, rollback, token } = options;
  const { state } = rollback;
  if (
    !('pullRequest' in state && state.pullRequest) ||
    !('source' in state && state.source)
  ) {
    return notSubmitted('There is no pull request to review.');
  }
  const { pullRequest, source } = state;
  const number = `#${pullRequest.number}`;
  if (token === undefined) {
    return notSubmitted(
      `No GitHub token of yours came with it: sign in to GitHub in the portal and approve again, or approve ${number} on GitHub.`,
    );
  }
  if (person.login === undefined) {
    return notSubmitted(
      `The catalog does not know your GitHub login: add the annotation github.com/user-login to your User entity, or approve ${number} on GitHub.`,
    );
  }
  const calls: CallRecord[] = [];
  try {
    const { result, ...said } = await deps.personalReviews.submitReview(
      {
        repository: source.repository,
        number: pullRequest.number,
        headSha: command.headSha ?? pullRequest.headSha,
        body: `Approved in AI Operator (rollback ${rollback.correlationId}).${
          command.reason ? `\n\n${command.reason}` : ''
        }`,
        token,
        login: person.login,
      },
      {
        record: call => calls.push(without(token, call)),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    switch (result) {
      case 'submitted':
        return {
          submitted: true,
          because: `Your review of ${number} is on GitHub.`,
        };
      case 'already_approved':
        return {
          submitted: true,
          because: `Your approval of ${number} was on GitHub already.`,
        };
      default:
        return notSubmitted(
          without(token, 'because' in said ? said.because : 'GitHub refused.'),
        );
    }
  } catch (error) {
    if (error instanceof PortError) {
      return notSubmitted(
        `${without(token, error.message)} Approve ${number} on GitHub instead.`,
      );
    }
    // What such an error carries besides its text is nobody's to know: the token may be in it.
    logAbout(deps.logger, rollback).error(
      `Submitting a person's review of ${number} for rollback ${
        rollback.correlationId
      } failed inside the operator: ${without(token, String(error))}`,
    );
    return notSubmitted(
      `Something went wrong inside the operator; its log tells what. Approve ${number} on GitHub instead.`,
    );
  } finally {
    await appendAuditRecords(deps.db, {
      audit: calls.map(call => ({
        ...callRecord(attempt.subject, call),
        actor: attempt.actor,
      })),
    });
    // A look taken in between has not seen the review.
    await wakeByPullRequest(deps.db, {
      repository: source.repository,
      number: pullRequest.number,
      now: deps.clock.now(),
    });
  }
}
