import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord, HealthReading } from '../application';
import { deadlineOf } from '../decide/deadline';
import { decide } from '../decide/decide';
import { questionsFor } from '../decide/questions';
import { isAllowed } from '../decide/transitions';
import { Decision, hasEnded } from '../decision';
import { EffectOutcome } from '../effect';
import { mergeKey, openPullRequestKey } from '../effectKeys';
import { RULES, Rules } from '../evaluate';
import { Observation, Question } from '../observation';
import { ApprovalFact, HumanCommand } from '../people';
import { Policy } from '../policy';
import { judgeCheck } from '../poll/judgeCheck';
import { Rollback, RollbackState } from '../rollback';
import { pullRequestOf, targetOf } from '../stateFacts';
import { known, unknown } from '../verdict';
import { eventProblems } from './expectedEvents';
import {
  approvalFact,
  BASE,
  ciNow,
  commit,
  CURRENT,
  degradedReading,
  humanCommand,
  KEY,
  manifestNow,
  OTHER,
  OURS,
  POLICY,
  PULL_REQUEST,
  pullRequestNow,
  rollbackIn,
  searchOf,
  SECOND,
  SOURCE,
  STATES,
  T0,
  TARGET,
  THEIRS,
  MERGE,
} from './fixtures';

/*
 * Walks through everything the machine can do: from every state reached, every
 * combination of a small alphabet of what the world may look like next. What
 * must never happen is judged on the symbols themselves, not on the verdicts,
 * so that a rule that is wrong, or missing, is seen.
 */

/** The same machine with short waits, so that all its times are reached. */
export const SHORT: Policy = {
  ...POLICY,
  timing: {
    ...POLICY.timing,
    persistenceChecks: 2,
    restorationConfirmation: 20 * SECOND,
    candidateSearch: 10 * SECOND,
    ciWait: 20 * SECOND,
    inconclusive: 10 * SECOND,
    mergeApproval: 20 * SECOND,
    recovery: 20 * SECOND,
    humanReviewAbort: 20 * SECOND,
    completeArchive: 10 * SECOND,
    verdictMaxAge: 15 * SECOND,
  },
};

interface HealthSymbol {
  /** What the poller's check finds; undefined: Argo CD does not list the application. */
  check: HealthReading | undefined;
  /** What the fresh look finds; undefined: no answer. */
  look: HealthReading | undefined;
  lookAge?: number;
}

const degraded = degradedReading();
const healthy: HealthReading = { health: 'Healthy', revision: CURRENT };
const healthyAtTarget: HealthReading = { health: 'Healthy', revision: TARGET };
const unmeasured: HealthReading = { health: 'NotMeasured', because: 'timeout' };

const HEALTH: Record<string, HealthSymbol> = {
  degraded: { check: degraded, look: degraded },
  degradedUnseen: { check: degraded, look: undefined },
  degradedSeenLongAgo: {
    check: degraded,
    look: degraded,
    lookAge: 60 * SECOND,
  },
  degradedThenProgressing: {
    check: degraded,
    look: { ...degraded, health: 'Progressing' },
  },
  degradedThenHealthy: { check: degraded, look: healthy },
  allAvailable: {
    check: degraded,
    look: { ...degraded, replicas: known({ available: 3, desired: 3 }, T0) },
  },
  healthyThenDegraded: { check: healthy, look: degraded },
  healthy: { check: healthy, look: healthy },
  progressing: {
    check: { health: 'Progressing', revision: CURRENT },
    look: { health: 'Progressing', revision: CURRENT },
  },
  unmeasured: { check: unmeasured, look: undefined },
  healthyAtTarget: { check: healthyAtTarget, look: healthyAtTarget },
  degradedAtTarget: {
    check: degradedReading({ revision: TARGET }),
    look: degradedReading({ revision: TARGET }),
  },
  degradedElsewhere: {
    check: degradedReading({ revision: OTHER }),
    look: degradedReading({ revision: OTHER }),
  },
  gone: { check: undefined, look: undefined },
};

