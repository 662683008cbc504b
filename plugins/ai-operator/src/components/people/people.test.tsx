import type { RollbackDetail } from '@ai-operator/backstage-plugin-ai-operator-common';
import { screen, within } from '@testing-library/react';
import {
  aborted,
  approvalPending,
  approvedButDemanded,
  awaitingApproval,
  awaitingMerge,
  complete,
  decision,
  invariants,
  othersRefused,
  quietOverview,
  takenOver,
} from '../../../dev/fixtures';
import { fakeApi, renderPortal } from '../../__testUtils__/portal';
import { OperatorRoutes } from '../OperatorRoutes';

async function renderRollback(rollback: RollbackDetail) {
  const api = fakeApi({
    getRollback: async () => rollback,
    getOverview: async () => quietOverview(Date.now()),
  });
  const address = `/rollbacks/${rollback.correlationId}`;
  await renderPortal(<OperatorRoutes />, api, address);
  await screen.findByRole('region', { name: 'Rollback' });
}

const approval = () => screen.getByRole('region', { name: 'Approval' });

describe('Approval', () => {
  it('says what is missing, what counts, what GitHub demands and how long there is', async () => {
    await renderRollback(awaitingApproval(Date.now()));
    expect(approval()).toHaveTextContent(
      /Not approved.*No senior maintainer has approved 5eed42f yet/,
    );
    expect(approval()).toHaveTextContent(
      /approval of a senior maintainer who did not write the change.*review of pull request #42 on GitHub, here, or as a comment APPROVE/,
    );
    expect(
      within(approval()).getByRole('list', {
        name: 'What GitHub still demands',
      }),
    ).toHaveTextContent('GitHub waits for 1 approving review.');
    expect(within(approval()).getByText(/^4\d:\d\d left$/)).toBeInTheDocument();
    expect(
      within(approval()).queryByRole('list', { name: 'Approvals' }),
    ).not.toBeInTheDocument();
  });

  it('says who approved and where, and that GitHub wants more', async () => {
    await renderRollback(approvedButDemanded(Date.now()));
    expect(approval()).toHaveTextContent(
      /Approved.*alice, a senior maintainer/,
    );
    const approvals = within(approval()).getByRole('list', {
      name: 'Approvals',
    });
    expect(approvals).toHaveTextContent(/alice in the portal, 1 min ago/);
    expect(approval()).not.toHaveTextContent('What counts');
    expect(approval()).toHaveTextContent(
      'GitHub waits for 1 approving review.',
    );
  });

  it('does not call a refused approval an approval', async () => {
    await renderRollback(othersRefused(Date.now()));
    expect(
      within(approval()).queryByRole('list', { name: 'Approvals' }),
    ).not.toBeInTheDocument();
  });

  it('calls nothing what GitHub demands only when GitHub says so', async () => {
    const rollback = awaitingApproval(Date.now(), { githubDemands: [] });
    await renderRollback({
      ...rollback,
      verdicts: rollback.verdicts && {
        ...rollback.verdicts,
        invariants: invariants(),
      },
    });
    expect(approval()).toHaveTextContent(
      'Nothing more: GitHub lets it be merged.',
    );
  });

  it('says what it does not know', async () => {
    await renderRollback(
      awaitingApproval(Date.now(), { githubDemands: [], verdicts: undefined }),
    );
    expect(approval()).toHaveTextContent(
      /Not known.*The operator has not looked yet.*Not known yet/,
    );
  });

  it('is not asked for in staging', async () => {
    await renderRollback(awaitingMerge(Date.now()));
    expect(
      screen.queryByRole('region', { name: 'Approval' }),
    ).not.toBeInTheDocument();
  });
});

describe('Decisions', () => {
  it('shows what each person said, where, why, and what came of it', async () => {
    await renderRollback(othersRefused(Date.now()));
    const list = screen.getByRole('list', {
      name: 'People and their decisions',
    });
    const items = within(list).getAllByRole('listitem');
    expect(items).toHaveLength(3);
    expect(items[0]).toHaveTextContent(
      /Refused.*@mallory on GitHub said ABORT on the escalation issue.*has no role/,
    );
    expect(items[1]).toHaveTextContent(/Withdrawn.*erin approved.*was deleted/);
    expect(items[2]).toHaveTextContent(
      /Refused.*bob said APPROVE.*“looks good to me”.*needs the role senior maintainer; you are approver/,
    );
    expect(within(items[2]).getByRole('link', { name: 'bob' })).toHaveAttribute(
      'href',
      '/catalog/default/user/bob',
    );
  });

  it('says that a recorded decision has yet to be acted on', async () => {
    await renderRollback(approvalPending(Date.now()));
    expect(
      screen.getByRole('list', { name: 'People and their decisions' }),
    ).toHaveTextContent(
      /Recorded.*alice approved in the portal.*acts on it with its next look/,
    );
    expect(
      screen.getByRole('heading', {
        name: 'alice approved: the operator acts on it with its next look',
      }),
    ).toBeInTheDocument();
    expect(screen.queryByText('What to do:')).not.toBeInTheDocument();
  });

  it('names the login where it is another one, and GitHub’s review as such', async () => {
    const person = { entityRef: 'user:default/alice', login: 'alice-gh' };
    await renderRollback(
      awaitingApproval(Date.now(), {
        commands: [decision(Date.now(), { person, source: 'review' })],
      }),
    );
    expect(
      screen.getByRole('list', { name: 'People and their decisions' }),
    ).toHaveTextContent(
      'alice (@alice-gh on GitHub) approved as a review on GitHub',
    );
  });

  it('is left out when nobody has decided anything', async () => {
    await renderRollback(complete(Date.now()));
    expect(
      screen.queryByRole('region', { name: 'People and their decisions' }),
    ).not.toBeInTheDocument();
  });
});

describe('where a person can decide', () => {
  it('names the escalation issue and its commands', async () => {
    await renderRollback(awaitingApproval(Date.now()));
    const link = screen.getByRole('link', { name: /^escalation issue/ });
    expect(link).toHaveAttribute(
      'href',
      'https://github.example/my-org/operations/issues/7',
    );
    expect(link.closest('p')).toHaveTextContent(
      /a comment that begins with APPROVE, ABORT or MANUAL, and then why/,
    );
  });

  it('does not name them when nothing can be decided there any more', async () => {
    await renderRollback(aborted(Date.now()));
    expect(
      screen.queryByText(/a comment that begins with/),
    ).not.toBeInTheDocument();
  });

  it('says who has it in hand, and pushes nobody to reset it', async () => {
    await renderRollback(takenOver(Date.now()));
    expect(
      screen.getByRole('heading', { name: 'Taken over by alice' }),
    ).toBeInTheDocument();
    expect(screen.getByText(/^Needs you: reset it/)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Reset' })).toHaveAttribute(
      'data-variant',
      'secondary',
    );
  });

  it('pushes a reset where nobody has it in hand', async () => {
    await renderRollback(aborted(Date.now()));
    expect(screen.getByRole('button', { name: 'Reset' })).toHaveAttribute(
      'data-variant',
      'primary',
    );
  });
});
