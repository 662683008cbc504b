import { ListedApplication } from '../../core';
import { EntitySelection, indexSelections } from '../../core/entity';
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
  return {
    generation: snapshot.generation,
    isRead: snapshot.readAt !== undefined,
    entitiesOf: indexSelections(snapshot.selections),
  };
}
