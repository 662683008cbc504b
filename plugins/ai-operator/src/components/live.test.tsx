import { signalApiRef } from '@backstage/plugin-signals-react';
import { TestApiProvider } from '@backstage/test-utils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  busyOverview,
  CORRELATION_ID,
  fleetApplications,
  quietOverview,
  waitingForCi,
} from '../../dev/fixtures';
import { MockSignalApi } from '../__testUtils__/MockSignalApi';
import { fakeApi, renderPortal } from '../__testUtils__/portal';
import { OperatorRoutes } from './OperatorRoutes';

/** Sooner than any poll. */
const AT_ONCE = { timeout: 1_500 };

/** The pages of a portal with signals, real timers and all. */
async function open(api: ReturnType<typeof fakeApi>, address: string) {
  const signals = new MockSignalApi();
  await renderPortal(
    <TestApiProvider apis={[[signalApiRef, signals]]}>
      <OperatorRoutes />
    </TestApiProvider>,
    api,
    address,
  );
  return signals;
}

describe('with signals', () => {
  it('the fleet page shows a new rollback at once; focus and what was typed stay', async () => {
    let isBusy = false;
    const api = fakeApi({
      getOverview: async () =>
        (isBusy ? busyOverview : quietOverview)(Date.now()),
      listApplications: async () => ({
        items: fleetApplications(Date.now()).slice(0, 2),
        totalItems: 2,
      }),
    });
    const signals = await open(api, '/');
    const search = await screen.findByRole('searchbox');
    await userEvent.type(search, 'pay');
    isBusy = true;
    signals.send({
      type: 'rollback',
      correlationId: CORRELATION_ID,
      application: { instance: 'i', namespace: 'n', name: 'payment-service' },
    });
    await waitFor(
      () =>
        expect(
          screen.getByRole('list', { name: 'Needs you' }),
        ).toBeInTheDocument(),
      AT_ONCE,
    );
    expect(search).toBeInTheDocument();
    expect(search).toHaveFocus();
    expect(search).toHaveValue('pay');
  });

  it('the rollback page follows its own rollback, and no other', async () => {
    const rollback = waitingForCi(Date.now());
    const api = fakeApi({
      getRollback: async () => rollback,
      getOverview: async () => quietOverview(Date.now()),
    });
    const signals = await open(api, `/rollbacks/${CORRELATION_ID}`);
    await screen.findByRole('heading', {
      name: 'Rolling back: waiting for CI',
    });
    const asked = () => api.getRollback.mock.calls.length;
    expect(asked()).toBe(1);
    const { application } = rollback;
    signals.send({ type: 'rollback', correlationId: 'other', application });
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(asked()).toBe(1);
    signals.send({
      type: 'rollback',
      correlationId: CORRELATION_ID,
      application,
    });
    await waitFor(() => expect(asked()).toBe(2), { timeout: 3_000 });
  });

  it('a pause of somebody else is said at once', async () => {
    let isPaused = false;
    const api = fakeApi({
      getRollback: async () => waitingForCi(Date.now()),
      getOverview: async () => quietOverview(Date.now()),
      getPauses: async () => ({
        now: Date.now(),
        items: isPaused
          ? [
              {
                id: 'p',
                reason: 'Black Friday',
                by: 'user:default/erin',
                at: Date.now(),
              },
            ]
          : [],
      }),
    });
    const signals = await open(api, `/rollbacks/${CORRELATION_ID}`);
    await screen.findByRole('heading', {
      name: 'Rolling back: waiting for CI',
    });
    await waitFor(() => expect(api.getPauses).toHaveBeenCalled());
    isPaused = true;
    signals.send({ type: 'many' });
    expect(
      await screen.findByText(/Black Friday/, undefined, { timeout: 3_000 }),
    ).toBeInTheDocument();
  });
});
