import { z } from 'zod';
import { ApplicationKey } from '@ai-operator/backstage-plugin-ai-operator-common';
import { REPOSITORY_ANNOTATION } from '../../config';
import { ApplicationDetails, WorkloadRef } from '../../ports';
import { withoutUrlCredentials } from '../http';
import { toHealthStatus } from './parseList';

/** Argo CD keeps this many deployments when the Application does not say. */
const DEFAULT_HISTORY_LIMIT = 10;

const text = z.string().nullish();

const sourceSchema = z.object({ repoURL: text, chart: text });

type Source = z.infer<typeof sourceSchema>;

/** The fields of a full Application that we use. */
export const applicationSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.object({
    destination: z
      .object({ server: text, name: text, namespace: text })
      .nullish(),
    sources: z.array(sourceSchema).nullish(),
    revisionHistoryLimit: z.number().nullish(),
  }),
  status: z
    .object({
      health: z.object({ status: text, message: text }).nullish(),
      sync: z
        .object({
          status: text,
          revision: text,
          revisions: z.array(z.string()).nullish(),
        })
        .nullish(),
      resources: z
        .array(
          z.object({
            group: text,
            kind: text,
            namespace: text,
            name: text,
            hook: z.boolean().nullish(),
          }),
        )
        .nullish(),
      history: z
        .array(
          z.object({
            revision: text,
            revisions: z.array(z.string()).nullish(),
            sources: z.array(sourceSchema).nullish(),
            deployedAt: z.string(),
          }),
        )
        .nullish(),
      conditions: z.array(z.object({ type: text, message: text })).nullish(),
      reconciledAt: text,
    })
    .nullish(),
});

type Application = z.infer<typeof applicationSchema>;

/** Index of the Git source of a multi-source Application; undefined where it would be a guess. */
function gitSourceIndex(
  sources: Source[],
  hint: string | undefined,
): number | undefined {
  const git = sources
    .map((source, index) => ({ source, index }))
    .filter(({ source }) => !source.chart);
  const hinted = hint
    ? git.filter(({ source }) => {
        const url = source.repoURL?.toLowerCase().replace(/(\.git)?\/*$/, '');
        return url?.endsWith(`/${hint.toLowerCase()}`) ?? false;
      })
    : git;
  return hinted.length === 1 ? hinted[0].index : undefined;
}

function revisionOf(
  entry: { revision?: string | null; revisions?: string[] | null },
  sources: Source[] | null | undefined,
  hint: string | undefined,
): string | undefined {
  if (sources?.length) {
    const index = gitSourceIndex(sources, hint);
    return (
      (index === undefined ? undefined : entry.revisions?.[index]) || undefined
    );
  }
  return entry.revision || undefined;
}

function historyOf(
  application: Application,
  hint: string | undefined,
): ApplicationDetails['history'] {
  return (application.status?.history ?? [])
    .map(entry => ({
      revision: revisionOf(entry, entry.sources, hint),
      deployedAt: Date.parse(entry.deployedAt),
    }))
    .filter(
      (entry): entry is { revision: string; deployedAt: number } =>
        entry.revision !== undefined && Number.isFinite(entry.deployedAt),
    )
    .sort((a, b) => b.deployedAt - a.deployedAt);
}

function workloadsOf(application: Application): WorkloadRef[] {
  const fallback = application.spec.destination?.namespace || undefined;
  return (application.status?.resources ?? []).flatMap(resource => {
    const namespace = resource.namespace || fallback;
    const isDeployment =
      resource.kind === 'Deployment' &&
      resource.group === 'apps' &&
      !resource.hook;
    return isDeployment && resource.name && namespace
      ? [{ kind: 'Deployment' as const, namespace, name: resource.name }]
      : [];
  });
}

/** A full Application in our words. */
export function toDetails(
  instance: string,
  application: Application,
): ApplicationDetails {
  const { metadata, spec, status } = application;
  const key: ApplicationKey = {
    instance,
    namespace: metadata.namespace,
    name: metadata.name,
  };
  const hint = metadata.annotations?.[REPOSITORY_ANNOTATION];
  const history = historyOf(application, hint);
  const sync = status?.sync ?? undefined;
  const compared = sync ? revisionOf(sync, spec.sources, hint) : undefined;
  const syncStatus = sync?.status || undefined;
  const said =
    status?.health?.message ||
    status?.conditions?.find(condition => condition.message)?.message ||
    undefined;
  const reconciledAt = Date.parse(status?.reconciledAt ?? '');
  return {
    key,
    health: toHealthStatus(status?.health?.status),
    healthMessage: said && withoutUrlCredentials(said),
    syncStatus,
    // `status.sync.revision` is what Argo CD compared with, which is not yet
    // running while the application is out of sync.
    revision:
      syncStatus === 'Synced' ? compared : history[0]?.revision ?? compared,
    workloads: workloadsOf(application),
    destination: {
      server: spec.destination?.server || undefined,
      name: spec.destination?.name || undefined,
      namespace: spec.destination?.namespace || undefined,
    },
    history,
    historyLimit: spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
    reconciledAt: Number.isFinite(reconciledAt) ? reconciledAt : undefined,
  };
}
