import { SystemStatus } from '@ai-operator/backstage-plugin-ai-operator-common';
import { LastCall } from '../../metrics';
import { InstanceStatus } from '../../persistence';
import { RouterDeps } from '../deps';

/** An instance backs off to at most 5 minutes; one not looked at for longer is looked at by nobody. */
const MAX_SILENCE_MS = 6 * 60_000;

/** How each system the operator talks to is doing, and what is wrong with its configuration. */
export function viewSystems(
  deps: RouterDeps,
  instances: readonly InstanceStatus[],
  now: number,
): SystemStatus[] {
  const { configured, entities, metrics } = deps;
  const catalog = entities.snapshot();
  const calls = metrics.lastCalls();
  const byName = new Map(instances.map(status => [status.name, status]));
  return [
    ...configured.problems.map(
      ({ key, because, howToMend }): SystemStatus => ({
        kind: 'config',
        name: key,
        status: 'misconfigured',
        because,
        howToMend,
      }),
    ),
    ...(catalog.problem === undefined
      ? []
      : [
          {
            kind: 'config' as const,
            name: 'catalog',
            status: 'failing' as const,
            because: `The catalog could not be read: ${catalog.problem}`,
            howToMend:
              'What it said last still counts. Check that the catalog plugin answers.',
            checkedAt: catalog.readAt,
          },
        ]),
    ...configured.argocd.map(({ name }) =>
      configured.problems.some(({ severity }) => severity === 'fatal')
        ? notAsked(name)
        : viewInstance(name, byName.get(name), now),
    ),
    viewCalls('kubernetes', 'Kubernetes', calls.get('kubernetes')),
    viewCalls('github', 'GitHub', calls.get('github')),
    configured.prometheus
      ? viewCalls('prometheus', 'Prometheus', calls.get('prometheus'))
      : {
          kind: 'prometheus',
          name: 'Prometheus',
          status: 'not_configured',
          because:
            'Uptime of older revisions is not measured: CI alone decides whether one is stable, and the records say so.',
          howToMend: 'Set aiOperator.prometheus.url.',
        },
  ];
}

/** With a mistake that forbids acting nobody polls, whatever an earlier process has seen. */
function notAsked(name: string): SystemStatus {
  return {
    kind: 'argocd',
    name,
    status: 'failing',
    because:
      'It is not asked: the operator does nothing until its configuration is mended.',
    howToMend: 'Mend the configuration as described, then restart the backend.',
  };
}

function viewInstance(
  name: string,
  status: InstanceStatus | undefined,
  now: number,
): SystemStatus {
  const base = { kind: 'argocd' as const, name };
  if (status?.lastTickAt === undefined) {
    return {
      ...base,
      status: 'failing',
      because: 'No look at it has ended yet.',
      howToMend:
        'Wait for the first one; if none ends, look into the log of the backend.',
    };
  }
  const checkedAt = status.lastTickAt;
  if (status.problem !== undefined) {
    const { consecutiveFailures: failures } = status;
    return {
      ...base,
      status: 'failing',
      because: `${status.problem} (${failures} failed ${
        failures === 1 ? 'look' : 'looks'
      } in a row)`,
      howToMend:
        'Check its url and credentials in argocd.appLocatorMethods, and that it answers. Meanwhile its applications are not measured, and nothing is rolled back there.',
      checkedAt,
    };
  }
  if (now - checkedAt > MAX_SILENCE_MS) {
    return {
      ...base,
      status: 'failing',
      because: `Nobody has looked at it for ${Math.round(
        (now - checkedAt) / 60_000,
      )} minutes.`,
      howToMend: 'Check that a backend with the operator is running.',
      checkedAt,
    };
  }
  return { ...base, status: 'ok', because: 'It answers.', checkedAt };
}

function viewCalls(
  kind: 'kubernetes' | 'github' | 'prometheus',
  name: string,
  call: LastCall | undefined,
): SystemStatus {
  const { answeredAt, failedAt, errorCode, failedCall } = call ?? {};
  if (failedAt !== undefined && failedAt >= (answeredAt ?? 0)) {
    return {
      kind,
      name,
      status: 'failing',
      because: `The latest call failed: ${failedCall} with ${errorCode}.`,
      howToMend:
        errorCode === 'UNAUTHENTICATED' || errorCode === 'PERMISSION_DENIED'
          ? 'Check the credentials and what they allow.'
          : 'Check that it can be reached; the call is repeated when it is needed again.',
      checkedAt: failedAt,
    };
  }
  return {
    kind,
    name,
    status: 'ok',
    because:
      answeredAt === undefined
        ? 'It was not needed yet since this backend started.'
        : 'It answers.',
    checkedAt: answeredAt,
  };
}
