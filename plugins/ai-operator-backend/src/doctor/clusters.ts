import { check, Finding, judgeKubernetes } from '../core/doctor/judges';
import { silentCluster } from '../core/doctor/silence';
import { mapBounded } from '../observation';
import { DestinationInUse } from './inUse';
import { Look } from './Look';
import { DoctorParts } from './parts';

const MAX_CLUSTERS = 10;
const MAX_NAMESPACES = 10;
const CONCURRENCY = 5;
/** Where nothing is deployed yet, any namespace shows whether we are let in. */
const ANY_NAMESPACE = 'default';

/** Every cluster that is configured or deployed to. */
export async function lookAtClusters(
  parts: Pick<DoctorParts, 'port' | 'config'>,
  destinations: readonly DestinationInUse[],
  look: Look,
): Promise<Finding[]> {
  const { clusters, findings } = clustersInUse(parts, destinations);
  const lookedAt = clusters.slice(0, MAX_CLUSTERS);
  const perCluster = await mapBounded(
    lookedAt,
    CONCURRENCY,
    async ([cluster, inUse]) => {
      const namespaces = inUse.length > 0 ? inUse : [ANY_NAMESPACE];
      const asked = namespaces.slice(0, MAX_NAMESPACES);
      const facts = await look.at(`Kubernetes '${cluster}'`, call =>
        parts.port.kubernetes({ cluster, namespaces: asked }, call),
      );
      return judgeKubernetes(
        facts.known ? facts.value : silentCluster(cluster, asked, facts),
        namespaces.length - asked.length,
      );
    },
  );
  return [
    ...findings,
    ...perCluster.flat(),
    ...judgeLeftOut(clusters.length, lookedAt.length),
  ];
}

/** Clusters by our name of them, with their namespaces in use; and destinations that name none. */
function clustersInUse(
  { port, config }: Pick<DoctorParts, 'port' | 'config'>,
  destinations: readonly DestinationInUse[],
): { clusters: Array<[string, string[]]>; findings: Finding[] } {
  const clusters = new Map<string, Set<string>>(
    config.kubernetes.clusters.map(({ cluster }) => [cluster, new Set()]),
  );
  const findings = new Map<string, Finding>();
  for (const { ref, namespaces } of destinations) {
    const cluster = port.clusterOf(ref);
    if (cluster.known) {
      const known = clusters.get(cluster.value) ?? new Set();
      namespaces.forEach(namespace => known.add(namespace));
      clusters.set(cluster.value, known);
    } else {
      const finding = check(
        { area: 'kubernetes', name: ref.instance },
        'cluster',
        'Cluster of its applications',
      ).failed(cluster);
      findings.set(finding.id, findings.get(finding.id) ?? finding);
    }
  }
  return {
    clusters: [...clusters].map(([cluster, namespaces]) => [
      cluster,
      [...namespaces].sort(),
    ]),
    findings: [...findings.values()],
  };
}

function judgeLeftOut(inUse: number, lookedAt: number): Finding[] {
  return inUse > lookedAt
    ? [
        check(
          { area: 'kubernetes', name: 'Clusters', path: '' },
          'left-out',
          'Clusters left out',
        ).unknown(
          `${lookedAt} of ${inUse} clusters in use were looked at, the others not`,
          'Check the others with: kubectl auth can-i --list --namespace <namespace>',
        ),
      ]
    : [];
}
