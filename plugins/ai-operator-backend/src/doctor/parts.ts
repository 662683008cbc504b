import { LoggerService } from '@backstage/backend-plugin-api';
import { ConfigProblem, OperatorConfig } from '../config';
import { PersonRef } from '../core/people';
import { Database } from '../persistence';
import {
  AuditSinkPort,
  CallContext,
  CallRecord,
  Clock,
  DoctorPort,
  MetricsSourcePort,
  PeoplePort,
} from '../ports';

/** What the doctor looks at, and with what. */
export interface DoctorParts {
  clock: Clock;
  logger: LoggerService;
  db: Database;
  /** The outside world. */
  port: DoctorPort;
  config: OperatorConfig;
  /** Every mistake in the configuration. */
  problems: readonly ConfigProblem[];
  /** Where the audit trail is shipped to. */
  auditSinks: ReadonlyArray<Pick<AuditSinkPort, 'kind' | 'name'>>;
  /** An adopter's own source of uptime figures, in place of Prometheus. */
  customMetrics?: MetricsSourcePort;
  people: Pick<PeoplePort, 'problems'>;
  /** Everybody who has the role senior maintainer now. Throws PortError. */
  seniorMaintainers(call: CallContext): Promise<PersonRef[]>;
  /** Of the configuration, or installed by another module. */
  hasPager: boolean;
  /** When the latest GitHub webhook arrived in this process, ms epoch. */
  lastWebhookAt(): number | undefined;
  /** NODE_ENV is `production`: SQLite is then worth a warning. */
  isProduction: boolean;
  /** Told of every call to the outside. */
  record(call: CallRecord): void;
  limits?: Partial<DoctorLimits>;
}

export interface DoctorLimits {
  /** For one system, cluster, repository, ms. */
  eachMs: number;
  /** For everything together, ms. */
  wholeMs: number;
}

export const DOCTOR_LIMITS: DoctorLimits = { eachMs: 10_000, wholeMs: 20_000 };
