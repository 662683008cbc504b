import { auditRecordSchema } from '@ai-operator/backstage-plugin-ai-operator-common';
import { CallRecord } from '../ports';
import {
  callRecord,
  errorRecord,
  escalationRecord,
  humanCommandRecord,
  invariantRecord,
  transitionRecord,
} from './record';

const AT = Date.UTC(2026, 1, 27, 10, 30, 0);
const SUBJECT = {
  correlationId: 'c1',
  application: { instance: 'main', namespace: 'argocd', name: 'payment' },
  environment: 'staging' as const,
  metadata: { more: 1 },
};

const CALL: CallRecord = {
  name: 'github.mergePullRequest',
  parameters: { number: 42 },
  result: 'success',
  startedAt: AT,
  durationMs: 120.4,
  retryCount: 0,
};

function told(record: ReturnType<typeof callRecord>) {
  expect(auditRecordSchema.parse(record)).toEqual(
    JSON.parse(JSON.stringify(record)),
  );
  expect(record.reasoning).toMatch(/[.!?…]$/);
  return record;
}

describe('audit records', () => {
  it('of calls say how it went, and how often it was tried', () => {
    expect(told(callRecord(SUBJECT, CALL))).toEqual({
      version: 1,
      timestamp: AT,
      correlationId: 'c1',
      level: 'INFO',
      actionType: 'MCP_CALL',
      actor: 'ai-operator',
      reasoning: 'github.mergePullRequest answered in 120 ms.',
      mcpCall: {
        name: 'github.mergePullRequest',
        parameters: { number: 42 },
        result: 'success',
        response: undefined,
        durationMs: 120.4,
        retryCount: 0,
      },
      metadata: {
        application: 'main/argocd/payment',
        environment: 'staging',
        more: 1,
      },
    });
    const failed = told(
      callRecord(SUBJECT, {
        ...CALL,
        result: 'failure',
        errorCode: 'TIMEOUT',
        retryCount: 3,
      }),
    );
    expect(failed).toMatchObject({
      level: 'WARN',
      reasoning:
        'github.mergePullRequest failed with TIMEOUT after it was retried 3 times.',
      metadata: { errorCode: 'TIMEOUT' },
    });
    expect(callRecord(SUBJECT, { ...CALL, retryCount: 1 }).reasoning).toContain(
      'retried once',
    );
  });

  it('of transitions carry both states', () => {
    const move = {
      before: 'PRCreated' as const,
      after: 'Abort' as const,
      because: 'The required check test failed',
    };
    expect(
      told(transitionRecord(SUBJECT, AT, move, { t: 'ci_failed' })),
    ).toMatchObject({
      level: 'WARN',
      actionType: 'FSM_TRANSITION',
      reasoning: 'The required check test failed.',
      fsmState: { before: 'PRCreated', after: 'Abort' },
      metadata: { t: 'ci_failed', more: 1 },
    });
  });

  it('of invariant checks name what does not hold, in its own words', () => {
    const holds = { result: 'holds' as const, because: 'so', evidence: [] };
    const set = {
      evaluatedAt: AT,
      headSha: 'h',
      invariants: [
        { id: 'I1_environment' as const, ...holds },
        {
          id: 'I6_ci_success' as const,
          result: 'unknown' as const,
          because: 'test is still running',
          evidence: [],
        },
      ],
      guards: [{ id: 'mode' as const, ...holds }],
    };
    expect(told(invariantRecord(SUBJECT, set))).toMatchObject({
      level: 'INFO',
      reasoning: 'I6_ci_success is unknown: test is still running.',
      invariantsChecked: [
        { id: 'I1_environment', result: 'holds' },
        { id: 'I6_ci_success', result: 'unknown' },
        { id: 'mode', result: 'holds' },
      ],
    });
    expect(
      invariantRecord(SUBJECT, { ...set, invariants: [set.invariants[0]] })
        .reasoning,
    ).toBe('All 1 invariants hold and no guard holds back.');
    expect(
      invariantRecord(SUBJECT, {
        ...set,
        invariants: [{ ...set.invariants[1], result: 'broken' }],
      }).level,
    ).toBe('WARN');
  });

  it('of escalations and errors speak in sentences, with or without a rollback', () => {
    expect(
      told(
        escalationRecord(SUBJECT, AT, {
          because: 'No stable candidate',
          level: 'ERROR',
          metadata: { reason: 'NO_STABLE_CANDIDATE' },
        }),
      ),
    ).toMatchObject({
      actionType: 'ESCALATION',
      level: 'ERROR',
      reasoning: 'No stable candidate.',
    });
    expect(
      told(
        errorRecord({ metadata: { instance: 'main' } }, AT, 'Down!', 'WARN'),
      ),
    ).toMatchObject({
      actionType: 'ERROR',
      level: 'WARN',
      reasoning: 'Down!',
      correlationId: undefined,
    });
  });

  it('of what people say name them, the command and the door, and why it was refused', () => {
    const alice = 'user:default/alice';
    expect(
      told(
        humanCommandRecord(SUBJECT, AT, {
          actor: alice,
          command: 'ABORT',
          door: 'portal',
          because: 'The fix is on its way',
          metadata: { commandId: 'portal:1' },
        }),
      ),
    ).toMatchObject({
      timestamp: AT,
      correlationId: 'c1',
      level: 'INFO',
      actionType: 'HUMAN_COMMAND',
      actor: alice,
      reasoning: 'The fix is on its way.',
      metadata: {
        application: 'main/argocd/payment',
        command: 'ABORT',
        door: 'portal',
        refused: undefined,
        commandId: 'portal:1',
        more: 1,
      },
    });
    expect(
      told(
        humanCommandRecord(SUBJECT, AT, {
          actor: 'github:mallory',
          command: undefined,
          door: 'issue',
          because: 'One command a comment.',
          refused: 'NOT_UNDERSTOOD',
        }),
      ),
    ).toMatchObject({
      level: 'WARN',
      actor: 'github:mallory',
      metadata: { door: 'issue', refused: 'NOT_UNDERSTOOD' },
    });
  });
});
