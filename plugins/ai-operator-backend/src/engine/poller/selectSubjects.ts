import { stringifyApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication } from '../../core';
import { ApplicationHold } from '../../persistence';
import { Subject } from './attention';
import { CatalogIndex } from './catalogIndex';
import { identify, IdentifyOptions } from './identify';
import { InstanceMemory } from './instanceMemory';

/** An application this tick has to look at. `id` is its key as text. */
export interface SelectedSubject extends Subject {
  id: string;
}

export interface Selection {
  subjects: SelectedSubject[];
  /** Listed, but nobody asked us to watch it. */
  ignored: Array<{ id: string; listed: ListedApplication }>;
}

/** Picks from a good list what cannot be passed over: everything but what is quiet and unchanged. */
export function selectSubjects(
  listed: readonly ListedApplication[],
  memory: InstanceMemory,
  holds: readonly ApplicationHold[],
  catalog: CatalogIndex,
  options: IdentifyOptions,
  now: number,
): Selection {
  const held = new Map(
    holds.map(hold => [stringifyApplicationKey(hold.key), hold]),
  );
  const selection: Selection = { subjects: [], ignored: [] };
  memory.beginList();
  for (const application of listed) {
    const id = stringifyApplicationKey(application.key);
    const hold = held.get(id);
    const isLock = hold?.state === 'Abort';
    const openRollback = isLock ? undefined : hold?.correlationId;
    const isUnchanged = memory.isUnchanged(id, application, catalog.generation);
    if (isUnchanged && openRollback === undefined) {
      continue;
    }
    const { facts, isNamed } = identify(application, catalog, options, now);
    const previous = memory.record(id);
    // Before the catalog has been read it cannot say that it names nobody any more.
    const mayBeNamed = !catalog.isRead && previous !== undefined;
    if (!isNamed && !mayBeNamed) {
      selection.ignored.push({ id, listed: application });
      continue;
    }
    selection.subjects.push({
      id,
      listed: application,
      facts: { ...facts, findings: previous?.findings },
      previous: previous && {
        ...previous,
        openRollback,
        lockedBy: isLock ? hold?.correlationId : undefined,
      },
      openRollback,
    });
  }
  return selection;
}