const ANSWERS = {
  candidates: {
    stable: known(
      searchOf([commit(OTHER, { ci: known('failure', T0) }), commit(TARGET)]),
      T0,
    ),
    none: known(searchOf([commit(OTHER, { ci: known('failure', T0) })]), T0),
    pending: known(searchOf([commit(OTHER, { ci: known('pending', T0) })]), T0),
    unknown: unknown('GitHub: 502', T0),
  },
  manifest: {
    fine: known(manifestNow(), T0),
    elsewhere: known(
      manifestNow({ content: manifestNow().content.replace(CURRENT, OTHER) }),
      T0,
    ),
    broken: known(manifestNow({ content: 'kind: [' }), T0),
    unknown: unknown('GitHub: 502', T0),
  },
  pullRequest: {
    clean: known(pullRequestNow(), T0),
    pushedTo: known(pullRequestNow({ headSha: OTHER }), T0),
    held: known(pullRequestNow({ labels: ['do-not-merge/hold'] }), T0),
    blocked: known(pullRequestNow({ mergeableState: 'blocked' }), T0),
    computing: known(pullRequestNow({ mergeableState: 'unknown' }), T0),
    closed: known(pullRequestNow({ state: 'closed' }), T0),
    merged: known(pullRequestNow({ state: 'merged', mergeSha: MERGE }), T0),
    unknown: unknown('GitHub: 502', T0),
  },
  ci: {
    success: known(ciNow('success'), T0),
    failure: known(ciNow('failure'), T0),
    pending: known(ciNow('pending'), T0),
    ofAnotherHead: known(ciNow('success', { headSha: OTHER }), T0),
  },
  openPullRequests: {
    ours: known([OURS], T0),
    theirsToo: known([OURS, THEIRS], T0),
    none: known([], T0),
    unknown: unknown('GitHub: 502', T0),
  },
  approvals: {
    none: known<ApprovalFact[]>([], T0),
    senior: known([approvalFact()], T0),
    approver: known([approvalFact({ roles: known(['approver'], T0) })], T0),
    ofAnotherHead: known([approvalFact({ headSha: OTHER })], T0),
    withdrawn: known([approvalFact({ decision: 'withdrawn' })], T0),
    unknown: unknown<ApprovalFact[]>('GitHub: 502', T0),
  },
} as const;

/** The audit trail on its way out. It concerns production alone. */
const TRAIL: Record<string, number | undefined> = {
  reaches: undefined,
  waits: 120 * SECOND,
};

/** What a person says: at most one thing a look, with every answer that lets something happen. */
const COMMANDS: Record<string, HumanCommand['command'][]> = {
  nothing: [],
  abort: ['ABORT'],
  manual: ['MANUAL'],
  reset: ['RESET'],
  approve: ['APPROVE'],
};

const OPEN_OUTCOMES: Array<EffectOutcome | undefined> = [
  undefined,
  { kind: 'open_pull_request', result: 'opened', pullRequest: PULL_REQUEST },
  { kind: 'open_pull_request', result: 'conflict', because: 'base moved' },
  { kind: 'open_pull_request', result: 'permission_denied', because: '403' },
  { kind: 'open_pull_request', result: 'failed', because: '502' },
];

const OBSERVED_OUTCOMES: Array<EffectOutcome | undefined> = [
  undefined,
  { kind: 'open_pull_request', result: 'dry_run', because: 'observed' },
];

const MERGE_OUTCOMES: Array<EffectOutcome | undefined> = [
  undefined,
  {
    kind: 'merge_pull_request',
    result: 'merged',
    mergeSha: MERGE,
    mergedBy: 'operator',
  },
  {
    kind: 'merge_pull_request',
    result: 'refused',
    because: '405',
    headMoved: false,
  },
  {
    kind: 'merge_pull_request',
    result: 'refused',
    because: '409',
    headMoved: true,
  },
  { kind: 'merge_pull_request', result: 'permission_denied', because: '403' },
  { kind: 'merge_pull_request', result: 'failed', because: '502' },
  { kind: 'merge_pull_request', result: 'not_wanted', because: 'too old' },
];

/** One point reached: the rollback as stored, and what the next look starts from. */
interface Point {
  rollback: Rollback;
  record: ApplicationRecord | undefined;
  outcomes: Record<string, EffectOutcome>;
  now: number;
  path: string[];
}

/** What the world looks like in one step, by the names of its symbols. */
type Symbols = Record<string, string>;

