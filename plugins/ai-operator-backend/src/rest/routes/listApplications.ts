import { applicationListSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { z } from 'zod';
import {
  APPLICATION_SORTS,
  ApplicationSort,
  countApplications,
  listApplications,
} from '../../persistence';
import { decodeCursor, encodeCursor } from '../cursor';
import { entityApplicationKeys } from '../entityApplications';
import {
  cursorParameter,
  environmentParameter,
  healthParameter,
  limitParameter,
  nameParameter,
  noParameters,
  orderParameter,
  stateParameter,
  textParameter,
} from '../parameters';
import { defineRoute } from '../route';
import { viewApplication } from '../view/application';
import { viewContext } from '../view/context';

const POSITIONS: Record<ApplicationSort, Array<'string' | 'number'>> = {
  name: ['string', 'string', 'string'],
  health: ['number', 'string', 'string', 'string'],
  healthSince: ['number', 'string', 'string', 'string'],
  environment: ['string', 'string', 'string', 'string'],
};

export const listApplicationsRoute = defineRoute({
  path: '/v1/applications',
  operationId: 'listApplications',
  summary: 'One page of the watched applications',
  params: noParameters,
  query: z.strictObject({
    environment: environmentParameter,
    health: healthParameter.describe(
      'Only these health statuses, with commas between them',
    ),
    state: stateParameter.describe(
      'Only applications held by a rollback in one of these states; `Idle`: held by none',
    ),
    entity: nameParameter
      .optional()
      .describe('Only applications of this catalog entity, as an entity ref'),
    text: textParameter.describe(
      'Part of the name, namespace, instance, project or repository, any case',
    ),
    q: textParameter.describe('The same as `text`'),
    sort: z
      .enum(APPLICATION_SORTS, {
        error: `is none of ${APPLICATION_SORTS.join(', ')}`,
      })
      .optional()
      .describe('`health` ascending is worst first; `name` by default'),
    order: orderParameter.describe('`asc` by default'),
    limit: limitParameter,
    cursor: cursorParameter.describe('`nextCursor` of the page before'),
  }),
  answer: applicationListSchema,
  notFound: 'The catalog has no such entity (ENTITY_NOT_FOUND)',
  async answerWith({ query }, caller, deps) {
    const { db } = deps;
    const { environment, health, state, entity, limit } = query;
    const text = query.text ?? query.q;
    const sort = query.sort ?? 'name';
    const order = query.order ?? 'asc';
    const list = [
      'applications',
      { environment, health, state, entity, text },
      sort,
      order,
    ];
    const after = decodeCursor(list, query.cursor, POSITIONS[sort]);
    const filter = {
      environment,
      health,
      state,
      text,
      keys:
        entity === undefined
          ? undefined
          : await entityApplicationKeys(entity, caller, deps),
    };
    const [page, totalItems] = await Promise.all([
      listApplications(db, { filter, limit, after, sort, order }),
      countApplications(db, { filter }),
    ]);
    const context = viewContext(deps);
    return {
      items: page.items.map(item => viewApplication(item, context)),
      totalItems,
      nextCursor: encodeCursor(list, page.next),
      now: context.now,
    };
  },
});
