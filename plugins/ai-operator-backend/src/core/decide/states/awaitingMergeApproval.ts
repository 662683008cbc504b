import {
  GuardId,
  InvariantId,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { judgeApproval } from '../../approval/judgeApproval';
import { Decision } from '../../decision';
import { EffectOutcome } from '../../effect';
import { mergeKey } from '../../effectKeys';
import { evaluate } from '../../evaluate';
import { VerdictSet } from '../../rollback';
import { shortId } from '../../verdictLines';
import { abort, brokenInvariants, closePullRequest, stay } from '../answers';
import { Context, StateNamed } from '../context';
import { deadlineOf } from '../deadline';
import { judgeMergeability } from '../../mergeability';
import { Verdict } from '../../verdict';
import { askPerson } from './askPerson';
import { mergeEffect } from './mergeEffect';
import { violation } from './violation';
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

/** What the outcome of our latest merge says, if it leaves no choice. */
function afterOutcome(
  context: Awaiting,
  verdicts: VerdictSet,
): Decision | undefined {
  const { rollback, state, observation } = context;
  const { outcomes } = observation;
  const { earlierAttempts = 0 } = state;
  const latest =
    state.mergeAttempt > earlierAttempts
      ? outcomes[mergeKey(rollback, state.mergeAttempt)]
      : undefined;
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
  // What was refused before a person answered is answered.
  const keys = mergeKeys(context).slice(earlierAttempts);
  if (keys.length === 0) {
    return undefined;
  }
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

/** Whether the approval that answered the question still counts: it is looked at each time, for it may be taken back. */
function answerOf(context: Awaiting): Verdict | undefined {
  const { rollback, state, observation, now, policy } = context;
  return (
    state.answered &&
    judgeApproval(rollback, observation, now, policy, state.answered.since)
  );
}

/**
 * Guards that hold back, as broken; those left out that a person was asked about
 * and has answered (SPEC §5). Where it is not known whether the answer still
 * counts, the guard it is about is not known to hold back.
 */
function holdingBack(
  context: Awaiting,
  { guards }: Pick<VerdictSet, 'guards'>,
): Verdict[] {
  const { state, rules } = context;
  const answer = answerOf(context);
  const isAnswerable = (id: GuardId) =>
    state.answered?.guards.includes(id) === true &&
    rules.guards.find(guard => guard.id === id)?.answerable === true;
  return guards.flatMap(({ id, ...guard }): Verdict[] => {
    if (guard.result !== 'broken') {
      return [];
    }
    if (answer === undefined || !isAnswerable(id)) {
      return [guard];
    }
    const { result, because } = answer;
    return result === 'holds'
      ? []
      : [{ ...guard, result, because: `${guard.because}; ${because}` }];
  });
}

/** What a person has to decide, if anything: a guard that holds back, or an invariant that will not mend itself. */
function question(
  context: Awaiting,
  verdicts: VerdictSet,
  isExpected: (verdict: Verdict & { id: InvariantId }) => boolean,
): Decision | undefined {
  const guards = holdingBack(context, verdicts).filter(
    ({ result }) => result === 'broken',
  );
  if (guards.length > 0) {
    return askPerson(
      context,
      guards.map(({ because }) => because).join('; '),
      verdicts,
    );
  }
  const definite = brokenInvariants(verdicts).filter(
    verdict => !MAY_RECOVER.includes(verdict.id) && !isExpected(verdict),
  );
  return definite.length > 0
    ? askPerson(context, list(definite), verdicts)
    : undefined;
}

/** Waits for what clears by itself; what does not in time is put to a person. */
function inconclusive(
  context: Awaiting,
  verdicts: VerdictSet,
  open: readonly Verdict[],
): Decision {
  const { state, now, policy } = context;
  // One outage leaves several verdicts unknown for one and the same reason.
  const because = [...new Set(open.map(verdict => verdict.because))].join('; ');
  const inconclusiveSince = state.inconclusiveSince ?? now;
  if (now - inconclusiveSince >= policy.timing.inconclusive) {
    return askPerson(context, because, verdicts);
  }
  return stay(context, `Not merged yet: ${because}`, {
    verdicts,
    next:
      state.inconclusiveSince === undefined
        ? { ...state, inconclusiveSince }
        : state,
  });
}

function askForMerge(
  context: Awaiting,
  verdicts: VerdictSet,
  because: string,
): Decision {
  const { state, now } = context;
  const mergeAttempt = state.mergeAttempt + 1;
  return stay(context, `${because}: merging #${state.pullRequest.number}`, {
    verdicts,
    next: {
      ...state,
      mergeAttempt,
      mergeAskedAt: now,
      inconclusiveSince: undefined,
    },
    effects: [mergeEffect(context, mergeAttempt, verdicts)],
  });
}

/** Verdicts that are not known to hold and that nobody has answered. */
function stillOpen(
  context: Awaiting,
  { invariants, guards }: VerdictSet,
): Verdict[] {
  return [
    ...invariants.filter(
      ({ id, result }) =>
        result !== 'holds' &&
        !(
          id === 'I1_environment' &&
          context.rollback.environment === 'production'
        ),
    ),
    ...guards.filter(({ result }) => result === 'unknown'),
    ...holdingBack(context, { guards }),
  ];
}

/** Only reviews are missing on GitHub: that is what approving is for. */
function waitsForReviews({ observation }: Awaiting): boolean {
  const { pullRequest, ci } = observation;
  return (
    pullRequest?.known === true &&
    judgeMergeability(pullRequest.value, ci).verdict === 'needs_review'
  );
}

/**
 * Production (RB-04, RB-08; SPEC §5, §7): merged when a senior maintainer has
 * approved this head and I2 to I8 hold; I1 is broken by definition, and the
 * approval takes its place.
 */
function production(context: Awaiting, verdicts: VerdictSet): Decision {
  const { rollback, state, now, policy } = context;
  const { number } = state.pullRequest;
  const { approval } = verdicts;
  const deadline = deadlineOf(rollback, policy);
  if (deadline && now >= deadline.at) {
    // The pull request stays open: the application is still degraded, and whoever comes late may merge it.
    return abort(
      context,
      'approval_timed_out',
      'APPROVAL_TIMEOUT',
      approval?.result === 'holds'
        ? `#${number} was approved, but could not be merged in time`
        : `Nobody approved #${number} in time`,
      { verdicts },
    );
  }
  const unreviewed = waitsForReviews(context);
  const asked = question(
    context,
    verdicts,
    ({ id }) =>
      id === 'I1_environment' || (id === 'I8_branch_protection' && unreviewed),
  );
  if (asked) {
    return asked;
  }
  if (approval?.result !== 'holds') {
    return stay(
      context,
      `Waiting for a senior maintainer to approve #${number}${
        approval ? `: ${approval.because}` : ''
      }`,
      { verdicts },
    );
  }
  const open = stillOpen(context, verdicts);
  if (unreviewed) {
    return stay(
      context,
      `${approval.because}; not merged yet: ${[
        ...new Set(open.map(({ because }) => because)),
      ].join('; ')}`,
      { verdicts },
    );
  }
  return open.length > 0
    ? inconclusive(context, verdicts, open)
    : askForMerge(
        context,
        verdicts,
        `${approval.because}, I2 to I8 hold and no guard holds back`,
      );
}

/** Staging: merge if everything holds, wait for what clears by itself, ask a person about the rest. */
function staging(context: Awaiting, verdicts: VerdictSet): Decision {
  const asked = question(context, verdicts, () => false);
  if (asked) {
    return asked;
  }
  const open = stillOpen(context, verdicts);
  return open.length > 0
    ? inconclusive(context, verdicts, open)
    : askForMerge(
        context,
        verdicts,
        'All eight invariants hold and no guard holds back',
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
  const isAsked = state.mergeAttempt > (state.earlierAttempts ?? 0);
  const outcome = isAsked
    ? observation.outcomes[mergeKey(rollback, state.mergeAttempt)]
    : undefined;
  if (outcome?.result === 'merged') {
    return merged(context, outcome);
  }
  const seen = observation.pullRequest;
  if (isAsked && !outcome) {
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
