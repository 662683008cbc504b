import { AuditRecord } from '@ai-operator/backstage-plugin-ai-operator-common';
import { Decision, HumanCommand, Rollback, VerdictSet } from '../core';
import { CallRecord } from '../ports';
import {
  AuditSubject,
  callRecord,
  escalationRecord,
  humanCommandRecord,
  invariantRecord,
  transitionRecord,
} from '../audit';

/** Verdicts are taken anew every few seconds; only answers that changed are news. */
function changed(before: VerdictSet | undefined, after: VerdictSet): boolean {
  const text = ({ headSha, invariants, guards, approval }: VerdictSet) =>
    JSON.stringify([
      headSha,
      approval?.result,
      [...invariants, ...guards].map(({ id, result }) => [id, result]),
    ]);
  return before === undefined || text(before) !== text(after);
}

/**
 * The audit records that go with one decision. The calls it rests on belong to
 * it when it moved the rollback, asked for something to be done, or answered
 * otherwise than before; of a look that changed nothing only new failures are
 * told at once (SPEC §10: polling is not logged one by one), and the others are
 * `quiet`, to be told together later.
 */
export function auditDecision(
  rollback: Rollback,
  decision: Decision,
  calls: readonly CallRecord[],
  newFailures: readonly CallRecord[],
  now: number,
  commands: readonly HumanCommand[] = [],
): { audit: AuditRecord[]; quiet: CallRecord[] } {
  const subject: AuditSubject = {
    correlationId: rollback.correlationId,
    application: rollback.application,
    environment: rollback.environment,
  };
  const { answers = [], escalation, next, verdicts } = decision;
  const moved = next.name !== rollback.state.name;
  const judged =
    verdicts !== undefined &&
    (moved ||
      changed(rollback.verdicts, verdicts) ||
      decision.effects.length > 0);
  const isNotable =
    moved ||
    judged ||
    decision.effects.length > 0 ||
    decision.candidates !== undefined;
  const told = isNotable ? calls : newFailures;
  const audit = [
    ...told.map(call => callRecord(subject, call)),
    ...(judged ? [invariantRecord(subject, verdicts)] : []),
    ...(moved
      ? [
          transitionRecord(
            subject,
            now,
            {
              before: rollback.state.name,
              after: next.name,
              because: decision.because,
            },
            decision.transition ? { transition: decision.transition } : {},
          ),
        ]
      : []),
    ...answers.flatMap(({ id, result, because }) => {
      const command = commands.find(each => each.id === id);
      return command === undefined
        ? []
        : [
            humanCommandRecord(subject, now, {
              actor:
                command.person.entityRef ?? `github:${command.person.login}`,
              command: command.command,
              door: command.source,
              because: `${command.command} was ${result}: ${because}`,
              refused: result === 'refused' ? 'STATE' : undefined,
              metadata: { answers: id },
            }),
          ];
    }),
    ...(escalation && escalation.at === now
      ? [
          escalationRecord(subject, now, {
            because: escalation.because,
            level: next.name === 'Abort' ? 'ERROR' : 'WARN',
            metadata: {
              reason: escalation.reason,
              recommendedAction: escalation.recommendedAction,
            },
          }),
        ]
      : []),
  ];
  return { audit, quiet: calls.filter(call => !told.includes(call)) };
}
