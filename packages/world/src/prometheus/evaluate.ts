import {
  averageUp,
  upAt,
  upSeriesOf,
  type Deployments,
  type UpSegment,
  type Workload,
} from '../deployments';
import type { Matcher, Query } from './parse';

/** One element of an instant vector. */
export interface VectorSample {
  metric: Record<string, string>;
  /** Time in seconds, value as text. */
  value: [number, string];
}

/**
 * Answers a query as of `at` (epoch ms); nothing after `now` is known.
 * Series are those of `up`: one per revision of a Deployment.
 */
export function evaluate(
  query: Query,
  deployments: Deployments,
  at: number,
  now: number,
): VectorSample[] {
  if (query.metric !== 'up') {
    return [];
  }
  return deployments
    .all()
    .filter(workload => mayMatch(query.matchers, workload))
    .flatMap(workload =>
      upSeriesOf(workload, now).flatMap(({ revision, segments }) => {
        const labels = labelsOf(workload, revision);
        const value = matchesAll(query.matchers, { __name__: 'up', ...labels })
          ? valueOf(query, segments, at, now)
          : undefined;
        if (value === undefined) {
          return [];
        }
        const metric =
          query.kind === 'instant' ? { __name__: 'up', ...labels } : labels;
        return [{ metric, value: [at / 1000, String(value)] } as VectorSample];
      }),
    );
}

function valueOf(
  query: Query,
  segments: readonly UpSegment[],
  at: number,
  now: number,
): number | undefined {
  if (query.kind === 'average') {
    return averageUp(segments, at, query.windowMs, now);
  }
  return at > now ? undefined : upAt(segments, at)?.value;
}

function labelsOf(
  workload: Workload,
  revision: string,
): Record<string, string> {
  const { key } = workload;
  return {
    app: key.application,
    cluster: key.cluster,
    deployment: key.name,
    environment: key.environment,
    instance: `${key.name}.${key.namespace}.svc:${
      workload.templateOf(revision).containerPort
    }`,
    job: 'kubernetes-services',
    namespace: key.namespace,
    revision,
  };
}

/** Looks at `app` first, so that a query for one of 10,000 does not walk all timelines. */
function mayMatch(matchers: readonly Matcher[], workload: Workload): boolean {
  return matchers
    .filter(({ label }) => label === 'app')
    .every(matcher => matcher.matches(workload.key.application));
}

function matchesAll(
  matchers: readonly Matcher[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return matchers.every(matcher =>
    matcher.matches(labels[matcher.label] ?? ''),
  );
}
