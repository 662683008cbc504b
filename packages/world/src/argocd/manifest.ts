import { InputError } from '@backstage/errors';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { WorkloadSpec } from '../deployments';

/** A source of an Application. */
export type ApplicationSource = z.infer<typeof sourceSchema>;

/** `spec` of an Application; what we do not use is carried along untouched. */
export type ApplicationSpec = z.infer<typeof specSchema>;

/** What a manifest file says about one Application. */
export interface ApplicationManifest {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  spec: ApplicationSpec;
}

const labels = z.record(z.string(), z.string()).optional();

const sourceSchema = z.looseObject({
  repoURL: z.string(),
  path: z.string().optional(),
  chart: z.string().optional(),
  targetRevision: z.string().optional(),
  ref: z.string().optional(),
});

const specSchema = z.looseObject({
  project: z.string(),
  source: sourceSchema.optional(),
  sources: z.array(sourceSchema).optional(),
  destination: z.looseObject({
    server: z.string().optional(),
    name: z.string().optional(),
    namespace: z.string().optional(),
  }),
});

const applicationSchema = z.object({
  kind: z.literal('Application'),
  metadata: z.object({ name: z.string(), labels, annotations: labels }),
  spec: specSchema,
});

const probe = z.looseObject({}).optional();

const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.number().int().min(0).max(1000).optional(),
    progressDeadlineSeconds: z.number().int().positive().optional(),
    template: z.object({
      spec: z.object({
        containers: z
          .array(
            z.looseObject({
              image: z.string(),
              ports: z
                .array(z.looseObject({ containerPort: z.number() }))
                .optional(),
              readinessProbe: probe,
              livenessProbe: probe,
            }),
          )
          .min(1),
      }),
    }),
  }),
});

/** Kubernetes' own default for `progressDeadlineSeconds`. */
const DEFAULT_PROGRESS_DEADLINE_S = 600;

/**
 * The Application called `name` from a manifest file.
 *
 * @throws InputError saying what is wrong with the file
 */
export function parseApplicationManifest(
  text: string,
  name: string,
): ApplicationManifest {
  const documents = parseYaml(text).filter(isKind('Application'));
  for (const document of documents) {
    const parsed = applicationSchema.safeParse(document);
    if (!parsed.success) {
      throw new InputError(z.prettifyError(parsed.error));
    }
    if (parsed.data.metadata.name === name) {
      const { metadata, spec } = parsed.data;
      if (!spec.source && !spec.sources?.length) {
        throw new InputError('spec.source or spec.sources is required');
      }
      return {
        labels: metadata.labels ?? {},
        annotations: metadata.annotations ?? {},
        spec,
      };
    }
  }
  throw new InputError(`there is no Application named '${name}'`);
}

/**
 * The Deployments of a manifest file, by name.
 *
 * @throws InputError saying what is wrong with the file
 */
export function parseDeployments(text: string): Map<string, WorkloadSpec> {
  const result = new Map<string, WorkloadSpec>();
  for (const document of parseYaml(text).filter(isKind('Deployment'))) {
    const parsed = deploymentSchema.safeParse(document);
    if (!parsed.success) {
      throw new InputError(z.prettifyError(parsed.error));
    }
    const { metadata, spec } = parsed.data;
    const [container] = spec.template.spec.containers;
    result.set(metadata.name, {
      replicas: spec.replicas ?? 1,
      replicasDeclared: spec.replicas !== undefined,
      progressDeadlineMs:
        1000 * (spec.progressDeadlineSeconds ?? DEFAULT_PROGRESS_DEADLINE_S),
      template: {
        image: container.image,
        containerPort: container.ports?.[0]?.containerPort ?? 8080,
        readinessProbe: container.readinessProbe !== undefined,
        livenessProbe: container.livenessProbe !== undefined,
      },
    });
  }
  return result;
}

/** The source that names a folder of a git repository; undefined for charts only. */
export function gitSource(
  spec: ApplicationSpec,
): ApplicationSource | undefined {
  return [...(spec.source ? [spec.source] : []), ...(spec.sources ?? [])].find(
    source => source.chart === undefined && source.path !== undefined,
  );
}

function parseYaml(text: string): unknown[] {
  return parseAllDocuments(text).map(document => {
    if (document.errors.length > 0) {
      throw new InputError(document.errors[0].message);
    }
    return document.toJS() as unknown;
  });
}

function isKind(kind: string) {
  return (document: unknown): boolean =>
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === kind;
}
