import type {
  PauseRequest,
  PauseView,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  awaitingApproval,
  entityAnswer,
  pauseOfEverything,
  pauseOfOrders,
  quietOverview,
  refusal,
  SCENARIOS,
  busyOverview,
} from '../../../dev/fixtures';
import {
  component,
  fakeApi,
  fakeGithub,
  renderPortal,
} from '../../__testUtils__/portal';
import { EntityContent } from '../EntityContent';
import { OperatorRoutes } from '../OperatorRoutes';

const HOUR = 3_600_000;

/** A backend that remembers pauses. */
function pausing(initial: PauseView[] = [], roles?: Role[]) {
  let pauses = initial;
  return fakeApi({
    getOverview: async () => ({
      ...quietOverview(Date.now()),
      caller: busyOverview(Date.now(), roles).caller,
      pauses,
    }),
    listApplications: async () => ({ items: [], totalItems: 0 }),
    getPauses: async () => ({ now: Date.now(), items: pauses }),
    getEntityApplications: async ref =>
      entityAnswer(
        SCENARIOS.find(({ id }) => id === 'several') ?? SCENARIOS[0],
        ref,
        Date.now(),
      ),
    getRollback: async () => awaitingApproval(Date.now()),
    setPause: async ({ application, paused, reason, until }: PauseRequest) => {
      const pause = { id: 'new', application, reason, until };
      pauses = paused
        ? [{ ...pause, by: 'user:default/alice', at: Date.now() }]
        : [];
      return { now: Date.now(), items: pauses };
    },
  });
}

function renderFleet(api: ReturnType<typeof fakeApi>) {
  return renderPortal(<OperatorRoutes />, api, '/', fakeGithub('unused'));
}

function renderTab(api: ReturnType<typeof fakeApi>) {
  const entity = component({ 'argocd/app-selector': 'team=payments' });
  return renderPortal(
    <EntityProvider entity={entity}>
      <EntityContent />
    </EntityProvider>,
    api,
  );
}

const banner = () =>
  screen.findByRole('status', { name: 'Pause of everything' });

