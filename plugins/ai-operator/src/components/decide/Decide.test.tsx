import type {
  CommandResult,
  RollbackDetail,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aborted,
  approvalSeenBy,
  approvedButDemanded,
  awaitingApproval,
  awaitingReview,
  decision,
  quietOverview,
  refusal,
} from '../../../dev/fixtures';
import { fakeApi, fakeGithub, renderPortal } from '../../__testUtils__/portal';
import { OperatorRoutes } from '../OperatorRoutes';

const TOKEN = 'gho_0123456789abcdefSECRET';

function recorded(
  rollback: RollbackDetail,
  overrides: Partial<CommandResult> = {},
): CommandResult {
  return {
    correlationId: rollback.correlationId,
    command: decision(Date.now(), { result: 'pending' }),
    message: 'APPROVE is recorded.',
    ...overrides,
  };
}

async function renderRollback(
  rollback: RollbackDetail,
  parts: Parameters<typeof fakeApi>[0] = {},
  github?: ReturnType<typeof fakeGithub>,
) {
  const api = fakeApi({
    getRollback: async () => rollback,
    getOverview: async () => quietOverview(Date.now()),
    command: async () => recorded(rollback),
    ...parts,
  });
  const address = `/rollbacks/${rollback.correlationId}`;
  await renderPortal(<OperatorRoutes />, api, address, github);
  await screen.findByRole('group', { name: 'Decide about this rollback' });
  return api;
}

function button(name: string) {
  const group = screen.getByRole('group', {
    name: 'Decide about this rollback',
  });
  return within(group).getByRole('button', { name });
}

async function open(name: string) {
  await userEvent.click(button(name));
  return within(await screen.findByRole('dialog'));
}

afterEach(() => {
  jest.restoreAllMocks();
});

const answer = () =>
  screen.findByRole('status', { name: 'Answer to your decision' });

