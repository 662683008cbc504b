import type { DoctorFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import type { Headline } from './rollbackVerdict';
import type { Look } from './tone';

type Status = DoctorFinding['status'];
type Area = DoctorFinding['area'];

/** Worst first. What could not be looked at may be anything, so it stands before what only should be better. */
export const FINDING_STATUSES: Status[] = [
  'problem',
  'unknown',
  'warning',
  'ok',
];

export const FINDING_LOOKS: Record<Status, Look> = {
  problem: { tone: 'negative', icon: 'failed', word: 'Problem' },
  unknown: { tone: 'warning', icon: 'unknown', word: 'Not known' },
  warning: { tone: 'warning', icon: 'attention', word: 'Warning' },
  ok: { tone: 'positive', icon: 'ok', word: 'Fine' },
};

/** The statuses behind a number. */
export const COUNT_WORDS: Record<Status, [one: string, many: string]> = {
  problem: ['problem', 'problems'],
  unknown: ['not known', 'not known'],
  warning: ['warning', 'warnings'],
  ok: ['fine', 'fine'],
};

export const AREA_TITLES: Record<Area, string> = {
  operator: 'Operator',
  config: 'Configuration',
  argocd: 'Argo CD',
  kubernetes: 'Kubernetes',
  github: 'GitHub',
  prometheus: 'Prometheus',
  people: 'People and roles',
  notifications: 'Notifications',
  pager: 'Pager',
  audit: 'Audit trail',
  database: 'Database',
};

const AREAS = Object.keys(AREA_TITLES) as Area[];

const severity = ({ status }: DoctorFinding) =>
  FINDING_STATUSES.indexOf(status);

/** Findings about one kind of system, worst first. */
export interface AreaFindings {
  area: Area;
  /** What is not fine. */
  bad: DoctorFinding[];
  fine: DoctorFinding[];
}

/** How many findings there are of each status, worst first; statuses without any are left out. */
export function countFindings(
  findings: readonly DoctorFinding[],
): Array<{ status: Status; count: number }> {
  return FINDING_STATUSES.map(status => ({
    status,
    count: findings.filter(finding => finding.status === status).length,
  })).filter(({ count }) => count > 0);
}

/** Findings by area: the area with the worst finding first. */
export function byArea(findings: readonly DoctorFinding[]): AreaFindings[] {
  const worstFirst = [...findings].sort((a, b) => severity(a) - severity(b));
  return AREAS.map(area => {
    const own = worstFirst.filter(finding => finding.area === area);
    return {
      area,
      bad: own.filter(({ status }) => status !== 'ok'),
      fine: own.filter(({ status }) => status === 'ok'),
    };
  })
    .filter(({ bad, fine }) => bad.length + fine.length > 0)
    .sort((a, b) => worst(a) - worst(b));
}

function worst({ bad }: AreaFindings): number {
  return bad.length > 0 ? severity(bad[0]) : FINDING_STATUSES.length;
}

const plural = (n: number, one: string, many: string) =>
  `${n} ${n === 1 ? one : many}`;

/** Whether the operator can do its work, in one sentence. */
export function doctorHeadline(findings: readonly DoctorFinding[]): Headline {
  const number = (status: Status) =>
    findings.filter(finding => finding.status === status).length;
  const problems = number('problem');
  const unknowns = number('unknown');
  const warnings = number('warning');
  const detail = `${number('ok')} of ${plural(
    findings.length,
    'check is',
    'checks are',
  )} fine`;
  if (findings.length === 0) {
    return {
      tone: 'warning',
      icon: 'unknown',
      text: 'The doctor has not looked at anything yet',
    };
  }
  if (problems > 0) {
    return {
      tone: 'negative',
      icon: 'failed',
      text: plural(problems, 'problem to mend', 'problems to mend'),
      detail,
    };
  }
  if (unknowns > 0) {
    return {
      tone: 'warning',
      icon: 'unknown',
      text: `${plural(unknowns, 'check', 'checks')} could not be made`,
      detail,
    };
  }
  return warnings > 0
    ? {
        tone: 'warning',
        icon: 'attention',
        text: `It works, with ${plural(warnings, 'warning', 'warnings')}`,
        detail,
      }
    : {
        tone: 'positive',
        icon: 'ok',
        text: 'Everything is as it should be',
        detail,
      };
}
