import { createApiRef } from '@backstage/frontend-plugin-api';
import type {
  ApplicationList,
  AuditList,
  AuditStatus,
  AuditVerification,
  CommandRequest,
  CommandResult,
  DoctorReport,
  EntityApplications,
  Environment,
  HumanCommandName,
  MeasuredHealth,
  Overview,
  PauseList,
  PauseRequest,
  RollbackDetail,
  RollbackStateName,
} from '@ai-operator/backstage-plugin-ai-operator-common';

/** By what the fleet can be sorted. @public */
export type ApplicationSort = 'name' | 'health' | 'environment';

/** What the fleet table asks for; every filter narrows the list. @public */
export interface ApplicationQuery {
  environment?: Environment;
  health?: MeasuredHealth;
  /** Only applications with a rollback in this state. */
  state?: RollbackStateName;
  /** Part of the name, case-insensitive. */
  text?: string;
  /** `health` ascending is worst first. */
  sort?: ApplicationSort;
  order?: 'asc' | 'desc';
  /** Rows of one page. */
  limit: number;
  /** `nextCursor` of the page before; absent for the first page. */
  cursor?: string;
}

/** Which part of the audit trail is asked for. @public */
export interface AuditQuery {
  /** Only the records of one rollback. */
  correlationId?: string;
  order: 'newest' | 'oldest';
  /** Records of one page. */
  limit: number;
  /** `nextCursor` of the page before; absent for the first page. */
  cursor?: string;
}

/** Which part of the audit trail is recomputed. @public */
export interface AuditVerificationQuery {
  /** Only the records of one rollback. */
  correlationId?: string;
  /** `nextFrom` of the answer before; absent for the first question. */
  from?: number;
}

/** How a request can be given up. @public */
export interface RequestOptions {
  signal?: AbortSignal;
}

/** How a command is sent. @public */
export interface CommandOptions extends RequestOptions {
  /**
   * The person's own GitHub token, with which the backend submits their review
   * once. It travels in a header of this request and is kept nowhere.
   */
  githubToken?: string;
}

/**
 * What the portal asks the operator (SPEC §12). Every method rejects with a
 * `ResponseError` when the backend refuses, and with an error naming the field
 * when its answer does not have the agreed shape.
 * @public
 */
export interface AiOperatorApi {
  /** The applications of one catalog entity, with their rollbacks in full. */
  getEntityApplications(
    entityRef: string,
    options?: RequestOptions,
  ): Promise<EntityApplications>;
  /** One page of the fleet. */
  listApplications(
    query: ApplicationQuery,
    options?: RequestOptions,
  ): Promise<ApplicationList>;
  /** One rollback in full. */
  getRollback(
    correlationId: string,
    options?: RequestOptions,
  ): Promise<RollbackDetail>;
  /** What needs people, what is under way, and how the operator itself is. */
  getOverview(options?: RequestOptions): Promise<Overview>;
  /**
   * Tells the operator what a person decided about a rollback. Resolves once
   * the command is recorded; the operator acts on it with its next look.
   * Rejects with code `VERSION_CONFLICT` (409) when somebody was faster.
   */
  command(
    correlationId: string,
    action: HumanCommandName,
    request: CommandRequest,
    options?: CommandOptions,
  ): Promise<CommandResult>;
  /** The pauses in force. */
  getPauses(options?: RequestOptions): Promise<PauseList>;
  /** Pauses or resumes everything, or one application; resolves to the pauses then in force. */
  setPause(request: PauseRequest, options?: RequestOptions): Promise<PauseList>;
  /** Connections, credentials and rights of the operator, and how to mend what is wrong. */
  getDoctor(options?: RequestOptions): Promise<DoctorReport>;
  /** One page of the audit trail. */
  listAudit(query: AuditQuery, options?: RequestOptions): Promise<AuditList>;
  /** Whether the audit trail can be trusted, and whether it gets where it should. */
  getAuditStatus(options?: RequestOptions): Promise<AuditStatus>;
  /** Recomputes a part of the audit trail now. */
  verifyAudit(
    query: AuditVerificationQuery,
    options?: RequestOptions,
  ): Promise<AuditVerification>;
  /** The records of one rollback as they were written: JSON Lines, oldest first. */
  exportAudit(correlationId: string, options?: RequestOptions): Promise<Blob>;
}

/** @public */
export const aiOperatorApiRef = createApiRef<AiOperatorApi>().with({
  id: 'plugin.ai-operator.service',
  pluginId: 'ai-operator',
});
