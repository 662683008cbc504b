import { type Cancel } from '../../clock';
import { type RefChange } from '../../git';
import { tellCheck } from '../domain/checks';
import { type CheckRun } from '../state/model';
import { type RepositoryState } from '../state/repository';
import { type GitHubState } from '../state/state';
import {
  type CiConfig,
  type CiControl,
  type CiOutcome,
  type SeedCi,
} from '../types';

const BRANCH = 'refs/heads/';
const APP = 'github-actions';
const MAX_OUTCOMES = 100;

const DEFAULTS: CiConfig = {
  checks: ['test', 'lint', 'branch-protection-check'],
  durationMs: 150_000,
  queueMs: 2000,
  branches: () => false,
};

interface Run {
  repository: RepositoryState;
  sha: string;
  branch: string;
  /** Login of who pushed, if known. */
  by: string | undefined;
  checks: CheckRun[];
  startedAt: number;
  cancel: Cancel[];
}

/**
 * The CI of the simulated world: a push to a protected branch or to the
 * branch of an open pull request queues check runs, which start and end by
 * the world clock, with the conclusion that was asked for.
 */
export class CiRunner implements CiControl {
  readonly #state: GitHubState;
  readonly #config: CiConfig;
  readonly #outcomes = new Map<string, CiOutcome[]>();
  readonly #runs = new Map<string, Run>();

  constructor(state: GitHubState, config: Partial<CiConfig> = {}) {
    this.#state = state;
    this.#config = { ...DEFAULTS, ...config };
    if (this.#config.checks.length === 0) {
      throw new Error('CI needs the name of at least one check');
    }
  }

  setOutcome(fullName: string, outcome: CiOutcome): void {
    const repository = this.#state.repository(fullName);
    const outcomes = this.#outcomes.get(repository.fullName) ?? [];
    this.#outcomes.set(
      repository.fullName,
      [...outcomes, outcome].slice(-MAX_OUTCOMES),
    );
    this.#replan(repository);
  }

  clearOutcomes(fullName: string): void {
    const repository = this.#state.repository(fullName);
    this.#outcomes.delete(repository.fullName);
    this.#replan(repository);
  }

  /** A branch moved. */
  push(repository: RepositoryState, change: RefChange): void {
    if (change.after === undefined || !change.ref.startsWith(BRANCH)) {
      return;
    }
    const branch = change.ref.slice(BRANCH.length);
    if (
      repository.protection.has(branch) ||
      repository.openPullsFrom(branch).length > 0 ||
      this.#config.branches(repository.fullName, branch)
    ) {
      this.start(repository, branch, change.after, change.actor);
    }
  }

  /** Runs CI for a commit, unless it already has. */
  start(
    repository: RepositoryState,
    branch: string,
    sha: string,
    by?: string,
  ): void {
    if (repository.checks(sha).some(({ app }) => app === APP)) {
      return;
    }
    const run: Run = {
      repository,
      sha,
      branch,
      by,
      checks: this.#record(repository, branch, sha, this.#state.now()),
      startedAt: this.#state.now(),
      cancel: [],
    };
    this.#runs.set(`${repository.fullName} ${sha}`, run);
    for (const check of run.checks) {
      tellCheck(this.#state, repository, check, 'created', by);
    }
    this.#plan(run);
  }

  /** Records that CI ran for a commit of the past. */
  seed(
    repository: RepositoryState,
    branch: string,
    sha: string,
    pushedAt: number,
    result: SeedCi,
  ): void {
    if (result === 'none' || repository.checks(sha).length > 0) {
      return;
    }
    for (const [index, check] of this.#record(
      repository,
      branch,
      sha,
      pushedAt,
    ).entries()) {
      check.startedAt = pushedAt + this.#config.queueMs;
      check.completedAt =
        pushedAt + this.#durationOf(index, this.#config.durationMs);
      check.status = 'completed';
      check.conclusion =
        result === 'failure' && index === 0 ? 'failure' : 'success';
      this.#describe(check);
    }
  }

  /** Forgets what is planned. */
  close(): void {
    for (const run of this.#runs.values()) {
      run.cancel.forEach(cancel => cancel());
    }
    this.#runs.clear();
  }

  #record(
    repository: RepositoryState,
    branch: string,
    sha: string,
    at: number,
  ): CheckRun[] {
    const suiteId = this.#state.nextId();
    repository.suites.set(suiteId, {
      id: suiteId,
      headSha: sha,
      headBranch: branch,
      app: APP,
      createdAt: at,
    });
    return this.#config.checks.map(name => {
      const id = this.#state.nextId();
      const check: CheckRun = {
        id,
        name,
        headSha: sha,
        status: 'queued',
        conclusion: undefined,
        startedAt: at,
        completedAt: undefined,
        suiteId,
        app: APP,
        externalId: '',
        detailsUrl: undefined,
        title: undefined,
        summary: undefined,
      };
      repository.addCheck(check);
      return check;
    });
  }

  /** A new outcome holds for what still runs, counted from now where its time has passed. */
  #replan(repository: RepositoryState): void {
    for (const run of this.#runs.values()) {
      if (run.repository === repository) {
        this.#plan(run);
      }
    }
  }

  #plan(run: Run): void {
    run.cancel.forEach(cancel => cancel());
    run.cancel = [];
    const outcome = this.#outcomeFor(run);
    const duration = outcome.durationMs ?? this.#config.durationMs;
    const at = (offset: number, action: () => void) => {
      const delay = run.startedAt + offset - this.#state.now();
      run.cancel.push(this.#state.clock.after(Math.max(0, delay), action));
    };
    const unhappy =
      outcome.conclusion === 'success'
        ? undefined
        : outcome.check ?? this.#config.checks[0];
    for (const [index, check] of run.checks.entries()) {
      if (check.status === 'queued') {
        at(Math.min(this.#config.queueMs, duration), () => {
          check.status = 'in_progress';
          check.startedAt = this.#state.now();
        });
      }
      const hangs = outcome.conclusion === 'hang' && check.name === unhappy;
      if (check.status !== 'completed' && !hangs) {
        at(this.#durationOf(index, duration), () => {
          check.status = 'completed';
          check.completedAt = this.#state.now();
          check.conclusion = check.name === unhappy ? 'failure' : 'success';
          this.#describe(check);
          tellCheck(this.#state, run.repository, check, 'completed', run.by);
          if (run.checks.every(other => other.status === 'completed')) {
            this.#runs.delete(`${run.repository.fullName} ${run.sha}`);
          }
        });
      }
    }
  }

  /** The first check takes the whole time, each further one half as long as the one before. */
  #durationOf(index: number, durationMs: number): number {
    const queue = Math.min(this.#config.queueMs, durationMs);
    return queue + Math.round((durationMs - queue) / 2 ** Math.min(index, 10));
  }

  #describe(check: CheckRun): void {
    check.title =
      check.conclusion === 'success'
        ? `${check.name} passed`
        : `${check.name} failed`;
    check.summary =
      check.conclusion === 'success'
        ? 'All steps succeeded.'
        : 'A step of this job failed; see its log.';
  }

  #outcomeFor(run: Run): CiOutcome {
    const outcomes = this.#outcomes.get(run.repository.fullName) ?? [];
    const fits = ({ only }: CiOutcome) =>
      only === undefined ||
      (/^[0-9a-f]{7,40}$/.test(only) && run.sha.startsWith(only)) ||
      pattern(only).test(run.branch);
    return [...outcomes].reverse().find(fits) ?? { conclusion: 'success' };
  }
}

function pattern(glob: string): RegExp {
  const parts = glob
    .split('*')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
