import { OperatorConfig } from '../config';
import { AuditSinkPort } from '../ports';
import { AuditFileSink } from './auditFile';
import { ElasticsearchSink } from './elasticsearch';
import { CallEnvironment } from './http';

/** Every place the audit trail is shipped to besides the database; none of them is asked anything yet. */
export function createAuditSinks(
  { audit }: Pick<OperatorConfig, 'audit'>,
  environment: CallEnvironment,
): AuditSinkPort[] {
  const { elasticsearch, file } = audit;
  return [
    ...(elasticsearch
      ? [new ElasticsearchSink(elasticsearch, environment)]
      : []),
    ...(file ? [new AuditFileSink(file.path, environment)] : []),
  ];
}
