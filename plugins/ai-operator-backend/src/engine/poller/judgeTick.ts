import {
  ApplicationKey,
  AuditRecord,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  ApplicationRecord,
  CheckJudgement,
  Effect,
  HealthCheck,
  judgeCheck,
  openRollback,
  Policy,
  Rollback,
} from '../../core';
import { LogLine, moveLevel } from '../../logging';
import { CallRecord } from '../../ports';
import {
  AuditSubject,
  callRecord,
  errorRecord,
  escalationRecord,
  transitionRecord,
} from '../../audit';
import { UntoldAlert } from '../alertTeller';
import { Look, Subject } from './attention';
import { isSameRecord } from './instanceMemory';

/** What one tick wants written, in one transaction. */
export interface TickFindings {
  records: ApplicationRecord[];
  checks: Array<{ key: ApplicationKey; check: HealthCheck }>;
  opened: Array<{ rollback: Rollback; because: string }>;
  wake: string[];
  audit: AuditRecord[];
  /** Calls of which no record tells: nothing was new. */
  quietCalls: CallRecord[];
  effects: Array<{ correlationId: string; effect: Effect }>;
  /** Applications that pages show differently now. */
  changed: ApplicationKey[];
  /** Told once the tick is committed; a rollback tells its own. */
  alerts: UntoldAlert[];
  /** Logged once the tick is committed. */
  lines: LogLine[];
}

export function noFindings(): TickFindings {
  return {
    records: [],
    checks: [],
    opened: [],
    wake: [],
    audit: [],
    quietCalls: [],
    effects: [],
    changed: [],
    alerts: [],
    lines: [],
  };
}

export interface TickContext {
  instance: string;
  now: number;
  policy: Policy;
  calls: CallRecord[];
}

/** Judges every application that a good list gave reason to look at. */
export function judgeTick(
  subjects: ReadonlyArray<Subject & { id: string }>,
  looks: ReadonlyMap<Subject, Look>,
  context: TickContext & {
    newId: () => string;
    /** Failures in a row, alerted, that end with this tick; 0 when there were none. */
    recoveredAfter: number;
  },
): TickFindings & { latest: Map<string, ApplicationRecord> } {
  const { instance, now, policy, newId } = context;
  const findings = noFindings();
  const latest = new Map<string, ApplicationRecord>();
  findings.quietCalls.push(...context.calls);
  for (const subject of subjects) {
    const look = looks.get(subject);
    if (!look) {
      continue;
    }
    const { id, facts, previous } = subject;
    const judgement = judgeCheck(
      previous,
      look.findings ? { ...facts, findings: look.findings } : facts,
      look.reading,
      look.at,
      policy,
    );
    const { record, check } = judgement;
    const isSame = previous !== undefined && isSameRecord(previous, record);
    latest.set(id, isSame ? previous : record);
    if (!isSame) {
      findings.records.push(record);
    }
    if (judgement.notable) {
      findings.checks.push({ key: record.key, check });
    }
    if (judgement.changed || subject.openRollback !== undefined) {
      findings.changed.push(record.key);
    }
    if (subject.openRollback !== undefined) {
      findings.wake.push(subject.openRollback);
    }
    const opened = judgement.openRollback
      ? begin(findings, judgement, look, newId(), policy)
      : undefined;
    if (opened === undefined) {
      findings.quietCalls.push(...look.calls);
    }
    tellAlert(
      findings,
      judgement,
      { opened, open: subject.openRollback },
      now,
      policy,
    );
  }
  if (context.recoveredAfter > 0) {
    const because = `Argo CD instance ${instance} answers again after ${context.recoveredAfter} failed looks`;
    findings.lines.push({
      level: 'info',
      message: because,
      fields: { instance },
    });
    findings.audit.push(
      errorRecord({ metadata: { instance } }, now, because, 'WARN'),
    );
    // The thread that told of the outage ends on that.
    findings.alerts.push({
      scope: `argocd/${instance}`,
      title: `AI Operator: ${because}`,
      description: `${because}. Its applications are watched again.`,
      urgent: false,
      link: `${policy.portalUrl ?? ''}/ai-operator`,
    });
  }
  return { ...findings, latest };
}

/** A rollback begins: its row, the first move, and the calls that proved the first check. */
function begin(
  findings: TickFindings,
  { alert, record }: CheckJudgement,
  look: Look,
  correlationId: string,
  policy: Policy,
): string {
  const { rollback, because, effects } = openRollback(
    record,
    correlationId,
    look.at,
    policy,
  );
  const subject: AuditSubject = {
    correlationId,
    application: record.key,
    environment: rollback.environment,
  };
  findings.opened.push({ rollback, because });
  findings.effects.push(...effects.map(effect => ({ correlationId, effect })));
  findings.audit.push(
    ...look.calls.map(call => callRecord(subject, call)),
    transitionRecord(subject, look.at, {
      before: 'Idle',
      after: rollback.state.name,
      because,
    }),
  );
  findings.lines.push({
    level: moveLevel('degradation_detected', alert?.urgent === true),
    message: `${record.key.name} (${rollback.environment}): Idle -> ${rollback.state.name}: ${because}`,
    about: subject,
    fields: {
      transition: 'degradation_detected',
      from: 'Idle',
      to: rollback.state.name,
    },
  });
  return correlationId;
}

/**
 * A new rollback tells the beginning of a degradation by itself; what needs a
 * person at once (AC-06), or what nobody else would tell, gets a record of its own.
 */
function tellAlert(
  findings: TickFindings,
  { alert, record, refusedBecause }: CheckJudgement,
  /** The rollback that begins with this check, or that is open already. */
  { opened, open }: { opened: string | undefined; open: string | undefined },
  now: number,
  policy: Policy,
): void {
  if (!alert) {
    return;
  }
  const correlationId = opened ?? open;
  // Its first move is a line already.
  if (opened === undefined) {
    findings.lines.push({
      level: 'warn',
      message: `${stringifyApplicationKey(record.key)}: ${alert.because}. ${
        alert.recommendedAction
      }`,
      about: {
        correlationId,
        application: record.key,
        environment: record.environment,
      },
      fields: { alert: alert.kind },
    });
  }
  if (correlationId === undefined) {
    const { environment } = record;
    const isObserved =
      environment !== undefined && policy.modes[environment] === 'observe';
    if (!isObserved) {
      const { name } = record.key;
      findings.alerts.push({
        scope: `${stringifyApplicationKey(record.key)}/${alert.kind}`,
        title: `${
          alert.urgent ? `${policy.mention} ` : ''
        }AI Operator: ${name}${
          environment ? ` (${environment})` : ''
        } needs a look`,
        description: `${alert.because}. ${alert.recommendedAction}`,
        urgent: alert.urgent,
        link: `${policy.portalUrl ?? ''}/ai-operator?text=${encodeURIComponent(
          name,
        )}`,
      });
    }
  }
  if (!alert.urgent && correlationId !== undefined && !refusedBecause) {
    return;
  }
  findings.audit.push(
    escalationRecord(
      {
        correlationId,
        application: record.key,
        environment: record.environment,
      },
      now,
      {
        because: alert.because,
        level: alert.urgent ? 'ERROR' : 'WARN',
        metadata: {
          alert: alert.kind,
          recommendedAction: alert.recommendedAction,
        },
      },
    ),
  );
}
