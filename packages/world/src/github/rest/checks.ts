import { z } from 'zod';
import { notFound, unprocessable } from '../domain/apiError';
import { tellCheck } from '../domain/checks';
import {
  checkRun,
  checkSuite,
  combinedStatus,
  statusBody,
} from '../represent/checks';
import { type CheckRun, type CommitStatus } from '../state/model';
import { LIMITS, type RepositoryState } from '../state/repository';
import { type Register } from './api';
import { type Call } from './call';
import { commitOf } from './commits';
import { paged, pageOf } from './paging';
import { links } from './paging';

const REPO = '/repos/:owner/:repo';
const SHA = /^[0-9a-f]{40}$/;

const NewStatus = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().min(1).default('default'),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});
const Conclusion = z.enum([
  'success',
  'failure',
  'neutral',
  'cancelled',
  'skipped',
  'timed_out',
  'action_required',
]);
const RunFields = {
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  conclusion: Conclusion.optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: z
    .object({ title: z.string().optional(), summary: z.string().optional() })
    .optional(),
};
const NewRun = z.object({
  name: z.string().min(1),
  head_sha: z.string(),
  ...RunFields,
});
const ChangedRun = z.object({
  name: z.string().min(1).optional(),
  ...RunFields,
});

/** Commit statuses, check runs and check suites. */
export function checkRoutes(register: Register): void {
  register('get', `${REPO}/commits/*/status`, async call => {
    const repository = call.repository();
    const { sha } = await commitOf(call, repository);
    return { body: combinedStatus(call.state, repository, sha) };
  });
  register('get', `${REPO}/commits/*/statuses`, async call => {
    const repository = call.repository();
    const { sha } = await commitOf(call, repository);
    return paged(call, repository.statuses(sha), statuses =>
      statuses.map(status => statusBody(call.state, repository, status)),
    );
  });
  register('post', `${REPO}/statuses/:sha`, createStatus);
  register('get', `${REPO}/commits/*/check-runs`, async call => {
    const repository = call.repository();
    const { sha } = await commitOf(call, repository);
    const all = call.query('filter') === 'all';
    return runList(
      call,
      repository,
      all ? repository.checks(sha) : repository.latestChecks(sha),
    );
  });
  register('get', `${REPO}/commits/*/check-suites`, async call => {
    const repository = call.repository();
    const commit = await commitOf(call, repository);
    const suites = [...repository.suites.values()].filter(
      suite => suite.headSha === commit.sha,
    );
    const page = pageOf(call);
    return {
      body: {
        total_count: suites.length,
        check_suites: suites
          .slice((page.page - 1) * page.perPage, page.page * page.perPage)
          .map(suite => checkSuite(call.state, repository, suite, commit)),
      },
      headers: links(call, page, suites.length),
    };
  });
  register('get', `${REPO}/check-suites/:suite/check-runs`, call => {
    const repository = call.repository();
    const suite = repository.suites.get(call.number('suite'));
    if (!suite) {
      throw notFound();
    }
    return runList(
      call,
      repository,
      repository.checks(suite.headSha).filter(run => run.suiteId === suite.id),
    );
  });
  register('get', `${REPO}/check-runs/:run`, call => {
    const repository = call.repository();
    return { body: checkRun(call.state, repository, runOf(call, repository)) };
  });
  register('post', `${REPO}/check-runs`, createRun);
  register('patch', `${REPO}/check-runs/:run`, call => {
    const repository = call.repository('push');
    const run = runOf(call, repository);
    if (run.app !== appOf(call)) {
      throw unprocessable(
        'A check run can only be changed by the app that made it',
      );
    }
    const { name, ...fields } = call.body(ChangedRun);
    const { login } = call.signedIn().account;
    const ended = run.status === 'completed';
    run.name = name ?? run.name;
    apply(call, run, fields);
    if (run.status === 'completed' && !ended) {
      tellCheck(call.state, repository, run, 'completed', login);
    }
    return { body: checkRun(call.state, repository, run) };
  });
}

