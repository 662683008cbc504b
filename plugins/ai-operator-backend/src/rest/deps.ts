import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  ApplicationKey,
  DoctorFinding,
  OperatorSignal,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Policy } from '../core';
import { OperatorMetrics } from '../metrics';
import { Database } from '../persistence';
import { CatalogPort, Clock, GitHubPort, PeoplePort } from '../ports';

/** A mistake in the configuration, as the portal shows it. */
export interface ShownProblem {
  severity: 'fatal' | 'degraded';
  key: string;
  because: string;
  howToMend: string;
}

/** What the routes need. */
export interface RouterDeps {
  db: Database;
  policy: Policy;
  clock: Clock;
  logger: LoggerService;
  /** Backstage's, which is told what people do. */
  auditor: AuditorService;
  httpAuth: Pick<HttpAuthService, 'credentials'>;
  permissions: Pick<PermissionsService, 'authorize'>;
  /** Asked with the caller's own rights for the entity of a request. */
  catalog: Pick<CatalogService, 'getEntityByRef'>;
  /** The operator's own view of the catalog, for the entities of many applications. */
  entities: Pick<CatalogPort, 'snapshot'>;
  /** Who a person is and which roles they have now. */
  people: Pick<PeoplePort, 'find'>;
  /** Submits a person's own review with the token that came with their request. */
  personalReviews: Pick<GitHubPort, 'submitReview'>;
  /** Looks at every system the operator needs; the router shares runs among those who ask. */
  doctor: () => Promise<DoctorFinding[]>;
  /** Something was recorded that the operator should look at now. */
  wake: () => void;
  /** What pages show has changed, and is in the database. */
  changed: (signal: OperatorSignal) => void;
  /** A person was allowed to read: they hear of changes. */
  looked: (entityRef: string) => void;
  /** Makes ids, such as random UUIDs. */
  newId: () => string;
  /** Where people look at things. */
  links: {
    application(key: ApplicationKey): string | undefined;
    commit(repository: string, sha: string): string;
  };
  /** What is configured. */
  configured: {
    argocd: ReadonlyArray<{ name: string; url: string }>;
    prometheus: boolean;
    /** Where the audit trail is shipped to; absent: nowhere. */
    auditSinks?: ReadonlyArray<{
      kind: 'elasticsearch' | 'file';
      name: string;
    }>;
    /** Where people look at the records that were shipped to Elasticsearch. */
    kibana?: {
      /** Without a trailing slash. */
      url: string;
      indexPattern: string;
      /** How long Elasticsearch keeps records, ms. */
      keptFor: number;
    };
    problems: readonly ShownProblem[];
  };
  metrics: Pick<OperatorMetrics, 'exposition' | 'lastCalls'>;
  /** Who may read `/metrics`: service principals and static tokens of `backend.auth` (default), or anybody who can reach it. */
  metricsAccess?: 'service' | 'public';
}
