import { Policy } from '../../core';
import { EntitySelection, indexSelections } from '../../core/entity';
import { CatalogSnapshot } from '../../ports';
import { RouterDeps } from '../deps';

/** What one answer is made with: one time and one view of the catalog for all of it. */
export interface ViewContext {
  now: number;
  policy: Policy;
  links: RouterDeps['links'];
  entitiesOf: ReturnType<typeof indexSelections>;
}

/** Kept while the catalog's selections are the same objects. */
const indexes = new WeakMap<
  readonly EntitySelection[],
  ViewContext['entitiesOf']
>();

/** Finds the entities of an application, in this view of the catalog. */
export function entitiesIn({
  selections,
}: CatalogSnapshot): ViewContext['entitiesOf'] {
  const known = indexes.get(selections);
  if (known) {
    return known;
  }
  const index = indexSelections(selections);
  indexes.set(selections, index);
  return index;
}

export function viewContext(deps: RouterDeps): ViewContext {
  return {
    now: deps.clock.now(),
    policy: deps.policy,
    links: deps.links,
    entitiesOf: entitiesIn(deps.entities.snapshot()),
  };
}

/** Address of a GitHub repository, from the address of one of its commits. */
export function repositoryUrl(
  links: RouterDeps['links'],
  repository: string,
): string | undefined {
  const [before, after] = links.commit(repository, 'HEAD').split('/commit/');
  return after === undefined ? undefined : before;
}