export interface Exploration {
  points: number;
  decisions: number;
  /** Decisions that asked for a merge. */
  merges: number;
  reached: Set<RollbackState['name']>;
  /** What must never happen and did, with the steps that lead there. */
  violations: string[];
}

export interface ExplorationOptions {
  environment: Environment;
  policy?: Policy;
  rules?: Rules;
  /** Share of the target's uptime as stored with the rollback. */
  targetUptime?: number;
  start?: RollbackState;
  /** Stop at the first violation. */
  stopEarly?: boolean;
}

function pendingKey(rollback: Rollback, policy: Policy) {
  const { state, environment } = rollback;
  if (state.name === 'CandidateResolved' && state.change) {
    return {
      key: openPullRequestKey(rollback, state.prAttempt),
      choices:
        policy.modes[environment] === 'observe'
          ? OBSERVED_OUTCOMES
          : OPEN_OUTCOMES,
    };
  }
  if (
    state.name === 'AwaitingMergeApproval' &&
    state.mergeAttempt > (state.earlierAttempts ?? 0)
  ) {
    return {
      key: mergeKey(rollback, state.mergeAttempt),
      choices: MERGE_OUTCOMES,
    };
  }
  return undefined;
}

function withinReach(at: number | undefined, now: number): string {
  if (at === undefined) {
    return '-';
  }
  // Beyond every waiting time of the short policy all ages are alike.
  return String(Math.min(2, Math.floor((now - at) / (10 * SECOND))));
}

/** Of earlier merges only their number and how many were definitely refused has a future. */
function outcomesThatCount({ rollback, outcomes }: Point): string {
  const { name } = rollback.state;
  // From here on they only tell who may have merged.
  if (
    name === 'RollbackMerged' ||
    name === 'RollbackComplete' ||
    name === 'AwaitingHumanReview'
  ) {
    return '';
  }
  const hasPullRequest = pullRequestOf(rollback.state) !== undefined;
  // What came before a person's answer has no future either.
  const earlier =
    'earlierAttempts' in rollback.state
      ? rollback.state.earlierAttempts ?? 0
      : 0;
  const counting = Object.values(outcomes)
    .filter(({ kind }) =>
      hasPullRequest
        ? kind === 'merge_pull_request'
        : kind === 'open_pull_request',
    )
    .slice(hasPullRequest ? earlier : 0);
  const definite = counting.filter(
    outcome =>
      outcome.result === 'failed' ||
      (outcome.result === 'refused' && !outcome.headMoved),
  );
  const latest = counting[counting.length - 1];
  return `${counting.length},${definite.length},${
    hasPullRequest ? '' : latest?.result
  }`;
}

/** Two points with the same identity have the same future, but for the age of the whole rollback. */
function identityOf(point: Point): string {
  const { rollback, record, now } = point;
  const { state } = rollback;
  const proposed = pullRequestOf(state) !== undefined;
  const waits =
    'inconclusiveSince' in state || 'mergeAskedAt' in state
      ? state.mergeAskedAt ?? state.inconclusiveSince
      : undefined;
  const times = [
    // While a merge is undecided in staging its waiting counts, not the whole stay.
    waits === undefined || rollback.environment === 'production'
      ? state.enteredAt
      : undefined,
    state.goneSince,
    'searchStartedAt' in state ? state.searchStartedAt : undefined,
    waits,
    'healthyAtTargetAt' in state ? state.healthyAtTargetAt : undefined,
    // Once there is a pull request the checks' own memory of Healthy counts at the target only.
    proposed && record?.revision !== TARGET ? undefined : record?.healthySince,
    proposed || record?.streak !== 0 || record.healthySince !== undefined
      ? undefined
      : record.healthSince,
  ].map(time => withinReach(time, now));
  return [
    state.name,
    'prAttempt' in state ? `${state.prAttempt}${Boolean(state.change)}` : '',
    'mergeAttempt' in state
      ? state.mergeAttempt - (state.earlierAttempts ?? 0)
      : '',
    'answered' in state ? state.answered?.guards.join() : '',
    'heldBy' in state ? state.heldBy.join() : '',
    state.name === 'Abort' ? state.reason === 'MANUAL_TAKEOVER' : '',
    times.join(','),
    record && Math.min(record.streak, 2),
    proposed ? '' : record?.lastCheck.health,
    proposed ? record?.revision : record?.revision === CURRENT,
    outcomesThatCount(point),
  ].join('|');
}

