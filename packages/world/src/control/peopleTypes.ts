import type { WebhookConfig, WebhookDelivery } from '../github';
import type { Target } from './types';

/** A pull request: of a service (default: the only one with an open one), by number (default: its newest open one). */
export interface PullTarget {
  service?: string;
  number?: number;
}

/** An issue or pull request. Default: the only open issue there is. */
export interface IssueTarget {
  /** `name` or `owner/name`. */
  repository?: string;
  number?: number;
}

/** A pull request that was found. */
export interface FoundPull {
  repository: string;
  number: number;
}

/** What people of the cast do in GitHub, and who they are there. */
export interface PeopleControl {
  /** Closes a pull request as `by` (default alice). */
  closePullRequest(
    options: { service: string; by?: string } & PullTarget,
  ): Promise<{ number: number }>;
  /** Merges a pull request as `by` (default alice). */
  mergePullRequest(
    options: { service: string; by?: string } & PullTarget,
  ): Promise<{ number: number; sha: string }>;
  approve(options: { login: string } & PullTarget): Promise<FoundPull>;
  requestChanges(
    options: { login: string; text?: string } & PullTarget,
  ): Promise<FoundPull>;
  /** `by` (default alice) takes back what `login` said in a review. */
  dismiss(
    options: { login: string; by?: string } & PullTarget,
  ): Promise<FoundPull>;
  /** Somebody pushes a commit of theirs to the branch of a pull request. */
  push(
    options: { login: string } & PullTarget,
  ): Promise<FoundPull & { sha: string }>;
  comment(
    options: { login: string; text: string } & IssueTarget,
  ): Promise<FoundPull & { id: number; url: string }>;
  /** Rewrites a comment as `by`, default its author. */
  editComment(options: { id: number; text: string; by?: string }): void;
  deleteComment(options: { id: number; by?: string }): void;
  /** `by` (default alice) gives a pull request or issue a label. */
  label(options: LabelOptions): Promise<FoundPull>;
  unlabel(options: LabelOptions): Promise<FoundPull>;
  /** Puts somebody into a team or takes them out; answers whether that changed anything. */
  team(options: { login: string; team: string; member: boolean }): {
    changed: boolean;
  };
  /** Demands, or no longer demands, that the environment's branch is merged to through a merge queue. */
  mergeQueue(options: Target & { on: boolean }): { branch: string };
  /** Sends GitHub's webhooks somewhere, or changes how badly they get there. */
  webhook(options: Partial<WebhookConfig>): void;
  webhookOff(): void;
  webhooks(): {
    target: Omit<WebhookConfig, 'secret'> | undefined;
    deliveries: WebhookDelivery[];
  };
}

/** Without `repository` and `issue`, a pull request is meant. */
export type LabelOptions = {
  label: string;
  by?: string;
  /** Number of an issue. */
  issue?: number;
  repository?: string;
} & PullTarget;
