import type {
  AuditStatus,
  Overview,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { problemsWords } from './auditTrail';
import { everythingPaused } from './pauses';
import { commandNeeded, personName, splitByNeed, whoCould } from './people';
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

/** Whom rollbacks wait for: the caller first, then whoever could help. */
function peopleHeadline(
  { needsHuman, caller }: Overview,
  detail: string,
): Headline | undefined {
  const { mine, others } = splitByNeed(needsHuman, caller.roles);
  const [first, ...more] = mine.length > 0 ? mine : others;
  if (!first) return undefined;
  const command = commandNeeded(first);
  const somebody = command ? `Needs ${whoCould(command)}` : 'Needs a person';
  const who = mine.length > 0 ? 'Needs you' : somebody;
  return {
    tone: 'warning',
    icon: mine.length > 0 ? 'person' : 'waiting',
    text:
      more.length === 0
        ? `${who}: ${first.application.name} in ${first.environment}`
        : `${who}: ${more.length + 1} rollbacks`,
    need:
      mine.length > 0 && others.length > 0
        ? `${count(
            others.length,
            'other waits',
            'others wait',
          )} for somebody else`
        : undefined,
    detail,
  };
}

/** What is wrong with the audit trail, once that is known. */
function trailHeadline(
  trail: AuditStatus | undefined,
  detail: string,
): Headline | undefined {
  if (trail?.chain.result === 'broken') {
    return {
      tone: 'negative',
      icon: 'failed',
      text: `The audit trail is broken: ${problemsWords(trail.chain.problems)}`,
      detail,
    };
  }
  return trail?.productionMergesStopped === undefined
    ? undefined
    : {
        tone: 'warning',
        icon: 'paused',
        text: 'Production merges are stopped until the audit trail is written',
        detail,
      };
}

/** The headline of the whole fleet: does anybody have to get up? */
export function fleetHeadline(
  overview: Overview,
  now: number,
  trail?: AuditStatus,
): Headline {
  const { active, applications, lastTickAt } = overview;
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
  const people = peopleHeadline(overview, detail);
  if (people) return people;
  const pause = everythingPaused(overview.pauses, now);
  if (pause) {
    return {
      tone: 'warning',
      icon: 'paused',
      text: `Paused by ${personName({
        entityRef: pause.by,
      })}: nothing is opened or merged`,
      detail,
    };
  }
  const trouble = trailHeadline(trail, detail);
  if (trouble) return trouble;
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
