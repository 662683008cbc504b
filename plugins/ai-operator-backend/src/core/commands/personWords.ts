import { PersonRef } from '../people';

/** The person as people call them: `alice`, from `user:default/alice` or the GitHub login. */
export function personWords({ entityRef, login }: PersonRef): string {
  if (entityRef !== undefined) {
    return entityRef.slice(entityRef.lastIndexOf('/') + 1);
  }
  return login ?? 'Somebody';
}
