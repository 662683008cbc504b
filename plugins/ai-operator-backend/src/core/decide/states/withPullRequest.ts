import { EventPayloads } from '@ai-operator/backstage-plugin-ai-operator-common';
import { approverOf } from '../../approval/judgeApproval';
import { Decision } from '../../decision';
import { mergeKey } from '../../effectKeys';
import { PullRequestNow } from '../../observation';
import { proposalFacts } from '../../publish';
import { abort, closePullRequest, endIdle, event, move } from '../answers';
import {
  Context,
  freshLook,
  isFreshlyHealthy,
  proposalOf,
  StateNamed,
  supersedingRevision,
} from '../context';

/** The states in which our pull request is open. */
export type Proposed =
  | Context<StateNamed<'PRCreated'>>
  | Context<StateNamed<'AwaitingMergeApproval'>>
  | Context<StateNamed<'AwaitingHumanReview'>>;

/** Seed §9.5 and AC-07, word for word. */
export const HEALTH_RESTORED_COMMENT =
  'Health restored before merge, rollback no longer needed';

export function merged(
  context: Proposed,
  merge: { mergeSha: string; mergedBy: 'operator' | 'human'; by?: string },
): Decision {
  const { rollback, state, observation, now, policy } = context;
  const { pullRequest } = state;
  const { mergeSha, mergedBy, by } = merge;
  const approval =
    mergedBy === 'operator'
      ? approverOf(rollback, observation, now, policy)
      : undefined;
  return move(
    context,
    mergedBy === 'operator' ? 'merged_by_operator' : 'merged_by_human',
    {
      name: 'RollbackMerged',
      enteredAt: now,
      ...proposalOf(state),
      mergeSha,
      mergedBy,
    },
    mergedBy === 'operator'
      ? `The operator merged #${pullRequest.number}`
      : `${by ?? 'A person'} merged #${pullRequest.number}`,
    {
      effects: [
        event(context, 'merge.completed', {
          ...proposalFacts(rollback, state),
          mergeSha,
          mergedBy,
          approvedBy: approval?.person.entityRef,
          degradedMs: now - rollback.openedAt,
        }),
      ],
    },
  );
}

/** Keys of the merges this rollback has asked for, oldest first. */
export function mergeKeys(context: Proposed): string[] {
  // After a person was asked, the count is no longer in the state, but the outcomes still are.
  const { outcomes } = context.observation;
  const keys: string[] = [];
  const asked =
    context.state.name === 'AwaitingMergeApproval'
      ? context.state.mergeAttempt
      : 0;
  for (
    let attempt = 1;
    attempt <= asked || outcomes[mergeKey(context.rollback, attempt)];
    attempt += 1
  ) {
    keys.push(mergeKey(context.rollback, attempt));
  }
  return keys;
}

function skipped(
  context: Proposed,
  reason: EventPayloads['merge.skipped']['reason'],
  because: string,
) {
  return event(context, 'merge.skipped', {
    ...proposalFacts(context.rollback, context.state),
    reason,
    because,
  });
}

function whoMerged(context: Proposed): 'operator' | 'human' {
  const { outcomes } = context.observation;
  for (const key of mergeKeys(context)) {
    const outcome = outcomes[key];
    // A merge of ours without an outcome yet, or one that failed on the way back, is the likely cause.
    if (outcome === undefined || outcome.result === 'failed') {
      return 'operator';
    }
    if (outcome.result === 'merged') {
      return outcome.mergedBy;
    }
  }
  return 'human';
}

function endedBySomebody(
  context: Proposed,
  seen: PullRequestNow,
): Decision | undefined {
  const { state } = context;
  if (seen.state === 'merged') {
    return merged(context, {
      // GitHub names the merge commit a moment later than the merge; the head has the same content.
      mergeSha: seen.mergeSha ?? seen.headSha,
      mergedBy: whoMerged(context),
      by: seen.endedBy,
    });
  }
  if (seen.state === 'open') {
    return undefined;
  }
  const who = seen.endedBy ?? 'Somebody';
  const number = `#${state.pullRequest.number}`;
  // Closed because it has recovered: nothing is left to escalate.
  return isFreshlyHealthy(context)
    ? endIdle(
        context,
        'restored_before_merge',
        'health_restored',
        `${who} closed ${number}, and the application is Healthy`,
        {
          effects: [
            skipped(context, 'health_restored', HEALTH_RESTORED_COMMENT),
          ],
        },
      )
    : abort(
        context,
        'closed_by_human',
        'PR_CLOSED',
        `${who} closed ${number} without merging it`,
      );
}

/** What ends any state with an open pull request, whatever it was waiting for. */
export function endedAround(context: Proposed): Decision | undefined {
  const { rollback, state, observation } = context;
  const seen = observation.pullRequest;
  const ended = seen?.known ? endedBySomebody(context, seen.value) : undefined;
  if (ended) {
    return ended;
  }
  // Healthy at the target while GitHub cannot be read: somebody may just have merged it.
  const mayBeMerged =
    !seen?.known && freshLook(context)?.revision === state.target.sha;
  if (isFreshlyHealthy(context) && !mayBeMerged) {
    return endIdle(
      context,
      'restored_before_merge',
      'health_restored',
      HEALTH_RESTORED_COMMENT,
      {
        effects: [
          ...closePullRequest(context, HEALTH_RESTORED_COMMENT),
          skipped(context, 'health_restored', HEALTH_RESTORED_COMMENT),
        ],
      },
    );
  }
  const other = supersedingRevision(context);
  // Only when the pull request is known to be open: a merge of it changes the revision too.
  if (other !== undefined && seen?.known) {
    const because = `Revision ${other.slice(
      0,
      7,
    )} was deployed in place of ${rollback.currentRevision.slice(
      0,
      7,
    )}, which this rollback was decided for`;
    return endIdle(context, 'superseded', 'superseded', because, {
      effects: [
        ...closePullRequest(
          context,
          `${because}. If it degrades too, a new rollback is decided for it.`,
        ),
        skipped(context, 'superseded', because),
      ],
    });
  }
  return undefined;
}

/** The next state of a pull request whose CI has succeeded. */
export function awaitingMerge({
  state,
  now,
}: Context<StateNamed<'PRCreated'>>): StateNamed<'AwaitingMergeApproval'> {
  return {
    name: 'AwaitingMergeApproval',
    enteredAt: now,
    ...proposalOf(state),
    mergeAttempt: 0,
  };
}
