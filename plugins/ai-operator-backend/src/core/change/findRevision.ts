import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Scalar,
  YAMLMap,
} from 'yaml';
import type { ChangeRefusal, ChangeRequest } from './planChange';

export type FoundRevision =
  | {
      result: 'found';
      /** The revision as written. */
      written: string;
      /** Where it is written. */
      at: { document: number; path: Array<string | number>; scalar: Scalar };
    }
  | { result: 'refused'; code: ChangeRefusal; because: string };

interface Place {
  map: YAMLMap;
  path: Array<string | number>;
}

function refuse(code: ChangeRefusal, because: string): FoundRevision {
  return { result: 'refused', code, because };
}

function text(map: unknown, key: string): string | undefined {
  const value = isMap(map) ? map.get(key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isWanted(
  document: Document.Parsed,
  { name, namespace }: ChangeRequest['application'],
): boolean {
  const root = document.contents;
  if (!isMap(root)) {
    return false;
  }
  const metadata = root.get('metadata', true);
  const writtenNamespace = text(metadata, 'namespace');
  return (
    text(root, 'kind') === 'Application' &&
    text(root, 'apiVersion')?.startsWith('argoproj.io/') === true &&
    text(metadata, 'name') === name &&
    (writtenNamespace === undefined || writtenNamespace === namespace)
  );
}

/** `owner/repo` of any way to write a clone URL. */
export function slugOf(repoUrl: string): string | undefined {
  const match = /[/:]([^/:]+\/[^/:]+?)(?:\.git)?\/?$/.exec(repoUrl.trim());
  return match?.[1].toLowerCase();
}

/** The map that holds `targetRevision`: `spec.source`, or the one entry of `spec.sources` from the repository. */
function placeOf(
  document: Document.Parsed,
  request: ChangeRequest,
): Place | FoundRevision {
  const { path: file } = request.manifest;
  const { name } = request.application;
  const spec = document.getIn(['spec'], true);
  if (isAlias(spec)) {
    return refuse('INDIRECT_VALUE', `${file}: spec of ${name} is a YAML alias`);
  }
  if (!isMap(spec)) {
    return refuse('NO_TARGET_REVISION', `${file}: ${name} has no spec`);
  }
  const [source, sources] = [
    spec.get('source', true),
    spec.get('sources', true),
  ];
  if (isAlias(source) || isAlias(sources)) {
    return refuse(
      'INDIRECT_VALUE',
      `${file}: the source of ${name} is a YAML alias; write it out where it is used`,
    );
  }
  if (isSeq(sources) && sources.items.length > 0) {
    // Argo CD ignores `source` when `sources` is there.
    const matching = sources.items.flatMap((item, index) =>
      isMap(item) &&
      slugOf(text(item, 'repoURL') ?? '') === request.repository.toLowerCase()
        ? [{ map: item, path: ['spec', 'sources', index] }]
        : [],
    );
    if (matching.length === 1) {
      return matching[0];
    }
    return matching.length === 0
      ? refuse(
          'NO_TARGET_REVISION',
          `${file}: none of the sources of ${name} comes from ${request.repository}`,
        )
      : refuse(
          'AMBIGUOUS',
          `${file}: ${matching.length} sources of ${name} come from ${request.repository}; which one degraded cannot be told`,
        );
  }
  if (!isMap(source)) {
    return refuse(
      'NO_TARGET_REVISION',
      `${file}: ${name} has neither spec.source nor spec.sources`,
    );
  }
  return { map: source, path: ['spec', 'source'] };
}

/** Finds the one `targetRevision` a rollback of this application changes, or says why there is none. */
export function findRevision(
  documents: Document.Parsed[],
  request: ChangeRequest,
): FoundRevision {
  const { path: file } = request.manifest;
  const { name, namespace } = request.application;
  const wanted = documents.flatMap((document, index) =>
    isWanted(document, request.application) ? [{ document, index }] : [],
  );
  if (wanted.length === 0) {
    return refuse(
      'APPLICATION_NOT_FOUND',
      `${file} has no Application named ${name} (namespace ${namespace})`,
    );
  }
  if (wanted.length > 1) {
    return refuse(
      'AMBIGUOUS',
      `${file} has ${wanted.length} Applications named ${name}`,
    );
  }
  const [{ document, index }] = wanted;
  const place = placeOf(document, request);
  if ('result' in place) {
    return place;
  }
  const node = place.map.get('targetRevision', true) as unknown;
  const where = `${file}: ${place.path.join('.')}.targetRevision of ${name}`;
  if (isAlias(node)) {
    return refuse('INDIRECT_VALUE', `${where} is a YAML alias`);
  }
  if (node === undefined || (isScalar(node) && node.value === null)) {
    return refuse(
      'NO_TARGET_REVISION',
      `${where} is not there: add it with the commit SHA that should run`,
    );
  }
  if (!isScalar(node)) {
    return refuse(
      'NO_TARGET_REVISION',
      `${where} is not a single value; a template cannot be edited, only the manifest it makes`,
    );
  }
  if (node.anchor !== undefined) {
    return refuse(
      'INDIRECT_VALUE',
      `${where} carries the anchor &${node.anchor}: changing it could change other values too`,
    );
  }
  // A plain revision of digits alone is a number to YAML; what is written counts.
  const written = node.source ?? String(node.value);
  return {
    result: 'found',
    written,
    at: {
      document: index,
      path: [...place.path, 'targetRevision'],
      scalar: node,
    },
  };
}
