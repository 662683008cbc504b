import { auditRecordSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { redact } from './redact';

/**
 * What may be written to the decision trail: an audit record whose values have
 * been through {@link redact}. The only way to a stored row.
 */
export const storedAuditRecordSchema = auditRecordSchema.transform(record =>
  // Redaction keeps the shape: it only replaces texts and cuts what is too long.
  auditRecordSchema.parse(redact(record)),
);
