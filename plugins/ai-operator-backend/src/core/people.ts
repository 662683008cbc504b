import {
  CommandSource,
  HumanCommandName,
  Role,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { Known } from './verdict';

/** A person as we can name one: by the catalog, by GitHub, or by both when the catalog links them. */
export interface PersonRef {
  /** Full entity ref of the User in the catalog. */
  entityRef?: string;
  /** GitHub login. */
  login?: string;
}

/** What a person told the operator about one rollback. One row in the database. */
export interface HumanCommand {
  /** Unique and deterministic: `portal:<uuid>`, `issue:<comment id>`. */
  id: string;
  command: HumanCommandName;
  source: Exclude<CommandSource, 'review'>;
  person: PersonRef;
  reason?: string;
  /** When it was given, ms epoch. */
  at: number;
  /** Head of the pull request the person decided about; absent while there was none. */
  headSha?: string;
  /** `withdrawn`: the comment was edited or deleted before it had an effect that lasts. */
  result: 'pending' | 'accepted' | 'refused' | 'withdrawn';
  because?: string;
  /** When it got its present result, ms epoch; absent while pending. Column handled_at. */
  answeredAt?: number;
  /** The comment it was given in, with source `issue`: that is where it is answered. */
  comment?: {
    repository: string;
    issueNumber: number;
    id: number;
    /** When it was last changed, as it was read: a later change takes the command back. */
    updatedAt: number;
  };
}

/** Who may decide, as of `roles.at`: roles are asked anew for every decision that rests on them. */
export interface ApprovalFact {
  source: CommandSource;
  person: PersonRef;
  /** `withdrawn`: the person's latest word is a request for changes, a dismissed review, or a deleted comment. */
  decision: 'approved' | 'withdrawn';
  at: number;
  /** The commit that was approved. */
  headSha?: string;
  isBot: boolean;
  /** The person opened the pull request or made its commit. */
  isAuthor: boolean;
  roles: Known<Role[]>;
  url?: string;
}

/** A pause in force (SPEC §8). `application` absent: everything. */
export interface Pause {
  id: string;
  application?: { instance: string; namespace: string; name: string };
  reason: string;
  /** Entity ref. */
  by: string;
  at: number;
  /** ms epoch; absent: until somebody resumes. */
  until?: number;
}

/**
 * A time in which nothing is merged without a person (SPEC §8): once, from and
 * until as ms epoch; or every week, from a minute of the week to a later one in
 * a time zone (Monday 00:00 is minute 0; `until` may be past the week's end).
 */
export type FreezeWindow = {
  reason: string;
  /** Absent: in every environment. */
  environments?: Array<'staging' | 'production'>;
} & (
  | { kind: 'once'; from: number; until: number }
  | {
      kind: 'weekly';
      fromMinute: number;
      untilMinute: number;
      timeZone: string;
    }
);
