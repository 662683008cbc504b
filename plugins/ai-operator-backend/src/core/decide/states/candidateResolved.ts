import { Decision } from '../../decision';
import { EffectOutcome } from '../../effect';
import { openPullRequestKey } from '../../effectKeys';
import { activePauses, pauseWords } from '../../guards/pause';
import { proposalFacts } from '../../publish';
import { OpenedPullRequest } from '../../rollback';
import { abort, event, move, stay } from '../answers';
import { Context, presentHealth, StateNamed } from '../context';
import { deadlineOf } from '../deadline';
import { endedWithoutRollback, waitsForHealth } from './beforePullRequest';
import { proposeChange } from './proposeChange';

type Resolved = Context<StateNamed<'CandidateResolved'>>;

/** The first attempt and one retry on a moved base (SPEC §5). */
const MAX_ATTEMPTS = 2;

function opened(context: Resolved, pullRequest: OpenedPullRequest): Decision {
  const { state, now } = context;
  const { source, target, confirmedAt, currentDeployedAt, change } = state;
  if (!change) {
    throw new Error('A pull request is open that was never asked for');
  }
  return move(
    context,
    'pull_request_opened',
    {
      name: 'PRCreated',
      enteredAt: now,
      source,
      target,
      confirmedAt,
      currentDeployedAt,
      change,
      pullRequest,
    },
    `Pull request #${pullRequest.number} ${
      pullRequest.adopted ? 'was open already and is taken over' : 'is open'
    }`,
    {
      effects: [
        event(context, 'pr.created', {
          ...proposalFacts(context.rollback, { ...state, pullRequest }),
          headBranch: pullRequest.headBranch,
          baseBranch: pullRequest.baseBranch,
          adopted: pullRequest.adopted,
        }),
      ],
    },
  );
}

/** The pull request could not be opened: retry once on the new base, or say why it is impossible. */
function notOpened(context: Resolved, outcome: EffectOutcome): Decision {
  const { state, now } = context;
  const because = 'because' in outcome ? outcome.because : outcome.result;
  switch (outcome.result) {
    case 'conflict':
    case 'not_wanted':
      return state.prAttempt < MAX_ATTEMPTS
        ? stay(
            context,
            `${because}: the change is planned once more on the new base`,
            {
              next: {
                ...state,
                prAttempt: state.prAttempt + 1,
                change: undefined,
              },
              wakeAt: now,
            },
          )
        : abort(
            context,
            'pull_request_impossible',
            'CONFLICT',
            `${because}, again after one retry on the new base`,
          );
    case 'permission_denied':
      return abort(
        context,
        'pull_request_impossible',
        'PERMISSION_DENIED',
        because,
      );
    case 'invalid':
      return abort(context, 'pull_request_impossible', 'VALIDATION', because);
    default:
      return abort(
        context,
        'pull_request_impossible',
        'PR_NOT_OPENED',
        `The pull request could not be opened: ${because}`,
      );
  }
}

/** Asked for and not yet answered: the outcome is waited for, or a pull request could stay behind that nobody follows. */
function waitForOutcome(context: Resolved): Decision {
  const { rollback, policy, now } = context;
  const deadline = deadlineOf(rollback, policy);
  return deadline && now >= deadline.at
    ? abort(
        context,
        'pull_request_impossible',
        'PR_NOT_OPENED',
        'The pull request was asked for, and no outcome came in time',
      )
    : stay(context, 'The pull request is being opened');
}

function observedOnly(context: Resolved, because: string): Decision {
  const { rollback, state, now, policy } = context;
  if (
    policy.modes[rollback.environment] !== 'observe' &&
    state.dryRun !== undefined &&
    state.prAttempt <= MAX_ATTEMPTS
  ) {
    return stay(
      context,
      'The operator no longer only observes here: the pull request is planned anew',
      {
        next: {
          ...state,
          enteredAt: now,
          prAttempt: state.prAttempt + 1,
          change: undefined,
          dryRun: undefined,
        },
        wakeAt: now,
      },
    );
  }
  return (
    endedWithoutRollback(context) ??
    stay(
      context,
      because,
      state.dryRun ? {} : { next: { ...state, dryRun: { because, at: now } } },
    )
  );
}

/** While paused nothing is opened and nothing is given up; afterwards there is as much time as before. */
function whilePaused(context: Resolved): Decision | undefined {
  const { state, observation, now } = context;
  const [paused] = activePauses(observation.pauses, now);
  if (paused) {
    return stay(
      context,
      `The pull request waits because ${pauseWords(paused, now)}`,
      state.pausedAt === undefined ? { next: { ...state, pausedAt: now } } : {},
    );
  }
  return state.pausedAt === undefined
    ? undefined
    : stay(context, 'No longer paused: the pull request is planned', {
        next: { ...state, enteredAt: now, pausedAt: undefined },
        wakeAt: now,
      });
}

/** From a resolved candidate to an open pull request. */
export function decideCandidateResolved(context: Resolved): Decision {
  const { rollback, state, observation } = context;
  const outcome =
    state.change &&
    observation.outcomes[openPullRequestKey(rollback, state.prAttempt)];
  if (state.change && !outcome) {
    return waitForOutcome(context);
  }
  if (outcome?.result === 'opened') {
    return opened(context, outcome.pullRequest);
  }
  if (outcome?.result === 'dry_run') {
    return observedOnly(context, outcome.because);
  }
  const ended = endedWithoutRollback(context);
  if (ended) {
    return ended;
  }
  if (waitsForHealth(context)) {
    return stay(
      context,
      `${presentHealth(
        context,
      )} at the moment: a pull request is opened only while it is degraded`,
    );
  }
  return outcome
    ? notOpened(context, outcome)
    : whilePaused(context) ?? proposeChange(context);
}
