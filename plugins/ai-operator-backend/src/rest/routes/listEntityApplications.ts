import { entityApplicationsSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { ARGOCD_ANNOTATIONS, EntitySelection } from '../../core/entity';
import { listApplications } from '../../persistence';
import { readEntity, selectedKeys } from '../entityApplications';
import { nameParameter, noParameters } from '../parameters';
import { defineRoute } from '../route';
import { viewApplicationDetail } from '../view/applicationDetail';
import { detailContext } from '../view/detailContext';

/** Each is shown in full, with its rollback. */
const MAX_SHOWN = 20;

function wanted(selection: EntitySelection): string {
  const where = [
    selection.instances && `instance ${selection.instances.join(' or ')}`,
    selection.namespace && `namespace ${selection.namespace}`,
    selection.project && `project ${selection.project}`,
  ].filter(Boolean);
  const what =
    'name' in selection.by
      ? `an application named ${selection.by.name}`
      : 'applications by labels';
  return where.length > 0 ? `${what} in ${where.join(', ')}` : what;
}

export const listEntityApplicationsRoute = defineRoute({
  path: '/v1/entities/:kind/:namespace/:name/applications',
  operationId: 'listEntityApplications',
  summary: 'The applications of one catalog entity, with their rollbacks',
  params: z.strictObject({
    kind: nameParameter,
    namespace: nameParameter,
    name: nameParameter,
  }),
  query: noParameters,
  answer: entityApplicationsSchema,
  notFound: 'The catalog has no such entity (ENTITY_NOT_FOUND)',
  async answerWith({ params }, caller, deps) {
    const { entityRef, read } = await readEntity(params, caller, deps);
    const context = await detailContext(deps, caller);
    const { now } = context;
    if (read.result !== 'selects') {
      return {
        entityRef,
        items: [],
        now,
        problem:
          read.result === 'invalid'
            ? read.because
            : `The entity names no Argo CD application. Add the annotation ${ARGOCD_ANNOTATIONS.appName} or ${ARGOCD_ANNOTATIONS.appSelector}.`,
      };
    }
    const keys = await selectedKeys(deps.db, read.selection);
    const { items } = await listApplications(deps.db, {
      filter: { keys: keys.slice(0, MAX_SHOWN) },
      limit: MAX_SHOWN,
    });
    return {
      entityRef,
      now,
      items: await Promise.all(
        items.map(item => viewApplicationDetail(deps.db, item, context)),
      ),
      problem: problemOf(keys.length, read.selection),
    };
  },
});

function problemOf(
  count: number,
  selection: EntitySelection,
): string | undefined {
  if (count === 0) {
    return `The annotations ask for ${wanted(
      selection,
    )}, and no watched application is like that. Check the annotations, and that the application is watched.`;
  }
  return count > MAX_SHOWN
    ? `The annotations name ${count} applications; the first ${MAX_SHOWN} are shown.`
    : undefined;
}
