import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CallContext, PeoplePort, PeopleProblem } from '..';
import { PersonRef } from '../../core/people';
import { answer, Mishaps } from './support';

function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}

/** People in memory. A person can be found by entity ref and by login; roles may change at any time. */
export class FakePeople implements PeoplePort {
  readonly mishaps = new Mishaps();
  /** What `problems` tells. */
  problemsNow: PeopleProblem[] = [];
  readonly #now: () => number;
  readonly #people: Array<{ person: PersonRef; roles: Role[] }> = [];

  constructor(options?: { now?: () => number }) {
    this.#now = options?.now ?? (() => 0);
  }

  /** Adds a person, or gives somebody who is there these roles and no others. */
  put(person: PersonRef, roles: Role[]): void {
    const known = this.#find(person);
    if (known) {
      known.person = { ...known.person, ...person };
      known.roles = roles;
    } else {
      this.#people.push({ person, roles });
    }
  }

  async find(
    who: PersonRef,
    call: CallContext,
  ): Promise<{ person: PersonRef; roles: Role[] }> {
    return answer(
      {
        method: 'find',
        name: 'catalog.readPeople',
        parameters: {},
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => {
        const known = this.#find(who);
        return known
          ? { person: { ...known.person }, roles: [...known.roles] }
          : { person: { ...who }, roles: [] };
      },
    );
  }

  async problems(call: CallContext): Promise<PeopleProblem[]> {
    return answer(
      {
        method: 'problems',
        name: 'catalog.readPeople',
        parameters: {},
        call,
        mishaps: this.mishaps,
        now: this.#now,
      },
      () => [...this.problemsNow],
    );
  }

  #find({ entityRef, login }: PersonRef) {
    return this.#people.find(
      ({ person }) =>
        isSame(person.entityRef, entityRef) || isSame(person.login, login),
    );
  }
}
