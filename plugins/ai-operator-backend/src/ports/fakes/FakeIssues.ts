import { IssueComment } from '..';

/** An escalation issue as the fake keeps it. */
export interface FakeIssue {
  number: number;
  title: string;
  body: string;
  labels: string[];
  state: 'open' | 'closed';
  comments: FakeComment[];
}

export interface FakeComment extends IssueComment {
  reactions: string[];
  /** Of what the operator wrote. */
  marker?: string;
}

/** The operator's own account. */
export const OPERATOR = 'ai-operator[bot]';

/** Issues by their marker, with comments that tests write, edit and delete. */
export class FakeIssues extends Map<string, FakeIssue> {
  readonly #now: () => number;
  #lastComment = 1_000;

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  byNumber(number: number): FakeIssue | undefined {
    return [...this.values()].find(issue => issue.number === number);
  }

  /** What a person (or a bot) writes under an issue. @returns the comment; an edit is a change of `body` and `updatedAt` */
  comment(
    number: number,
    comment: { login: string; body: string; isBot?: boolean; marker?: string },
  ): FakeComment {
    const issue = this.byNumber(number);
    if (!issue) {
      throw new Error(`There is no issue #${number}`);
    }
    this.#lastComment += 1;
    const at = this.#now();
    const written: FakeComment = {
      isBot: false,
      ...comment,
      id: this.#lastComment,
      createdAt: at,
      updatedAt: at,
      url: `https://github.test/issues/${number}#issuecomment-${
        this.#lastComment
      }`,
      reactions: [],
    };
    issue.comments.push(written);
    return written;
  }

  deleteComment(id: number): void {
    for (const issue of this.values()) {
      issue.comments = issue.comments.filter(comment => comment.id !== id);
    }
  }

  /** The operator's word, once per marker. */
  say(number: number, body: string, marker: string): void {
    const isSaid = this.byNumber(number)?.comments.some(
      comment => comment.marker === marker,
    );
    if (!isSaid) {
      this.comment(number, { login: OPERATOR, isBot: true, body, marker });
    }
  }
}
