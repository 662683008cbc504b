import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { TrailNow } from '../observation';
import { Policy } from '../policy';
import { Judge } from '../rule';
import { clockTime } from '../time';
import { holds, undetermined } from '../verdict';

export const title = 'The audit trail gets where it should';
/** Nobody merges in production on the quiet; it clears as soon as records are shipped again. */
export const answerable = false;

/** `2 sinks` would say nothing: people want to know which. */
function places(sinks: readonly string[]): string {
  return sinks.join(' and ');
}

/** `Records wait since 10:31:00 UTC to be shipped to Elasticsearch at https://…: …`; undefined while none waits for longer than it may. */
export function trailWaits(
  trail: TrailNow | undefined,
  now: number,
  { auditTrail }: Policy,
): string | undefined {
  if (
    trail?.waitingSince === undefined ||
    now - trail.waitingSince < auditTrail.stopAfter
  ) {
    return undefined;
  }
  const { problem, sinks, waitingFor, waitingSince } = trail;
  return `Records of the audit trail wait since ${clockTime(
    waitingSince,
    now,
  )} to be shipped to ${waitingFor ?? places(sinks)}${
    problem === undefined ? '' : ` (${problem})`
  }`;
}

/** Why nothing may be merged in this environment because of the trail; undefined when it may. */
export function trailStops(
  environment: Environment,
  trail: TrailNow | undefined,
  now: number,
  policy: Policy,
): string | undefined {
  const waits =
    environment === 'production' && policy.auditTrail.requiredInProduction
      ? trailWaits(trail, now, policy)
      : undefined;
  return (
    waits && `${waits}: nothing is merged in production before they are there`
  );
}

/**
 * Guard `audit_trail` (SPEC §10): in production nothing is merged while records
 * wait for longer than they may. It is `unknown` and not `broken`: it clears by
 * itself, and people are asked when it does not in time.
 */
export const judge: Judge = (
  { environment },
  { auditTrail: trail },
  now,
  policy,
) => {
  if (trail === undefined) {
    return holds(
      'The audit trail is kept in the database and shipped nowhere else',
    );
  }
  const waits = trailWaits(trail, now, policy);
  const evidence = [
    { label: 'Shipped to', value: places(trail.sinks) },
    // Every record waits for a moment, which is no news.
    ...(waits === undefined || trail.waitingSince === undefined
      ? []
      : [
          {
            label: 'Oldest record that waits',
            value: clockTime(trail.waitingSince, now),
          },
        ]),
  ];
  const stops = trailStops(environment, trail, now, policy);
  if (stops !== undefined) {
    return undetermined(stops, evidence);
  }
  if (waits === undefined) {
    return holds(`The audit trail reaches ${places(trail.sinks)}`, evidence);
  }
  return holds(
    environment === 'production'
      ? `${waits}; by configuration production does not wait for them`
      : `${waits}; only production waits for them`,
    evidence,
  );
};
