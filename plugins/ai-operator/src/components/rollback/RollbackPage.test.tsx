import { screen } from '@testing-library/react';
import { CORRELATION_ID, waitingForCi } from '../../../dev/fixtures';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { OperatorRoutes } from '../OperatorRoutes';

describe('RollbackPage', () => {
  it('shows the rollback the address names', async () => {
    const api = fakeApi({
      getRollback: async () => waitingForCi(Date.now()),
    });
    await renderPortal(<OperatorRoutes />, api, `/rollbacks/${CORRELATION_ID}`);
    expect(
      await screen.findByRole('heading', {
        name: 'Rolling back: waiting for CI',
      }),
    ).toBeInTheDocument();
    expect(api.getRollback.mock.calls[0][0]).toBe(CORRELATION_ID);
    expect(
      screen.getByRole('link', { name: 'All applications and rollbacks' }),
    ).toHaveAttribute('href', '/ai-operator');
    expect(
      screen.getByRole('region', { name: 'Health checks' }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: 'Link to this rollback' }),
    ).not.toBeInTheDocument();
  });

  it('shows why it cannot be shown', async () => {
    const api = fakeApi({
      getRollback: async () => {
        throw new Error('There is no rollback x');
      },
    });
    await renderPortal(<OperatorRoutes />, api, '/rollbacks/x');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load rollback x.*There is no rollback x/,
    );
  });

  it('says so when the address leads nowhere', async () => {
    await renderPortal(<OperatorRoutes />, fakeApi(), '/nowhere');
    expect(
      await screen.findByText(/There is no such page here/),
    ).toBeInTheDocument();
  });
});
