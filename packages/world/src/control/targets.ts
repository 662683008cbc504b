import { InputError, NotFoundError } from '@backstage/errors';
import type { ArgoApplication, ArgoCd } from '../argocd';
import { repositoryOf } from '../cast/files';
import type {
  CastDefinition,
  Environment,
  PersonDefinition,
  ServiceDefinition,
} from '../cast/types';
import { nearestNames } from './suggest';
import type { Target } from './types';

/** Finds what a command names, or says what it could have meant. */
export class Targets {
  readonly #cast: CastDefinition;
  readonly #argo: ArgoCd;

  constructor(cast: CastDefinition, argo: ArgoCd) {
    this.#cast = cast;
    this.#argo = argo;
  }

  /** @throws NotFoundError with the nearest names */
  service(name: string): ServiceDefinition {
    const service = this.#cast.services.find(other => other.name === name);
    if (!service) {
      throw new NotFoundError(
        `There is no service '${name}'. ${hint(
          name,
          this.#cast.services.map(other => other.name),
        )}`,
      );
    }
    return service;
  }

  /** @throws NotFoundError when the service does not run in that environment */
  application(target: Target): ArgoApplication {
    const service = this.service(target.service);
    const environment = target.environment ?? defaultEnvironment(service);
    const application = this.#argo.find(service.name, environment);
    if (!application) {
      const where = Object.keys(service.environments).join(' and ');
      throw new NotFoundError(
        `${service.name} does not run in ${environment}, only in ${where}`,
      );
    }
    return application;
  }

  /** `owner/name` of the repository. @throws InputError when it has none */
  repository(name: string): string {
    const service = this.service(name);
    if (service.source) {
      throw new InputError(
        `${service.name} is not built from a repository of this world`,
      );
    }
    return repositoryOf(this.#cast, service);
  }

  /** @throws NotFoundError with the nearest names */
  person(login: string): PersonDefinition {
    const person = this.#cast.people.find(other => other.login === login);
    if (!person) {
      throw new NotFoundError(
        `Nobody here has the login '${login}'. ${hint(
          login,
          this.#cast.people.map(other => other.login),
        )}`,
      );
    }
    return person;
  }
}

function defaultEnvironment(service: ServiceDefinition): Environment {
  return service.environments.staging ? 'staging' : 'production';
}

function hint(typed: string, names: string[]): string {
  const near = nearestNames(typed, names);
  return near.length > 0
    ? `Did you mean ${near.join(', ')}?`
    : `There are: ${names.slice(0, 50).join(', ')}`;
}
