import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readEscalation, readPager } from './readEscalation';
import { Section } from './section';
import { ConfigProblem } from './types';

function sectionOf(key: string, data: JsonObject | undefined) {
  const problems: ConfigProblem[] = [];
  const root = new Section(
    new ConfigReader({ aiOperator: data ? { [key]: data } : {} }),
    '',
    problems,
  ).section('aiOperator');
  return { root, problems };
}

describe('readEscalation', () => {
  function read(data?: JsonObject) {
    const { root, problems } = sectionOf('escalation', data);
    return { escalation: readEscalation(root.section('escalation')), problems };
  }

  it('tells nobody by default', () => {
    expect(read()).toEqual({
      escalation: {
        repository: undefined,
        notify: { recipients: [], admins: [], broadcast: false },
        mention: '@oncall',
      },
      problems: [],
    });
  });

  it('reads who is told', () => {
    const { escalation, problems } = read({
      repository: 'my-org/incidents',
      mention: '<!subteam^S1>',
      notify: {
        recipients: ['group:default/OnCall', 'user:alice'],
        admins: ['group:default/admins'],
        broadcast: true,
      },
    });
    expect(problems).toEqual([]);
    expect(escalation).toEqual({
      repository: 'my-org/incidents',
      mention: '<!subteam^S1>',
      notify: {
        recipients: ['group:default/oncall', 'user:default/alice'],
        admins: ['group:default/admins'],
        broadcast: true,
      },
    });
  });

  it.each([
    [
      { notify: { recipients: ['oncall'] } },
      'degraded',
      'notify.recipients[0]',
    ],
    [{ notify: { admins: ['x:y:z/a b'] } }, 'degraded', 'notify.admins[0]'],
    [{ notify: { broadcast: 'loud' } }, 'degraded', 'notify.broadcast'],
    [{ notify: { recipient: [] } }, 'degraded', 'notify.recipient'],
    [{ repository: 'incidents' }, 'fatal', 'repository'],
    [{ mention: 'x'.repeat(201) }, 'fatal', 'mention'],
  ] as Array<[JsonObject, string, string]>)(
    'names the mistake in %j',
    (data, severity, key) => {
      const { problems } = read(data);
      expect(problems).toMatchObject([
        { severity, key: `aiOperator.escalation.${key}` },
      ]);
    },
  );
});

describe('readPager', () => {
  function read(webhook?: JsonObject) {
    const { root, problems } = sectionOf('pager', webhook && { webhook });
    return { pager: readPager(root.section('pager', 'degraded')), problems };
  }
  const url = 'https://pager.example.com/v2/enqueue';

  it('is absent without a section, and that is fine', () => {
    expect(read()).toEqual({ pager: undefined, problems: [] });
  });

  it('sends the token as a bearer, and the headers as they are', () => {
    const { pager, problems } = read({
      url,
      token: 'tok',
      headers: { 'X-Routing-Key': 'key' },
    });
    expect(problems).toEqual([]);
    expect(pager?.url).toBe(url);
    expect(
      Object.entries(pager?.headers ?? {}).map(([name, value]) => [
        name,
        value.reveal(),
      ]),
    ).toEqual([
      ['X-Routing-Key', 'key'],
      ['Authorization', 'Bearer tok'],
    ]);
  });

  it('prefers an Authorization header to a token, and says so', () => {
    const { pager, problems } = read({
      url,
      token: 'tok',
      headers: { authorization: 'Token mine' },
    });
    expect(problems.map(({ key }) => key)).toEqual([
      'aiOperator.pager.webhook.token',
    ]);
    expect(
      Object.entries(pager?.headers ?? {}).map(([name, value]) => [
        name,
        value.reveal(),
      ]),
    ).toEqual([['authorization', 'Token mine']]);
  });

  it.each([
    ['no address', {}],
    ['an address that is none', { url: 'pager' }],
    ['another protocol', { url: 'ftp://pager' }],
    ['a password in the address', { url: 'https://me:hush@pager' }],
    ['a key in the address', { url: 'https://pager/?key=hush' }],
  ])('pages nobody with %s, and keeps it to itself', (_name, webhook) => {
    const { pager, problems } = read({ ...webhook, other: 'x' });
    expect(pager).toBeUndefined();
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.every(({ severity }) => severity === 'degraded')).toBe(
      true,
    );
    expect(problems.map(({ because }) => because).join()).toContain(
      'nobody is paged',
    );
    expect(JSON.stringify(problems)).not.toContain('hush');
  });

  it.each([
    ['X Key', 'v'],
    ['Content-Type', 'text/plain'],
    ['X-Key', 'two\nlines hush'],
    ['X-Key', 17],
  ])('leaves out a header %j: %j', (name, value) => {
    const { pager, problems } = read({ url, headers: { [name]: value } });
    expect(pager).toEqual({ url, headers: {} });
    expect(problems).toMatchObject([
      { severity: 'degraded', key: `aiOperator.pager.webhook.headers.${name}` },
    ]);
    expect(JSON.stringify(problems)).not.toContain('hush');
  });
});
