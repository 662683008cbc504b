import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readFreezes } from './readFreezes';
import { Section } from './section';
import { ConfigProblem } from './types';

function read(...freezes: JsonObject[]) {
  const problems: ConfigProblem[] = [];
  const root = new Section(
    new ConfigReader({ aiOperator: { freezes } }),
    '',
    problems,
  ).section('aiOperator');
  return { freezes: readFreezes(root.sections('freezes')), problems };
}

const ONCE = {
  reason: 'Holidays',
  from: '2026-12-24T00:00:00+01:00',
  until: '2026-12-27T07:30:00Z',
};
const WEEKLY = {
  reason: 'Weekend',
  weekly: { from: 'fri 16:00', until: 'mon 07:00', timeZone: 'Europe/Berlin' },
};
const DAY = 24 * 60;

describe('readFreezes', () => {
  it('reads a freeze of once', () => {
    expect(read(ONCE)).toEqual({
      freezes: [
        {
          kind: 'once',
          reason: 'Holidays',
          from: Date.UTC(2026, 11, 23, 23),
          until: Date.UTC(2026, 11, 27, 7, 30),
        },
      ],
      problems: [],
    });
  });

  it('reads a weekly one that goes over the end of the week', () => {
    expect(read(WEEKLY)).toEqual({
      freezes: [
        {
          kind: 'weekly',
          reason: 'Weekend',
          fromMinute: 4 * DAY + 16 * 60,
          untilMinute: 7 * DAY + 7 * 60,
          timeZone: 'Europe/Berlin',
        },
      ],
      problems: [],
    });
  });

  it('reads one within the week, in one environment', () => {
    const { freezes, problems } = read({
      reason: 'Board meeting',
      weekly: { from: 'Mon 00:00', until: 'TUE 23:59', timeZone: 'UTC' },
      environments: ['production'],
    });
    expect(problems).toEqual([]);
    expect(freezes).toEqual([
      expect.objectContaining({
        fromMinute: 0,
        untilMinute: DAY + 23 * 60 + 59,
        environments: ['production'],
      }),
    ]);
  });

  const without = (key: keyof typeof ONCE) => {
    const { [key]: _left, ...rest } = ONCE;
    return rest;
  };
  const weekly = (change: JsonObject) => ({
    ...WEEKLY,
    weekly: { ...WEEKLY.weekly, ...change },
  });

  it.each([
    ['a time without a zone', { ...ONCE, from: '2026-12-24T00:00:00' }, 'from'],
    ['a day that is none', { ...ONCE, from: '2026-02-30T00:00:00Z' }, 'from'],
    ['an hour that is none', { ...ONCE, until: '2026-12-27T24:00Z' }, 'until'],
    ['no time at all', { ...ONCE, until: 'tomorrow' }, 'until'],
    ['a date alone', { ...ONCE, until: '2026-12-27' }, 'until'],
    ['an end that is the start', { ...ONCE, until: ONCE.from }, 'until'],
    [
      'an end before the start',
      { ...ONCE, from: '2027-01-01T00:00Z' },
      'until',
    ],
    ['no reason', without('reason'), 'reason'],
    ['no start', without('from'), 'from'],
    ['no end', without('until'), 'until'],
    ['both kinds', { ...ONCE, ...WEEKLY }, 'weekly'],
    ['a weekly text', { reason: 'x', weekly: 'fri 16:00' }, 'weekly'],
    ['an unknown day', weekly({ from: 'fre 16:00' }), 'weekly.from'],
    ['a time of day alone', weekly({ until: '07:00' }), 'weekly.until'],
    ['the 25th hour', weekly({ until: 'mon 24:00' }), 'weekly.until'],
    ['the whole week', weekly({ until: 'fri 16:00' }), 'weekly.until'],
    [
      'an invented zone',
      weekly({ timeZone: 'Mars/Phobos' }),
      'weekly.timeZone',
    ],
    ['a fixed offset', weekly({ timeZone: '+01:00' }), 'weekly.timeZone'],
    ['an unknown key', weekly({ zone: 'UTC' }), 'weekly.zone'],
    [
      'an unknown environment',
      { ...ONCE, environments: ['qa'] },
      'environments',
    ],
    ['no environment', { ...ONCE, environments: [] }, 'environments'],
  ] as Array<[string, JsonObject, string]>)(
    'refuses %s, naming it, and only that',
    (_name, freeze, key) => {
      const { problems } = read(WEEKLY, freeze);
      expect(problems).toMatchObject([
        { severity: 'fatal', key: `aiOperator.freezes[1].${key}` },
      ]);
      expect(problems[0].howToMend.length).toBeGreaterThan(10);
    },
  );

  it('never makes another freeze of one that is wrong', () => {
    expect(read({ ...ONCE, environments: ['qa'] }).freezes).toEqual([]);
    expect(read({ ...ONCE, until: 'soon' }).freezes).toEqual([]);
  });
});
