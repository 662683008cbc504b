import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';
import { DEMO_ACCESS } from '@ai-operator/world';
import { ChangePlan, OpenedPullRequest } from '../../core/rollback';
import { PullRequestRequest } from '../../ports';
import { WorldAdapters } from './worldAdapters';

export const REPOSITORY = 'my-org/payment-service';
export const MANIFEST_PATH = '.argocd/application.yaml';

/** A rollback that is planned, nothing of it done yet. */
export interface PlannedRollback {
  current: string;
  target: string;
  change: ChangePlan;
  request: PullRequestRequest;
}

const BRANCHES: Record<Environment, string> = {
  staging: 'staging',
  production: 'main',
};

/** A bad deployment of payment-service, and the rollback that is planned for it. */
export async function badDeployment(
  bench: WorldAdapters,
  environment: Environment = 'staging',
): Promise<PlannedRollback> {
  const { revision } = await bench.world.control.deployBad({
    service: 'payment-service',
    environment,
  });
  const manifest = await bench.github.readManifest(
    REPOSITORY,
    BRANCHES[environment],
    MANIFEST_PATH,
    bench.call,
  );
  const { history } = await bench.argocd.getApplication(
    { instance: environment, namespace: 'argocd', name: 'payment-service' },
    bench.call,
  );
  const target = history.find(each => each.revision !== revision)?.revision;
  if (!target) {
    throw new Error('There is nothing to go back to');
  }
  const change = {
    baseSha: manifest.baseSha,
    files: [
      {
        path: MANIFEST_PATH,
        before: manifest.content,
        after: manifest.content.replace(revision, target),
      },
    ],
  };
  return {
    current: revision,
    target,
    change,
    request: requestOf(target, change, environment),
  };
}

export function requestOf(
  target: string,
  change: ChangePlan,
  environment: Environment = 'staging',
): PullRequestRequest {
  const sha7 = target.slice(0, 7);
  return {
    repository: REPOSITORY,
    baseBranch: BRANCHES[environment],
    headBranch: `rollback/payment-service-${sha7}`,
    change,
    title: `Rollback: payment-service to ${sha7} (degraded in ${environment})`,
    body: 'Because.',
    labels: ['ai-operator', 'rollback', environment],
    commitMessage: `Rollback: payment-service to ${sha7}\n\nCorrelation ID: 5f0c`,
  };
}

/** The rollback's pull request, opened by the operator. */
export async function openRollback(
  bench: WorldAdapters,
  environment: Environment = 'staging',
): Promise<OpenedPullRequest> {
  const { request } = await badDeployment(bench, environment);
  const opened = await bench.github.openPullRequest(request, bench.call);
  if (opened.result !== 'opened') {
    throw new Error(`Not opened: ${opened.because}`);
  }
  return opened.pullRequest;
}

export function git(bench: WorldAdapters) {
  return bench.world.github.repository(REPOSITORY).git;
}

/**
 * GitHub's REST API of the repository as an outsider sees it.
 *
 * @param token - whose eyes; the operator's when not said
 */
export async function rest(
  bench: WorldAdapters,
  path: string,
  init?: { method: string; body?: unknown },
  token: string = DEMO_ACCESS.github.operatorToken,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(
    `${bench.url}/api/v3/repos/${REPOSITORY}${path}`,
    {
      method: init?.method,
      body: init && JSON.stringify(init.body),
      headers: { authorization: `token ${token}` },
    },
  );
  const text = await response.text();
  const body: unknown = text ? JSON.parse(text) : undefined;
  return { status: response.status, body };
}

/** A token of a person in the world, as signing in to GitHub gives one. */
export function tokenOf(
  bench: WorldAdapters,
  login: string,
  scopes: string[] = ['repo', 'read:org'],
): string {
  const value = `gho_${login}0123456789abcdefABCDEF0123456789`;
  bench.world.github.tokens.add({ value, login, scopes });
  return value;
}

/** What GitHub says of the operator's request budgets; asking is free. */
export async function budgetsOf(
  bench: WorldAdapters,
): Promise<Record<'core' | 'graphql', { used: number; reset: number }>> {
  const response = await fetch(`${bench.url}/api/v3/rate_limit`, {
    headers: { authorization: `token ${DEMO_ACCESS.github.operatorToken}` },
  });
  const { resources } = (await response.json()) as {
    resources: Record<'core' | 'graphql', { used: number; reset: number }>;
  };
  return resources;
}
