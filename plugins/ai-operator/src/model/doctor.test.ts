import { doctorReport, healthyReport } from '../../dev/fixtures';
import { byArea, countFindings, doctorHeadline } from './doctor';

const NOW = 1_700_000_000_000;

const { findings } = doctorReport(NOW);
const without = (...statuses: string[]) =>
  findings.filter(({ status }) => !statuses.includes(status));

describe('byArea', () => {
  it('puts the worst area first and the worst finding first in it', () => {
    const areas = byArea(findings);
    expect(areas.map(({ area }) => area)).toEqual([
      'argocd',
      'people',
      'kubernetes',
      'github',
      'operator',
      'database',
    ]);
    expect(areas[0].bad.map(({ status }) => status)).toEqual([
      'problem',
      'warning',
    ]);
    expect(areas[0].fine).toHaveLength(1);
  });

  it('loses no finding', () => {
    const shown = byArea(findings).flatMap(({ bad, fine }) => [
      ...bad,
      ...fine,
    ]);
    expect(shown).toHaveLength(findings.length);
    expect(new Set(shown)).toEqual(new Set(findings));
  });
});

describe('countFindings', () => {
  it('counts every status that occurs, worst first', () => {
    expect(countFindings(findings)).toEqual([
      { status: 'problem', count: 2 },
      { status: 'unknown', count: 1 },
      { status: 'warning', count: 2 },
      { status: 'ok', count: 4 },
    ]);
    expect(countFindings([])).toEqual([]);
  });
});

describe('doctorHeadline', () => {
  it.each([
    [findings, '2 problems to mend', 'negative'],
    [without('problem'), '1 check could not be made', 'warning'],
    [without('problem', 'unknown'), 'It works, with 2 warnings', 'warning'],
    [healthyReport(NOW).findings, 'Everything is as it should be', 'positive'],
    [[], 'The doctor has not looked at anything yet', 'warning'],
  ])('of %j', (some, text, tone) => {
    expect(doctorHeadline(some)).toMatchObject({ text, tone });
  });
});
