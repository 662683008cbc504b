/**
 * What a newcomer reads once everything answers.
 *
 * @param {{urls: {portal: string, backend: string, world: string}, badDeploymentInMs?: number}} demo
 */
export function tellWhatIsGoingOn({ urls, badDeploymentInMs }) {
  const lines = [
    '',
    'AI Operator is up.',
    '',
    `  Portal           ${urls.portal}`,
    `  Backend          ${urls.backend}`,
    `  Simulated world  ${urls.world}`,
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
      '  about 30 s later   three health checks in a row were degraded: it is proven',
      '  soon after         a stable earlier revision is found, a rollback PR is open',
      '  after its CI       the eight invariants hold: it merges by itself',
      '  after the sync     healthy again, and confirmed for 60 s',
    );
  }
  lines.push(
    '',
    'Steer it from another terminal:',
    '',
    '  npm run world -- help                      every command',
    '  npm run world -- break checkout            a bad revision of another service',
    '  npm run world -- heal checkout             healthy again, without a rollback',
    '  npm run world -- fail-ci payment-service   the next CI run fails',
    '',
    'Ctrl-C ends everything.',
    '',
  );
  return lines.join('\n');
}
