import { Environment } from '@ai-operator/backstage-plugin-ai-operator-common';

/** First seven digits, as people write revisions. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

/** `rollback/<app>-<sha7>` (SPEC §8). */
export function headBranch(application: string, target: string): string {
  return `rollback/${application}-${shortSha(target)}`;
}

/** `Rollback: <app> to <sha7> (degraded in <environment>)`. */
export function prTitle(
  application: string,
  target: string,
  environment: Environment,
): string {
  return `Rollback: ${application} to ${shortSha(
    target,
  )} (degraded in ${environment})`;
}

/** RB-06. */
export function prLabels(environment: Environment): string[] {
  return ['ai-operator', 'rollback', environment];
}

/** How pull requests and issues of one rollback are found again: an HTML comment in the body. */
export function correlationMarker(correlationId: string): string {
  return `<!-- ai-operator:correlation-id=${correlationId} -->`;
}
