import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { MetricDefinition, METRICS } from '../definitions';

/** The repository's root. */
export const ROOT = resolve(__dirname, '../../../../..');
/** What adopters copy. */
export const EXAMPLES = join(ROOT, 'examples', 'observability');

export function readExample(name: string): string {
  return readFileSync(join(EXAMPLES, name), 'utf8');
}

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, 'docs', path), 'utf8');
}

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export function readAlertRules(): AlertRule[] {
  const file: { groups: Array<{ rules: AlertRule[] }> } = parse(
    readExample('prometheus-rules.yaml'),
  );
  return file.groups.flatMap(({ rules }) => rules);
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: Array<{ refId: string; expr: string; datasource: { uid: string } }>;
}

export interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  panels: Panel[];
  templating: {
    list: Array<{ name: string; type: string; definition?: string }>;
  };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readExample('grafana-dashboard.json'));
}

/** A query of a panel. */
export interface Target {
  panel: string;
  refId: string;
  query: string;
}

/** Queries of the dashboard as Grafana sends them, with everything chosen. */
export function dashboardTargets(dashboard: Dashboard): Target[] {
  return dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr }) => ({
      panel: title,
      refId,
      query: expr
        .replace(/\$(environment|app_name)\b/g, '.*')
        .replace(/\$__rate_interval\b/g, '5m'),
    })),
  );
}

export function dashboardQueries(dashboard: Dashboard): string[] {
  return dashboardTargets(dashboard).map(({ query }) => query);
}

/** Labels that Prometheus gives, whatever is scraped. */
const GIVEN_LABELS = ['job', 'instance', 'le'];
const PARTS_OF_HISTOGRAMS = /_(bucket|sum|count)$/;

function definitionOf(series: string): MetricDefinition | undefined {
  const definitions: Record<string, MetricDefinition> = METRICS;
  const plain = definitions[series];
  if (plain) {
    return plain.type === 'histogram' ? undefined : plain;
  }
  const base = definitions[series.replace(PARTS_OF_HISTOGRAMS, '')];
  return base?.type === 'histogram' ? base : undefined;
}

/** What a query names and the operator does not have; one sentence each. */
export function strangersIn(promql: string): string[] {
  const text = promql.replace(/"(\\.|[^"\\])*"/g, '""');
  const problems: string[] = [];
  const known = new Set(GIVEN_LABELS);
  for (const [, series, matchers = ''] of text.matchAll(
    /\b(ai_operator_\w+)\s*(?:\{([^}]*)\})?/g,
  )) {
    const definition = definitionOf(series);
    if (!definition) {
      problems.push(`there is no series ${series}`);
    }
    definition?.labels.forEach(label => known.add(label));
    for (const [, label] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
      if (![...GIVEN_LABELS, ...(definition?.labels ?? [])].includes(label)) {
        problems.push(`${series} has no label ${label}`);
      }
    }
  }
  for (const [, labels] of text.matchAll(/\bby\s*\(([^)]*)\)/g)) {
    for (const label of labels.split(',').map(part => part.trim())) {
      if (!known.has(label)) {
        problems.push(`nothing in it has a label ${label}`);
      }
    }
  }
  return problems;
}
