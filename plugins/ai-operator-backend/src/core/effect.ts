import {
  EscalationReason,
  EventName,
  EventPayloads,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { GitSource } from './application';
import { ChangePlan, OpenedPullRequest } from './rollback';

/**
 * Changes we want made outside. A decision only names them; the dispatcher looks
 * first and then acts, so that each is safe to carry out twice. Keys are
 * deterministic: the same decision taken again names the same effect.
 */
export type Effect = { key: string } & (
  | {
      kind: 'open_pull_request';
      source: GitSource;
      change: ChangePlan;
      headBranch: string;
      title: string;
      body: string;
      labels: string[];
      commitMessage: string;
    }
  | {
      kind: 'merge_pull_request';
      repository: string;
      number: number;
      /** Only this head may be merged. */
      headSha: string;
      /** Only into this branch (RB-01). */
      baseBranch: string;
      /** Looked for once more right before merging (guard `hold_label`). */
      holdLabel: string;
      commitTitle: string;
      commitMessage: string;
    }
  | {
      kind: 'close_pull_request';
      repository: string;
      number: number;
      /** Written before closing; found again by its marker, so never twice. */
      comment: string;
      deleteBranch?: string;
    }
  | {
      kind: 'escalate';
      /** `policy.escalationRepository`, else the application's repository; undefined when neither is known. */
      repository: string | undefined;
      reason: EscalationReason;
      title: string;
      body: string;
      labels: string[];
    }
  | {
      /** The escalation issue, if there is one, gets a last comment and is closed (SPEC §9). */
      kind: 'close_issue';
      repository: string | undefined;
      comment: string;
    }
  | {
      /** A reaction and a reply to a comment on the escalation issue. */
      kind: 'answer_comment';
      repository: string;
      issueNumber: number;
      commentId: number;
      reaction: '+1' | '-1' | 'confused' | 'eyes';
      reply: string;
    }
  | {
      /** Told to people through Backstage notifications; one thread per rollback. */
      kind: 'notify';
      audience: 'oncall' | 'admins';
      title: string;
      description: string;
      severity: 'critical' | 'high' | 'normal' | 'low';
      /** Path or address a click leads to. */
      link: string;
    }
  | {
      /** Somebody is woken up: an escalation stayed unanswered. */
      kind: 'page';
      summary: string;
      details: string;
      link: string;
    }
  | PublishedEvent
);

/** An event and the payload that belongs to its name. */
type PublishedEvent = {
  [N in EventName]: {
    kind: 'publish_event';
    name: N;
    payload: EventPayloads[N];
  };
}[EventName];

export type EffectKind = Effect['kind'];

/** How an effect ended. A refusal is a normal answer, not an exception. */
export type EffectOutcome =
  | {
      kind: 'open_pull_request';
      result: 'opened';
      pullRequest: OpenedPullRequest;
    }
  /** The base branch is no longer at `change.baseSha`, or the branch name is taken by somebody else's work. */
  | { kind: 'open_pull_request'; result: 'conflict'; because: string }
  | { kind: 'open_pull_request'; result: 'permission_denied'; because: string }
  | { kind: 'open_pull_request'; result: 'invalid'; because: string }
  | {
      kind: 'merge_pull_request';
      result: 'merged';
      mergeSha: string;
      mergedBy: 'operator' | 'human';
    }
  /** GitHub refused: not mergeable, protected, or the head has moved. */
  | {
      kind: 'merge_pull_request';
      result: 'refused';
      because: string;
      headMoved: boolean;
    }
  | { kind: 'merge_pull_request'; result: 'permission_denied'; because: string }
  /** In mode `observe` nothing is done outside: this is what would have been done. */
  | { kind: EffectKind; result: 'dry_run'; because: string }
  /** Not carried out: by the time of acting the rollback no longer wanted it (see `stillWanted`). */
  | { kind: EffectKind; result: 'not_wanted'; because: string }
  | {
      kind: 'close_pull_request';
      result: 'closed' | 'already_closed' | 'already_merged';
    }
  | {
      kind: 'escalate';
      result: 'raised';
      issueUrl?: string;
      issueNumber?: number;
    }
  | { kind: 'close_issue'; result: 'closed' | 'already_closed' | 'no_issue' }
  /** `gone`: the comment or the issue does not exist any more. */
  | { kind: 'answer_comment'; result: 'answered' | 'gone' }
  | { kind: 'notify'; result: 'sent' | 'nobody_to_tell' }
  | { kind: 'page'; result: 'paged' | 'no_pager' }
  | { kind: 'publish_event'; result: 'published' }
  /** All retries used up, or an error that retrying cannot mend. */
  | { kind: EffectKind; result: 'failed'; because: string };