function combine(lists: Array<[string, string[]]>): Symbols[] {
  return lists.reduce<Symbols[]>(
    (all, [name, values]) =>
      all.flatMap(symbols =>
        values.map(value => ({ ...symbols, [name]: value })),
      ),
    [{}],
  );
}

function isAnswered(question: Question): question is keyof typeof ANSWERS {
  return question in ANSWERS;
}

/** Answers that let a merge through or end the pull request: enough where health forbids the merge anyhow. */
const DECISIVE: Partial<Record<Question, string[]>> = {
  pullRequest: ['clean', 'closed', 'merged'],
  ci: ['success', 'failure'],
  openPullRequests: ['ours'],
  manifest: ['fine'],
  candidates: ['stable', 'none'],
  approvals: ['none', 'senior'],
};

/** Where the merge is out of reach anyhow, one answer about approvals is as good as any other. */
const OTHER_APPROVALS = ['senior'];

/**
 * The combinations that can make a difference in this state: while degraded,
 * which is when something is done, every answer with every other; with any other
 * health the decisive ones.
 */
function symbolsFor(point: Point, policy: Policy): Symbols[] {
  const { rollback, outcomes } = point;
  const questions = questionsFor(rollback, policy).filter(isAnswered);
  const pending = pendingKey(rollback, policy);
  const choices =
    pending && !outcomes[pending.key]
      ? pending.choices.map((_, index) => String(index))
      : ['0'];
  const { degraded: _, ...otherHealth } = HEALTH;
  const withHealth = (
    names: string[],
    answers: (question: Question) => string[] | undefined,
    commands: string[] = ['nothing'],
  ) =>
    combine([
      ['time', ['interval', 'deadline']],
      ['health', names],
      ['outcome', choices],
      ['command', commands],
      ...questions.map((question): [string, string[]] => [
        question,
        answers(question) ?? Object.keys(ANSWERS[question]),
      ]),
    ]);
  const decisive = (question: Question) => DECISIVE[question];
  const { nothing: _nothing, ...spoken } = COMMANDS;
  const isProduction = rollback.environment === 'production';
  return [
    // A trail that waits, with every answer that lets a merge through.
    ...(isProduction
      ? withHealth(['degraded'], decisive).map(symbols => ({
          ...symbols,
          trail: 'waits',
        }))
      : []),
    // Every approval with the answers that let a merge through, and the others with one that counts.
    ...withHealth(['degraded'], question =>
      question === 'approvals' ? undefined : decisive(question),
    ),
    ...withHealth(['degraded'], question =>
      question === 'approvals' ? OTHER_APPROVALS : undefined,
    ),
    ...withHealth(Object.keys(otherHealth), decisive),
    ...withHealth(
      ['degraded', 'healthy', 'gone'],
      decisive,
      Object.keys(spoken),
    ),
  ];
}

function asOf<T extends { at: number }>(answer: T, now: number): T {
  return { ...answer, at: now };
}

function trailAt({ trail = 'reaches' }: Symbols, now: number) {
  const waited = TRAIL[trail];
  return {
    sinks: ['Elasticsearch'],
    waitingSince: waited === undefined ? undefined : now - waited,
  };
}

