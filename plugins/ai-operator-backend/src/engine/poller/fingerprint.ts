import { ListedApplication } from '../../core';

const SEPARATOR = '\u0000';

function pairs(values: Record<string, string>): string {
  let text = '';
  for (const name in values) {
    if (Object.hasOwn(values, name)) {
      text += name + SEPARATOR + values[name] + SEPARATOR;
    }
  }
  return text;
}

/**
 * All of a listed application that matters, as one text. Equal texts mean that
 * nothing has changed since the last look; built by plain concatenation because
 * it is made for every application in every tick.
 */
export function fingerprint(
  listed: ListedApplication,
  catalogGeneration: number,
): string {
  const { source, sources, destination } = listed;
  let text =
    catalogGeneration +
    SEPARATOR +
    listed.project +
    SEPARATOR +
    listed.health +
    SEPARATOR +
    (listed.healthMessage ?? '') +
    SEPARATOR +
    (listed.syncStatus ?? '') +
    SEPARATOR +
    (listed.revision ?? '') +
    SEPARATOR +
    (listed.operationPhase ?? '') +
    SEPARATOR +
    (destination.server ?? '') +
    SEPARATOR +
    (destination.name ?? '') +
    SEPARATOR +
    (destination.namespace ?? '') +
    SEPARATOR +
    pairs(listed.labels) +
    SEPARATOR +
    pairs(listed.annotations);
  for (const each of source ? [source, ...(sources ?? [])] : sources ?? []) {
    text +=
      SEPARATOR +
      each.repoUrl +
      SEPARATOR +
      (each.path ?? '') +
      SEPARATOR +
      (each.chart ?? '') +
      SEPARATOR +
      (each.targetRevision ?? '');
  }
  return text;
}
