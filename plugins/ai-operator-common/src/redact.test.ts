import { EMAIL, SECRETS } from './__testUtils__/secrets';
import { redact } from './redact';

const PAT = SECRETS.githubClassic.text;

describe('redact', () => {
  it.each(Object.entries(SECRETS))(
    'takes out %s, wherever it stands',
    (_title, { text, secret }) => {
      for (const value of [
        text,
        `before ${text} after`,
        { message: text },
        { list: [{ deep: text }] },
        { [text]: 1 },
        JSON.stringify({ message: text }),
      ]) {
        const clean = JSON.stringify(redact(value));
        expect(clean).not.toContain(secret);
        expect(clean).toContain('redacted');
      }
    },
  );

  it.each([
    [`mailto ${EMAIL}`, 'mailto [redacted e-mail]'],
    [
      `Signed-off-by: Jane Q. Doe <${EMAIL}>`,
      'Signed-off-by: [redacted person]',
    ],
    [`"<${EMAIL}>"`, '"[redacted person]"'],
    [`${EMAIL},${EMAIL}.`, '[redacted e-mail],[redacted e-mail].'],
    ['zoë+ops@exämple.co.uk', '[redacted e-mail]'],
  ])('takes people out of %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
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
    'aws_secret_access_key',
    'privateKey',
    'signing-key',
  ])('takes out what is called %s', name => {
    expect(redact({ [name]: 'innocent' })).toEqual({ [name]: '[redacted]' });
    expect(redact({ [name]: { a: ['innocent', 7] } })).toEqual({
      [name]: { a: ['[redacted]', 7] },
    });
  });

  it.each([
    'def456abc789def456abc789def456abc789def4',
    'rollback/payment-service-abc123d',
    'https://github.example.com/my-org/payment-service/pull/42',
    'CI token bucket is empty; basic checks passed',
    'git@github.com:my-org/payment-service.git',
    'ssh://git@github.com/my-org/payment-service.git',
    'registry.example.com/app@sha256:0123456789abcdef',
    '@my-org/platform-team approved',
    'lodash@4.17.21',
    'user:default/alice',
    'secret: none was found',
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
      /^x{3960}… \[1040 characters left out\]$/,
    );
    const list = redact(Array.from({ length: 250 }, (_, n) => n)) as unknown[];
    expect(list).toHaveLength(200);
    expect(list[199]).toBe('[51 more left out]');
    const wide = redact(
      Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`k${n}`, n])),
    );
    expect(Object.keys(wide as object)).toHaveLength(200);
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

  it('changes nothing more the second time', () => {
    const given = {
      long: 'word '.repeat(3_000),
      list: Array.from({ length: 500 }, (_, n) => n),
      wide: Object.fromEntries(
        Array.from({ length: 500 }, (_, n) => [`k${n}`, n]),
      ),
      at: new Date(0),
      deep: JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`),
      secrets: Object.values(SECRETS).map(({ text }) => text),
      mail: EMAIL,
    };
    const once = redact(given);
    expect(redact(once)).toEqual(once);
    expect(once).toMatchObject({ at: '1970-01-01T00:00:00.000Z' });
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
    redact(`${'a'.repeat(4_000)}@`.repeat(20));
    redact('a@'.repeat(30_000));
    redact(`x@${'a.'.repeat(30_000)}`);
    redact('Jane '.repeat(20_000));
    redact('"token" : "'.repeat(10_000));
    redact({ ['T'.repeat(100_000)]: 'x' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
