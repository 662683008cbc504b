/**
 * What the list call asks for. Argo CD serves a fixed set of fields there
 * (`forwarder_overwrite.go`) and silently ignores all others:
 * `status.sync.revision` and parts of `spec` are served since 3.6 only, so the
 * whole `spec` is asked for, and a missing revision has to be lived with.
 */
const LIST_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.labels',
  'metadata.annotations',
  'metadata.deletionTimestamp',
  'spec',
  'status.sync.status',
  'status.sync.revision',
  'status.health',
  'status.operationState.phase',
];

/** Value of the list call's `fields` parameter. */
export const LIST_FIELDS_PARAMETER = LIST_FIELDS.map(
  field => `items.${field}`,
).join(',');
