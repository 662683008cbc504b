import type { Workload } from '../deployments';

/** `spec` of the pods of a revision. */
export function podSpecOf(workload: Workload, revision: string) {
  const template = workload.templateOf(revision);
  const probe = (path: string) => ({
    httpGet: { path, port: template.containerPort, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return {
    containers: [
      {
        name: workload.key.name,
        image: template.image,
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: template.containerPort, protocol: 'TCP' }],
        resources: {
          requests: { cpu: '100m', memory: '128Mi' },
          limits: { memory: '256Mi' },
        },
        ...(template.readinessProbe && { readinessProbe: probe('/readyz') }),
        ...(template.livenessProbe && { livenessProbe: probe('/healthz') }),
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  };
}
