import { ListedApplication } from '../../core';

function sameTexts(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  if (a === b) {
    return true;
  }
  let count = 0;
  for (const name in a) {
    if (Object.hasOwn(a, name)) {
      if (a[name] !== b[name]) {
        return false;
      }
      count += 1;
    }
  }
  for (const name in b) {
    if (Object.hasOwn(b, name)) {
      count -= 1;
    }
  }
  return count === 0;
}

type Source = NonNullable<ListedApplication['sources']>[number];

function sameSource(a: Source | undefined, b: Source | undefined): boolean {
  return (
    a === b ||
    (a !== undefined &&
      b !== undefined &&
      a.repoUrl === b.repoUrl &&
      a.path === b.path &&
      a.chart === b.chart &&
      a.targetRevision === b.targetRevision)
  );
}

function sameSources(
  a: ListedApplication['sources'],
  b: ListedApplication['sources'],
): boolean {
  return (
    a === b ||
    (a !== undefined &&
      b !== undefined &&
      a.length === b.length &&
      a.every((source, index) => sameSource(source, b[index])))
  );
}

/**
 * Whether a list says the same of an application as an earlier one did. Compared
 * field by field, because it is asked for every application in every tick and
 * must leave nothing behind to collect. The key is the caller's.
 */
export function isSameListing(
  a: ListedApplication,
  b: ListedApplication,
): boolean {
  return (
    a.health === b.health &&
    a.revision === b.revision &&
    a.syncStatus === b.syncStatus &&
    a.operationPhase === b.operationPhase &&
    a.healthMessage === b.healthMessage &&
    a.project === b.project &&
    a.destination.server === b.destination.server &&
    a.destination.name === b.destination.name &&
    a.destination.namespace === b.destination.namespace &&
    sameSource(a.source, b.source) &&
    sameSources(a.sources, b.sources) &&
    sameTexts(a.labels, b.labels) &&
    sameTexts(a.annotations, b.annotations)
  );
}
