import type {
  MeasuredHealth,
  RollbackStep,
  SystemStatus,
  VerdictResult,
  CandidateView,
  CiCheckView,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** Colour families; never shown without an icon and a word beside them. */
export type Tone = 'positive' | 'warning' | 'negative' | 'active' | 'neutral';

/** Pictures that go with a status. */
export type StatusIconName =
  | 'ok'
  | 'attention'
  | 'failed'
  | 'working'
  | 'unknown'
  | 'paused'
  | 'person'
  | 'waiting'
  | 'none';

/** How one status looks. */
export interface Look {
  tone: Tone;
  icon: StatusIconName;
  word: string;
}

const look = (tone: Tone, icon: StatusIconName, word: string): Look => ({
  tone,
  icon,
  word,
});

export const HEALTH_LOOKS: Record<MeasuredHealth, Look> = {
  Healthy: look('positive', 'ok', 'Healthy'),
  Progressing: look('active', 'working', 'Progressing'),
  Degraded: look('negative', 'failed', 'Degraded'),
  Suspended: look('neutral', 'paused', 'Suspended'),
  Missing: look('warning', 'attention', 'Missing'),
  Unknown: look('warning', 'unknown', 'Unknown'),
  NotMeasured: look('neutral', 'unknown', 'Not measured'),
};

export const VERDICT_LOOKS: Record<VerdictResult, Look> = {
  holds: look('positive', 'ok', 'Holds'),
  broken: look('negative', 'failed', 'Broken'),
  unknown: look('warning', 'unknown', 'Unknown'),
};

export const STEP_LOOKS: Record<RollbackStep['status'], Look> = {
  done: look('positive', 'ok', 'Done'),
  current: look('active', 'working', 'Now'),
  upcoming: look('neutral', 'none', 'To come'),
  failed: look('negative', 'failed', 'Failed'),
  skipped: look('neutral', 'none', 'Skipped'),
};

export const CI_LOOKS: Record<CiCheckView['state'], Look> = {
  success: look('positive', 'ok', 'Succeeded'),
  failure: look('negative', 'failed', 'Failed'),
  pending: look('active', 'waiting', 'Running'),
  missing: look('warning', 'unknown', 'Not reported'),
};

export const CANDIDATE_CI_LOOKS: Record<CandidateView['ci'], Look> = {
  success: look('positive', 'ok', 'Succeeded'),
  failure: look('negative', 'failed', 'Failed'),
  pending: look('active', 'waiting', 'Running'),
  none: look('neutral', 'none', 'None'),
  unknown: look('warning', 'unknown', 'Unknown'),
};

export const CANDIDATE_LOOKS: Record<CandidateView['verdict'], Look> = {
  resolved: look('positive', 'ok', 'Chosen'),
  qualifies: look('neutral', 'none', 'Qualifies'),
  skipped: look('neutral', 'none', 'Skipped'),
};

export const SYSTEM_LOOKS: Record<SystemStatus['status'], Look> = {
  ok: look('positive', 'ok', 'OK'),
  failing: look('negative', 'failed', 'Failing'),
  misconfigured: look('negative', 'attention', 'Misconfigured'),
  not_configured: look('neutral', 'none', 'Not configured'),
};
