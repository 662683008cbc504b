import { CallContext, CallRecord, PortErrorCode } from '../../ports';
import { CallEnvironment } from '../http';
import { CallMetrics } from '../types';

/** What a test can see of the calls that were made. */
export interface Recording {
  records: CallRecord[];
  observed: Array<{ name: string; errorCode?: PortErrorCode | 'INTERNAL' }>;
  budgets: Array<Parameters<NonNullable<CallMetrics['githubBudget']>>[0]>;
  /** Waits that were asked for, ms; none of them is really waited. */
  slept: number[];
  call: CallContext;
  metrics: CallMetrics;
  environment: CallEnvironment;
}

/** Records calls, metrics and waits. `onSleep` runs instead of each wait. */
export function startRecording(options?: {
  now?: () => number;
  signal?: AbortSignal;
  onSleep?: (ms: number) => void | Promise<void>;
}): Recording {
  const records: Recording['records'] = [];
  const observed: Recording['observed'] = [];
  const budgets: Recording['budgets'] = [];
  const slept: number[] = [];
  const metrics: CallMetrics = {
    observe: (name, _durationMs, errorCode) =>
      observed.push({ name, errorCode }),
    githubBudget: budget => budgets.push(budget),
  };
  return {
    records,
    observed,
    budgets,
    slept,
    metrics,
    call: { record: record => records.push(record), signal: options?.signal },
    environment: {
      clock: { now: options?.now ?? Date.now },
      sleep: async ms => {
        slept.push(ms);
        await options?.onSleep?.(ms);
      },
      metrics,
    },
  };
}
