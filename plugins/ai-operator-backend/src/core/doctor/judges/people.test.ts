import { fact, noFact } from '../facts';
import { judgePeople } from './people';
import { judgeTelling, TellingFacts } from './telling';

const NOW = Date.UTC(2026, 1, 27, 10, 30);

describe('people', () => {
  const ALICE = { entityRef: 'user:default/alice', login: 'alice' };

  it('are fine when the table is and somebody can approve', () => {
    expect(
      judgePeople({ problems: fact([]), seniorMaintainers: fact([ALICE]) }),
    ).toMatchObject([
      { id: 'people/table', status: 'ok' },
      {
        id: 'people/senior-maintainer',
        status: 'ok',
        because: 'alice can approve production rollbacks.',
      },
    ]);
  });

  it('show each mistake in the table under its key', () => {
    const key = 'aiOperator.roles.approver.groups';
    const [finding] = judgePeople({
      problems: fact([{ key, because: 'No such group', howToMend: 'Mend it' }]),
      seniorMaintainers: fact([ALICE]),
    });
    expect(finding).toMatchObject({
      id: `people/${key}/table`,
      status: 'warning',
      because: 'No such group.',
      howToMend: 'Mend it.',
    });
  });

  it.each([
    ['nobody', fact([]), 'problem'],
    ['nobody with a login', fact([{ entityRef: 'user:default/a' }]), 'problem'],
    ['one of two', fact([{ entityRef: 'user:default/a' }, ALICE]), 'ok'],
    ['not known', noFact('unreachable', 'why'), 'unknown'],
  ])('as senior maintainer %s', (_name, seniorMaintainers, status) => {
    const findings = judgePeople({ problems: fact([]), seniorMaintainers });
    expect(findings[1].status).toBe(status);
  });

  it('are not known when the table cannot be read in time', () => {
    const [finding] = judgePeople({
      problems: noFact('silent', 'why'),
      seniorMaintainers: noFact('silent', 'why'),
    });
    expect(finding.status).toBe('unknown');
  });

  it('are named up to five', () => {
    const many = 'abcdefg'.split('').map(login => ({ login }));
    const [, finding] = judgePeople({
      problems: fact([]),
      seniorMaintainers: fact(many),
    });
    expect(finding.because).toBe(
      'a, b, c, d, e and 2 more can approve production rollbacks.',
    );
  });
});

describe('telling people', () => {
  const FINE: TellingFacts = {
    notify: { recipients: 2, broadcast: false },
    notifications: fact(undefined),
    pager: { isConfigured: true },
    lastWebhookAt: NOW - 90_000,
    now: NOW,
  };
  const statuses = (change: Partial<TellingFacts>) =>
    Object.fromEntries(
      judgeTelling({ ...FINE, ...change }).map(({ id, status }) => [
        id,
        status,
      ]),
    );
  const OK = {
    'notifications/recipients': 'ok',
    'notifications/connection': 'ok',
    'pager/configured': 'ok',
    'github/webhooks': 'ok',
  };

  it.each<[string, Partial<TellingFacts>, Record<string, string>]>([
    ['as it should be', {}, {}],
    [
      'nobody',
      { notify: { recipients: 0, broadcast: false } },
      { 'notifications/recipients': 'warning' },
    ],
    ['everybody', { notify: { recipients: 0, broadcast: true } }, {}],
    [
      'without the plugin',
      { notifications: noFact('missing', 'why') },
      { 'notifications/connection': 'problem' },
    ],
    [
      'with a plugin that is silent',
      { notifications: noFact('silent', 'why') },
      { 'notifications/connection': 'unknown' },
    ],
    [
      'without a pager',
      { pager: { isConfigured: false } },
      { 'pager/configured': 'warning' },
    ],
    ['without webhooks', { lastWebhookAt: undefined }, {}],
  ])('%s', (_name, change, expected) => {
    expect(statuses(change)).toEqual({ ...OK, ...expected });
  });

  it('says when the latest webhook came, and that none is needed', () => {
    const because = (lastWebhookAt: number | undefined) =>
      judgeTelling({ ...FINE, lastWebhookAt }).find(
        ({ id }) => id === 'github/webhooks',
      )?.because;
    expect(because(NOW - 90_000)).toBe(
      'The latest arrived 90 seconds ago, at 10:28:30 UTC.',
    );
    expect(because(undefined)).toContain('polling does all');
  });
});
