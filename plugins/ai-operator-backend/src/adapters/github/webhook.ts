import { z } from 'zod';

/** What a delivery is about. It says where to look, never what is true: that is asked of GitHub. */
export interface WebhookNews {
  /** Clone URL of the repository. */
  cloneUrl: string;
  pullRequest?: number;
  /** The commit that checks, statuses or pushes speak of. */
  headSha?: string;
  /** An issue or pull request that was commented on, closed or opened again. */
  issue?: number;
}

/** Event names worth waking up for, as in GitHub's `X-GitHub-Event`. */
export const WEBHOOK_EVENTS = [
  'pull_request',
  'pull_request_review',
  'check_run',
  'check_suite',
  'status',
  'workflow_run',
  'issue_comment',
  'issues',
] as const;

const sha = z.string().regex(/^[0-9a-f]{40}$/);

const deliverySchema = z.object({
  repository: z.object({ clone_url: z.string().max(2_000) }),
  pull_request: z
    .object({ number: z.number().int(), head: z.object({ sha }) })
    .nullish(),
  issue: z.object({ number: z.number().int() }).nullish(),
  check_run: z.object({ head_sha: sha }).nullish(),
  check_suite: z.object({ head_sha: sha }).nullish(),
  workflow_run: z.object({ head_sha: sha }).nullish(),
  /** Of event `status`. */
  sha: sha.nullish(),
});

/** Undefined for payloads that are none of GitHub's, or about no repository. */
export function readWebhook(payload: unknown): WebhookNews | undefined {
  const read = deliverySchema.safeParse(payload);
  if (!read.success) {
    return undefined;
  }
  const { repository, pull_request: pull, issue, ...rest } = read.data;
  return {
    cloneUrl: repository.clone_url,
    pullRequest: pull?.number,
    headSha:
      pull?.head.sha ??
      rest.check_run?.head_sha ??
      rest.check_suite?.head_sha ??
      rest.workflow_run?.head_sha ??
      rest.sha ??
      undefined,
    issue: issue?.number,
  };
}
