import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { CastDefinition } from '@ai-operator/world';

/** `user:default/alice` of `alice`. */
export function userRef(login: string): string {
  return `user:default/${login}`;
}

/** People and teams of the cast as the software catalog has them; who is in which team may change. */
export class Company {
  readonly #teams: Map<string, Set<string>>;
  readonly #logins: string[];

  constructor(cast: CastDefinition) {
    this.#logins = cast.people.map(({ login }) => login);
    this.#teams = new Map(
      cast.teams.map(({ slug }) => [
        slug,
        new Set(
          cast.people
            .filter(({ teams }) => teams.includes(slug))
            .map(({ login }) => login),
        ),
      ]),
    );
  }

  leave(login: string, team: string): void {
    this.#teams.get(team)?.delete(login);
  }

  /** The catalog as it is at each question. */
  get service(): CatalogService {
    const now = () => catalogServiceMock({ entities: this.#entities() });
    return new Proxy({} as CatalogService, {
      get:
        (_target, name) =>
        (...args: unknown[]) => {
          const service = now();
          const method = Reflect.get(service, name) as (
            ...given: unknown[]
          ) => unknown;
          return method.apply(service, args);
        },
    });
  }

  #entities(): Entity[] {
    const groups = [...this.#teams].map(
      ([slug, members]): Entity => ({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Group',
        metadata: { name: slug, namespace: 'default' },
        spec: { type: 'team', children: [] },
        relations: [...members].map(login => ({
          type: 'hasMember',
          targetRef: userRef(login),
        })),
      }),
    );
    const users = this.#logins.map(
      (login): Entity => ({
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'User',
        metadata: {
          name: login,
          namespace: 'default',
          annotations: { 'github.com/user-login': login },
        },
        spec: { memberOf: [] },
      }),
    );
    return [...groups, ...users];
  }
}
