import { InvariantId } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision } from '../../decision';
import { EffectOutcome } from '../../effect';
import { mergeKey } from '../../effectKeys';
import { evaluate } from '../../evaluate';
import { VerdictSet } from '../../rollback';
import { shortId } from '../../verdictLines';
import {
  abort,
  brokenInvariants,
  closePullRequest,
  event,
  stay,
} from '../answers';
import { Context, StateNamed } from '../context';
import { deadlineOf } from '../deadline';
import { askPerson } from './askPerson';
import { mergeEffect } from './mergeEffect';
import { endedAround, merged, mergeKeys } from './withPullRequest';

type Awaiting = Context<StateNamed<'AwaitingMergeApproval'>>;

/** A second definite refusal means that we do not understand why: a person looks (SPEC §5). */
const MAX_REFUSALS = 2;
/** Refusals because something had changed meanwhile are tried again, but not for ever. */
const MAX_MERGE_ATTEMPTS = 5;

/**
 * Broken invariants that may come to hold again by themselves: Progressing turns
 * into Degraded or Healthy, a streak is rebuilt check by check.
 */
const MAY_RECOVER: readonly InvariantId[] = [
  'I2_health_degraded',
  'I4_persistence',
];

/** Broken invariants after which this pull request must not be merged by anybody's accident. */
const ABORTS: readonly InvariantId[] = ['I5_stable_previous', 'I6_ci_success'];

function isDefiniteRefusal(outcome: EffectOutcome | undefined): boolean {
  return (
    outcome?.result === 'failed' ||
    (outcome?.result === 'refused' && !outcome.headMoved)
  );
}

function violation(context: Awaiting, verdicts: VerdictSet) {
  const broken = brokenInvariants(verdicts);
  return broken.length === 0
    ? []
    : [
        event(context, 'merge.invariant_violation', {
          headSha: verdicts.headSha,
          invariants: broken.map(({ id, because }) => ({ id, because })),
        }),
      ];
}

/** What the outcome of our latest merge says, if it leaves no choice. */
function afterOutcome(
  context: Awaiting,
  verdicts: VerdictSet,
): Decision | undefined {
  const { rollback, state, observation } = context;
  const { outcomes } = observation;
  const latest = outcomes[mergeKey(rollback, state.mergeAttempt)];
  if (!latest) {
    return undefined;
  }
  if (latest.result === 'permission_denied') {
    return askPerson(
      context,
      `The operator is not allowed to merge: ${latest.because}`,
      verdicts,
    );
  }
  if (latest.result === 'dry_run') {
    return askPerson(context, latest.because, verdicts);
  }
  const keys = mergeKeys(context);
  const refusals = keys.filter(key => isDefiniteRefusal(outcomes[key])).length;
  if (refusals >= MAX_REFUSALS || keys.length >= MAX_MERGE_ATTEMPTS) {
    const because = 'because' in latest ? latest.because : latest.result;
    return askPerson(
      context,
      `GitHub did not accept the merge in ${keys.length} attempts: ${because}`,
      verdicts,
    );
  }
  return undefined;
}

function list(verdicts: Array<{ id: InvariantId; because: string }>) {
  return verdicts
    .map(({ id, because }) => `${shortId(id)}: ${because}`)
    .join('; ');
}

/** I5 or I6 broken: this target, or this change, is not one to merge. */
function aborted(
  context: Awaiting,
  verdicts: VerdictSet,
): Decision | undefined {
  const broken = brokenInvariants(verdicts).filter(({ id }) =>
    ABORTS.includes(id),
  );
  if (broken.length === 0) {
    return undefined;
  }
  const targetUnproven = broken.some(({ id }) => id === 'I5_stable_previous');
  return abort(context, 'invariant_broken', 'INVARIANT_BROKEN', list(broken), {
    verdicts,
    effects: [
      ...violation(context, verdicts),
      // A target that is not proven is nothing to merge by hand either. After a
      // failed check (I6) it stays open for the person who reads the failure.
      ...(targetUnproven
        ? closePullRequest(
            context,
            `The rollback target is not proven stable: ${list(broken)}`,
          )
        : []),
    ],
  });
}