function observe(point: Point, symbols: Symbols, now: number, policy: Policy) {
  const { rollback } = point;
  const health = HEALTH[symbols.health];
  const record =
    health.check &&
    judgeCheck(
      point.record,
      {
        key: KEY,
        project: 'default',
        environment: rollback.environment,
        source: known(SOURCE, now),
        destination: {},
      },
      health.check.replicas
        ? { ...health.check, replicas: asOf(health.check.replicas, now) }
        : health.check,
      now,
      policy,
    ).record;
  const approvals =
    ANSWERS.approvals[
      (symbols.approvals ?? 'none') as keyof typeof ANSWERS.approvals
    ];
  const lookAt = now - (health.lookAge ?? 0);
  const pending = pendingKey(rollback, policy);
  const choice = pending?.choices[Number(symbols.outcome)];
  const outcomes =
    pending && choice
      ? { ...point.outcomes, [pending.key]: choice }
      : point.outcomes;
  const answers = Object.fromEntries(
    Object.entries(ANSWERS).flatMap(([question, values]) => {
      const answer = (values as Record<string, { at: number }>)[
        symbols[question]
      ];
      return answer ? [[question, asOf(answer, now)]] : [];
    }),
  );
  const observation: Observation = {
    ...answers,
    ...(symbols.approvals
      ? {
          approvals: approvals.known
            ? known(
                approvals.value.map(fact => ({
                  ...fact,
                  at: now,
                  roles: asOf(fact.roles, now),
                })),
                now,
              )
            : asOf(approvals, now),
        }
      : {}),
    application: record,
    freshHealth: health.look
      ? known(
          health.look.replicas
            ? { ...health.look, replicas: asOf(health.look.replicas, lookAt) }
            : health.look,
          lookAt,
        )
      : unknown('timeout', now),
    outcomes,
    activeRollbacks: { total: 0, aheadInQueue: 0 },
    attemptsToday: 0,
    commands: COMMANDS[symbols.command].map(command =>
      humanCommand(command, { at: now }),
    ),
    pauses: [],
    rolledBack: [],
    lastHour: { pullRequests: 0, merges: 0 },
    auditTrail: trailAt(symbols, now),
  };
  return { observation, record, outcomes };
}

/** Whether the world itself speaks for a merge, whatever any rule says of it. */
function mayMerge(
  rollback: Rollback,
  record: ApplicationRecord | undefined,
  symbols: Symbols,
  policy: Policy,
): boolean {
  const uptime = targetOf(rollback.state)?.uptime;
  const { state, environment } = rollback;
  // In staging a person may have answered the mode; only an approval of now counts, there as in production.
  const isApproved = symbols.approvals === 'senior';
  const mayBeMerged =
    environment === 'production'
      ? isApproved && symbols.trail !== 'waits'
      : policy.modes.staging === 'auto' ||
        ('answered' in state &&
          state.answered?.guards.includes('mode') === true &&
          isApproved);
  return (
    mayBeMerged &&
    symbols.command !== 'abort' &&
    symbols.command !== 'manual' &&
    symbols.health === 'degraded' &&
    record !== undefined &&
    record.streak >= policy.timing.persistenceChecks &&
    record.revision === rollback.currentRevision &&
    uptime?.known === true &&
    uptime.value >= 0.99 &&
    symbols.ci === 'success' &&
    symbols.pullRequest === 'clean' &&
    symbols.openPullRequests === 'ours'
  );
}

function problemsOf(
  point: Point,
  decision: Decision,
  symbols: Symbols,
  seen: ReturnType<typeof observe>,
  now: number,
  policy: Policy,
): string[] {
  const { rollback } = point;
  const { next, effects, transition, wakeAt } = decision;
  const problems: string[] = [];
  const from = rollback.state.name;

  if (
    transition ? !isAllowed(transition, from, next.name) : from !== next.name
  ) {
    problems.push(`moved from ${from} to ${next.name} outside the table`);
  }
  // Abort is looked at until it is archived, which takes longer than is walked here.
  if ((next.name === 'Idle') !== (wakeAt === undefined)) {
    problems.push(`${next.name} with wakeAt ${wakeAt}`);
  }
  if (wakeAt !== undefined && (wakeAt < now || wakeAt > now + 60 * SECOND)) {
    problems.push(`${next.name} sleeps until ${wakeAt - now} ms from now`);
  }
  if (new Set(effects.map(({ key }) => key)).size !== effects.length) {
    problems.push('two effects with one key');
  }
  for (const effect of effects) {
    if (seen.outcomes[effect.key]) {
      problems.push(`${effect.key} was carried out before`);
    }
    if (effect.kind === 'merge_pull_request') {
      if (!mayMerge(rollback, seen.record, symbols, policy)) {
        problems.push('a merge that the world does not speak for');
      }
      if (
        effect.headSha !== pullRequestOf(rollback.state)?.headSha ||
        decision.verdicts?.headSha !== effect.headSha ||
        decision.verdicts.evaluatedAt !== now
      ) {
        problems.push('a merge without verdicts of now for its head');
      }
    }
    if (effect.kind === 'open_pull_request') {
      const earlier = Object.values(seen.outcomes).some(
        ({ result }) => result === 'opened',
      );
      if (earlier || pullRequestOf(rollback.state)) {
        problems.push('a second pull request');
      }
      if (effect.change.baseSha !== BASE || symbols.manifest !== 'fine') {
        problems.push('a pull request on something not seen');
      }
    }
    if (
      effect.kind === 'close_pull_request' &&
      !pullRequestOf(rollback.state)
    ) {
      problems.push('closes a pull request that is not there');
    }
  }
  problems.push(...eventProblems(rollback, decision));
  const asked = seen.observation.commands.map(({ id }) => id);
  const answered = (decision.answers ?? []).map(({ id }) => id);
  if (
    answered.some(id => !asked.includes(id)) ||
    new Set(answered).size !== answered.length
  ) {
    problems.push('answers a command that nobody gave, or answers twice');
  }
  if (hasEnded({ state: next }) && answered.length !== asked.length) {
    problems.push('a command stays without an answer at the end');
  }
  if (symbols.command !== 'reset' && from === 'Abort' && next.name === 'Idle') {
    const isHandedBack =
      rollback.state.name === 'Abort' &&
      rollback.state.reason === 'MANUAL_TAKEOVER' &&
      symbols.health.startsWith('healthy');
    if (!isHandedBack) {
      problems.push('freed without a reset');
    }
  }
  return problems;
}

