import { ListedApplication } from '../../core';
import { EntitySelection, selects } from '../../core/entity';
import { CatalogSnapshot } from '../../ports';

/** The catalog's selections, arranged so that asking for one application does not look at them all. */
export interface CatalogIndex {
  generation: number;
  /** False until the catalog has answered for the first time. */
  isRead: boolean;
  entitiesOf(
    application: Pick<ListedApplication, 'key' | 'project' | 'labels'>,
  ): EntitySelection[];
}

export function indexCatalog(snapshot: CatalogSnapshot): CatalogIndex {
  const byName = new Map<string, EntitySelection[]>();
  const byLabels: EntitySelection[] = [];
  for (const selection of snapshot.selections) {
    if ('name' in selection.by) {
      const { name } = selection.by;
      const others = byName.get(name);
      if (others) {
        others.push(selection);
      } else {
        byName.set(name, [selection]);
      }
    } else {
      byLabels.push(selection);
    }
  }
  return {
    generation: snapshot.generation,
    isRead: snapshot.readAt !== undefined,
    entitiesOf: application =>
      [...(byName.get(application.key.name) ?? []), ...byLabels].filter(
        selection => selects(selection, application),
      ),
  };
}
