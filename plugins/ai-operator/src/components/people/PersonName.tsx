import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { Person } from '@ai-operator/backstage-plugin-ai-operator-common';
import { personName } from '../../model';

/** A person by their name in the catalog, linked there, with the GitHub login where it says more. */
export function PersonName({ person }: { person: Person }) {
  const { entityRef, login } = person;
  const name = personName(person);
  if (entityRef === undefined) {
    return (
      <strong>{login === undefined ? name : `@${login} on GitHub`}</strong>
    );
  }
  return (
    <>
      <EntityRefLink entityRef={entityRef} defaultKind="user" />
      {login !== undefined && login !== name && ` (@${login} on GitHub)`}
    </>
  );
}
