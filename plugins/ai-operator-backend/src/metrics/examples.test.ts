import { parse } from 'yaml';
import {
  dashboardQueries,
  readAlertRules,
  readDashboard,
  readDocument,
  readExample,
  strangersIn,
} from './__testUtils__/observabilityExamples';
import { METRICS } from './definitions';

/** The heading a fragment of a link on GitHub leads to. */
function anchorsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replace(/ /g, '-'),
  );
}

describe('the check of queries', () => {
  it.each([
    ['ai_operator_active_rollbacks{environment="staging"}', []],
    ['sum by (state) (ai_operator_fsm_state)', []],
    ['rate(ai_operator_rollbacks_failed_total[1h])', [/no series/]],
    ['ai_operator_mean_time_to_recovery_seconds', [/no series/]],
    ['ai_operator_fsm_state{environment="x{y=z}"}', [/no label environment/]],
    ['sum by (app) (ai_operator_fsm_state)', [/has a label app/]],
  ])('%s', (query, expected) => {
    const found = strangersIn(query);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(found[index]).toMatch(pattern));
  });
});

describe('the alert rules', () => {
  const rules = readAlertRules();

  it.each(rules.map(rule => [rule.alert, rule] as const))(
    '%s asks for what there is, and says what to do',
    (_name, { alert, expr, labels, annotations }) => {
      expect(strangersIn(expr)).toEqual([]);
      expect(labels).toEqual({
        severity: expect.stringMatching(/^(critical|warning)$/),
      });
      expect(annotations.summary).not.toBe('');
      expect(annotations.description).not.toBe('');
      const [, fragment] =
        /^docs\/runbooks\/alerts\.md#(.+)$/.exec(annotations.runbook_url) ?? [];
      expect(fragment).toBe(alert.toLowerCase());
      expect(anchorsIn(readDocument('runbooks/alerts.md'))).toContain(fragment);
    },
  );

  it('are each tested firing and not firing', () => {
    const {
      tests,
    }: {
      tests: Array<{
        alert_rule_test: Array<{ alertname: string; exp_alerts: unknown[] }>;
      }>;
    } = parse(readExample('prometheus-rules.test.yaml'));
    const tested = (fires: boolean) =>
      new Set(
        tests
          .flatMap(test => test.alert_rule_test)
          .filter(({ exp_alerts }) => exp_alerts.length > 0 === fires)
          .map(({ alertname }) => alertname),
      );
    const names = new Set(rules.map(({ alert }) => alert));
    expect(tested(true)).toEqual(names);
    expect(tested(false)).toEqual(names);
  });
});

describe('the dashboard', () => {
  const dashboard = readDashboard();
  const drawn = dashboard.panels.filter(({ type }) => type !== 'row');

  it('asks for what there is', () => {
    expect(dashboardQueries(dashboard).flatMap(strangersIn)).toEqual([]);
    expect(
      dashboard.templating.list.flatMap(({ definition }) =>
        strangersIn(definition ?? ''),
      ),
    ).toEqual([]);
  });

  it('leaves no metric out', () => {
    const text = dashboardQueries(dashboard).join('\n');
    // Ages of checks and whether the state can be read are for alerts.
    const forAlerts = [
      'ai_operator_state_readable',
      'ai_operator_audit_check_age_seconds',
    ];
    expect(
      Object.keys(METRICS).filter(
        name => !text.includes(name) && !forAlerts.includes(name),
      ),
    ).toEqual([]);
  });

  it('is one Grafana can draw: ids of their own, nothing on top of another, a data source to choose', () => {
    expect(dashboard).toMatchObject({
      uid: 'ai-operator',
      schemaVersion: expect.any(Number),
    });
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => {
        const column = x + (cell % w);
        expect(column).toBeLessThan(24);
        return `${column} ${y + Math.floor(cell / w)}`;
      }),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { title, description, targets = [], datasource } of drawn) {
      expect(`${title}: ${description}`).toMatch(/\w: \w/);
      expect(datasource?.uid).toBe('${datasource}');
      expect(targets.length).toBeGreaterThan(0);
      const refs = targets.map(({ refId }) => refId);
      expect(new Set(refs).size).toBe(refs.length);
    }
  });

  it('knows every variable it uses', () => {
    const known = new Set(dashboard.templating.list.map(({ name }) => name));
    expect([...known]).toEqual(['datasource', 'environment', 'app_name']);
    const used = [...JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)]
      .map(([, name]) => name)
      .filter(name => !name.startsWith('__'));
    expect(used.filter(name => !known.has(name))).toEqual([]);
  });
});

describe('docs/observability.md', () => {
  it('has every metric with its type, its labels and its meaning, and no other', () => {
    const rows = [
      ...readDocument('observability.md').matchAll(
        /^\| `(ai_operator_\w+)` +\| (\w+) +\| ([^|]*?) +\| ([^|]*?) +\|$/gm,
      ),
    ].map(([, name, type, labels, meaning]) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
      meant: meaning.length > 10,
    }));
    expect(rows).toEqual(
      Object.entries(METRICS).map(([name, { type, labels }]) => ({
        name,
        type,
        labels: [...labels],
        meant: true,
      })),
    );
  });
});
