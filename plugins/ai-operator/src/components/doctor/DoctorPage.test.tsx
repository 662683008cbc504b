import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { doctorReport, healthyReport, refusal } from '../../../dev/fixtures';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { OperatorRoutes } from '../OperatorRoutes';

function renderDoctor(parts: Parameters<typeof fakeApi>[0]) {
  const api = fakeApi(parts);
  return renderPortal(<OperatorRoutes />, api, '/doctor').then(() => api);
}

describe('DoctorPage', () => {
  it('says first what is wrong, and counts every status in words', async () => {
    await renderDoctor({ getDoctor: async () => doctorReport(Date.now()) });
    const heading = await screen.findByRole('heading', { level: 2 });
    expect(heading).toHaveTextContent('2 problems to mend');
    expect(heading.closest('[role="status"]')).not.toBeNull();
    const counts = within(
      screen.getByRole('list', { name: 'Findings by status' }),
    ).getAllByRole('listitem');
    expect(counts.map(count => count.textContent?.trim())).toEqual([
      '2 problems',
      '1 not known',
      '2 warnings',
      '4 fine',
    ]);
    expect(
      screen.getByRole('link', { name: 'All applications and rollbacks' }),
    ).toHaveAttribute('href', '/ai-operator');
  });

  it('groups by area, worst first, with what, why, how to mend and when', async () => {
    await renderDoctor({ getDoctor: async () => doctorReport(Date.now()) });
    await screen.findByRole('heading', { level: 2 });
    expect(
      screen.getAllByRole('heading', { level: 3 }).map(h => h.textContent),
    ).toEqual([
      'Argo CD',
      'People and roles',
      'Kubernetes',
      'GitHub',
      'Operator',
      'Database',
    ]);
    const argo = screen.getByRole('list', { name: 'Argo CD: to mend' });
    const findings = within(argo).getAllByRole('listitem');
    expect(findings[0]).toHaveTextContent(
      /Problem.*production: Sign-in with the token.*HTTP 401.*How to mend: Make a new token.*checked \d+ s ago/,
    );
    expect(findings[1]).toHaveTextContent(/Warning.*Rights of the account/);
    expect(
      screen.getByRole('list', { name: 'Kubernetes: to mend' }),
    ).toHaveTextContent(/Not known/);
    expect(
      screen.getByRole('list', { name: 'Database: fine', hidden: true }),
    ).toHaveTextContent(/Fine.*PostgreSQL 18/);
  });

  it('hides what is fine until it is asked for', async () => {
    await renderDoctor({ getDoctor: async () => healthyReport(Date.now()) });
    expect(
      await screen.findByRole('heading', {
        name: 'Everything is as it should be',
      }),
    ).toBeInTheDocument();
    const github = screen.getByRole('region', { name: 'GitHub' });
    const details = within(github).getByRole('group');
    expect(details).not.toHaveAttribute('open');
    await userEvent.click(within(github).getByText('1 check is fine'));
    expect(details).toHaveAttribute('open');
  });

  it('looks again when asked, and shows that it does', async () => {
    let answer: () => void = () => undefined;
    const api = await renderDoctor({
      getDoctor: async () => doctorReport(Date.now()),
    });
    const again = await screen.findByRole('button', { name: 'Check again' });
    api.getDoctor.mockImplementationOnce(
      () =>
        new Promise(resolve => {
          answer = () => resolve(healthyReport(Date.now()));
        }),
    );
    await userEvent.click(again);
    expect(again).toHaveAttribute('aria-disabled', 'true');
    expect(api.getDoctor).toHaveBeenCalledTimes(2);
    answer();
    expect(
      await screen.findByRole('heading', {
        name: 'Everything is as it should be',
      }),
    ).toBeInTheDocument();
    await waitFor(() => expect(again).not.toHaveAttribute('aria-disabled'));
  });

  it('says why it cannot be seen', async () => {
    await renderDoctor({
      getDoctor: async () => {
        throw await refusal(403, 'NOT_ALLOWED', 'ai-operator.doctor is denied');
      },
    });
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Could not load the doctor's report.*ai-operator.doctor is denied \(HTTP 403\)/,
    );
  });
});
