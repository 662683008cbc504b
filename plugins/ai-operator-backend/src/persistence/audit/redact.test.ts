import { redact } from './redact';

const PAT = `ghp_${'a1B2'.repeat(9)}`;
const FINE = `github_pat_${'A1b2'.repeat(10)}_${'x'.repeat(20)}`;
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl`;

describe('redact', () => {
  it.each([
    ['a classic token', `token ${PAT} was refused`, PAT],
    ['a fine-grained token', `used ${FINE}.`, FINE],
    ['an installation token', `ghs_${'Z9'.repeat(18)}`, 'ghs_'],
    ['a JWT', `session=${JWT}; path=/`, 'eyJ'],
    ['a bearer header', 'Authorization: Bearer abcdef123456.xyz', 'abcdef'],
    ['a lower-case bearer', 'bearer abcdef1234567890', 'abcdef'],
    ['basic authentication', 'Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjp'],
    [
      'a URL with credentials',
      'clone https://bot:hunter2@github.example.com/x.git failed',
      'hunter2',
    ],
    ['a URL with a token only', 'https://hunter2hunter2@host/x', 'hunter2'],
    ['a Slack token', 'xoxb-123456789012-abcdef', 'xoxb-1234'],
    [
      'a Slack webhook',
      'POST https://hooks.slack.com/services/T0/B0/secretpart',
      'secretpart',
    ],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    [
      'a private key',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----',
      'MIIabc',
    ],
    [
      'a private key that was cut',
      '-----BEGIN PRIVATE KEY-----\nMIIabc',
      'MIIabc',
    ],
  ])('takes out %s, wherever it stands', (_title, text, secret) => {
    for (const value of [
      text,
      { message: text },
      { list: [{ deep: text }] },
      { [text]: 1 },
    ]) {
      const clean = JSON.stringify(redact(value));
      expect(clean).not.toContain(secret);
      expect(clean).toContain('redacted');
    }
  });

  it('keeps the host of a URL', () => {
    expect(redact('https://bot:pw@github.example.com/x.git')).toBe(
      'https://[redacted]@github.example.com/x.git',
    );
  });

  it.each([
    'authorization',
    'Authorization',
    'x-auth-token',
    'client_secret',
    'api_key',
    'apiKey',
    'password',
    'accessToken',
    'githubToken',
    'Cookie',
  ])('takes out what is called %s', name => {
    expect(redact({ [name]: 'innocent' })).toEqual({ [name]: '[redacted]' });
  });

  it.each([
    'def456abc789def456abc789def456abc789def4',
    'rollback/payment-service-abc123d',
    'https://github.example.com/my-org/payment-service/pull/42',
    'CI token bucket is empty; basic checks passed',
    'git@github.com:my-org/payment-service.git',
    'alice@example.com approved',
    '3/3 available',
  ])('leaves %s alone', text => {
    expect(redact({ text })).toEqual({ text });
  });

  it('leaves counts alone that are called like tokens', () => {
    expect(redact({ maxTokens: 5, tokens: 3, token: 7 })).toEqual({
      maxTokens: 5,
      tokens: 3,
      token: 7,
    });
  });

  it('cuts what is too long, too many or too deep, and says so', () => {
    expect(redact('x'.repeat(5_000))).toMatch(
      /^x{4000}… \[1000 characters left out\]$/,
    );
    const list = redact(Array.from({ length: 250 }, (_, n) => n)) as unknown[];
    expect(list).toHaveLength(201);
    expect(list[200]).toBe('[50 more left out]');
    const wide = redact(
      Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`k${n}`, n])),
    );
    expect(Object.keys(wide as object)).toHaveLength(201);
    let deep: unknown = 'end';
    for (let n = 0; n < 50; n++) {
      deep = { deep };
    }
    expect(JSON.stringify(redact(deep))).toContain('[too deep, left out]');
  });

  it('finds a secret that the cut would have halved', () => {
    const text = `${'x'.repeat(3_980)} ${PAT}`;
    expect(redact(text)).not.toContain('ghp_');
  });

  it('leaves no half of a secret where reading stops', () => {
    for (const secret of [PAT, `${'y'.repeat(60)} ${PAT}`]) {
      for (let at = 7_940; at < 8_010; at += 1) {
        const text = `${'x'.repeat(at)} ${secret}${' z'.repeat(50)}`;
        expect(redact(text)).not.toContain('ghp_');
      }
    }
    // Redacting shrinks the text, so that what stood far behind moves to the front.
    const many = `${PAT} `.repeat(300);
    expect(redact(many)).not.toMatch(/gh?p?_/);
  });

  it('makes everything fit for JSON, and changes nothing it was given', () => {
    const given = { a: [PAT], n: NaN, big: 1n, f: () => 1, u: undefined };
    expect(redact(given)).toEqual({
      a: ['[redacted GitHub token]'],
      n: 'NaN',
      big: '1',
      f: '[function]',
      u: undefined,
    });
    expect(given.a[0]).toBe(PAT);
  });

  it('is quick on long texts that almost match', () => {
    const started = performance.now();
    redact('a'.repeat(100_000));
    redact(`https://${'a'.repeat(100_000)}`);
    redact(`eyJ${'a'.repeat(100_000)}`);
    redact('-----BEGIN '.repeat(10_000));
    redact('-----BEGIN PRIVATE KEY-----'.repeat(10_000));
    redact('://'.repeat(30_000));
    redact('token '.repeat(20_000));
    redact({ ['T'.repeat(100_000)]: 'x' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
