import { overviewSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  listInstances,
  listPauses,
  listRollbacks,
  summarizeApplications,
} from '../../persistence';
import { noParameters } from '../parameters';
import { defineRoute } from '../route';
import { whoAsks } from '../whoAsks';
import { viewCaller } from '../view/caller';
import { viewContext } from '../view/context';
import { viewPause } from '../view/pause';
import { viewRollback } from '../view/rollback';
import { viewAuditSinks, viewSinkSystems } from '../view/auditStatus';
import { viewSystems } from '../view/systems';

const MAX_NEEDS_HUMAN = 50;
const MAX_ACTIVE = 100;
const MAX_RECENT = 20;

export const getOverviewRoute = defineRoute({
  path: '/v1/overview',
  operationId: 'getOverview',
  summary:
    'What needs people, what is under way, and how the operator itself is',
  params: noParameters,
  query: noParameters,
  answer: overviewSchema,
  async answerWith(_input, caller, deps) {
    const { clock, db, policy } = deps;
    const [
      applications,
      needsHuman,
      active,
      recent,
      instances,
      pauses,
      trail,
      who,
    ] = await Promise.all([
      summarizeApplications(db),
      listRollbacks(db, {
        filter: { needsHuman: true },
        limit: MAX_NEEDS_HUMAN,
      }),
      listRollbacks(db, { filter: { open: true }, limit: MAX_ACTIVE }),
      listRollbacks(db, { filter: {}, by: 'ended', limit: MAX_RECENT }),
      listInstances(db),
      listPauses(db, { now: clock.now() }),
      viewAuditSinks(deps, clock.now()),
      whoAsks(caller, deps),
    ]);
    const context = viewContext(deps);
    const ticks = instances.flatMap(({ lastTickAt }) => lastTickAt ?? []);
    return {
      now: context.now,
      lastTickAt: ticks.length > 0 ? Math.max(...ticks) : undefined,
      applications,
      needsHuman: needsHuman.items.map(item => viewRollback(item, context)),
      active: active.items.map(item => viewRollback(item, context)),
      recent: recent.items.map(item => viewRollback(item, context)),
      systems: [
        ...viewSystems(deps, instances, context.now),
        ...viewSinkSystems(trail),
      ],
      timing: { ...policy.timing },
      modes: { ...policy.modes },
      caller: await viewCaller(who, caller, deps),
      pauses: pauses.map(viewPause),
    };
  },
});
