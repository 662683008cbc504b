import { EntityProvider } from '@backstage/plugin-catalog-react';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  CORRELATION_ID,
  decision,
  entityAnswer,
  healthyApplication,
  SCENARIOS,
  trailWaiting,
} from '../../dev/fixtures';
import { component, fakeApi, renderPortal } from '../__testUtils__/portal';
import { EntityContent } from './EntityContent';

const ENTITY_REF = 'component:default/payment-service';

function answerOf(id: string, now = Date.now()) {
  const scenario = SCENARIOS.find(candidate => candidate.id === id);
  if (!scenario) throw new Error(`No scenario ${id}`);
  return entityAnswer(scenario, ENTITY_REF, now);
}

function renderTab(
  api = fakeApi(),
  annotations: Record<string, string> = {
    'argocd/app-name': 'payment-service',
  },
) {
  return renderPortal(
    <EntityProvider entity={component(annotations)}>
      <EntityContent />
    </EntityProvider>,
    api,
  );
}

async function renderScenario(
  id: string,
  parts: Parameters<typeof fakeApi>[0] = {},
) {
  const api = fakeApi({
    getEntityApplications: async () => answerOf(id),
    ...parts,
  });
  await renderTab(api);
  expect(api.getEntityApplications.mock.calls[0][0]).toBe(ENTITY_REF);
}