describe('who may decide', () => {
  it('sees buttons that lead to a dialog', async () => {
    await renderRollback(awaitingApproval(Date.now()));
    for (const name of ['Approve', 'Abort', 'Take over']) {
      expect(button(name)).not.toHaveAttribute('aria-disabled');
    }
    expect(
      screen.queryByRole('list', { name: 'Why buttons are off' }),
    ).not.toBeInTheDocument();
  });

  it('is told what will happen to which commit and pull request', async () => {
    await renderRollback(awaitingApproval(Date.now()));
    const dialog = await open('Approve');
    expect(screen.getByRole('dialog')).toHaveAccessibleName(
      'Approve this rollback?',
    );
    expect(
      dialog.getByText(/recorded for exactly its present commit/),
    ).toBeInTheDocument();
    expect(dialog.getByText('payment-service in production')).toBeVisible();
    expect(
      dialog.getByRole('link', { name: /#42 Rollback: payment-service/ }),
    ).toHaveAttribute('href', expect.stringContaining('/pull/42'));
    expect(dialog.getByRole('link', { name: /5eed42f/ })).toBeInTheDocument();
  });
});

describe.each([
  ['an approver', ['approver'], 'you are approver'],
  ['somebody without a role', [], 'you have no role in AI Operator'],
] as const)('%s', (_, roles, you) => {
  it('can reach every button and hear and read why it is off', async () => {
    const api = await renderRollback(approvalSeenBy(Date.now(), [...roles]));
    const reason = `approving a production rollback needs the role senior maintainer; ${you}`;
    const approve = button('Approve');
    expect(approve).toHaveAttribute('aria-disabled', 'true');
    expect(approve).toHaveAccessibleDescription(`Approve is off: ${reason}.`);
    const reasons = screen.getByRole('list', { name: 'Why buttons are off' });
    expect(within(reasons).getAllByRole('listitem')).toHaveLength(3);
    while (document.activeElement !== approve) {
      await userEvent.tab();
    }
    expect(await screen.findByRole('tooltip')).toHaveTextContent(reason);
    await userEvent.keyboard('{Enter}');
    await userEvent.click(approve);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(api.command).not.toHaveBeenCalled();
  });
});

describe('approving', () => {
  it('works with the keyboard alone, and submits the person’s own review', async () => {
    const rollback = awaitingApproval(Date.now());
    const github = fakeGithub(TOKEN);
    const review = { submitted: true, because: 'Your review was submitted.' };
    const api = await renderRollback(
      rollback,
      { command: async () => recorded(rollback, { review }) },
      github,
    );
    const approve = button('Approve');
    while (document.activeElement !== approve) {
      await userEvent.tab();
    }
    await userEvent.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toContainElement(document.activeElement as HTMLElement);
    expect(github.getAccessToken).not.toHaveBeenCalled();
    const confirm = within(dialog).getByRole('button', { name: 'Approve' });
    while (document.activeElement !== confirm) {
      await userEvent.tab();
      expect(dialog).toContainElement(document.activeElement as HTMLElement);
    }
    const asked = api.getRollback.mock.calls.length;
    await userEvent.keyboard('{Enter}');
    await waitFor(async () =>
      expect(await answer()).toHaveTextContent('APPROVE is recorded.'),
    );
    expect(await answer()).toHaveTextContent('Your review was submitted.');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(github.getAccessToken).toHaveBeenCalledTimes(1);
    expect(github.getAccessToken).toHaveBeenCalledWith(['repo'], {
      instantPopup: true,
    });
    expect(api.command).toHaveBeenCalledTimes(1);
    expect(api.command).toHaveBeenCalledWith(
      rollback.correlationId,
      'APPROVE',
      { reason: undefined, expectedVersion: rollback.version },
      { githubToken: TOKEN },
    );
    expect(api.getRollback.mock.calls.length).toBeGreaterThan(asked);
    await waitFor(() => expect(button('Approve')).toHaveFocus());
  });

  it('leaves the token in no page, storage or log', async () => {
    const said: unknown[] = [];
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, level).mockImplementation((...args) => {
        said.push(...args.map(String));
      });
    }
    let page = '';
    await renderRollback(
      awaitingApproval(Date.now()),
      {
        command: async () => {
          page = document.documentElement.outerHTML;
          throw await refusal(503, 'PEOPLE_UNAVAILABLE', 'Try again later');
        },
      },
      fakeGithub(TOKEN),
    );
    const dialog = await open('Approve');
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    expect(await dialog.findByText(/Try again later/)).toBeInTheDocument();
    const kept = [
      page,
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      document.cookie,
      window.location.href,
      ...said,
    ];
    expect(page).not.toBe('');
    expect(kept.join()).not.toContain(TOKEN);
  });

  it('sends nothing when GitHub gives no consent, and offers to go without', async () => {
    const rollback = awaitingApproval(Date.now());
    const github = fakeGithub(new Error('Login failed, window closed'));
    const demands = ['GitHub waits for 1 approving review.'];
    const review = { submitted: false, because: 'There was no token.' };
    const api = await renderRollback(
      rollback,
      {
        command: async () =>
          recorded(rollback, { review, githubDemands: demands }),
      },
      github,
    );
    const dialog = await open('Approve');
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    const alert = await dialog.findByRole('alert');
    await waitFor(() =>
      expect(alert).toHaveTextContent('Login failed, window closed'),
    );
    expect(alert).toHaveTextContent('Nothing has been sent.');
    expect(alert).toHaveTextContent('GitHub waits for 1 approving review.');
    expect(api.command).not.toHaveBeenCalled();
    await userEvent.click(
      dialog.getByRole('button', { name: 'Ask GitHub again' }),
    );
    await waitFor(() => expect(github.getAccessToken).toHaveBeenCalledTimes(2));
    await userEvent.click(
      await dialog.findByRole('button', { name: 'Record without a review' }),
    );
    await waitFor(async () =>
      expect(await answer()).toHaveTextContent('There was no token.'),
    );
    expect(api.command.mock.calls[0][3]).toBeUndefined();
    const list = within(await answer()).getByRole('list', {
      name: 'What GitHub still demands',
    });
    expect(list).toHaveTextContent('GitHub waits for 1 approving review.');
  });

  it('does not ask GitHub when no review is wanted, and says what GitHub demands', async () => {
    const github = fakeGithub(TOKEN);
    const api = await renderRollback(awaitingApproval(Date.now()), {}, github);
    const dialog = await open('Approve');
    await userEvent.click(
      dialog.getByRole('checkbox', { name: /Submit my own review on GitHub/ }),
    );
    expect(
      dialog.getByRole('list', { name: 'What GitHub still demands' }),
    ).toHaveTextContent('GitHub waits for 1 approving review.');
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    await waitFor(() => expect(api.command).toHaveBeenCalledTimes(1));
    expect(api.command.mock.calls[0][3]).toBeUndefined();
    expect(github.getAccessToken).not.toHaveBeenCalled();
  });

  it('sends nothing when the dialog was closed before GitHub answered', async () => {
    let consent: (token: string) => void = () => undefined;
    const github = fakeGithub(TOKEN);
    github.getAccessToken.mockImplementation(
      () =>
        new Promise(resolve => {
          consent = resolve;
        }),
    );
    const api = await renderRollback(awaitingApproval(Date.now()), {}, github);
    const dialog = await open('Approve');
    await userEvent.click(dialog.getByRole('button', { name: 'Approve' }));
    expect(await dialog.findByText(/Waiting for your consent/)).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    const asked = api.getRollback.mock.calls.length;
    consent(TOKEN);
    await waitFor(() =>
      expect(api.getRollback.mock.calls.length).toBeGreaterThan(asked),
    );
    expect(api.command).not.toHaveBeenCalled();
  });

  it('wants no review unless asked where branch protection is not the point', async () => {
    await renderRollback(awaitingReview(Date.now()));
    const dialog = await open('Approve');
    expect(
      dialog.getByRole('checkbox', { name: /Submit my own review/ }),
    ).not.toBeChecked();
  });

  it('is no longer pushed once it is approved', async () => {
    await renderRollback(approvedButDemanded(Date.now()));
    expect(button('Approve')).toHaveAttribute('data-variant', 'secondary');
  });
});

