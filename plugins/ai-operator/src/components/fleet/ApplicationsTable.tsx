import { useApi } from '@backstage/core-plugin-api';
import type {
  ApplicationList,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Table } from '@backstage/ui';
import { useMemo, useState } from 'react';
import { aiOperatorApiRef } from '../../api';
import { QUIET_INTERVAL_MS, usePolled, type Polled } from '../../polling';
import { Ago } from '../../time';
import { Empty, PolledView, Section, Stack } from '../basics';
import { toRow, useApplicationColumns } from './applicationColumns';
import { FilterBar } from './FilterBar';
import { useFilters, type Filters, type Sorting } from './useFilters';

const PAGE_SIZE = 20;

/** One page of the fleet. The server only knows "after this one", so the way back is remembered here. */
function usePage(filters: Filters, sorting: Sorting) {
  const api = useApi(aiOperatorApiRef);
  const filterKey = JSON.stringify([filters, sorting]);
  const [way, setWay] = useState({ filterKey, cursors: [] as string[] });
  const cursors = way.filterKey === filterKey ? way.cursors : [];
  const cursor = cursors.at(-1);
  const polled = usePolled<ApplicationList>({
    key: `${filterKey} ${cursor ?? ''}`,
    ask: signal =>
      api.listApplications(
        { ...filters, ...sorting, limit: PAGE_SIZE, cursor },
        { signal },
      ),
    interval: () => QUIET_INTERVAL_MS,
    keepPrevious: true,
  });
  const next = polled.data?.nextCursor;
  return {
    polled,
    offset: cursors.length * PAGE_SIZE,
    onNextPage: () =>
      next && setWay({ filterKey, cursors: [...cursors, next] }),
    onPreviousPage: () => setWay({ filterKey, cursors: cursors.slice(0, -1) }),
  };
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  return narrowed ? (
    <Empty title="No application matches these filters" />
  ) : (
    <Empty title="No application is monitored yet">
      Label an Argo CD Application with ai-operator.enabled=true, name it in the
      configuration, or annotate a catalog entity with argocd/app-name.
    </Empty>
  );
}

const SORTABLE: Sorting['sort'][] = ['name', 'environment', 'health'];

/** Our words to the table's and back. */
function toSortState(sorting: Sorting, setSorting: (next: Sorting) => void) {
  return {
    descriptor: {
      column: sorting.sort,
      direction:
        sorting.order === 'asc'
          ? ('ascending' as const)
          : ('descending' as const),
    },
    onSortChange(next: { column: unknown; direction: string }) {
      const sort = SORTABLE.find(column => column === next.column);
      if (sort) {
        const order = next.direction === 'ascending' ? 'asc' : 'desc';
        setSorting({ sort, order });
      }
    },
  };
}

function Rows(props: {
  list: ApplicationList;
  page: ReturnType<typeof usePage>;
  polled: Polled<ApplicationList>;
  narrowed: boolean;
  sorting: Sorting;
  setSorting(next: Sorting): void;
  roles?: readonly Role[];
}) {
  const { list, page, polled, narrowed, sorting, setSorting, roles } = props;
  const columns = useApplicationColumns(roles);
  const rows = useMemo(() => list.items.map(toRow), [list]);
  const { offset } = page;
  return (
    <Table
      columnConfig={columns}
      data={rows}
      isStale={polled.changing}
      sort={toSortState(sorting, setSorting)}
      emptyState={<Nothing narrowed={narrowed} />}
      pagination={{
        type: 'page',
        pageSize: PAGE_SIZE,
        offset,
        totalCount: list.totalItems,
        hasNextPage: list.nextCursor !== undefined && !polled.changing,
        hasPreviousPage: offset > 0 && !polled.changing,
        onNextPage: page.onNextPage,
        onPreviousPage: page.onPreviousPage,
        showPageSizeOptions: false,
        getLabel: ({ totalCount = 0 }) =>
          rows.length === 0
            ? 'No application'
            : `${offset + 1} to ${offset + rows.length} of ${totalCount}`,
      }}
    />
  );
}

/** Every monitored application, one page at a time, filtered by the server. */
export function ApplicationsTable(props: {
  /** Roles of the caller, once they are known. */
  roles?: readonly Role[];
}) {
  const { filters, setFilter, clear, sorting, setSorting } = useFilters();
  const page = usePage(filters, sorting);
  const { polled } = page;
  const narrowed = Object.values(filters).some(Boolean);
  return (
    <Section
      title="Applications"
      aside={
        polled.receivedAt !== undefined && (
          <>
            as of <Ago at={polled.receivedAt} />
          </>
        )
      }
    >
      <Stack>
        <FilterBar filters={filters} setFilter={setFilter} clear={clear} />
        <PolledView what="the applications" polled={polled}>
          {list => (
            <Rows
              list={list}
              page={page}
              polled={polled}
              narrowed={narrowed}
              sorting={sorting}
              setSorting={setSorting}
              roles={props.roles}
            />
          )}
        </PolledView>
      </Stack>
    </Section>
  );
}
