import { EventName } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Rollback } from './rollback';

/*
 * Effect keys. The dispatcher inserts by key if absent, so a key must come out
 * the same when the same decision is taken twice (a lost commit), and different
 * when the world asks for the effect anew. Things that happen once per rollback
 * carry no number; attempts carry theirs; what may recur carries the version of
 * the row it was decided on.
 */

export function openPullRequestKey(rollback: Rollback, attempt: number) {
  return `${rollback.correlationId}/open_pull_request/${attempt}`;
}

export function mergeKey(rollback: Rollback, attempt: number) {
  return `${rollback.correlationId}/merge_pull_request/${attempt}`;
}

export function closeKey(rollback: Rollback) {
  return `${rollback.correlationId}/close_pull_request`;
}

export function escalateKey(rollback: Rollback) {
  return `${rollback.correlationId}/escalate/${rollback.version}`;
}

export function closeIssueKey(rollback: Rollback) {
  return `${rollback.correlationId}/close_issue`;
}

export function notifyKey(
  rollback: Pick<Rollback, 'correlationId' | 'version'>,
) {
  return `${rollback.correlationId}/notify/${rollback.version}`;
}

/** Nobody is woken up twice for one rollback. */
export function pageKey(rollback: Rollback) {
  return `${rollback.correlationId}/page`;
}

/** A comment is answered once, whoever answers it. */
export function answerKey(correlationId: string, commentId: number) {
  return `${correlationId}/answer_comment/${commentId}`;
}

export function eventKey(
  rollback: Pick<Rollback, 'correlationId' | 'version'>,
  name: EventName,
) {
  return `${rollback.correlationId}/event/${name}/${rollback.version}`;
}
