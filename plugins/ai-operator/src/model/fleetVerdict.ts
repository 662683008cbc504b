import type { Overview } from '@ai-operator/backstage-plugin-ai-operator-common';
import type { Headline } from './rollbackVerdict';

const MISSED_TICKS = 3;
const DEFAULT_TICK_MS = 10_000;

/** Health that a rollback would not mend, but a person may. */
const UNCLEAR = ['Missing', 'Unknown'] as const;

const count = (n: number, one: string, many: string) =>
  `${n} ${n === 1 ? one : many}`;

/** Systems that hinder the operator now. */
export function failingSystems(overview: Overview): Overview['systems'] {
  return overview.systems.filter(
    system => system.status === 'failing' || system.status === 'misconfigured',
  );
}

/** Whether the operator itself has fallen silent: it missed three ticks in a row. */
export function hasStopped(overview: Overview, now: number): boolean {
  const interval = overview.timing.healthCheckInterval ?? DEFAULT_TICK_MS;
  return (
    overview.lastTickAt !== undefined &&
    now - overview.lastTickAt > MISSED_TICKS * interval + DEFAULT_TICK_MS
  );
}

/** The headline of the whole fleet: does anybody have to get up? */
export function fleetHeadline(overview: Overview, now: number): Headline {
  const { needsHuman, active, applications, lastTickAt } = overview;
  const healthy = applications.byHealth.Healthy ?? 0;
  const failing = failingSystems(overview);
  const detail = `${healthy} of ${count(
    applications.total,
    'application is',
    'applications are',
  )} healthy`;
  if (lastTickAt === undefined) {
    return {
      tone: 'warning',
      icon: 'waiting',
      text: 'The operator has not checked anything yet',
      detail:
        'The first tick comes within seconds after the backend has started. If it does not, look at the systems below and at the log of the backend.',
    };
  }
  if (hasStopped(overview, now)) {
    return {
      tone: 'negative',
      icon: 'failed',
      text: 'Needs you: the operator has stopped checking',
      detail:
        'Nothing is being watched or rolled back. Look at the systems below and at the log of the backend.',
    };
  }
  if (needsHuman.length > 0) {
    const [first] = needsHuman;
    return {
      tone: 'warning',
      icon: 'person',
      text:
        needsHuman.length === 1
          ? `Needs you: ${first.application.name} in ${first.environment}`
          : `Needs you: ${needsHuman.length} rollbacks`,
      detail,
    };
  }
  if (failing.length > 0) {
    return {
      tone: 'warning',
      icon: 'attention',
      text: `${count(failing.length, 'system needs', 'systems need')} mending`,
      detail,
    };
  }
  const underWay = count(active.length, 'rollback is', 'rollbacks are');
  const unclear = UNCLEAR.reduce(
    (sum, health) => sum + (applications.byHealth[health] ?? 0),
    0,
  );
  if (unclear > 0) {
    return {
      tone: 'warning',
      icon: 'attention',
      text: `${
        active.length > 0 ? underWay : 'No rollback is'
      } under way; ${count(
        unclear,
        'application needs',
        'applications need',
      )} a look`,
      detail,
    };
  }
  if (active.length > 0) {
    return {
      tone: 'active',
      icon: 'working',
      text: `Nobody is needed: ${underWay} under way`,
      detail,
    };
  }
  return { tone: 'positive', icon: 'ok', text: 'Nobody is needed', detail };
}
