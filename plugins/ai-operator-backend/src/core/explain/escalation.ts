import { EscalationReason } from '@ai-operator/backstage-plugin-ai-operator-common';

/** The reason as people read it in titles: "CI Failure on Rollback PR". */
export function reasonWords(reason: EscalationReason): string {
  return reason;
}