export function explore(options: ExplorationOptions): Exploration {
  const { environment, policy = SHORT, rules = RULES, stopEarly } = options;
  const start = options.start ?? STATES.detected(T0);
  const target = targetOf(start);
  const first: Point = {
    rollback: rollbackIn(
      target && options.targetUptime !== undefined
        ? ({
            ...start,
            target: { ...target, uptime: known(options.targetUptime, T0) },
          } as RollbackState)
        : start,
      { environment, version: 1 },
    ),
    record: judgeCheck(
      undefined,
      {
        key: KEY,
        project: 'default',
        environment,
        source: known(SOURCE, T0),
        destination: {},
      },
      degraded,
      T0,
      policy,
    ).record,
    outcomes: {},
    now: T0,
    path: [],
  };
  if (first.record && start.name !== 'DegradationDetected') {
    first.record = { ...first.record, streak: 3 };
  }
  const found: Exploration = {
    points: 0,
    decisions: 0,
    merges: 0,
    reached: new Set(),
    violations: [],
  };
  const visited = new Set<string>([identityOf(first)]);
  const queue: Point[] = [first];

  for (let point = queue.shift(); point; point = queue.shift()) {
    found.points += 1;
    const { name } = point.rollback.state;
    found.reached.add(name);
    const deadline = deadlineOf(point.rollback, policy);
    for (const symbols of symbolsFor(point, policy)) {
      const now =
        symbols.time === 'deadline' && deadline && deadline.at > point.now
          ? Math.min(deadline.at, point.now + 60 * SECOND)
          : point.now + policy.timing.healthCheckInterval;
      const seen = observe(point, symbols, now, policy);
      const decision = decide(
        point.rollback,
        seen.observation,
        now,
        policy,
        rules,
      );
      found.decisions += 1;
      found.merges += decision.effects.filter(
        ({ kind }) => kind === 'merge_pull_request',
      ).length;
      const step = `${name} -- ${JSON.stringify(symbols)} --> ${
        decision.next.name
      }`;
      for (const problem of problemsOf(
        point,
        decision,
        symbols,
        seen,
        now,
        policy,
      )) {
        found.violations.push([problem, ...point.path, step].join('\n    '));
        if (stopEarly) {
          return found;
        }
      }
      found.reached.add(decision.next.name);
      const next: Point = {
        rollback: {
          ...point.rollback,
          version: point.rollback.version + 1,
          state: decision.next,
          verdicts: decision.verdicts ?? point.rollback.verdicts,
        },
        record: seen.record ?? point.record,
        outcomes: seen.outcomes,
        now,
        path: [...point.path, step],
      };
      if (next.rollback.state.name === 'Idle') {
        const after = decide(
          next.rollback,
          seen.observation,
          now + SECOND,
          policy,
          rules,
        );
        if (after.effects.length > 0 || after.wakeAt !== undefined) {
          found.violations.push(`acts after the end: ${step}`);
        }
        continue;
      }
      const identity = identityOf(next);
      if (!visited.has(identity)) {
        visited.add(identity);
        queue.push(next);
      }
    }
  }
  return found;
}
