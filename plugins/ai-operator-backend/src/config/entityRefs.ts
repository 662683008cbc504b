import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { Parsed } from './section';

const KIND = /^[a-z][a-z0-9]{0,62}$/i;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads an entity ref of the configuration into the form the catalog and
 * ownership claims use: full and in lower case.
 *
 * @param kinds - those allowed, the first one being meant where none is written; empty: any, but it must be written
 */
export function readEntityRef(
  text: string,
  kinds: readonly string[],
): Parsed<string> {
  const wanted = kinds.length
    ? `the entity ref of a ${kinds.join(' or ')}`
    : 'a full entity ref (kind:namespace/name)';
  let parsed: ReturnType<typeof parseEntityRef>;
  try {
    parsed = parseEntityRef(text, {
      defaultKind: kinds[0],
      defaultNamespace: 'default',
    });
  } catch {
    return { complaint: `'${text}' is not ${wanted}` };
  }
  const { kind, namespace, name } = parsed;
  const isFine =
    KIND.test(kind) &&
    NAME.test(namespace) &&
    NAME.test(name) &&
    (kinds.length === 0 || kinds.includes(kind.toLowerCase()));
  return isFine
    ? { value: stringifyEntityRef(parsed) }
    : { complaint: `'${text}' is not ${wanted}` };
}
