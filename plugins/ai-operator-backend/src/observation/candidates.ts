import {
  ApplicationKey,
  Environment,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { GitSource } from '../core/application';
import { CandidateSearch, CommitEvidence } from '../core/candidate';
import { known } from '../core/verdict';
import { CallContext } from '../ports';
import { deployedAtOf, deploymentsOf } from './deployments';
import { mapBounded } from './mapBounded';
import { ObservationPorts } from './ports';
import { readUptime } from './uptime';

/** Uptimes asked in one search. Argo CD names ten deployments by default, so this rarely cuts anything off. */
const MAX_UPTIME_QUERIES = 20;
const CONCURRENT_QUERIES = 5;

/**
 * Everything a candidate search may look at: the branch's history with its CI,
 * when each revision ran here, and how well. Uptime is asked only for revisions
 * that passed CI and did run here: for all others it could not change anything.
 */
export async function searchCandidates(
  request: {
    key: ApplicationKey;
    environment: Environment;
    source: GitSource;
    currentRevision: string;
    maxAge: number;
    maxCommits: number;
    uptimeWindow: number;
  },
  ports: Pick<ObservationPorts, 'argocd' | 'github' | 'metrics'>,
  call: CallContext,
  now: number,
): Promise<CandidateSearch> {
  const { key, source, currentRevision } = request;
  const [history, details] = await Promise.all([
    ports.github.listHistory(
      {
        repository: source.repository,
        branch: source.branch,
        revision: currentRevision,
        since: now - request.maxAge,
        limit: request.maxCommits,
      },
      call,
    ),
    ports.argocd.getApplication(key, call),
  ]);
  const commits = history.commits.map(
    ({ ci, ...commit }): CommitEvidence => ({
      ...commit,
      ci: known(ci, now),
      deployments: deploymentsOf(commit, details, now),
    }),
  );
  const ran = commits
    .filter(
      commit =>
        commit.ci.known &&
        commit.ci.value === 'success' &&
        commit.deployments.known &&
        commit.deployments.value.length > 0,
    )
    .slice(0, MAX_UPTIME_QUERIES);
  const uptimes = new Map(
    await mapBounded(
      ran,
      CONCURRENT_QUERIES,
      async commit =>
        [
          commit.sha,
          await readUptime(
            {
              application: key.name,
              environment: request.environment,
              revision: commit.sha,
              deployments: commit.deployments,
              windowMs: request.uptimeWindow,
            },
            ports.metrics,
            call,
            now,
          ),
        ] as const,
    ),
  );
  return {
    currentRevision,
    onBranch: history.onBranch,
    currentDeployedAt: deployedAtOf(currentRevision, details),
    commits: commits.map(commit => ({
      ...commit,
      uptime: uptimes.get(commit.sha),
    })),
    truncated: history.truncated,
  };
}