function runList(call: Call, repository: RepositoryState, runs: CheckRun[]) {
  const name = call.query('check_name');
  const status = call.query('status');
  const found = runs
    .filter(run => name === undefined || run.name === name)
    .filter(run => status === undefined || run.status === status)
    .reverse();
  const page = pageOf(call);
  return {
    body: {
      total_count: found.length,
      check_runs: found
        .slice((page.page - 1) * page.perPage, page.page * page.perPage)
        .map(run => checkRun(call.state, repository, run)),
    },
    headers: links(call, page, found.length),
  };
}

function runOf(call: Call, repository: RepositoryState): CheckRun {
  const run = repository.check(call.number('run'));
  if (!run) {
    throw notFound();
  }
  return run;
}

async function createStatus(call: Call) {
  const repository = call.repository('push');
  const sha = call.param('sha');
  if (!SHA.test(sha) || !(await repository.git.commit(sha))) {
    throw unprocessable(`No commit found for SHA: ${sha}`);
  }
  if (repository.statuses(sha).length >= LIMITS.statusesPerCommit) {
    throw unprocessable(
      'This SHA and context has reached the maximum number of statuses.',
    );
  }
  const body = call.body(NewStatus);
  const status: CommitStatus = {
    id: call.state.nextId(),
    sha,
    state: body.state,
    context: body.context,
    description: body.description ?? undefined,
    targetUrl: body.target_url ?? undefined,
    creator: call.signedIn().account.login,
    createdAt: call.state.now(),
  };
  repository.addStatus(status);
  call.state.happened(repository, status.creator, { event: 'status', status });
  const answer = statusBody(call.state, repository, status);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}

/** The app a caller's check runs belong to: its login without the bot's suffix. */
function appOf(call: Call): string {
  return call.signedIn().account.login.replace(/\[bot\]$/, '');
}

async function createRun(call: Call) {
  const repository = call.repository('push');
  const { name, head_sha: sha, ...fields } = call.body(NewRun);
  if (!SHA.test(sha) || !(await repository.git.commit(sha))) {
    throw unprocessable(`No commit found for SHA: ${sha}`);
  }
  if (repository.checks(sha).length >= LIMITS.checksPerCommit) {
    throw unprocessable('This commit has too many check runs');
  }
  const suiteId = call.state.nextId();
  repository.suites.set(suiteId, {
    id: suiteId,
    headSha: sha,
    headBranch: undefined,
    app: appOf(call),
    createdAt: call.state.now(),
  });
  const run: CheckRun = {
    id: call.state.nextId(),
    name,
    headSha: sha,
    status: 'queued',
    conclusion: undefined,
    startedAt: call.state.now(),
    completedAt: undefined,
    suiteId,
    app: appOf(call),
    externalId: '',
    detailsUrl: undefined,
    title: undefined,
    summary: undefined,
  };
  apply(call, run, fields);
  repository.addCheck(run);
  const { login } = call.signedIn().account;
  tellCheck(call.state, repository, run, 'created', login);
  if (run.status === 'completed') {
    tellCheck(call.state, repository, run, 'completed', login);
  }
  const answer = checkRun(call.state, repository, run);
  return { status: 201, body: answer, headers: { Location: answer.url } };
}

function apply(
  call: Call,
  run: CheckRun,
  fields: Omit<z.infer<typeof ChangedRun>, 'name'>,
): void {
  const at = (value: string | undefined) => {
    const parsed = value === undefined ? Number.NaN : Date.parse(value);
    return Number.isNaN(parsed) ? undefined : parsed;
  };
  if (fields.status === 'completed' && fields.conclusion === undefined) {
    throw unprocessable('A completed check run needs a "conclusion"');
  }
  run.status = fields.conclusion ? 'completed' : fields.status ?? run.status;
  run.conclusion =
    run.status === 'completed'
      ? fields.conclusion ?? run.conclusion
      : undefined;
  run.startedAt = at(fields.started_at) ?? run.startedAt;
  run.completedAt =
    run.status === 'completed'
      ? at(fields.completed_at) ?? run.completedAt ?? call.state.now()
      : undefined;
  run.detailsUrl = fields.details_url ?? run.detailsUrl;
  run.externalId = fields.external_id ?? run.externalId;
  run.title = fields.output?.title ?? run.title;
  run.summary = fields.output?.summary ?? run.summary;
}
