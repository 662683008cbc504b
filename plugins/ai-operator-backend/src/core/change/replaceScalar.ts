import { isScalar, parseDocument, Scalar } from 'yaml';
import { parseManifest } from './manifest';
import { isSameValue } from './sameValue';

export type ReplacedScalar =
  | { result: 'replaced'; content: string }
  | { result: 'refused'; because: string };

function refuse(because: string): ReplacedScalar {
  return { result: 'refused', because };
}

/** The new value in the quotes of the old; a plain one is quoted when YAML would read it as a number (`1e5...`). */
function written(value: string, type: string | undefined): string | undefined {
  switch (type) {
    case Scalar.QUOTE_DOUBLE:
      return `"${value}"`;
    case Scalar.QUOTE_SINGLE:
      return `'${value}'`;
    case Scalar.PLAIN: {
      const { contents } = parseDocument(value);
      return isScalar(contents) && contents.value === value
        ? value
        : `"${value}"`;
    }
    default:
      return undefined;
  }
}

/**
 * The text with one scalar written anew and every other byte kept. The result is
 * parsed again: it must differ from the original in this one value and nothing else.
 */
export function replaceScalar(
  content: string,
  at: { document: number; path: Array<string | number>; scalar: Scalar },
  value: string,
): ReplacedScalar {
  const { document, path, scalar } = at;
  const place = path.join('.');
  const fresh = written(value, scalar.type);
  if (fresh === undefined || !scalar.range) {
    return refuse(`${place} is written in a form that cannot be edited safely`);
  }
  const [start, end] = scalar.range;
  const after = content.slice(0, start) + fresh + content.slice(end);

  const [before, reparsed] = [parseManifest(content), parseManifest(after)];
  if (before.result === 'invalid' || reparsed.result === 'invalid') {
    return refuse(`after changing ${place} the file would not parse any more`);
  }
  before.documents[document].setIn(path, value);
  try {
    const same =
      before.documents.length === reparsed.documents.length &&
      before.documents.every((expected, index) =>
        isSameValue(expected.toJS(), reparsed.documents[index].toJS()),
      );
    return same
      ? { result: 'replaced', content: after }
      : refuse(`changing ${place} would change other values too`);
  } catch (error) {
    // yaml refuses to expand documents with excessive aliases.
    return refuse(
      `the file cannot be verified after the change: ${
        error instanceof Error ? error.message : String(error)
      }`,
    );
  }
}
