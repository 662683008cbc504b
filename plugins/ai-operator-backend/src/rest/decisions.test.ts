import { TestDatabases } from '@backstage/backend-test-utils';
import { AllowedAction } from '@ai-operator/backstage-plugin-ai-operator-common';
import { humanCommandRecord } from '../audit';
import {
  anAudit,
  openOne,
  states,
  tick,
} from '../persistence/__testUtils__/fixtures';
import { PortError } from '../ports';
import { nobodyKnows } from './__testUtils__/people';
import { aComponent, As, SHA, startServer, T0 } from './__testUtils__/server';
import { aborted, awaitingDecision, PATHS } from './__testUtils__/situations';
import { decideFor, VERDICTS } from './__testUtils__/story';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ALICE = 'user:default/alice';

function told(actions: AllowedAction[]): Record<string, boolean> {
  return Object.fromEntries(
    actions.map(({ action, allowed }) => [action, allowed]),
  );
}

describe('what a rollback says about deciding', () => {
  it('tells each caller what they may do now, and why not', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    async function actionsFor(as: As): Promise<AllowedAction[]> {
      const { body } = await get(`/v1/rollbacks/${correlationId}`, as).expect(
        200,
      );
      return body.allowedActions;
    }
    const alice = await actionsFor(ALICE);
    expect(told(alice)).toEqual({
      APPROVE: true,
      ABORT: true,
      MANUAL: true,
      RESET: false,
    });
    expect(alice[3].because).toMatch(/^Only an aborted rollback can be reset/);
    const bob = await actionsFor('user:default/bob');
    expect(Object.values(told(bob))).toEqual([false, false, false, false]);
    expect(bob[0].because).toBe(
      'approving a production rollback needs the role senior maintainer; you are approver',
    );
    for (const { allowed, because } of await actionsFor('service')) {
      expect([allowed, because]).toEqual([
        false,
        'Service principals never decide: sign in as a person.',
      ]);
    }
  });

  it('offers the reset of what was aborted', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await aborted(db);
    const { body } = await get(`/v1/rollbacks/${correlationId}`, ALICE).expect(
      200,
    );
    expect(told(body.allowedActions)).toEqual({
      APPROVE: false,
      ABORT: false,
      MANUAL: false,
      RESET: true,
    });
  });

  it('allows nothing while roles cannot be looked up, and still shows the rest', async () => {
    const people = nobodyKnows(new PortError('UNAVAILABLE', 'No catalog.'));
    const { db, get } = await startServer(databases, { people });
    const { correlationId } = await awaitingDecision(db);
    const { body } = await get(`/v1/rollbacks/${correlationId}`, ALICE).expect(
      200,
    );
    expect(body.state).toBe('AwaitingMergeApproval');
    for (const { allowed, because } of body.allowedActions) {
      expect(allowed).toBe(false);
      expect(because).toContain('No catalog.');
    }
  });

  it('does not ask the permission policy about what is not possible anyway', async () => {
    const asked: string[] = [];
    const { db, get } = await startServer(databases, {
      policy: ({ permission }) => {
        asked.push(permission.name);
        return true;
      },
    });
    const { correlationId } = await awaitingDecision(db);
    await get(`/v1/rollbacks/${correlationId}`, 'user:default/bob').expect(200);
    expect(asked).toEqual(['ai-operator.read']);
  });

  it('is the same in the answer about an application', async () => {
    const { db, get } = await startServer(databases, {
      entities: [
        aComponent('payment', { 'argocd/app-name': 'payment-service' }),
      ],
    });
    const rollback = await awaitingDecision(db);
    const one = await get(
      '/v1/applications/main/argocd/payment-service',
      ALICE,
    ).expect(200);
    const many = await get(
      '/v1/entities/component/default/payment/applications',
      ALICE,
    ).expect(200);
    for (const shown of [one.body.rollback, many.body.items[0].rollback]) {
      expect(shown.correlationId).toBe(rollback.correlationId);
      expect(told(shown.allowedActions)).toMatchObject({ APPROVE: true });
    }
  });

  it('shows the approval, what GitHub demands, and what people said', async () => {
    const { db, get, send } = await startServer(databases);
    const rollback = await openOne(db, 'payment-service', {
      environment: 'production',
    });
    const approval = {
      result: 'broken' as const,
      because: 'No senior maintainer has approved #42 at 0123456',
      evidence: [],
    };
    await decideFor(db, rollback, states(T0 + 1_000).awaitingMerge, {
      evidence: {
        verdicts: {
          ...VERDICTS,
          approval,
          invariants: VERDICTS.invariants.map(verdict =>
            verdict.id === 'I8_branch_protection'
              ? {
                  ...verdict,
                  result: 'broken',
                  because: 'GitHub demands 1 approving review, there are 0',
                }
              : verdict,
          ),
        },
      },
    });
    const path = `/v1/rollbacks/${rollback.correlationId}`;
    const before = await get(path, ALICE).expect(200);
    expect(before.body).toMatchObject({
      version: 2,
      commands: [],
      verdicts: { approval },
      githubDemands: ['GitHub demands 1 approving review, there are 0'],
    });
    await send(
      'post',
      PATHS.APPROVE(rollback.correlationId),
      { expectedVersion: before.body.version, reason: 'Go' },
      ALICE,
    ).expect(202);
    const after = await get(path, ALICE).expect(200);
    expect(after.body).toMatchObject({
      version: 3,
      commands: [
        {
          command: 'APPROVE',
          source: 'portal',
          person: { entityRef: ALICE, login: 'alice-gh' },
          reason: 'Go',
          result: 'pending',
        },
      ],
    });
    expect(after.body.commands[0]).not.toHaveProperty('headSha');
    const list = await get('/v1/rollbacks', ALICE).expect(200);
    expect(list.body.items[0].version).toBe(3);
    expect(SHA.head.startsWith('0123456')).toBe(true);
  });

  it('names people, doors and refusals in the timeline', async () => {
    const { db, get } = await startServer(databases);
    const { correlationId } = await awaitingDecision(db);
    const record = (
      told_: Parameters<typeof humanCommandRecord>[2],
      at: number,
    ) => humanCommandRecord({ correlationId }, at, told_);
    await tick(db, {
      audit: [
        record(
          {
            actor: 'user:default/dave',
            command: 'APPROVE',
            door: 'issue',
            because: 'you are developer',
            refused: 'ROLE_NEEDED',
          },
          T0 + 2_000,
        ),
        record(
          {
            actor: 'github:carol',
            command: 'ABORT',
            door: 'issue',
            because: 'no',
          },
          T0 + 3_000,
        ),
        anAudit({
          correlationId,
          actionType: 'HUMAN_COMMAND',
          actor: 'user:default/alice',
          timestamp: T0 + 4_000,
          reasoning: 'Said before titles had words.',
        }),
      ],
    });
    const { body } = await get(`/v1/rollbacks/${correlationId}`).expect(200);
    expect(
      body.timeline
        .filter(({ kind }: { kind: string }) => kind === 'HUMAN_COMMAND')
        .map(({ title, because }: Record<string, string>) => [title, because]),
    ).toEqual([
      [
        'APPROVE by dave on the escalation issue, refused',
        'you are developer.',
      ],
      ['ABORT by github:carol on the escalation issue', 'no.'],
      ['A command by alice', 'Said before titles had words.'],
    ]);
  });
});
