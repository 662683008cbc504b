import { z } from 'zod';
import { CheckState, CiNow } from '../../core/observation';
import { PortError } from '../../ports';
import { GitHubClient } from './GitHubClient';
import { readRequiredChecks, RequiredCheck } from './requiredChecks';
import { RequestScope } from './scope';

/** Pages of 100 check runs; a head with more is refused rather than half read. */
const MAX_PAGES = 5;

const checkRunsSchema = z.object({
  total_count: z.number(),
  check_runs: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
      app: z.object({ id: z.number() }).nullish(),
    }),
  ),
});

const combinedStatusSchema = z.object({
  total_count: z.number(),
  statuses: z.array(
    z.object({
      context: z.string(),
      state: z.string(),
      target_url: z.string().nullish(),
    }),
  ),
});

type State = 'success' | 'failure' | 'pending';

interface Present {
  name: string;
  state: State;
  url?: string;
  /** Absent for commit statuses. */
  appId?: number;
}

/**
 * A check run's conclusion. Skipped and neutral satisfy a required check, as
 * GitHub has it; `action_required` waits for somebody.
 */
function stateOfRun(status: string, conclusion: string | undefined): State {
  if (status !== 'completed') {
    return 'pending';
  }
  switch (conclusion) {
    case 'success':
    case 'neutral':
    case 'skipped':
      return 'success';
    case 'action_required':
    case undefined:
      return 'pending';
    default:
      return 'failure';
  }
}

function stateOfStatus(state: string): State {
  switch (state) {
    case 'success':
      return 'success';
    case 'failure':
    case 'error':
      return 'failure';
    default:
      return 'pending';
  }
}

async function readCheckRuns(
  client: GitHubClient,
  scope: RequestScope,
  sha: string,
): Promise<Present[]> {
  const runs: Present[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.get(
      scope,
      checkRunsSchema,
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { ref: sha, filter: 'latest', per_page: 100, page },
    );
    for (const run of answer.check_runs) {
      runs.push({
        name: run.name,
        state: stateOfRun(run.status, run.conclusion ?? undefined),
        url: run.html_url ?? undefined,
        appId: run.app?.id,
      });
    }
    if (answer.check_runs.length < 100) {
      return runs;
    }
    if (page === MAX_PAGES) {
      throw new PortError(
        'VALIDATION',
        `GitHub ${scope.repository.slug}: commit ${sha} has more than ${
          MAX_PAGES * 100
        } check runs`,
      );
    }
  }
}

async function readStatuses(
  client: GitHubClient,
  scope: RequestScope,
  sha: string,
): Promise<Present[]> {
  const answer = await client.get(
    scope,
    combinedStatusSchema,
    'GET /repos/{owner}/{repo}/commits/{ref}/status',
    { ref: sha, per_page: 100 },
  );
  return answer.statuses.map(status => ({
    name: status.context,
    state: stateOfStatus(status.state),
    url: status.target_url ?? undefined,
  }));
}

/** One name may have several runs; the worst one speaks for it. */
function worst(states: State[]): State {
  if (states.includes('failure')) {
    return 'failure';
  }
  return states.includes('pending') ? 'pending' : 'success';
}

/** Stands for checks we cannot name: none has reported, and which are demanded cannot be read. */
const UNREADABLE = 'any check (required checks cannot be read)';

function combine(
  present: Present[],
  required: RequiredCheck[] | undefined,
): CheckState[] {
  const checks = new Map<string, CheckState>();
  for (const name of new Set(present.map(check => check.name))) {
    const same = present.filter(check => check.name === name);
    checks.set(name, {
      name,
      required: required === undefined,
      state: worst(same.map(check => check.state)),
      url: same.find(check => check.url)?.url,
    });
  }
  for (const { name, appId } of required ?? []) {
    const counted = present.filter(
      check =>
        check.name === name && (appId === undefined || check.appId === appId),
    );
    const url = counted.find(check => check.url)?.url;
    const state = counted.length
      ? worst(counted.map(check => check.state))
      : 'missing';
    const before = checks.get(name);
    checks.set(name, {
      name,
      required: true,
      // Demanded twice (of any app, and of one): both must be content.
      state:
        before?.required && before.state !== 'success' ? before.state : state,
      url,
    });
  }
  if (required === undefined && checks.size === 0) {
    checks.set(UNREADABLE, {
      name: UNREADABLE,
      required: true,
      state: 'missing',
    });
  }
  return [...checks.values()];
}

/**
 * Check runs and statuses of a head against what its base branch demands. When
 * that cannot be read, every check that is there counts as required.
 */
export async function getChecks(
  client: GitHubClient,
  scope: RequestScope,
  baseBranch: string,
  headSha: string,
): Promise<CiNow> {
  const [required, runs, statuses] = await Promise.all([
    readRequiredChecks(client, scope, baseBranch),
    readCheckRuns(client, scope, headSha),
    readStatuses(client, scope, headSha),
  ]);
  return { headSha, checks: combine([...runs, ...statuses], required) };
}
