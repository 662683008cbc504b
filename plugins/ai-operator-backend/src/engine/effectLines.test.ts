import { EffectOutcome } from '../core';
import { ClaimedEffect } from '../persistence';
import { PortError } from '../ports';
import { outcomeLine, retryLine } from './effectLines';

const CLAIMED = {
  correlationId: 'one',
  application: {
    instance: 'staging',
    namespace: 'argocd',
    name: 'payment-service',
  },
  environment: 'staging',
  attempt: 1,
  effect: { key: 'one/merge', kind: 'merge_pull_request' },
} as unknown as ClaimedEffect;

const PULL_REQUEST = { url: 'https://github.example.com/o/r/pull/42' };

const BECAUSE = 'GitHub said so';

describe('outcomeLine', () => {
  it.each<[level: string, outcome: object, words: string]>([
    // The move that follows is the line people read.
    ['debug', { result: 'merged', mergeSha: 'abc' }, 'merged'],
    [
      'debug',
      {
        kind: 'open_pull_request',
        result: 'opened',
        pullRequest: PULL_REQUEST,
      },
      `opened: ${PULL_REQUEST.url}`,
    ],
    ['debug', { kind: 'publish_event', result: 'published' }, 'published'],
    ['debug', { kind: 'notify', result: 'sent' }, 'sent'],
    ['info', { kind: 'close_pull_request', result: 'closed' }, 'closed'],
    [
      'info',
      {
        kind: 'escalate',
        result: 'raised',
        issueUrl: 'https://github.example.com/o/r/issues/7',
      },
      'raised: https://github.example.com/o/r/issues/7',
    ],
    ['info', { result: 'dry_run', because: BECAUSE }, `dry_run: ${BECAUSE}`],
    [
      'info',
      { result: 'not_wanted', because: BECAUSE },
      `not_wanted: ${BECAUSE}`,
    ],
    ['warn', { kind: 'page', result: 'paged' }, 'paged'],
    ['warn', { result: 'refused', because: BECAUSE }, `refused: ${BECAUSE}`],
    ['warn', { result: 'conflict', because: BECAUSE }, `conflict: ${BECAUSE}`],
    [
      'error',
      { result: 'permission_denied', because: BECAUSE },
      `permission_denied: ${BECAUSE}`,
    ],
    ['error', { result: 'failed', because: BECAUSE }, `failed: ${BECAUSE}`],
  ])('is of level %s for %j', (level, outcome, words) => {
    const whole = {
      kind: 'merge_pull_request',
      ...outcome,
    } as unknown as EffectOutcome;
    expect(outcomeLine(CLAIMED, whole)).toEqual({
      level,
      about: CLAIMED,
      message: `merge_pull_request for payment-service (staging): ${words}`,
      fields: {
        effect: 'merge_pull_request',
        attempt: 2,
        result: whole.result,
      },
    });
  });

  it('has the error that ended it', () => {
    const error = new PortError('PERMISSION_DENIED', 'GitHub answered 403');
    const outcome: EffectOutcome = {
      kind: 'merge_pull_request',
      result: 'permission_denied',
      because: error.message,
    };
    expect(outcomeLine(CLAIMED, outcome, error)).toMatchObject({
      level: 'error',
      message:
        'merge_pull_request for payment-service (staging) failed at try 2, for good',
      error,
    });
  });
});

describe('retryLine', () => {
  it('warns, with what went wrong and without a credential', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const line = retryLine(CLAIMED, new Error(`refused ${token}`));
    expect(line).toMatchObject({
      level: 'warn',
      message:
        'merge_pull_request for payment-service (staging) failed at try 2, to be tried again: refused [redacted GitHub token]',
    });
  });
});
