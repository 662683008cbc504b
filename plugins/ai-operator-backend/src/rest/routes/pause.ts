import {
  pauseListSchema,
  pauseRequestSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { setPausing } from '../commands/setPausing';
import { listPauses } from '../../persistence';
import { RouterDeps } from '../deps';
import { noParameters } from '../parameters';
import { defineRoute } from '../route';
import { viewPause } from '../view/pause';

async function inForce({ clock, db }: RouterDeps) {
  const now = clock.now();
  const pauses = await listPauses(db, { now });
  return { now, items: pauses.map(viewPause) };
}

export const getPauseRoute = defineRoute({
  path: '/v1/pause',
  operationId: 'getPause',
  summary: 'What is paused, by whom and why',
  params: noParameters,
  query: noParameters,
  answer: pauseListSchema,
  async answerWith(_input, _caller, deps) {
    return inForce(deps);
  },
});

export const putPauseRoute = defineRoute({
  method: 'put',
  path: '/v1/pause',
  operationId: 'setPause',
  summary:
    'Pause or resume everything, or one application; answers with what is paused then',
  params: noParameters,
  query: noParameters,
  body: pauseRequestSchema,
  answer: pauseListSchema,
  refusesItself: true,
  auditing: { eventId: 'pause-change' },
  forbidden:
    'A service asked (PERSON_NEEDED), the permission policy does not let them (NOT_ALLOWED), or their role is not enough (ROLE_NEEDED); audited',
  notFound: 'No such application is watched (APPLICATION_NOT_FOUND)',
  conflict: 'What should be resumed is not paused (NOT_PAUSED); audited',
  unavailable:
    'The roles of the caller cannot be looked up (PEOPLE_UNAVAILABLE); audited',
  async answerWith({ body, note }, caller, deps) {
    await setPausing(body, note, caller, deps);
    return inForce(deps);
  },
});
