import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import {
  busyOverview,
  CORRELATION_ID,
  fleetApplications,
  quietOverview,
  trailWaiting,
} from '../../../dev/fixtures';
import type { ApplicationQuery } from '../../api';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { FleetPage } from './FleetPage';

/** A server with three pages of two. */
function pagedApi(parts: Parameters<typeof fakeApi>[0] = {}) {
  const all = fleetApplications(Date.now()).slice(0, 5);
  return fakeApi({
    getOverview: async () => quietOverview(Date.now()),
    listApplications: async ({ cursor }: ApplicationQuery) => {
      const start = Number(cursor ?? 0);
      return {
        items: all.slice(start, start + 2),
        totalItems: all.length,
        nextCursor: start + 2 < all.length ? String(start + 2) : undefined,
      };
    },
    ...parts,
  });
}

function Address() {
  const { search } = useLocation();
  return <output aria-label="address">{search}</output>;
}

function renderFleet(api: ReturnType<typeof fakeApi>, address?: string) {
  return renderPortal(
    <>
      <FleetPage />
      <Address />
    </>,
    api,
    address,
  );
}

const lastQuery = (api: ReturnType<typeof fakeApi>) =>
  api.listApplications.mock.calls.at(-1)?.[0];

describe('FleetPage', () => {
  it('says first whether anybody is needed, then by whom and for what', async () => {
    await renderFleet(
      pagedApi({ getOverview: async () => busyOverview(Date.now()) }),
    );
    const [verdict] = await screen.findAllByRole('heading', { level: 2 });
    expect(verdict).toHaveTextContent('Needs you: 2 rollbacks');
    const needsMe = screen.getByRole('list', { name: 'Needs you' });
    expect(needsMe).toHaveTextContent(
      /payment-service, production.*Needs you: approve pull request #42/,
    );
    expect(needsMe).toHaveTextContent(
      /orders-api, staging.*Aborted: CI failed on the rollback.*Needs you: reset it once it is mended/,
    );
    expect(needsMe).toHaveTextContent(/47:0\d left/);
  });

  it('names who is needed when the caller can act on nothing', async () => {
    await renderFleet(
      pagedApi({
        getOverview: async () => busyOverview(Date.now(), ['approver']),
      }),
    );
    const list = await screen.findByRole('list', {
      name: 'Needs a senior maintainer',
    });
    expect(within(list).getAllByRole('listitem')).toHaveLength(2);
    expect(list).toHaveTextContent(
      'Needs a senior maintainer: approve pull request #42',
    );
    expect(
      screen.queryByRole('list', { name: 'Needs you' }),
    ).not.toBeInTheDocument();
    expect(
      screen.getByRole('heading', {
        name: 'Needs a senior maintainer: 2 rollbacks',
      }),
    ).toBeInTheDocument();
  });

  it('leads to the doctor', async () => {
    await renderFleet(pagedApi());
    expect(
      await screen.findByRole('link', { name: /^Doctor/ }),
    ).toHaveAttribute('href', '/ai-operator/doctor');
  });

  it('shows what is under way without repeating what needs a person', async () => {
    await renderFleet(
      pagedApi({ getOverview: async () => busyOverview(Date.now()) }),
    );
    const list = await screen.findByRole('list', { name: 'Under way' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(2);
    expect(
      within(list).getByRole('link', { name: 'payment-service, staging' }),
    ).toHaveAttribute('href', `/ai-operator/rollbacks/${CORRELATION_ID}`);
  });

  it('shows broken systems with how to mend them, and the others on demand', async () => {
    await renderFleet(
      pagedApi({ getOverview: async () => busyOverview(Date.now()) }),
    );
    expect(
      await screen.findByText('Argo CD production: failing'),
    ).toBeInTheDocument();
    expect(
      screen.getByText(/Check the token of instance production/),
    ).toBeInTheDocument();
    expect(screen.getByText('3 of 6 systems answer')).toBeInTheDocument();
  });

  it('says first that production merges are stopped, and where records wait', async () => {
    const overview = quietOverview(Date.now());
    const [sink, file] = trailWaiting(Date.now()).sinks;
    await renderFleet(
      pagedApi({
        getOverview: async () => ({
          ...overview,
          systems: [
            ...overview.systems,
            { ...sink, status: 'failing' as const },
            { ...file, status: 'failing' as const },
          ],
        }),
        getAuditStatus: async () => trailWaiting(Date.now()),
      }),
    );
    expect(
      await screen.findByText(/^Production merges are stopped: the audit/),
    ).toBeInTheDocument();
    // Only what stops the merges is told already.
    expect(
      screen.getAllByText(/^Audit trail to/).map(e => e.textContent),
    ).toEqual([
      'Audit trail to File /var/log/ai-operator/audit.jsonl: failing',
    ]);
    expect(screen.getByText('3 of 5 systems answer')).toBeInTheDocument();
    expect(
      screen.getByRole('region', { name: 'Audit trail' }),
    ).toHaveTextContent(/142 records wait for Elasticsearch/);
  });

  it('shows the modes and timing constants in force', async () => {
    await renderFleet(pagedApi());
    const rules = await screen.findByRole('region', { name: 'Rules in force' });
    expect(rules).toHaveTextContent(/health check interval10 s/);
    expect(rules).toHaveTextContent(/persistence checks3/);
    expect(rules).toHaveTextContent(/mode in productionpropose/);
  });

  it('asks the server for one page, worst first', async () => {
    const api = pagedApi();
    await renderFleet(api);
    await screen.findByText('1 to 2 of 5');
    expect(lastQuery(api)).toEqual({
      limit: 20,
      sort: 'health',
      order: 'asc',
    });
  });

  it('pages forth with the cursor of the server and back the way it came', async () => {
    const api = pagedApi();
    await renderFleet(api);
    await screen.findByText('1 to 2 of 5');
    const next = screen.getByRole('button', { name: /next/i });
    const previous = screen.getByRole('button', { name: /previous/i });
    expect(previous).toBeDisabled();
    await userEvent.click(next);
    await screen.findByText('21 to 22 of 5');
    expect(lastQuery(api)).toMatchObject({ cursor: '2' });
    await userEvent.click(next);
    await waitFor(() => expect(lastQuery(api)).toMatchObject({ cursor: '4' }));
    await waitFor(() => expect(next).toBeDisabled());
    await userEvent.click(previous);
    await waitFor(() => expect(lastQuery(api)).toMatchObject({ cursor: '2' }));
    await waitFor(() => expect(previous).toBeEnabled());
    await userEvent.click(previous);
    await screen.findByText('1 to 2 of 5');
    expect(lastQuery(api)?.cursor).toBeUndefined();
  });

  it('takes the filters from the address', async () => {
    const api = pagedApi();
    await renderFleet(
      api,
      '/?environment=staging&health=Degraded&state=PRCreated&text=pay&sort=name&order=desc&health=nonsense',
    );
    await screen.findByText('1 to 2 of 5');
    expect(lastQuery(api)).toEqual({
      environment: 'staging',
      health: 'Degraded',
      state: 'PRCreated',
      text: 'pay',
      sort: 'name',
      order: 'desc',
      limit: 20,
    });
  });

  it('asks the server for nonsense never', async () => {
    const api = pagedApi();
    await renderFleet(api, '/?environment=moon&health=Fine&sort=weight');
    await screen.findByText('1 to 2 of 5');
    expect(lastQuery(api)).toEqual({
      limit: 20,
      sort: 'health',
      order: 'asc',
    });
  });

  it('keeps what is typed in the address and begins at the first page', async () => {
    const api = pagedApi();
    await renderFleet(api);
    await screen.findByText('1 to 2 of 5');
    await userEvent.click(screen.getByRole('button', { name: /next/i }));
    await screen.findByText('21 to 22 of 5');
    await userEvent.type(screen.getByLabelText('Name'), 'orders');
    await waitFor(() =>
      expect(lastQuery(api)).toMatchObject({ text: 'orders' }),
    );
    expect(lastQuery(api)?.cursor).toBeUndefined();
    expect(screen.getByLabelText('address')).toHaveTextContent('text=orders');
    const asked = api.listApplications.mock.calls.map(([query]) => query.text);
    expect(asked.filter(text => text && text !== 'orders')).toEqual([]);
  });

  it('narrows the table with a number and widens it again', async () => {
    const api = pagedApi();
    await renderFleet(api);
    const number = await screen.findByRole('button', { name: /26\s*Healthy/ });
    await userEvent.click(number);
    await waitFor(() =>
      expect(lastQuery(api)).toMatchObject({ health: 'Healthy' }),
    );
    expect(number).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() => expect(lastQuery(api)?.health).toBeUndefined());
  });

  it('sorts on the server', async () => {
    const api = pagedApi();
    await renderFleet(api);
    await screen.findByText('1 to 2 of 5');
    await userEvent.click(
      screen.getByRole('columnheader', { name: /Application/ }),
    );
    await waitFor(() =>
      expect(lastQuery(api)).toMatchObject({ sort: 'name', order: 'asc' }),
    );
  });

  it('tells an empty fleet from filters that match nothing', async () => {
    const api = pagedApi({
      listApplications: async () => ({ items: [], totalItems: 0 }),
    });
    await renderFleet(api, '/?text=zzz');
    expect(
      await screen.findByText('No application matches these filters'),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    expect(
      await screen.findByText('No application is monitored yet'),
    ).toBeInTheDocument();
  });

  it('shows the part that answers when the other one fails', async () => {
    const api = pagedApi({
      getOverview: async () => {
        throw new Error('overview is broken');
      },
    });
    await renderFleet(api);
    expect(await screen.findByText('1 to 2 of 5')).toBeInTheDocument();
    expect(screen.getByRole('alert')).toHaveTextContent(
      /Could not load the overview.*overview is broken/,
    );
  });
});
