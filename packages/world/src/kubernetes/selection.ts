import { InputError } from '@backstage/errors';
import type { Request } from 'express';
import { queryValue } from '../http/handler';
import { parseLabelSelector } from '../http/labelSelector';

/** What lists look at in an object of any kind. */
export interface KubernetesObject {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
  };
  status?: object;
}

/**
 * The filter a request asks for with `labelSelector` and `fieldSelector`.
 *
 * @throws InputError for a selector that cannot be read
 */
export function selectionOf(
  request: Request,
): (object: KubernetesObject) => boolean {
  const byLabel = parseLabelSelector(
    queryValue(request, 'labelSelector') ?? '',
  );
  const byField = parseFieldSelector(
    queryValue(request, 'fieldSelector') ?? '',
  );
  return object => byLabel(object.metadata.labels ?? {}) && byField(object);
}

function parseFieldSelector(
  text: string,
): (object: KubernetesObject) => boolean {
  const terms = text.split(',').filter(term => term !== '');
  const tests = terms.map(term => {
    const match =
      /^(metadata\.name|metadata\.namespace|status\.phase)(==|=|!=)(.*)$/.exec(
        term.trim(),
      );
    if (!match) {
      throw new InputError(
        `"${term}" is not a known field selector: only metadata.name, metadata.namespace, status.phase`,
      );
    }
    const [, field, operator, value] = match;
    return (object: KubernetesObject) =>
      (fieldOf(object, field) === value) === (operator !== '!=');
  });
  return object => tests.every(test => test(object));
}

function fieldOf(object: KubernetesObject, field: string): string | undefined {
  switch (field) {
    case 'metadata.name':
      return object.metadata.name;
    case 'metadata.namespace':
      return object.metadata.namespace;
    default:
      return object.status && 'phase' in object.status
        ? String(object.status.phase)
        : undefined;
  }
}
