import { EntitySelection, selects } from './entitySelection';

/** What {@link selects} looks at. */
export type SelectableApplication = Parameters<typeof selects>[1];

/**
 * Arranges selections so that asking for one application does not look at them
 * all: those by name are looked up, only those by labels are tried one by one.
 */
export function indexSelections(
  selections: readonly EntitySelection[],
): (application: SelectableApplication) => EntitySelection[] {
  const byName = new Map<string, EntitySelection[]>();
  const byLabels: EntitySelection[] = [];
  for (const selection of selections) {
    if ('name' in selection.by) {
      const named = byName.get(selection.by.name);
      if (named) {
        named.push(selection);
      } else {
        byName.set(selection.by.name, [selection]);
      }
    } else {
      byLabels.push(selection);
    }
  }
  return application =>
    [...(byName.get(application.key.name) ?? []), ...byLabels].filter(
      selection => selects(selection, application),
    );
}
