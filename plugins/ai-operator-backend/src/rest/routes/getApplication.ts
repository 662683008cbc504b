import {
  applicationDetailSchema,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import { listApplications } from '../../persistence';
import { notFound } from '../errors';
import { nameParameter, noParameters } from '../parameters';
import { defineRoute } from '../route';
import { viewApplicationDetail } from '../view/applicationDetail';
import { detailContext } from '../view/detailContext';

export const getApplicationRoute = defineRoute({
  path: '/v1/applications/:instance/:namespace/:name',
  operationId: 'getApplication',
  summary: 'One application with its checks, findings and rollbacks',
  params: z.strictObject({
    instance: nameParameter.describe('Name of the Argo CD instance'),
    namespace: nameParameter.describe('Namespace of the Application'),
    name: nameParameter.describe('Name of the Application'),
  }),
  query: noParameters,
  answer: applicationDetailSchema,
  notFound: 'No such application is watched (APPLICATION_NOT_FOUND)',
  async answerWith({ params }, caller, deps) {
    const { items } = await listApplications(deps.db, {
      filter: { keys: [params] },
      limit: 1,
    });
    if (items.length === 0) {
      throw notFound(
        'APPLICATION_NOT_FOUND',
        `No application ${stringifyApplicationKey(
          params,
        )} is watched. Check instance, namespace and name, and that the Application carries the label, the entry in aiOperator.applications or the catalog annotation by which applications are chosen.`,
      );
    }
    return viewApplicationDetail(
      deps.db,
      items[0],
      await detailContext(deps, caller),
    );
  },
});
