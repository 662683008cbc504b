import type { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import { decision, seenBy } from '../../dev/fixtures';
import * as rollbacks from '../../dev/fixtures/rollbacks';
import { offeredActions, pendingCommand } from './commands';

const NOW = 1_700_000_000_000;

const senior: Role[] = ['senior_maintainer'];

describe('offeredActions', () => {
  it.each([
    ['detecting', rollbacks.detecting(NOW, 2), ['ABORT', 'MANUAL']],
    ['waiting for CI', rollbacks.waitingForCi(NOW), ['ABORT', 'MANUAL']],
    [
      'waiting for CI in production',
      seenBy(
        { ...rollbacks.waitingForCi(NOW), environment: 'production' },
        senior,
      ),
      ['APPROVE', 'ABORT', 'MANUAL'],
    ],
    [
      'approval',
      rollbacks.awaitingApproval(NOW),
      ['APPROVE', 'ABORT', 'MANUAL'],
    ],
    ['review', rollbacks.awaitingReview(NOW), ['APPROVE', 'ABORT', 'MANUAL']],
    ['merged', rollbacks.merged(NOW), ['MANUAL']],
    ['complete', rollbacks.complete(NOW), []],
    ['aborted', rollbacks.aborted(NOW), ['RESET']],
  ] as const)('%s', (_, rollback, actions) => {
    const offered = offeredActions(rollback);
    expect(offered.map(({ action }) => action)).toEqual(actions);
    expect(offered.every(({ allowed }) => allowed)).toBe(true);
  });

  it('keeps what a person would look for, with the reason why not', () => {
    const offered = offeredActions(
      seenBy(rollbacks.awaitingApproval(NOW), ['approver']),
    );
    expect(offered).toHaveLength(3);
    expect(offered[0]).toEqual({
      action: 'APPROVE',
      allowed: false,
      because:
        'approving a production rollback needs the role senior maintainer; you are approver',
    });
  });

  it('offers whatever the backend allows, expected or not', () => {
    const allowed = { action: 'RESET', allowed: true, because: 'You may.' };
    const rollback = rollbacks.complete(NOW);
    expect(
      offeredActions({
        ...rollback,
        allowedActions: [{ ...allowed, action: 'RESET' }],
      }),
    ).toEqual([allowed]);
  });
});

describe('pendingCommand', () => {
  it('is the one recorded last that nobody has answered', () => {
    const pending = decision(NOW, { id: 'b', result: 'pending' });
    expect(pendingCommand([decision(NOW), pending])).toBe(pending);
    expect(pendingCommand([decision(NOW)])).toBeUndefined();
    expect(pendingCommand(undefined)).toBeUndefined();
  });
});
