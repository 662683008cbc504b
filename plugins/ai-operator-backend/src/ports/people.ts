import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { PersonRef } from '../core/people';
import { CallContext } from './call';

/** Something in the role table that does not exist, or could not be looked up. */
export interface PeopleProblem {
  /** Config key, such as `aiOperator.roles.seniorMaintainer.groups[0]`. */
  key: string;
  because: string;
  howToMend: string;
}

/** People and their roles: the role table over Backstage groups and GitHub teams (SPEC §7). Throws PortError. */
export interface PeoplePort {
  /**
   * The person with this entity ref or GitHub login, linked where the catalog
   * has the annotation `github.com/user-login`, and the roles they have now
   * (at most 20 s old). A person nobody knows has no roles. UNAVAILABLE when
   * a source that could give or take a role cannot be read: then nobody's
   * roles are known, rather than fewer than there are.
   */
  find(
    who: PersonRef,
    call: CallContext,
  ): Promise<{ person: PersonRef; roles: Role[] }>;
  /** What is wrong with the role table, as last read; for the doctor. */
  problems(call: CallContext): Promise<PeopleProblem[]>;
}
