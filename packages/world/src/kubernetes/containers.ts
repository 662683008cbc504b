import { rfc3339 } from '../http/identity';

/** How the kubelet reports a container. */
export interface ContainerState {
  phase: 'Running' | 'Pending';
  restartCount: number;
  state: {
    running?: { startedAt: string };
    waiting?: { reason: string; message?: string };
  };
  lastState: {
    terminated?: {
      exitCode: number;
      reason: string;
      startedAt: string;
      finishedAt: string;
    };
  };
}

/** Delay before a crashed container is started again: doubles from 10 s to 5 min. */
const FIRST_BACKOFF_S = 10;
const LAST_BACKOFF_S = 300;

/** A container that serves. */
export function readyState(startedAt: number): ContainerState {
  return {
    phase: 'Running',
    restartCount: 0,
    state: { running: { startedAt: rfc3339(startedAt) } },
    lastState: {},
  };
}

/** A container whose image is being pulled. */
export function startingState(): ContainerState {
  return {
    phase: 'Pending',
    restartCount: 0,
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
  };
}

/** A container that has been crashing since `since` (epoch ms). */
export function crashState(options: {
  since: number;
  now: number;
  name: string;
  pod: string;
}): ContainerState {
  const { since, now, name, pod } = options;
  let backoff = FIRST_BACKOFF_S;
  let restartCount = 1;
  let crashedAt = since;
  while (crashedAt + backoff * 1000 <= now) {
    crashedAt += backoff * 1000;
    restartCount += 1;
    backoff = Math.min(backoff * 2, LAST_BACKOFF_S);
  }
  return {
    phase: 'Running',
    restartCount,
    state: {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: `back-off ${
          backoff === LAST_BACKOFF_S ? '5m0s' : `${backoff}s`
        } restarting failed container=${name} pod=${pod}`,
      },
    },
    lastState: {
      terminated: {
        exitCode: 1,
        reason: 'Error',
        startedAt: rfc3339(crashedAt - 1000),
        finishedAt: rfc3339(crashedAt),
      },
    },
  };
}
