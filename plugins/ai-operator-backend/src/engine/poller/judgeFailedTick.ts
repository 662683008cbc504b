import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { callRecord, escalationRecord } from '../../audit';
import { judgeCheck } from '../../core';
import { ApplicationHold } from '../../persistence';
import { InstanceMemory } from './instanceMemory';
import { noFindings, TickContext, TickFindings } from './judgeTick';

/**
 * The list could not be read: nobody is called degraded for that. Applications
 * under suspicion or being rolled back get a check that says so at once (SPEC §4);
 * all others get it with the alert, because "Healthy" of a time when nobody could
 * look would be untrue.
 */
export function judgeFailedTick(
  memory: InstanceMemory,
  context: TickContext & {
    because: string;
    holds: readonly ApplicationHold[];
    consecutiveFailures: number;
    /** This failure is the one people are told about. */
    isAlert: boolean;
  },
): TickFindings {
  const { instance, because, now, policy } = context;
  const findings = noFindings();
  const watched = new Map(
    (context.isAlert ? memory.monitoredRecords() : memory.unquiet()).map(
      record => [stringifyApplicationKey(record.key), record],
    ),
  );
  for (const { key, state } of context.holds) {
    const id = stringifyApplicationKey(key);
    const record = memory.record(id);
    if (record && state !== 'Abort') {
      watched.set(id, record);
    }
  }
  for (const previous of watched.values()) {
    const { record, check, changed } = judgeCheck(
      previous,
      previous,
      { health: 'NotMeasured', because },
      now,
      policy,
    );
    findings.records.push(record);
    findings.checks.push({ key: record.key, check });
    if (changed) {
      findings.changed.push(record.key);
    }
  }
  const subject = { metadata: { instance } };
  if (context.consecutiveFailures === 1 || context.isAlert) {
    findings.audit.push(
      ...context.calls.map(call => callRecord(subject, call)),
    );
  } else {
    findings.quietCalls.push(...context.calls);
  }
  if (context.isAlert) {
    findings.audit.push(
      escalationRecord(subject, now, {
        because: `Argo CD instance ${instance} could not be read ${context.consecutiveFailures} times in a row: ${because}`,
        level: 'ERROR',
      }),
    );
    findings.alerts.push({
      scope: `argocd/${instance}`,
      title: `${policy.mention} AI Operator cannot read Argo CD instance ${instance}`,
      description: `It failed ${context.consecutiveFailures} times in a row: ${because}. Nothing there is counted as degraded, and nothing is rolled back, until it answers again.`,
      urgent: true,
      link: `${policy.portalUrl ?? ''}/ai-operator/doctor`,
    });
  }
  return findings;
}
