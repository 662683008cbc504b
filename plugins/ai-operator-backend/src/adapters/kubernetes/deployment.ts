import { z } from 'zod';
import { DeploymentStatus } from '../../ports';
import { parseAnswer, parseJson } from '../http';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const probe = z.looseObject({}).nullish();

/** The fields of a Deployment that we use; client objects and JSON have the same names. */
const deploymentSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
    managedFields: z
      .array(
        z.object({
          fieldsV1: z
            .object({
              'f:spec': z
                .object({ 'f:replicas': z.unknown() })
                .partial()
                .nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
  spec: z.object({
    replicas: z.number().int().nonnegative().nullish(),
    paused: z.boolean().nullish(),
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({ readinessProbe: probe, livenessProbe: probe }),
        ),
      }),
    }),
  }),
  status: z
    .object({ availableReplicas: z.number().int().nonnegative().nullish() })
    .nullish(),
});

type Deployment = z.infer<typeof deploymentSchema>;

const lastAppliedSchema = z.object({
  spec: z.object({ replicas: z.number().nullish() }),
});

/**
 * Whether somebody wrote the replica count down (AC-05). The live object always
 * has one, since the API server fills in 1, so this looks at what was applied.
 * Without any trace of that, nothing is held against the manifest.
 */
function declaresReplicas({ metadata }: Deployment): boolean {
  const applied = metadata.annotations?.[LAST_APPLIED];
  if (applied) {
    try {
      const manifest = parseAnswer(
        lastAppliedSchema,
        parseJson(applied, LAST_APPLIED),
        LAST_APPLIED,
      );
      return typeof manifest.spec.replicas === 'number';
    } catch {
      // Somebody else's annotation: unreadable is no evidence.
    }
  }
  const specs = (metadata.managedFields ?? [])
    .map(entry => entry.fieldsV1?.['f:spec'])
    .filter(spec => spec !== undefined && spec !== null);
  return specs.length === 0 || specs.some(spec => 'f:replicas' in spec);
}

/**
 * A Deployment in our words. Kubernetes leaves out counts that are zero.
 *
 * @throws PortError MALFORMED_ANSWER naming the field
 */
export function toDeploymentStatus(
  answer: unknown,
  asked: string,
): DeploymentStatus {
  const deployment = parseAnswer(deploymentSchema, answer, asked);
  const { metadata, spec, status } = deployment;
  const { containers } = spec.template.spec;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    desired: spec.replicas ?? 1,
    available: status?.availableReplicas ?? 0,
    paused: spec.paused ?? false,
    declares: {
      replicas: declaresReplicas(deployment),
      readinessProbe: containers.every(each => Boolean(each.readinessProbe)),
      livenessProbe: containers.every(each => Boolean(each.livenessProbe)),
    },
  };
}
