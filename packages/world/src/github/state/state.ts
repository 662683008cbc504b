import { NotFoundError } from '@backstage/errors';
import { type WorldClock } from '../../clock';
import { type RepositoryRefChange } from '../types';
import { Accounts } from './accounts';
import { type Fact, type Happening } from './happenings';
import { type Pull } from './model';
import { RateLimits } from './rateLimits';
import { type RepositoryState } from './repository';
import { Tokens } from './tokens';
import { type GitHubOptions } from '../types';

/** Everything the simulated GitHub knows. */
export class GitHubState {
  readonly clock: WorldClock;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly #baseUrl: () => string;
  readonly #repositories = new Map<string, RepositoryState>();
  readonly #listeners = new Set<(change: RepositoryRefChange) => void>();
  readonly #pullListeners = new Set<
    (repository: RepositoryState, pull: Pull) => void
  >();
  readonly #happeningListeners = new Set<(happening: Happening) => void>();
  readonly #background = new Set<Promise<void>>();
  #lastId = 1000;

  constructor(
    options: Pick<
      GitHubOptions,
      'clock' | 'people' | 'teams' | 'tokens' | 'baseUrl'
    >,
  ) {
    this.clock = options.clock;
    this.#baseUrl = options.baseUrl;
    this.accounts = new Accounts({
      people: options.people,
      teams: options.teams,
      nextId: () => this.nextId(),
      createdAt: options.clock.now() - 400 * 86_400_000,
    });
    this.tokens = new Tokens({
      now: () => options.clock.now(),
      isAccount: login => this.accounts.get(login) !== undefined,
      tokens: options.tokens ?? [],
    });
    this.limits = new RateLimits(() => options.clock.now());
  }

  /** Address of the HTML pages. */
  get htmlUrl(): string {
    return this.#baseUrl();
  }

  /** Address of the REST API. */
  get apiUrl(): string {
    return `${this.#baseUrl()}/api/v3`;
  }

  now(): number {
    return this.clock.now();
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(repository: RepositoryState): void {
    this.#repositories.set(repository.fullName.toLowerCase(), repository);
  }

  find(fullName: string): RepositoryState | undefined {
    return this.#repositories.get(fullName.toLowerCase());
  }

  /** @throws NotFoundError when there is no such repository */
  repository(fullName: string): RepositoryState {
    const repository = this.find(fullName);
    if (!repository) {
      throw new NotFoundError(
        `The simulated GitHub has no repository "${fullName}"`,
      );
    }
    return repository;
  }

  repositories(): RepositoryState[] {
    return [...this.#repositories.values()];
  }

  onRefChange(listener: (change: RepositoryRefChange) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  announce(change: RepositoryRefChange): void {
    for (const listener of [...this.#listeners]) {
      listener(change);
    }
  }

  /** Calls `listener` after each pull request is opened. */
  onPullOpened(
    listener: (repository: RepositoryState, pull: Pull) => void,
  ): void {
    this.#pullListeners.add(listener);
  }

  pullOpened(repository: RepositoryState, pull: Pull): void {
    this.happened(repository, pull.author, {
      event: 'pull_request',
      action: 'opened',
      pull,
    });
    for (const listener of this.#pullListeners) {
      listener(repository, pull);
    }
  }

  /** Calls `listener` with everything GitHub would tell by webhook, while it is as told. */
  onHappening(listener: (happening: Happening) => void): void {
    this.#happeningListeners.add(listener);
  }

  happened(
    repository: RepositoryState,
    by: string | undefined,
    fact: Fact,
  ): void {
    for (const listener of this.#happeningListeners) {
      listener({ repository, by, fact });
    }
  }

  /** Work that follows a change; requests wait for it, so that answers do not depend on luck. */
  follow(work: Promise<void>): void {
    this.#background.add(work);
    const done = () => {
      this.#background.delete(work);
    };
    work.then(done, error => {
      done();
      process.emitWarning(
        error instanceof Error ? error : new Error(String(error)),
      );
    });
  }

  /** Waits for the work that follows earlier changes. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) {
      await Promise.allSettled(this.#background);
    }
  }
}
