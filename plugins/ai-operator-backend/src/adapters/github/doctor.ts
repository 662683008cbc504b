import { z } from 'zod';
import {
  fact,
  GitHubAccountFacts,
  GitHubRepositoryFacts,
} from '../../core/doctor/facts';
import { BranchInUse, CallContext, learn } from '../../ports';
import { CallEnvironment, callExternal, ClockWatch } from '../http';
import { AccountParts, examineAccount } from './doctorAccount';
import { Ask, examineBranch } from './doctorBranch';
import { GitHubClient } from './GitHubClient';
import { Repositories } from './repositories';

const repositorySchema = z.object({
  archived: z.boolean(),
  has_issues: z.boolean(),
  permissions: z.object({ admin: z.boolean(), push: z.boolean() }).optional(),
});

/** Looks at GitHub: the credentials for each owner, and what repositories in use demand. */
export class GitHubDoctor {
  readonly #parts: AccountParts;
  readonly #client: GitHubClient;
  readonly #repositories: Repositories;
  readonly #environment: CallEnvironment;

  /** `client` keeps answers: a repository that has not changed costs next to nothing to look at again. */
  constructor(
    parts: AccountParts,
    client: GitHubClient,
    repositories: Repositories,
    environment: CallEnvironment,
  ) {
    this.#parts = parts;
    this.#client = client;
    this.#repositories = repositories;
    this.#environment = environment;
  }

  /** `host/owner`; the name itself where no integration covers it. */
  accountOf(repository: string): string {
    try {
      const { host, owner } = this.#repositories.resolve(repository);
      return `${host}/${owner}`;
    } catch {
      return repository;
    }
  }

  async account(
    { repository }: { repository: string },
    call: CallContext,
  ): Promise<GitHubAccountFacts> {
    return examineAccount(
      this.#parts,
      this.accountOf(repository),
      new ClockWatch(this.#environment.clock),
      this.#asking(repository, call),
    );
  }

  async repository(
    { repository, branches }: { repository: string; branches: BranchInUse[] },
    call: CallContext,
  ): Promise<GitHubRepositoryFacts> {
    const ask = this.#asking(repository, call);
    const client = this.#client;
    const about = await ask('repository', scope =>
      client.get(scope, repositorySchema, 'GET /repos/{owner}/{repo}'),
    );
    return {
      repository,
      about: about.known
        ? fact({
            isArchived: about.value.archived,
            hasIssues: about.value.has_issues,
            mayPush: about.value.permissions?.push,
            isAdmin: about.value.permissions?.admin,
          })
        : about,
      // Where the repository cannot be read its branches cannot either; one finding says so.
      branches: about.known
        ? await Promise.all(
            branches.map(branch => examineBranch(client, branch, ask)),
          )
        : [],
    };
  }

  #asking(repository: string, call: CallContext): Ask {
    return async (question, work) =>
      learn(
        callExternal(
          {
            name: 'doctor.github',
            parameters: { repository, question },
            call,
            environment: this.#environment,
            summarize: () => 'answered',
          },
          async ({ signal }) =>
            work({
              repository: this.#repositories.resolve(repository),
              signal,
            }),
        ),
      );
  }
}
