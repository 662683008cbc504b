/** Pods of one ReplicaSet: how many exist, and how many of them serve. */
export interface PodCount {
  total: number;
  ready: number;
}

/**
 * How far a rollout has come: `complete`, `progressing`, or `stalled` once the
 * progress deadline has passed (what Kubernetes calls ProgressDeadlineExceeded).
 */
export type RolloutProgress = 'complete' | 'progressing' | 'stalled';

/**
 * One moment of a Deployment's life; it holds until the next step begins.
 *
 * A rollout is a list of these, laid out when it starts. Every system then
 * reports from the step that holds now, so they can never contradict each other.
 */
export interface Step {
  /** Epoch milliseconds from which this holds. */
  at: number;
  /** Revision the newest ReplicaSet runs. */
  revision: string;
  /** Replicas asked for. */
  desired: number;
  /** Pods of `revision`. */
  updated: PodCount;
  /** Pods of the revision before it that are still there. */
  old?: PodCount & { revision: string };
  progress: RolloutProgress;
  /** When the rollout this step belongs to began, epoch milliseconds. */
  rolloutAt: number;
}

/** What a revision does once it is deployed. */
export type RevisionBehaviour =
  | { kind: 'stable' }
  /** Starts slowly: the rollout takes `rolloutMs` instead of the usual time. */
  | { kind: 'slow'; rolloutMs: number }
  /** Only `available` of the desired pods ever become ready. */
  | { kind: 'crashing'; available: number };

/** Pods that serve in this step, whatever revision they run. */
export function availableIn(step: Step): number {
  return step.updated.ready + (step.old?.ready ?? 0);
}

/** The steps of replacing what runs before by `revision`. */
export function planRollout(options: {
  at: number;
  before: Step | undefined;
  revision: string;
  desired: number;
  behaviour: RevisionBehaviour;
  rolloutMs: number;
  progressDeadlineMs: number;
}): Step[] {
  const { at, before, revision, desired, behaviour } = options;
  if (desired === 0) {
    return [
      {
        at,
        revision,
        desired,
        updated: { total: 0, ready: 0 },
        progress: 'complete',
        rolloutAt: at,
      },
    ];
  }
  const rolloutMs =
    behaviour.kind === 'slow' ? behaviour.rolloutMs : options.rolloutMs;
  const becomeReady =
    behaviour.kind === 'crashing'
      ? Math.min(desired, Math.max(0, behaviour.available))
      : desired;
  const outgoing = outgoingPods(before, revision);
  const steps: Step[] = [];
  for (let turned = 0; turned <= desired; turned += 1) {
    const old = remaining(outgoing, turned, desired);
    const ready = Math.min(turned, becomeReady);
    const complete = ready === desired && old === undefined;
    steps.push({
      at: at + Math.round((rolloutMs * turned) / desired),
      revision,
      desired,
      updated: { total: Math.min(turned + 1, desired), ready },
      ...(old && { old }),
      progress: complete ? 'complete' : 'progressing',
      rolloutAt: at,
    });
  }
  const last = steps[steps.length - 1];
  if (last.progress !== 'complete') {
    steps.push({
      ...last,
      at: Math.max(last.at, at + options.progressDeadlineMs),
      progress: 'stalled',
    });
  }
  return steps;
}

/** From `at` on only `available` pods serve; Kubernetes has given up waiting. */
export function planCrash(at: number, now: Step, available: number): Step[] {
  return [
    {
      ...settled(at, now),
      updated: { total: now.desired, ready: Math.min(available, now.desired) },
      progress: available < now.desired ? 'stalled' : 'complete',
    },
  ];
}

/** Crashed pods come back after `recoverMs`; until then nothing changes. */
export function planRecovery(at: number, now: Step, recoverMs: number): Step[] {
  return [
    { ...now, at },
    {
      ...settled(at + recoverMs, now),
      updated: { total: now.desired, ready: now.desired },
      progress: 'complete',
    },
  ];
}

/** Down to `available` for `downMs`, up for `upMs`, `times` over; ends healthy. */
export function planFlapping(options: {
  at: number;
  now: Step;
  available: number;
  downMs: number;
  upMs: number;
  times: number;
}): Step[] {
  const { at, now, available, downMs, upMs, times } = options;
  return Array.from({ length: times }, (_, turn) => {
    const down = at + turn * (downMs + upMs);
    return [
      ...planCrash(down, now, available),
      ...planCrash(down + downMs, now, now.desired),
    ];
  }).flat();
}

/** The same revision with another number of replicas. */
export function planScale(options: {
  at: number;
  now: Step;
  desired: number;
  rolloutMs: number;
}): Step[] {
  const { at, now, desired, rolloutMs } = options;
  const resting = settled(at, { ...now, desired });
  if (desired <= now.updated.total) {
    const ready = Math.min(now.updated.ready, desired);
    return [
      {
        ...resting,
        updated: { total: desired, ready },
        progress: ready === desired ? 'complete' : now.progress,
      },
    ];
  }
  return [
    {
      ...resting,
      updated: { total: desired, ready: now.updated.ready },
      progress: 'progressing',
    },
    {
      ...resting,
      at: at + rolloutMs,
      updated: { total: desired, ready: desired },
      progress: 'complete',
    },
  ];
}

function settled(at: number, step: Step): Step {
  const { old: _gone, ...rest } = step;
  return { ...rest, at, rolloutAt: at };
}

function outgoingPods(
  before: Step | undefined,
  revision: string,
): (PodCount & { revision: string }) | undefined {
  if (!before || before.revision === revision) {
    return undefined;
  }
  const total = before.updated.total;
  return total === 0
    ? undefined
    : { revision: before.revision, total, ready: before.updated.ready };
}

function remaining(
  outgoing: (PodCount & { revision: string }) | undefined,
  turned: number,
  desired: number,
): (PodCount & { revision: string }) | undefined {
  if (!outgoing) {
    return undefined;
  }
  const total = Math.ceil((outgoing.total * (desired - turned)) / desired);
  return total === 0
    ? undefined
    : { ...outgoing, total, ready: Math.min(outgoing.ready, total) };
}