describe('aborting, taking over and resetting', () => {
  it.each([
    ['Abort', 'ABORT', awaitingApproval(Date.now())],
    ['Take over', 'MANUAL', awaitingApproval(Date.now())],
    ['Reset', 'RESET', aborted(Date.now())],
  ] as const)('%s needs a reason', async (name, action, rollback) => {
    const api = await renderRollback(rollback);
    const dialog = await open(name);
    const reason = dialog.getByRole('textbox', { name: /Reason/ });
    expect(reason).toBeRequired();
    await userEvent.type(reason, '   ');
    await userEvent.click(dialog.getByRole('button', { name }));
    expect(await dialog.findByText(/Say why/)).toBeInTheDocument();
    expect(reason).toBeInvalid();
    expect(api.command).not.toHaveBeenCalled();
    await userEvent.type(reason, 'the database is down ');
    await userEvent.click(dialog.getByRole('button', { name }));
    await waitFor(() => expect(api.command).toHaveBeenCalledTimes(1));
    expect(api.command).toHaveBeenCalledWith(
      rollback.correlationId,
      action,
      { reason: 'the database is down', expectedVersion: rollback.version },
      undefined,
    );
  });

  it('is sent once, however often it is pressed', async () => {
    let done: (result: CommandResult) => void = () => undefined;
    const rollback = awaitingApproval(Date.now());
    const api = await renderRollback(rollback, {
      command: () =>
        new Promise(resolve => {
          done = resolve;
        }),
    });
    const dialog = await open('Abort');
    await userEvent.type(dialog.getByRole('textbox'), 'because');
    const confirm = dialog.getByRole('button', { name: 'Abort' });
    await userEvent.click(confirm);
    expect(await dialog.findByText('Telling the operator…')).toHaveAttribute(
      'role',
      'status',
    );
    await userEvent.click(confirm);
    await userEvent.keyboard('{Enter}{Escape}');
    expect(screen.getByRole('dialog')).toBeInTheDocument();
    expect(dialog.getByRole('button', { name: 'Cancel' })).toBeDisabled();
    expect(api.command).toHaveBeenCalledTimes(1);
    done(recorded(rollback, { message: 'ABORT is recorded.' }));
    await waitFor(async () =>
      expect(await answer()).toHaveTextContent('ABORT is recorded.'),
    );
  });

  it('goes away unsent', async () => {
    const api = await renderRollback(awaitingApproval(Date.now()));
    const dialog = await open('Abort');
    await userEvent.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(api.command).not.toHaveBeenCalled();
  });
});