describe('EntityContent', () => {
  it.each([
    ['healthy', 'Healthy'],
    ['progressing', 'Progressing: a rollout is under way'],
    ['degraded-2-of-3', 'Degraded, 2 of 3 checks'],
    ['searching', 'Rolling back: searching a stable candidate'],
    ['resolved', 'Rolling back: opening the pull request'],
    ['waiting-for-ci', 'Rolling back: waiting for CI'],
    [
      'awaiting-merge',
      'Rolling back: checking the invariants before the merge',
    ],
    ['awaiting-approval', 'Needs you: approve pull request #42'],
    ['awaiting-review', 'Needs you: review pull request #42'],
    [
      'approval-approver',
      'Needs a senior maintainer: approve pull request #42',
    ],
    ['taken-over', 'Taken over by alice'],
    ['merged', 'Rolled back to abc1234: waiting for recovery'],
    ['complete', 'Recovered: rolled back to abc1234'],
    ['aborted', 'Aborted: CI failed on the rollback'],
    ['not-measured', 'The health could not be measured'],
  ])('says the verdict first: %s', async (id, headline) => {
    await renderScenario(id);
    const [first] = await screen.findAllByRole('heading', { level: 2 });
    expect(first).toHaveTextContent(headline);
    expect(first.closest('[role="status"]')).not.toBeNull();
  });

  it('shows how far the rollback is, how long the step may take and what happens then', async () => {
    await renderScenario('waiting-for-ci');
    const list = await screen.findByRole('list', {
      name: 'Steps of the rollback',
    });
    const current = within(list)
      .getAllByRole('listitem')
      .filter(item => item.getAttribute('aria-current') === 'step');
    expect(current).toHaveLength(1);
    expect(current[0]).toHaveTextContent(/Pull request open: Now/);
    expect(current[0]).toHaveTextContent(/Waiting for CI, 1:1[0-2] left/);
    expect(current[0]).toHaveTextContent(
      'then: asks a person (CI_TIMEOUT) and aborts',
    );
    expect(within(list).getByText('Candidate resolved')).toHaveTextContent(
      'Candidate resolved: Done',
    );
    expect(within(list).getByText('Rollback merged')).toHaveTextContent(
      'Rollback merged: To come',
    );
  });

  it('shows all eight invariants with result, reason and evidence', async () => {
    await renderScenario('awaiting-review');
    const list = await screen.findByRole('list', { name: 'Invariants' });
    const items = within(list)
      .getAllByRole('listitem')
      .filter(item => item.hasAttribute('data-result'));
    expect(items.map(item => item.textContent?.match(/I\d/)?.[0])).toEqual([
      'I1',
      'I2',
      'I3',
      'I4',
      'I5',
      'I6',
      'I7',
      'I8',
    ]);
    expect(items[6]).toHaveTextContent('Broken');
    expect(items[6]).toHaveTextContent(
      'Pull request #39 of AI Operator is open for the same branch and application.',
    );
    expect(items[0]).toHaveTextContent('Holds');
    const link = within(items[5]).getByRole('link', { name: /3 of 3/ });
    expect(link).toHaveAttribute('href', expect.stringContaining('/pull/42'));
    expect(screen.getByText(/1 broken, 7 hold/)).toBeInTheDocument();
  });

  it('shows what is unknown as unknown', async () => {
    await renderScenario('waiting-for-ci');
    await screen.findByText(/2 unknown, 6 hold/);
    const reason = screen.getByText('test is still running on 5eed42f.');
    expect(reason.closest('[data-result]')).toHaveTextContent('Unknown');
  });

  it('shows every candidate with its reason', async () => {
    await renderScenario('waiting-for-ci');
    const table = (await screen.findByText('Uptime in 24 h')).closest('table');
    const rows = within(table as HTMLElement).getAllByRole('row');
    expect(rows).toHaveLength(5);
    expect(rows[1]).toHaveTextContent(/Skipped.*CI failed on this commit/);
    expect(rows[2]).toHaveTextContent('95.00 %');
    expect(rows[3]).toHaveTextContent(/Chosen.*Fix payment processing bug/);
    expect(rows[3]).toHaveTextContent('99.80 %');
    expect(rows[4]).toHaveTextContent('not measured');
  });

  it('shows the change, CI, guards and links', async () => {
    await renderScenario('waiting-for-ci');
    const diff = await screen.findByRole('group', {
      name: '.argocd/application.yaml',
    });
    expect(diff).toHaveTextContent(/-\s+targetRevision: def456a/);
    expect(diff).toHaveTextContent(/\+\s+targetRevision: abc1234/);
    const ci = screen.getByRole('region', { name: 'CI' });
    expect(ci).toHaveTextContent(/Running\s*test/);
    expect(ci).toHaveTextContent(/Not reported\s*coverage/);
    expect(screen.getByRole('list', { name: 'Guards' })).toHaveTextContent(
      'No hold label',
    );
    expect(
      screen.getByRole('link', { name: 'Pull request #42' }),
    ).toHaveAttribute(
      'href',
      'https://github.example/my-org/payment-service/pull/42',
    );
    expect(
      screen.getByRole('link', { name: 'Link to this rollback' }),
    ).toHaveAttribute('href', `/ai-operator/rollbacks/${CORRELATION_ID}`);
  });

  it('tells a person what to do', async () => {
    await renderScenario('awaiting-approval');
    expect(await screen.findByText('What to do:')).toBeInTheDocument();
    expect(
      screen.getByText(/Review pull request #42 and approve it/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'Escalation issue' }),
    ).toHaveAttribute(
      'href',
      'https://github.example/my-org/operations/issues/7',
    );
  });

  it('shows where an aborted rollback failed', async () => {
    await renderScenario('aborted');
    const list = await screen.findByRole('list', {
      name: 'Steps of the rollback',
    });
    expect(within(list).getByText('Pull request open')).toHaveTextContent(
      'Pull request open: Failed',
    );
    expect(within(list).getByText('Rollback merged')).toHaveTextContent(
      'Rollback merged: Skipped',
    );
  });

  it('shows health now, recent checks, findings and why nothing can be done', async () => {
    await renderScenario('findings');
    const now = await screen.findByRole('region', { name: 'Now' });
    expect(now).toHaveTextContent('3/3 available');
    expect(now).toHaveTextContent('Synced');
    expect(
      within(now).getByRole('img', { name: 'Last 30 checks: 30 Healthy' }),
    ).toBeInTheDocument();
    expect(now).toHaveTextContent(
      'AC-04: Deployment payment-service has no liveness probe.',
    );
    expect(now).toHaveTextContent('Add environment=staging');
  });

  it('counts what could not be measured apart', async () => {
    await renderScenario('not-measured');
    expect(
      await screen.findByRole('img', {
        name: 'Last 30 checks: 25 Healthy, 5 Not measured',
      }),
    ).toBeInTheDocument();
    expect(screen.getByText(/the cluster did not answer/)).toBeInTheDocument();
  });

  it('shows several applications with a summary that leads to each', async () => {
    await renderScenario('several');
    const summary = await screen.findByRole('list', {
      name: 'Applications of this component',
    });
    const links = within(summary).getAllByRole('link');
    expect(links.map(link => link.textContent)).toEqual([
      'payment-service, production',
      'payment-jobs, staging',
      'payment-service, staging',
    ]);
    for (const link of links) {
      const id = link.getAttribute('href')?.slice(1) ?? '';
      expect(document.getElementById(id)).not.toBeNull();
    }
    expect(screen.getAllByRole('heading', { level: 2 })).toHaveLength(3);
  });

  it('keeps the answer to a reset when the rollback is gone', async () => {
    let reset = false;
    const api = fakeApi({
      getEntityApplications: async () =>
        answerOf(reset ? 'healthy' : 'aborted'),
      command: async correlationId => {
        reset = true;
        return {
          correlationId,
          command: decision(Date.now(), { command: 'RESET' }),
          message: 'RESET is recorded.',
        };
      },
    });
    await renderTab(api);
    await userEvent.click(await screen.findByRole('button', { name: 'Reset' }));
    const dialog = within(await screen.findByRole('dialog'));
    await userEvent.type(dialog.getByRole('textbox'), 'mended by hand');
    await userEvent.click(dialog.getByRole('button', { name: 'Reset' }));
    expect(
      await screen.findByRole('heading', { name: 'Healthy' }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('status', { name: 'Answer to your decision' }),
    ).toHaveTextContent('RESET is recorded.');
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText('RESET is recorded.')).not.toBeInTheDocument();
  });

  it('lists past rollbacks without the present one', async () => {
    await renderScenario('waiting-for-ci');
    const list = await screen.findByRole('list', { name: 'Past rollbacks' });
    const items = within(list).getAllByRole('listitem');
    expect(items).toHaveLength(2);
    expect(items[0]).toHaveTextContent(/Rolled back.*took 6:30/);
    expect(items[1]).toHaveTextContent('Transient, recovered by itself');
  });

  it('shows the latest of the story and leads to the whole of it', async () => {
    const answer = answerOf('waiting-for-ci');
    const [application] = answer.items;
    const { rollback } = application;
    if (!rollback) throw new Error('The scenario has a rollback');
    const [entry] = rollback.timeline;
    const timeline = Array.from({ length: 30 }, (_, index) => ({
      ...entry,
      id: String(index),
      at: entry.at + index * 1000,
      because: `because ${index}`,
    }));
    const items = [{ ...application, rollback: { ...rollback, timeline } }];
    const api = fakeApi({
      getEntityApplications: async () => ({ ...answer, items }),
    });
    await renderTab(api);
    await screen.findByText('because 29');
    expect(screen.getByText('because 22')).toBeInTheDocument();
    expect(screen.queryByText('because 21')).not.toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: /^The whole story/ }),
    ).toHaveAttribute(
      'href',
      `/ai-operator/rollbacks/${rollback.correlationId}#audit-trail`,
    );
    expect(api.listAudit).not.toHaveBeenCalled();
  });

  it('says at a production rollback that production merges are stopped', async () => {
    const stopped = { getAuditStatus: async () => trailWaiting(Date.now()) };
    await renderScenario('awaiting-approval', stopped);
    expect(
      await screen.findByText(/^Production merges are stopped/),
    ).toBeInTheDocument();
  });

  it('says nothing of it where nothing of production is merged', async () => {
    const stopped = { getAuditStatus: async () => trailWaiting(Date.now()) };
    await renderScenario('waiting-for-ci', stopped);
    await screen.findByRole('list', { name: 'Latest' });
    expect(
      screen.queryByText(/^Production merges are stopped/),
    ).not.toBeInTheDocument();
  });

  it('makes no link of what is no web address', async () => {
    const application = healthyApplication(Date.now(), {
      // eslint-disable-next-line no-script-url -- this is what must not become a link
      argoUrl: 'javascript:alert(1)',
    });
    await renderTab(
      fakeApi({
        getEntityApplications: async () => ({
          entityRef: ENTITY_REF,
          items: [application],
        }),
      }),
    );
    expect(await screen.findByText('Open in Argo CD')).toBeInTheDocument();
    expect(
      screen.queryByRole('link', { name: /Open in Argo CD/ }),
    ).not.toBeInTheDocument();
  });

  describe('when there is nothing to show', () => {
    it('explains the annotation', async () => {
      const api = fakeApi();
      await renderTab(api, {});
      expect(await screen.findByText('Missing Annotation')).toBeInTheDocument();
      expect(api.getEntityApplications).not.toHaveBeenCalled();
    });

    it('refuses both annotations at once, in the words of the community plugin', async () => {
      const api = fakeApi();
      await renderTab(api, {
        'argocd/app-name': 'a',
        'argocd/app-selector': 'app=a',
      });
      expect(
        await screen.findByText(
          'Cannot provide both argocd/app-name and argocd/app-selector annotations',
        ),
      ).toBeInTheDocument();
      expect(api.getEntityApplications).not.toHaveBeenCalled();
    });

    it('says which application was looked for', async () => {
      await renderScenario('none');
      expect(
        await screen.findByText(
          /No watched application matches argocd\/app-name: payment-service/,
        ),
      ).toBeInTheDocument();
    });

    it('passes on what the backend says about the annotations', async () => {
      await renderScenario('problem');
      expect(
        await screen.findByText(/is not a label selector/),
      ).toBeInTheDocument();
    });

    it('shows an error as an error and tries again when asked', async () => {
      const api = fakeApi();
      api.getEntityApplications
        .mockRejectedValueOnce(new Error('Argo said no'))
        .mockResolvedValueOnce(answerOf('healthy'));
      await renderTab(api);
      const alert = await screen.findByRole('alert');
      expect(alert).toHaveTextContent(
        'Could not load the applications of this component',
      );
      expect(alert).toHaveTextContent('Argo said no');
      await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
      expect(
        await screen.findByRole('heading', { name: 'Healthy' }),
      ).toBeInTheDocument();
      expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    });
  });

  describe('as time goes by', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });

    afterEach(() => {
      jest.useRealTimers();
    });

    it('keeps what it knows and says since when it is stale', async () => {
      const api = fakeApi();
      api.getEntityApplications
        .mockResolvedValueOnce(answerOf('healthy'))
        .mockRejectedValueOnce(new Error('no connection'))
        .mockResolvedValueOnce(answerOf('waiting-for-ci'));
      await renderTab(api);
      await screen.findByRole('heading', { name: 'Healthy' });
      const heading = screen.getByRole('heading', { name: 'Healthy' });
      await act(() => jest.advanceTimersByTimeAsync(10_000));
      expect(screen.getByText(/Stale since/)).toBeInTheDocument();
      expect(screen.getByText('no connection')).toBeInTheDocument();
      expect(screen.getByRole('heading', { name: 'Healthy' })).toBe(heading);
      await act(() => jest.advanceTimersByTimeAsync(10_000));
      expect(screen.queryByText(/Stale since/)).not.toBeInTheDocument();
      expect(
        screen.getByRole('heading', { name: 'Rolling back: waiting for CI' }),
      ).toBe(heading);
    });

    it('counts down every second, and asks every 5 s while something is under way', async () => {
      const started = Date.now();
      const api = fakeApi({
        getEntityApplications: async () => ({
          ...answerOf('waiting-for-ci', started),
          now: Date.now(),
        }),
      });
      await renderTab(api);
      await act(() => jest.advanceTimersByTimeAsync(0));
      const [left] = screen.getAllByText(/left$/);
      const before = left.textContent;
      await act(() => jest.advanceTimersByTimeAsync(2_000));
      expect(left).toBeInTheDocument();
      expect(left.textContent).not.toBe(before);
      expect(api.getEntityApplications).toHaveBeenCalledTimes(1);
      await act(() => jest.advanceTimersByTimeAsync(3_000));
      expect(api.getEntityApplications).toHaveBeenCalledTimes(2);
    });

    it("draws countdowns against the server's clock", async () => {
      const serverNow = Date.now() + 3_600_000;
      const api = fakeApi({
        getEntityApplications: async () =>
          answerOf('waiting-for-ci', serverNow),
      });
      await renderTab(api);
      await act(() => jest.advanceTimersByTimeAsync(0));
      expect(screen.getAllByText(/^1:1[12] left$/).length).toBeGreaterThan(0);
    });
  });
});
