import {
  ApplicationRecord,
  GitSource,
  HealthReading,
} from '../core/application';
import { CandidateSearch } from '../core/candidate';
import {
  CiNow,
  CompetingPullRequest,
  ManifestAtHead,
  PullRequestNow,
  Question,
} from '../core/observation';
import { ApprovalFact, HumanCommand } from '../core/people';
import { OpenedPullRequest, Rollback } from '../core/rollback';
import { Known } from '../core/verdict';
import { CallContext } from '../ports';
import { readApprovals } from './approvals';
import { ask, NoAnswer } from './ask';
import { searchCandidates } from './candidates';
import { readFreshHealth } from './freshHealth';
import { ObservationPorts } from './ports';

interface AnswerTypes {
  freshHealth: HealthReading;
  candidates: CandidateSearch;
  manifest: ManifestAtHead;
  pullRequest: PullRequestNow;
  ci: CiNow;
  openPullRequests: CompetingPullRequest[];
  approvals: ApprovalFact[];
}

/** The part of an Observation that comes from outside; the rest is in our own database. */
export type Answers = { [Q in Question]?: Known<AnswerTypes[Q]> };

export interface GatherOptions {
  questions: readonly Question[];
  rollback: Rollback;
  /** The poller's latest record of the application. */
  record: ApplicationRecord | undefined;
  /** What people have told this rollback, as stored. */
  commands: readonly HumanCommand[];
  ports: ObservationPorts;
  call: CallContext;
  now: () => number;
  search: { maxAge: number; maxCommits: number; uptimeWindow: number };
  /** An error that is no answer of the outside: ours. */
  onFault: (question: Question, error: unknown) => void;
}

function sourceOf({ rollback, record }: GatherOptions): GitSource {
  if ('source' in rollback.state && rollback.state.source) {
    return rollback.state.source;
  }
  if (!record) {
    throw new NoAnswer('Argo CD no longer lists the application');
  }
  if (!record.source.known) {
    throw new NoAnswer(record.source.because);
  }
  return record.source.value;
}

function pullRequestOf({ rollback }: GatherOptions): OpenedPullRequest {
  if ('pullRequest' in rollback.state && rollback.state.pullRequest) {
    return rollback.state.pullRequest;
  }
  throw new NoAnswer('There is no pull request yet');
}

async function freshHealth(options: GatherOptions): Promise<HealthReading> {
  const { rollback, ports, call, now } = options;
  const { reading } = await readFreshHealth(
    rollback.application,
    ports,
    call,
    now,
  );
  return reading;
}

async function candidates(options: GatherOptions): Promise<CandidateSearch> {
  const { rollback, ports, call, now, search } = options;
  return searchCandidates(
    {
      ...search,
      key: rollback.application,
      environment: rollback.environment,
      source: sourceOf(options),
      currentRevision: rollback.currentRevision,
    },
    ports,
    call,
    now(),
  );
}

async function manifest(options: GatherOptions): Promise<ManifestAtHead> {
  const { repository, branch, manifestPath } = sourceOf(options);
  return options.ports.github.readManifest(
    repository,
    branch,
    manifestPath,
    options.call,
  );
}

async function pullRequest(options: GatherOptions): Promise<PullRequestNow> {
  const { number } = pullRequestOf(options);
  return options.ports.github.getPullRequest(
    sourceOf(options).repository,
    number,
    options.call,
  );
}

async function ci(options: GatherOptions): Promise<CiNow> {
  const { baseBranch, headSha } = pullRequestOf(options);
  return options.ports.github.getChecks(
    sourceOf(options).repository,
    baseBranch,
    headSha,
    options.call,
  );
}

async function openPullRequests(
  options: GatherOptions,
): Promise<CompetingPullRequest[]> {
  const { repository, branch } = sourceOf(options);
  return options.ports.github.listRollbackPullRequests(
    repository,
    branch,
    options.rollback.application.name,
    options.call,
  );
}

async function approvals(options: GatherOptions): Promise<ApprovalFact[]> {
  const { commands, ports, call, now } = options;
  const { number } = pullRequestOf(options);
  return readApprovals(
    { repository: sourceOf(options).repository, number, commands },
    ports,
    call,
    now,
  );
}

const ASKING: {
  [Q in Question]: (options: GatherOptions) => Promise<AnswerTypes[Q]>;
} = {
  freshHealth,
  candidates,
  manifest,
  pullRequest,
  ci,
  openPullRequests,
  approvals,
};

/**
 * Asks what the state needs to know, all questions side by side. A question that
 * fails is answered with `unknown` and the reason; it takes no other with it.
 */
export async function gather(options: GatherOptions): Promise<Answers> {
  const answers: Answers = {};
  await Promise.all(
    [...new Set(options.questions)].map(async question => {
      const answer = await ask<AnswerTypes[Question]>(
        () => ASKING[question](options),
        options.now,
        error => options.onFault(question, error),
      );
      Object.assign(answers, { [question]: answer });
    }),
  );
  return answers;
}
