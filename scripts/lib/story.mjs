import { DEMO_PORTS } from './demo.mjs';

/**
 * What a newcomer reads once everything answers.
 *
 * @param {{urls: {portal: string, backend: string, world: string}, badDeploymentInMs?: number}} demo
 */
export function tellWhatIsGoingOn({ urls, badDeploymentInMs }) {
  const { port } = new URL(urls.world);
  const world = `${
    Number(port) === DEMO_PORTS.world ? '' : `WORLD_PORT=${port} `
  }npm run world --`;
  const lines = [
    '',
    'AI Operator is up.',
    '',
    `  Portal           ${urls.portal}`,
    `  Backend          ${urls.backend}`,
    `  Simulated world  ${urls.world} (GitHub, Argo CD, ...; its Slack at /slack, its Elasticsearch at /kibana)`,
    '',
    'Sign in as guest to look, or with GitHub as alice, bob, dave or erin to act.',
    '',
  ];
  if (badDeploymentInMs === undefined) {
    lines.push('Nothing happens until you make it happen.');
  } else {
    lines.push(
      `In ${Math.round(
        badDeploymentInMs / 1000,
      )} s a bad revision of payment-service reaches staging. Then watch`,
      `${urls.portal}/catalog/default/component/payment-service/ai-operator`,
      '',
      '  about 1 min later  Kubernetes gives up, three health checks in a row are degraded',
      '  soon after         a stable earlier revision is found, a rollback PR is open',
      '  3 min later        CI has passed, eight invariants hold, it merges by itself',
      '  2-3 min later      Argo CD has synced, healthy again, confirmed for 60 s',
    );
  }
  lines.push(
    '',
    'Steer it from another terminal:',
    '',
    `  ${world} help                      every command`,
    `  ${world} break checkout            a bad revision of another service`,
    `  ${world} heal checkout             what runs recovers by itself`,
    `  ${world} break payment-service --env production`,
    '                                     ... waits for alice or erin to approve',
    `  ${world} fail-ci payment-service   CI fails from now on`,
    '',
    'Ctrl-C ends everything.',
    '',
  );
  return lines.join('\n');
}
