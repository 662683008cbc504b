import {
  ApplicationKey,
  stringifyApplicationKey,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { ListedApplication } from '../../core';
import { ApplicationHold } from '../../persistence';
import { Subject } from './attention';
import { CatalogIndex } from './catalogIndex';
import { fingerprint } from './fingerprint';
import { identify, IdentifyOptions } from './identify';
import { InstanceMemory } from './instanceMemory';

/** An application this tick has to look at. `id` is its key as text. */
export interface SelectedSubject extends Subject {
  id: string;
  fingerprint: string;
}

export interface Selection {
  subjects: SelectedSubject[];
  /** Listed, but nobody asked us to watch it. */
  ignored: Array<{ id: string; key: ApplicationKey; fingerprint: string }>;
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
    const { key } = application;
    const id = stringifyApplicationKey(key);
    const text = fingerprint(application, catalog.generation);
    const hold = held.get(id);
    const isLock = hold?.state === 'Abort';
    const openRollback = isLock ? undefined : hold?.correlationId;
    if (memory.isUnchanged(id, text) && openRollback === undefined) {
      continue;
    }
    const facts = identify(application, catalog, options, now);
    if (!facts) {
      selection.ignored.push({ id, key, fingerprint: text });
      continue;
    }
    const previous = memory.record(id);
    selection.subjects.push({
      id,
      fingerprint: text,
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
