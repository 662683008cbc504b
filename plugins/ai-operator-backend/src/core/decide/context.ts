import { MeasuredHealth } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ApplicationRecord } from '../application';
import { Rules } from '../evaluate';
import { Observation } from '../observation';
import { Policy } from '../policy';
import { Proposed, Rollback, RollbackState } from '../rollback';

export type StateNamed<N extends RollbackState['name']> = Extract<
  RollbackState,
  { name: N }
>;

/** All a decision may look at. `state` is the rollback's own state, narrowed. */
export interface Facts<S extends RollbackState = RollbackState> {
  rollback: Rollback;
  state: S;
  observation: Observation;
  /** The poller's record; undefined when Argo CD no longer lists the application. */
  application?: ApplicationRecord;
  now: number;
  policy: Policy;
  rules: Rules;
}

/** What the states decide on: they are only asked while Argo CD lists the application. */
export interface Context<S extends RollbackState = RollbackState>
  extends Facts<S> {
  application: ApplicationRecord;
}

/** What the next state takes over, and nothing that belongs to this state alone. */
export function proposalOf({
  source,
  target,
  confirmedAt,
  currentDeployedAt,
  change,
  pullRequest,
}: Proposed): Proposed {
  return {
    source,
    target,
    confirmedAt,
    currentDeployedAt,
    change,
    pullRequest,
  };
}

/** The look taken for this decision, if it was taken and is fresh. */
export function freshLook({ observation, now, policy }: Context) {
  const { freshHealth } = observation;
  return freshHealth?.known &&
    now - freshHealth.at <= policy.timing.verdictMaxAge
    ? freshHealth.value
    : undefined;
}

/** Health as best known now: the fresh look, else the last check that measured. */
export function presentHealth(context: Context): MeasuredHealth {
  const look = freshLook(context);
  if (look && look.health !== 'NotMeasured') {
    return look.health;
  }
  const { lastCheck, streak, healthySince } = context.application;
  if (lastCheck.health !== 'NotMeasured') {
    return lastCheck.health;
  }
  if (streak > 0) {
    return 'Degraded';
  }
  return healthySince === undefined ? 'NotMeasured' : 'Healthy';
}

/** True when a look taken for this decision finds the application Healthy (AC-07). */
export function isFreshlyHealthy(context: Context): boolean {
  return freshLook(context)?.health === 'Healthy';
}

/** Since when it is Healthy without interruption, once that is long enough; the last check itself must have measured it. */
export function restoredSince({
  application,
  now,
  policy,
}: Pick<Context, 'application' | 'now' | 'policy'>): number | undefined {
  const { lastCheck, healthySince } = application;
  return lastCheck.health === 'Healthy' &&
    healthySince !== undefined &&
    now - healthySince >= policy.timing.restorationConfirmation
    ? healthySince
    : undefined;
}

/** The revision that runs instead of the one this rollback is about; undefined when it is still the same or not known. */
export function supersedingRevision(context: Context): string | undefined {
  const running = freshLook(context)?.revision ?? context.application.revision;
  return running !== undefined && running !== context.rollback.currentRevision
    ? running
    : undefined;
}
