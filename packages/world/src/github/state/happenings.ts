import {
  type CheckRun,
  type CheckSuite,
  type Comment,
  type CommitStatus,
  type Issue,
  type Pull,
  type Review,
} from './model';
import { type RepositoryState } from './repository';

/** What GitHub tells others about: one webhook event each, named as GitHub names it. */
export type Fact =
  | {
      event: 'pull_request';
      action: 'opened' | 'closed' | 'reopened';
      pull: Pull;
    }
  | {
      event: 'pull_request';
      action: 'synchronize';
      pull: Pull;
      before: string;
      after: string;
    }
  | {
      event: 'pull_request';
      action: 'labeled' | 'unlabeled';
      pull: Pull;
      label: string;
    }
  | {
      event: 'pull_request_review';
      action: 'submitted' | 'dismissed';
      pull: Pull;
      review: Review;
    }
  | {
      event: 'pull_request_review';
      action: 'edited';
      pull: Pull;
      review: Review;
      /** The text before. */
      from: string;
    }
  | { event: 'check_run'; action: 'created' | 'completed'; run: CheckRun }
  | { event: 'check_suite'; action: 'completed'; suite: CheckSuite }
  | { event: 'status'; status: CommitStatus }
  | {
      event: 'issue_comment';
      action: 'created' | 'deleted';
      issue: Issue;
      comment: Comment;
    }
  | {
      event: 'issue_comment';
      action: 'edited';
      issue: Issue;
      comment: Comment;
      /** The text before. */
      from: string;
    }
  | { event: 'issues'; action: 'opened' | 'closed' | 'reopened'; issue: Issue }
  | {
      event: 'issues';
      action: 'labeled' | 'unlabeled';
      issue: Issue;
      label: string;
    }
  | {
      event: 'push';
      /** Full name, e.g. `refs/heads/staging`. */
      ref: string;
      before: string | undefined;
      after: string | undefined;
    };

/** A fact, where it became one and through whom. */
export interface Happening {
  repository: RepositoryState;
  /** Login of whoever did it; undefined for what nobody signed for. */
  by: string | undefined;
  fact: Fact;
}
