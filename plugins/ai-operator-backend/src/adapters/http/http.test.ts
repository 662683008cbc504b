import { z } from 'zod';
import {
  mayRetryByOutbox,
  PORT_ERROR_CODES,
  PortError,
  PortErrorCode,
} from '../../ports';
import { ARGOCD_CALLS } from '../argocd';
import { AUDIT_FILE_CALLS } from '../auditFile';
import { CALLS_MADE_ELSEWHERE } from '../createAdapters';
import { ELASTICSEARCH_CALLS } from '../elasticsearch';
import { GITHUB_CALLS } from '../github';
import { KUBERNETES_CALLS } from '../kubernetes';
import { PROMETHEUS_CALLS } from '../prometheus';
import { errorForStatus, networkCodeOf, toPortError } from './errors';
import { parseAnswer, parseJson } from './parseAnswer';
import { readRetryAt } from './retryAfter';
import {
  CALLS,
  CallName,
  checkRetryTable,
  codeForStatus,
  ERROR_RULES,
  mayRetry,
} from './retryTable';

const ALL_CALLS = [
  ...ARGOCD_CALLS,
  ...GITHUB_CALLS,
  ...KUBERNETES_CALLS,
  ...PROMETHEUS_CALLS,
  ...ELASTICSEARCH_CALLS,
  ...AUDIT_FILE_CALLS,
  ...CALLS_MADE_ELSEWHERE,
];

describe('the retry table', () => {
  it('has a row for every call that is made and every code there is', () => {
    expect(() => checkRetryTable(ALL_CALLS)).not.toThrow();
    expect(Object.keys(ERROR_RULES).sort()).toEqual(
      [...PORT_ERROR_CODES].sort(),
    );
  });

  it('refuses a call without a row, and a row without a call', () => {
    expect(() => checkRetryTable([...ALL_CALLS, 'github.deleteAll'])).toThrow(
      'no row for [github.deleteAll]',
    );
    expect(() => checkRetryTable(ALL_CALLS.slice(1))).toThrow(
      'row without a call [argocd.listApplications]',
    );
  });

  it('never repeats on the spot what the outbox repeats', () => {
    const changes = Object.entries(CALLS)
      .filter(([, repetition]) => repetition === 'by-outbox')
      .map(([name]) => name as CallName);
    expect(changes.sort()).toEqual([
      'github.answerComment',
      'github.closeIssue',
      'github.closePullRequest',
      'github.createIssue',
      'github.createPullRequest',
      'github.mergePullRequest',
      'notifications.send',
      'pager.page',
    ]);
    for (const code of PORT_ERROR_CODES) {
      expect(changes.filter(name => mayRetry(name, code))).toEqual([]);
    }
  });

  it.each<[PortErrorCode, boolean, boolean]>([
    ['NOT_FOUND', false, false],
    ['UNAUTHENTICATED', false, false],
    ['PERMISSION_DENIED', false, false],
    ['VALIDATION', false, false],
    ['CONFLICT', false, false],
    ['RATE_LIMITED', true, true],
    ['TIMEOUT', true, true],
    ['UNAVAILABLE', true, true],
    ['MALFORMED_ANSWER', false, true],
    ['MISCONFIGURED', false, false],
    ['CANCELLED', false, true],
  ])('after %s: asked again %s, done again %s', (code, here, byOutbox) => {
    expect(mayRetry('github.listCommits', code)).toBe(here);
    // A person waits for it, and it looks first.
    expect(mayRetry('github.submitReview', code)).toBe(here);
    expect(mayRetryByOutbox(code)).toBe(byOutbox);
  });

  it.each([
    [302, 'MISCONFIGURED'],
    [400, 'VALIDATION'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [409, 'CONFLICT'],
    [418, 'VALIDATION'],
    [422, 'VALIDATION'],
    [429, 'RATE_LIMITED'],
    [500, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'TIMEOUT'],
    [599, 'UNAVAILABLE'],
  ] as const)('status %d means %s', (status, code) => {
    expect(codeForStatus(status)).toBe(code);
  });
});

describe('errors', () => {
  it('finds the network code behind causes and aggregates', () => {
    const refused = Object.assign(new Error('connect'), {
      code: 'ECONNREFUSED',
    });
    const wrapped = new TypeError('fetch failed', {
      cause: new AggregateError([refused]),
    });
    expect(networkCodeOf(wrapped)).toBe('ECONNREFUSED');
    expect(toPortError(wrapped, 'x')).toMatchObject({
      code: 'UNAVAILABLE',
      cause: wrapped,
    });
    expect(networkCodeOf(new Error('other'))).toBeUndefined();
  });

  it('keeps a PortError as it is', () => {
    const error = new PortError('CONFLICT', 'taken');
    expect(toPortError(error, 'x')).toBe(error);
  });

  it('repeats no credentials of an address', () => {
    const { message } = errorForStatus({
      status: 500,
      asked: 'Argo CD',
      because: 'cannot list refs of https://bot:s3cret@git.example.com/a/b.git',
    });
    expect(message).not.toContain('s3cret');
    expect(message).toContain('https://[redacted]@git.example.com/a/b.git');
  });

  it('quotes the other side briefly', () => {
    const error = errorForStatus({
      status: 500,
      asked: 'Argo CD',
      because: `line one\n${'x'.repeat(1_000)}`,
    });
    expect(error.message.startsWith('Argo CD answered 500: line one xxx')).toBe(
      true,
    );
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('readRetryAt', () => {
  const now = Date.parse('2026-02-27T10:30:00Z');
  const read = (headers: Record<string, string>) =>
    readRetryAt(name => headers[name], now);

  it.each([
    [{ 'retry-after': '7' }, now + 7_000],
    [{ 'retry-after': 'Fri, 27 Feb 2026 10:31:00 GMT' }, now + 60_000],
    [{ 'retry-after': 'Fri, 27 Feb 2026 10:00:00 GMT' }, now],
    [
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(now / 1000 + 90),
      },
      now + 90_000,
    ],
    [
      {
        'x-ratelimit-remaining': '12',
        'x-ratelimit-reset': String(now / 1000 + 90),
      },
      undefined,
    ],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(read(headers as Record<string, string>)).toBe(expected);
  });
});

describe('parseAnswer', () => {
  const schema = z.object({ items: z.array(z.object({ sha: z.string() })) });

  it('names the field that does not fit', () => {
    expect(() =>
      parseAnswer(schema, { items: [{ sha: 'a' }, { sha: 1 }] }, 'GitHub'),
    ).toThrow("GitHub answered without a usable 'items.1.sha'");
    expect(() => parseAnswer(schema, 'text', 'GitHub')).toThrow(
      "'the whole answer'",
    );
  });

  it('says that an answer is not JSON, without repeating it', () => {
    expect(() => parseJson('<html>secret', 'GitHub')).toThrow(
      'GitHub answered something that is not JSON (12 characters)',
    );
  });
});