describe('pausing everything', () => {
  it('needs a reason, takes an end, and is shown at once', async () => {
    const api = pausing();
    await renderFleet(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Pause everything' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Pause everything?' }),
    );
    const lengths = within(dialog.getByRole('radiogroup', { name: 'Until' }));
    expect(lengths.getAllByRole('radio')).toHaveLength(5);
    expect(lengths.getByRole('radio', { name: /^1 hour/ })).toBeChecked();
    await userEvent.click(dialog.getByRole('button', { name: 'Pause' }));
    expect(await dialog.findByText(/Say why/)).toBeInTheDocument();
    expect(api.setPause).not.toHaveBeenCalled();
    await userEvent.type(dialog.getByRole('textbox'), ' migration ');
    await userEvent.click(lengths.getByRole('radio', { name: /^4 hours/ }));
    const before = Date.now();
    await userEvent.click(dialog.getByRole('button', { name: 'Pause' }));
    await waitFor(async () =>
      expect(await banner()).toHaveTextContent(
        /Everything is paused: nothing is opened or merged.*“migration”.*by alice/,
      ),
    );
    const [request] = api.setPause.mock.calls[0];
    expect(request).toMatchObject({ paused: true, reason: 'migration' });
    expect(request.application).toBeUndefined();
    expect(request.until).toBeGreaterThanOrEqual(before + 4 * HOUR);
    expect(request.until).toBeLessThan(before + 4 * HOUR + 30_000);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('can last until somebody resumes', async () => {
    const api = pausing();
    await renderFleet(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Pause everything' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(dialog.getByRole('textbox'), 'migration');
    await userEvent.click(
      dialog.getByRole('radio', { name: 'Until somebody resumes' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Pause' }));
    await waitFor(async () =>
      expect(await banner()).toHaveTextContent('until somebody resumes'),
    );
    expect(api.setPause.mock.calls[0][0].until).toBeUndefined();
  });

  it('says who paused, why and until when, and ends with a reason', async () => {
    const api = pausing([pauseOfEverything(Date.now())]);
    await renderFleet(api);
    await waitFor(async () =>
      expect(await banner()).toHaveTextContent(
        /“Database migration of the payment ledger”.*by alice, 12 min ago, until/,
      ),
    );
    expect(
      screen.getByRole('heading', { name: /^Paused by alice/ }),
    ).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Resume everything' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByRole('radiogroup')).not.toBeInTheDocument();
    await userEvent.type(dialog.getByRole('textbox'), 'done');
    await userEvent.click(dialog.getByRole('button', { name: 'Resume' }));
    await waitFor(async () => expect(await banner()).toBeEmptyDOMElement());
    expect(api.setPause).toHaveBeenCalledWith({
      application: undefined,
      paused: false,
      reason: 'done',
      until: undefined,
    });
    expect(
      screen.getByRole('button', { name: 'Pause everything' }),
    ).toHaveFocus();
  });

  it('is over when its time is over, whatever the last answer said', async () => {
    await renderFleet(
      pausing([{ ...pauseOfEverything(Date.now()), until: Date.now() - 1 }]),
    );
    expect(
      await screen.findByRole('button', { name: 'Pause everything' }),
    ).toBeInTheDocument();
    expect(await banner()).toBeEmptyDOMElement();
  });

  it('shows who may not why', async () => {
    const api = pausing([], ['approver']);
    await renderFleet(api);
    const button = await screen.findByRole('button', {
      name: 'Pause everything',
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(
      'pausing and resuming the operator needs the role senior maintainer or admin; you are approver',
    );
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('is open to an admin, who can decide nothing else', async () => {
    await renderFleet(pausing([], ['admin']));
    expect(
      await screen.findByRole('button', { name: 'Pause everything' }),
    ).not.toHaveAttribute('aria-disabled');
  });

  it('says why it failed and keeps what was typed', async () => {
    const api = pausing();
    api.setPause.mockImplementation(async () => {
      throw await refusal(403, 'ROLE_NEEDED', 'you lost the role');
    });
    await renderFleet(api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Pause everything' }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(dialog.getByRole('textbox'), 'migration');
    await userEvent.click(dialog.getByRole('button', { name: 'Pause' }));
    const alert = await dialog.findByRole('alert');
    await waitFor(() =>
      expect(alert).toHaveTextContent(
        /everything was not paused.*you lost the role \(HTTP 403\)/,
      ),
    );
    expect(dialog.getByRole('textbox')).toHaveValue('migration');
  });
});

describe('pausing one application', () => {
  it('concerns this application only', async () => {
    const api = pausing();
    await renderTab(api);
    const jobs = within(
      await screen.findByRole('region', { name: 'payment-jobs' }),
    );
    await userEvent.click(
      await jobs.findByRole('button', { name: 'Pause payment-jobs' }),
    );
    const dialog = within(
      await screen.findByRole('dialog', { name: 'Pause payment-jobs?' }),
    );
    await userEvent.type(dialog.getByRole('textbox'), 'load test');
    await userEvent.click(dialog.getByRole('button', { name: 'Pause' }));
    await waitFor(() =>
      expect(
        jobs.getByRole('status', { name: 'Pause of payment-jobs' }),
      ).toHaveTextContent(/payment-jobs is paused.*“load test”/),
    );
    expect(api.setPause.mock.calls[0][0].application).toEqual({
      instance: 'staging',
      namespace: 'argocd',
      name: 'payment-jobs',
    });
    expect(
      jobs.getByRole('button', { name: 'Resume payment-jobs' }),
    ).toHaveFocus();
    for (const other of screen.getAllByRole('status', {
      name: 'Pause of payment-service',
    })) {
      expect(other).toBeEmptyDOMElement();
    }
  });

  it('shows a pause of everything once, and where to end it', async () => {
    await renderTab(pausing([pauseOfEverything(Date.now())]));
    await waitFor(async () =>
      expect(await banner()).toHaveTextContent(/Everything is paused/),
    );
    expect(screen.getAllByText(/Everything is paused/)).toHaveLength(1);
    expect(
      within(await banner()).getByRole('link', { name: /All applications/ }),
    ).toHaveAttribute('href', '/ai-operator');
  });

  it('says so when it cannot be known, and keeps the rest', async () => {
    const api = pausing();
    api.getPauses.mockImplementation(async () => {
      throw new Error('no connection');
    });
    await renderTab(api);
    await waitFor(async () =>
      expect(await banner()).toHaveTextContent(
        /Whether the operator is paused could not be read.*no connection/,
      ),
    );
    expect(screen.getAllByRole('region', { name: 'Now' })).toHaveLength(3);
  });

  it('is listed on the fleet page, where it can be ended', async () => {
    const api = pausing([pauseOfOrders(Date.now())]);
    await renderFleet(api);
    const list = await screen.findByRole('list', {
      name: 'Paused applications',
    });
    expect(list).toHaveTextContent(
      /orders-api.*staging\/argocd\/orders-api.*“Load test, expected to degrade”.*by erin, 26 h ago, until somebody resumes/,
    );
    expect(
      within(list).getByRole('button', { name: 'Resume orders-api' }),
    ).toBeInTheDocument();
    expect(await banner()).toBeEmptyDOMElement();
  });

  it('is shown on the page of a rollback', async () => {
    const pauses = [
      pauseOfEverything(Date.now()),
      {
        ...pauseOfOrders(Date.now()),
        application: awaitingApproval(Date.now()).application,
      },
    ];
    await renderPortal(<OperatorRoutes />, pausing(pauses), '/rollbacks/x');
    expect(
      await screen.findByText(/^Everything is paused/),
    ).toBeInTheDocument();
    expect(screen.getByText(/^payment-service is paused/)).toBeInTheDocument();
  });
});