describe('when it is not recorded', () => {
  async function fail(error: Error | Promise<Error>, later?: RollbackDetail) {
    const rollback = awaitingApproval(Date.now());
    let failed = false;
    let askedBefore = 0;
    const api = await renderRollback(rollback, {
      getRollback: async () => (failed && later) || rollback,
      command: async () => {
        failed = true;
        askedBefore = api.getRollback.mock.calls.length;
        throw await error;
      },
    });
    const dialog = await open('Abort');
    await userEvent.type(dialog.getByRole('textbox'), 'because');
    await userEvent.click(dialog.getByRole('button', { name: 'Abort' }));
    return { api, dialog, askedBefore: () => askedBefore };
  }

  it('says who was faster, and shows the rollback as it is now', async () => {
    const erin = decision(Date.now(), {
      id: 'issue:7',
      command: 'MANUAL',
      source: 'issue',
      person: { entityRef: 'user:default/erin' },
      result: 'pending',
    });
    const later = awaitingApproval(Date.now(), {
      version: 6,
      commands: [erin],
    });
    const error = refusal(409, 'VERSION_CONFLICT', 'This was changed.');
    const { api } = await fail(error, later);
    await waitFor(async () =>
      expect(await answer()).toHaveTextContent(
        /Abort was not recorded: something happened first.*This was changed.*erin took over on the escalation issue/,
      ),
    );
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(
      await screen.findByRole('heading', { name: /^erin took over/ }),
    ).toBeInTheDocument();
    expect(api.command).toHaveBeenCalledTimes(1);
  });

  it('says why it was refused and keeps what was typed', async () => {
    const { dialog } = await fail(
      refusal(403, 'ROLE_NEEDED', 'you lost the role senior maintainer'),
    );
    const alert = await dialog.findByRole('alert');
    await waitFor(() => expect(alert).toHaveTextContent('Not recorded'));
    expect(alert).toHaveTextContent(
      'you lost the role senior maintainer (HTTP 403)',
    );
    expect(dialog.getByRole('textbox')).toHaveValue('because');
  });

  it('can be tried again when the backend was not able to', async () => {
    const { api, dialog } = await fail(
      refusal(503, 'PEOPLE_UNAVAILABLE', 'The catalog does not answer.'),
    );
    const alert = await dialog.findByRole('alert');
    await waitFor(() =>
      expect(alert).toHaveTextContent(
        /Not recorded.*The catalog does not answer/,
      ),
    );
    api.command.mockResolvedValueOnce(
      recorded(awaitingApproval(Date.now()), { message: 'Now it is.' }),
    );
    await userEvent.click(dialog.getByRole('button', { name: 'Abort' }));
    await waitFor(async () =>
      expect(await answer()).toHaveTextContent('Now it is.'),
    );
  });

  it.each([
    ['no answer came', new Error('Failed to fetch')],
    ['a gateway gave up', refusal(504, 'GATEWAY', 'Gateway timeout')],
  ])('does not claim to know when %s', async (_, error) => {
    const { dialog, api, askedBefore } = await fail(error);
    const alert = await dialog.findByRole('alert');
    await waitFor(() =>
      expect(alert).toHaveTextContent(
        'it is not known whether this was recorded',
      ),
    );
    await waitFor(() =>
      expect(api.getRollback.mock.calls.length).toBeGreaterThan(askedBefore()),
    );
  });

  it('says so when the rollback moves on while a person decides', async () => {
    const rollback = awaitingApproval(Date.now());
    let moved = false;
    const api = await renderRollback(rollback, {
      getRollback: async () => ({ ...rollback, version: moved ? 6 : 5 }),
    });
    const dialog = await open('Approve');
    moved = true;
    const alert = await dialog.findByRole('alert');
    await waitFor(() =>
      expect(alert).toHaveTextContent(/has moved on since you opened this/),
    );
    expect(dialog.getByRole('button', { name: 'Approve' })).toBeDisabled();
    expect(api.command).not.toHaveBeenCalled();
  });

  it('does not let a person decide about what is gone', async () => {
    const { dialog } = await fail(
      refusal(503, 'PEOPLE_UNAVAILABLE', 'Not now.'),
      awaitingApproval(Date.now(), { version: 9 }),
    );
    await waitFor(() =>
      expect(dialog.getByRole('button', { name: 'Abort' })).toBeDisabled(),
    );
  });
});
