import { contextOutcomes } from '../domain/protection';
import { nodeId, time, timeOrNull } from '../represent/common';
import { checkRun as checkRunBody } from '../represent/checks';
import { type CheckRun, type CommitStatus } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { actor } from './actors';
import {
  type Args,
  connection,
  type Fields,
  type GraphContext,
} from './fields';

/** State of all checks and statuses of a commit together, or null when there are none. */
export function statusCheckRollup(
  context: GraphContext,
  repository: RepositoryState,
  sha: string,
): Fields | null {
  const items = [
    ...repository.latestChecks(sha),
    ...repository.latestStatuses(sha),
  ];
  if (items.length === 0) {
    return null;
  }
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('StatusCheckRollup', sha),
    state: rollupState(repository, sha),
    contexts: (args: Args, field: string) =>
      connection('StatusCheckRollupContext', args, field, items, item =>
        'headSha' in item
          ? checkRun(context, repository, item)
          : statusContext(context, item),
      ),
  };
}

function rollupState(repository: RepositoryState, sha: string): string {
  const outcomes = [...contextOutcomes(repository, sha).values()];
  if (outcomes.includes('failing')) {
    return 'FAILURE';
  }
  return outcomes.includes('pending') ? 'PENDING' : 'SUCCESS';
}

function checkRun(
  context: GraphContext,
  repository: RepositoryState,
  run: CheckRun,
): Fields {
  const body = checkRunBody(context.state, repository, run);
  return {
    __typename: 'CheckRun',
    id: body.node_id,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: timeOrNull(run.startedAt),
    completedAt: timeOrNull(run.completedAt),
    title: run.title ?? null,
    summary: run.summary ?? null,
    url: body.html_url,
    permalink: body.html_url,
    detailsUrl: body.details_url,
    externalId: run.externalId === '' ? null : run.externalId,
    isRequired: (args: Args) => {
      const pull =
        typeof args.pullRequestNumber === 'number'
          ? repository.pull(args.pullRequestNumber)
          : undefined;
      const required =
        pull && repository.protection.get(pull.pull.baseBranch)?.requiredChecks;
      return required?.includes(run.name) ?? false;
    },
  };
}

function statusContext(context: GraphContext, status: CommitStatus): Fields {
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description ?? null,
    targetUrl: status.targetUrl ?? null,
    createdAt: time(status.createdAt),
    creator: () => actor(context, status.creator),
  };
}
