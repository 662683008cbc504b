import { Pause } from '../../people';
import { clockTime, duration } from '../../time';
import { DatabaseFacts, Fact } from '../facts';
import { Check, check, count, Finding } from './finding';

/** A mistake in the configuration. */
export interface ConfigurationProblem {
  severity: 'fatal' | 'degraded';
  key: string;
  because: string;
  howToMend: string;
}

export interface OperatorExpectations {
  /** Configured Argo CD instances. */
  instances: readonly string[];
  /** A mistake in the configuration forbids acting, so no loop runs. */
  isHalted: boolean;
  healthCheckInterval: number;
  /** Longest pause between looks at a failing instance. */
  instanceBackoffMax: number;
  now: number;
}

/** Work that has been due for longer waits for a loop that is not there. */
const LATE_MS = 60_000;
const TOO_LATE_MS = 5 * 60_000;

const RESTART =
  'Check that a backend with the operator runs, and its log for errors of its loops; after a restart everything goes on from the database';

/** Whether the loops run, seen by what is due in the database: whichever replica runs them. */
export function judgeLoops(
  facts: Fact<DatabaseFacts>,
  expected: OperatorExpectations,
): Finding[] {
  const { instances, isHalted, now } = expected;
  const subject = { area: 'operator' as const, name: 'AI Operator', path: '' };
  const rollbacks = check(subject, 'rollbacks', 'Rollback loop');
  const outbox = check(subject, 'outbox', 'Outbox');
  const issues = check(subject, 'issues', 'Issue watcher');
  const polls = instances.map(instance => ({
    instance,
    about: check({ area: 'operator', name: instance }, 'poll', 'Last look'),
  }));
  const all = [rollbacks, outbox, issues, ...polls.map(({ about }) => about)];
  if (isHalted) {
    return all.map(about =>
      about.problem(
        'It does not run: a mistake in the configuration forbids acting',
        'Mend the configuration as its finding says, then restart the backend',
      ),
    );
  }
  if (!facts.known) {
    return all.map(about => about.unseen(facts));
  }
  const { due, polling } = facts.value;
  return [
    judgeDue(rollbacks, due.rollbacks, ['rollback', 'rollbacks'], now),
    judgeDue(outbox, due.effects, ['effect', 'effects'], now),
    judgeDue(
      issues,
      due.issues,
      ['escalation issue', 'escalation issues'],
      now,
    ),
    ...polls.map(({ instance, about }) =>
      judgePoll(
        about,
        polling.find(each => each.instance === instance),
        expected,
      ),
    ),
  ];
}

function judgeDue(
  { ok, warning, problem }: Check,
  due: { count: number; oldestDueAt?: number },
  [one, many]: [string, string],
  now: number,
): Finding {
  const late = due.oldestDueAt === undefined ? 0 : now - due.oldestDueAt;
  if (late <= LATE_MS) {
    return ok(
      due.count === 0
        ? `No ${one} waits longer than it should`
        : `${count(due.count, one, many)} due, none for long`,
    );
  }
  const words = `${count(due.count, one, many)} due, the oldest for ${duration(
    late,
  )}`;
  return late > TOO_LATE_MS ? problem(words, RESTART) : warning(words, RESTART);
}

function judgePoll(
  { ok, warning, problem }: Check,
  status: DatabaseFacts['polling'][number] | undefined,
  expected: OperatorExpectations,
): Finding {
  const { now, healthCheckInterval, instanceBackoffMax } = expected;
  if (status?.lastTickAt === undefined) {
    return problem('It was never looked at', RESTART);
  }
  const age = now - status.lastTickAt;
  const words = `The last look ended ${duration(age)} ago`;
  const patience = status.problem ? instanceBackoffMax : 0;
  if (age > patience + healthCheckInterval * 12) {
    return problem(words, RESTART);
  }
  if (status.problem !== undefined) {
    return warning(
      `${words} and failed: ${status.problem}`,
      'Mend what the findings about this Argo CD instance say. Meanwhile its applications are not measured, and nothing is rolled back there',
    );
  }
  return age > healthCheckInterval * 3 ? warning(words, RESTART) : ok(words);
}

/** Each mistake in the configuration; none is a finding too. */
export function judgeConfiguration(
  problems: readonly ConfigurationProblem[],
): Finding[] {
  return problems.length === 0
    ? [
        check(
          { area: 'config', name: 'Configuration', path: '' },
          'all',
          'Configuration',
        ).ok('It has no mistakes'),
      ]
    : problems.map(({ severity, key, because, howToMend }) => {
        const about = check(
          { area: 'config', name: key },
          'mistake',
          'Configuration',
        );
        return severity === 'fatal'
          ? about.problem(`${because}; the operator does nothing`, howToMend)
          : about.warning(because, howToMend);
      });
}

/** Without the applications it is not known what to look at. */
export function judgeSurvey(inUse: Fact<unknown>): Finding[] {
  return inUse.known
    ? []
    : [
        check(
          { area: 'operator', name: 'AI Operator', path: '' },
          'applications',
          'Applications under watch',
        ).unseen(
          inUse,
          'Look again. Until then it is not known which repositories, clusters and projects to look at',
        ),
      ];
}

/** A pause is there on purpose, and is forgotten as easily. */
export function judgePauses(pauses: Fact<Pause[]>, now: number): Finding[] {
  const everything = {
    area: 'operator' as const,
    name: 'AI Operator',
    path: '',
  };
  if (!pauses.known) {
    return [check(everything, 'pause', 'Pauses').unseen(pauses)];
  }
  if (pauses.value.length === 0) {
    return [check(everything, 'pause', 'Pauses').ok('Nothing is paused')];
  }
  return pauses.value.map(({ application, reason, by, at, until }) => {
    const name = application
      ? `${application.instance}/${application.namespace}/${application.name}`
      : undefined;
    return check(
      name ? { area: 'operator', name } : everything,
      'pause',
      'Pause',
    ).warning(
      `${name ?? 'Everything'} is paused since ${clockTime(at, now)} by ${by}${
        until === undefined
          ? ', until somebody resumes it'
          : `, until ${clockTime(until, now)}`
      }: ${reason}`,
      'Resume in the portal when the reason is gone',
    );
  });
}
