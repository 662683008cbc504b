import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type { CastDefinition } from '../cast/types';
import type { GitHubServer, PullSummary } from '../github';
import { nearestNames } from './suggest';
import type { IssueTarget, PullTarget } from './peopleTypes';
import type { Targets } from './targets';

/** A pull request that is open. */
export interface OpenPull {
  repository: string;
  pull: PullSummary;
}

/** Finds the pull request or issue that is meant, or says what it could have been. */
export class Findings {
  readonly #cast: CastDefinition;
  readonly #github: GitHubServer;
  readonly #targets: Targets;

  constructor(cast: CastDefinition, github: GitHubServer, targets: Targets) {
    this.#cast = cast;
    this.#github = github;
    this.#targets = targets;
  }

  /** @throws NotFoundError, ConflictError when it is closed, InputError when several are meant */
  openPull({ service, number }: PullTarget): OpenPull {
    const repository = this.#targets.repository(
      service ?? this.#onlyServiceWithOpenPull(number),
    );
    const pulls = this.#github.pulls(repository);
    const pull =
      number === undefined
        ? pulls.find(other => other.state === 'open')
        : pulls.find(other => other.number === number);
    if (!pull) {
      throw new NotFoundError(
        number === undefined
          ? `${repository} has no open pull request`
          : `${repository} has no pull request #${number}`,
      );
    }
    if (pull.state !== 'open') {
      throw new ConflictError(
        `${repository}#${pull.number} is ${
          pull.merged ? 'merged' : 'closed'
        } already`,
      );
    }
    return { repository, pull };
  }

  /**
   * Where somebody may comment; closed ones too, when they are named.
   *
   * @throws NotFoundError, InputError when several are meant
   */
  issue(target: IssueTarget): { repository: string; number: number } {
    const { number } = target;
    const repositories =
      target.repository === undefined
        ? this.#github.repositories()
        : [this.#repository(target.repository)];
    if (number !== undefined && target.repository !== undefined) {
      return { repository: repositories[0], number };
    }
    const found = repositories.flatMap(repository => [
      ...this.#github
        .issues(repository)
        .filter(issue => issue.state === 'open')
        .filter(issue => number === undefined || issue.number === number)
        .map(issue => ({ repository, number: issue.number })),
    ]);
    if (found.length !== 1) {
      const which = number === undefined ? '' : ` #${number}`;
      throw new InputError(
        found.length === 0
          ? `There is no open issue${which}${
              target.repository ? ` in ${repositories[0]}` : ''
            }`
          : `Say which issue: there are open ones at ${found
              .map(item => `${item.repository}#${item.number}`)
              .join(', ')}`,
      );
    }
    return found[0];
  }

  #repository(name: string): string {
    const all = this.#github.repositories();
    const full = name.includes('/')
      ? name
      : `${this.#cast.organization}/${name}`;
    const found = all.find(other => other.toLowerCase() === full.toLowerCase());
    if (!found) {
      const near = nearestNames(full, all);
      throw new NotFoundError(
        `There is no repository '${full}'.${
          near.length > 0 ? ` Did you mean ${near.join(', ')}?` : ''
        }`,
      );
    }
    return found;
  }

  #onlyServiceWithOpenPull(number: number | undefined): string {
    const services = this.#cast.services.filter(
      service =>
        !service.source &&
        this.#github
          .pulls(this.#targets.repository(service.name))
          .some(
            pull =>
              pull.state === 'open' &&
              (number === undefined || pull.number === number),
          ),
    );
    const repositories = new Set(
      services.map(({ name }) => this.#targets.repository(name)),
    );
    if (repositories.size !== 1) {
      throw new InputError(
        repositories.size === 0
          ? `There is no open pull request${
              number === undefined ? '' : ` #${number}`
            }`
          : `Say which service: there are open pull requests for ${services
              .map(({ name }) => name)
              .join(', ')}`,
      );
    }
    return services[0].name;
  }
}