function production(context: Awaiting, verdicts: VerdictSet): Decision {
  const { rollback, state, now, policy } = context;
  const { number } = state.pullRequest;
  const deadline = deadlineOf(rollback, policy);
  // The pull request stays open: the application is still degraded, and whoever comes late may merge it.
  return deadline && now >= deadline.at
    ? abort(
        context,
        'approval_timed_out',
        'APPROVAL_TIMEOUT',
        `Nobody approved #${number} in time`,
        { verdicts },
      )
    : stay(context, `Waiting for a senior maintainer to approve #${number}`, {
        verdicts,
      });
}

/** Staging: merge if everything holds, wait for what clears by itself, ask a person about the rest. */
function staging(context: Awaiting, verdicts: VerdictSet): Decision {
  const { state, now, policy } = context;
  const holdingBack = verdicts.guards.filter(
    ({ result }) => result === 'broken',
  );
  if (holdingBack.length > 0) {
    return askPerson(
      context,
      holdingBack.map(({ because }) => because).join('; '),
      verdicts,
      violation(context, verdicts),
    );
  }
  const broken = brokenInvariants(verdicts);
  const definite = broken.filter(({ id }) => !MAY_RECOVER.includes(id));
  if (definite.length > 0) {
    return askPerson(
      context,
      list(definite),
      verdicts,
      violation(context, verdicts),
    );
  }
  const open = [...verdicts.invariants, ...verdicts.guards].filter(
    ({ result }) => result !== 'holds',
  );
  if (open.length > 0) {
    // One outage leaves several verdicts unknown for one and the same reason.
    const because = [...new Set(open.map(verdict => verdict.because))].join(
      '; ',
    );
    const inconclusiveSince = state.inconclusiveSince ?? now;
    if (now - inconclusiveSince >= policy.timing.inconclusive) {
      return askPerson(
        context,
        because,
        verdicts,
        violation(context, verdicts),
      );
    }
    return stay(context, `Not merged yet: ${because}`, {
      verdicts,
      next:
        state.inconclusiveSince === undefined
          ? { ...state, inconclusiveSince }
          : state,
    });
  }
  const mergeAttempt = state.mergeAttempt + 1;
  return stay(
    context,
    `All eight invariants hold and no guard holds back: merging #${state.pullRequest.number}`,
    {
      verdicts,
      next: {
        ...state,
        mergeAttempt,
        mergeAskedAt: now,
        inconclusiveSince: undefined,
      },
      effects: [mergeEffect(context, mergeAttempt, verdicts)],
    },
  );
}

/** The decision about merging, on verdicts evaluated for it. */
export function decideMerge(context: Awaiting): Decision {
  const { rollback, observation, now, policy, rules } = context;
  const verdicts = evaluate(rollback, observation, now, policy, rules);
  return (
    afterOutcome(context, verdicts) ??
    aborted(context, verdicts) ??
    (rollback.environment === 'production'
      ? production(context, verdicts)
      : staging(context, verdicts))
  );
}

/** From green CI to the merge, or to the person who has to decide. */
export function decideAwaitingMergeApproval(context: Awaiting): Decision {
  const { rollback, state, observation, now, policy } = context;
  const outcome =
    state.mergeAttempt > 0
      ? observation.outcomes[mergeKey(rollback, state.mergeAttempt)]
      : undefined;
  if (outcome?.result === 'merged') {
    return merged(context, outcome);
  }
  const seen = observation.pullRequest;
  if (state.mergeAttempt > 0 && !outcome) {
    if (seen?.known && seen.value.state !== 'open') {
      return endedAround(context) ?? stay(context, 'The pull request ended');
    }
    // A merge is under way: any other move could cross it. Its outcome comes, or a person is asked.
    const deadline = deadlineOf(rollback, policy);
    return deadline && now >= deadline.at
      ? askPerson(
          context,
          'A merge was asked for and no outcome came in time',
          evaluate(rollback, observation, now, policy, context.rules),
        )
      : stay(context, `Merging #${state.pullRequest.number}`);
  }
  return endedAround(context) ?? decideMerge(context);
}
