import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Points GitHub charges for a query: one per hundred requests it would need to
 * fill every connection, counting a nested connection once per node of its
 * parents; at least one.
 */
export function costOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === 'FragmentDefinition') {
      fragments.set(definition.name.value, definition);
    }
  }
  const requests = (set: SelectionSetNode, times: number): number =>
    set.selections.reduce((sum, selection) => {
      if (selection.kind === 'InlineFragment') {
        return sum + requests(selection.selectionSet, times);
      }
      if (selection.kind === 'FragmentSpread') {
        const fragment = fragments.get(selection.name.value);
        return fragment ? sum + requests(fragment.selectionSet, times) : sum;
      }
      const size = selection.arguments
        ?.filter(({ name }) => name.value === 'first' || name.value === 'last')
        .map(({ value }) => {
          if (value.kind === 'Variable') {
            return Number(variables[value.name.value] ?? 0);
          }
          return value.kind === 'IntValue' ? Number(value.value) : 0;
        })
        .find(found => found > 0);
      const below = selection.selectionSet
        ? requests(selection.selectionSet, times * (size ?? 1))
        : 0;
      return sum + below + (size === undefined ? 0 : times);
    }, 0);
  return Math.max(1, Math.round(requests(operation.selectionSet, 1) / 100));
}
