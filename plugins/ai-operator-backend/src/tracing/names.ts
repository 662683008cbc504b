/**
 * Names of the spans the operator makes of its own work. A call to an outside
 * system is a span as well, under the name it has in the audit, such as
 * `github.createPullRequest`.
 */
export const SPANS = {
  /** One look at one Argo CD instance. */
  tick: 'ai-operator.tick',
  /** One look at one rollback. */
  look: 'ai-operator.rollback.look',
  /** One try at one effect. */
  effect: 'ai-operator.effect',
  /** One look at one escalation issue. */
  issue: 'ai-operator.issue.look',
  /** One batch of audit records on its way to a sink. */
  ship: 'ai-operator.audit.ship',
} as const;

export type SpanName = (typeof SPANS)[keyof typeof SPANS];

/**
 * What spans say, by the name it has in our code, and all of it: an attribute
 * without a row cannot be set, so nothing gets there by accident. Names of
 * OpenTelemetry's semantic conventions where there is one.
 */
export const ATTRIBUTES = {
  correlationId: 'ai_operator.correlation_id',
  application: 'ai_operator.application',
  environment: 'ai_operator.environment',
  instance: 'ai_operator.argocd.instance',
  result: 'ai_operator.result',
  listed: 'ai_operator.tick.listed',
  monitored: 'ai_operator.tick.monitored',
  opened: 'ai_operator.tick.opened',
  stateBefore: 'ai_operator.state.before',
  stateAfter: 'ai_operator.state.after',
  effectKind: 'ai_operator.effect.kind',
  attempt: 'ai_operator.effect.attempt',
  sink: 'ai_operator.audit.sink',
  records: 'ai_operator.audit.records',
  retryCount: 'ai_operator.call.retry_count',
  peer: 'service.peer.name',
  errorType: 'error.type',
} as const;

export type Attributes = {
  [A in keyof typeof ATTRIBUTES]?: string | number | boolean;
};
