import { createApiRef } from '@backstage/frontend-plugin-api';
import type {
  ApplicationList,
  EntityApplications,
  Environment,
  MeasuredHealth,
  Overview,
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

/** How a request can be given up. @public */
export interface RequestOptions {
  signal?: AbortSignal;
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
}

/** @public */
export const aiOperatorApiRef = createApiRef<AiOperatorApi>().with({
  id: 'plugin.ai-operator.service',
  pluginId: 'ai-operator',
});
