import {
  AuditSinkStatus,
  AuditStatus,
  SystemStatus,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Policy } from '../../core';
import { trailStops } from '../../core/guards/auditTrail';
import { clockTime } from '../../core/time';
import { trailOf } from '../../core/trail';
import { AuditSinkState, listAuditSinks } from '../../persistence';
import { RouterDeps } from '../deps';

type Sink = NonNullable<RouterDeps['configured']['auditSinks']>[number];

/** Where the trail is shipped to and how that goes, and whether production merges wait for it. */
export async function viewAuditSinks(
  { configured, db, policy }: Pick<RouterDeps, 'configured' | 'db' | 'policy'>,
  now: number,
): Promise<Pick<AuditStatus, 'sinks' | 'productionMergesStopped'>> {
  const sinks = configured.auditSinks ?? [];
  if (sinks.length === 0) {
    return { sinks: [] };
  }
  const states = await listAuditSinks(
    db,
    sinks.map(({ name }) => name),
  );
  return {
    sinks: sinks.map(sink =>
      viewSink(
        sink,
        states.find(({ name }) => name === sink.name),
        now,
        policy,
      ),
    ),
    productionMergesStopped: trailStops(
      'production',
      trailOf(states),
      now,
      policy,
    ),
  };
}

function viewSink(
  { kind, name }: Sink,
  state: AuditSinkState | undefined,
  now: number,
  policy: Policy,
): AuditSinkStatus {
  if (!state) {
    return {
      kind,
      name,
      status: 'waiting',
      because: 'Nothing was shipped to it yet.',
      backlog: 0,
      shippedSeq: 0,
      setAside: 0,
      setAsideLatest: [],
    };
  }
  return {
    kind,
    name,
    ...judge(state, now, policy),
    backlog: state.backlog,
    waitingSince: state.waitingSince,
    shippedSeq: state.shippedSeq,
    shippedAt: state.shippedAt,
    setAside: state.setAside,
    setAsideLatest: state.setAsideLatest,
  };
}

function records(count: number): string {
  return count === 1 ? '1 record waits' : `${count} records wait`;
}

/** Whether it takes records, and the sentence that says so. */
function judge(
  state: AuditSinkState,
  now: number,
  { auditTrail }: Policy,
): Pick<AuditSinkStatus, 'status' | 'because'> {
  const { backlog, failingSince, problem, setAside, shippedAt, waitingSince } =
    state;
  if (failingSince !== undefined) {
    return {
      status: 'waiting',
      because: `It takes no records since ${clockTime(failingSince, now)}: ${
        problem ?? 'it does not say why'
      }. ${records(backlog + setAside)} in the database, and none is lost.`,
    };
  }
  const isLate =
    waitingSince !== undefined && now - waitingSince >= auditTrail.stopAfter;
  if (isLate) {
    const words = `${records(backlog)}, the oldest since ${clockTime(
      waitingSince,
      now,
    )}`;
    const isCatchingUp =
      shippedAt !== undefined && now - shippedAt < auditTrail.stopAfter;
    return isCatchingUp
      ? { status: 'ok', because: `It is catching up: ${words}.` }
      : { status: 'waiting', because: `${words}, and nobody ships them.` };
  }
  const refused =
    setAside === 0
      ? ''
      : `, but for ${setAside} it refuses; they stay in the database and are tried again every hour`;
  return {
    status: 'ok',
    because:
      backlog === 0
        ? `It has the whole trail${refused}.`
        : `It takes records${refused}.`,
  };
}

/** The same for the fleet page, where everything is that hinders the operator. */
export function viewSinkSystems({
  productionMergesStopped,
  sinks,
}: Pick<AuditStatus, 'sinks' | 'productionMergesStopped'>): SystemStatus[] {
  return sinks.map(({ because, kind, name, shippedAt, status }) => ({
    kind,
    name,
    status: status === 'ok' ? 'ok' : 'failing',
    because:
      status !== 'ok' && productionMergesStopped !== undefined
        ? `${because} Until they are shipped nothing is merged in production.`
        : because,
    howToMend:
      status === 'ok'
        ? undefined
        : 'Mend what it says, and look at the doctor. Shipping goes on by itself.',
    checkedAt: shippedAt,
  }));
}
