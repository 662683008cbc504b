import { ComplianceFinding } from '@ai-operator/backstage-plugin-ai-operator-common';
import { DeploymentStatus } from '../../ports';

/** What the live Deployments of an application lack (AC-04, AC-05). It hinders no rollback. */
export function findingsOf(
  deployments: readonly DeploymentStatus[],
): ComplianceFinding[] {
  return deployments.flatMap(({ namespace, name, declares }) => {
    const where = `Deployment ${namespace}/${name}`;
    const findings: ComplianceFinding[] = [];
    const missing = [
      ...(declares.readinessProbe ? [] : ['readiness probe']),
      ...(declares.livenessProbe ? [] : ['liveness probe']),
    ];
    if (missing.length > 0) {
      findings.push({
        rule: 'AC-04',
        because: `${where} has a container without ${missing.join(' and ')}`,
        howToMend:
          'Declare readinessProbe and livenessProbe for every container of its pod template',
      });
    }
    if (!declares.replicas) {
      findings.push({
        rule: 'AC-05',
        because: `${where} declares no replica count`,
        howToMend: 'Set spec.replicas in its manifest',
      });
    }
    return findings;
  });
}
