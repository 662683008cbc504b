import { ConflictError, NotFoundError } from '@backstage/errors';
import { ApiError } from './domain/apiError';
import {
  addComment,
  deleteComment,
  editComment,
  findComment,
  mustOwnComment,
} from './domain/comments';
import { findLabel, setLabels } from './domain/labels';
import { decisiveReviews } from './domain/protection';
import {
  dismissReview,
  mayDismiss,
  type ReviewEvent,
  submitReview,
} from './domain/reviews';
import { issueComment } from './represent/issues';
import { permits } from './state/model';
import { type GitHubState } from './state/state';
import { type Permission } from './types';

/** What people do in GitHub, by the same rules as through the API. Errors: NotFoundError, ConflictError in GitHub's words. */
export interface Acting {
  /** Reviews the head. */
  review(
    login: string,
    fullName: string,
    number: number,
    options: { event: ReviewEvent; body?: string },
  ): void;
  /** Takes back the newest review of `whose` that approves or refuses. */
  dismiss(login: string, fullName: string, number: number, whose: string): void;
  comment(
    login: string,
    fullName: string,
    number: number,
    body: string,
  ): { id: number; url: string };
  /** `login` undefined: its author. */
  editComment(login: string | undefined, id: number, body: string): void;
  deleteComment(login: string | undefined, id: number): void;
  setLabel(
    login: string,
    fullName: string,
    number: number,
    label: string,
    present: boolean,
  ): void;
  /** Pushes a commit of theirs to the branch of a pull request; answers its sha. */
  push(login: string, fullName: string, number: number): Promise<string>;
  /** Answers whether that changed anything. */
  setTeamMember(
    organization: string,
    slug: string,
    login: string,
    member: boolean,
  ): boolean;
}

/** Builds {@link Acting} over a simulated GitHub. */
export function createActing(state: GitHubState): Acting {
  function issueOf(fullName: string, number: number) {
    const repository = state.repository(fullName);
    const issue = repository.issues.get(number);
    if (!issue) {
      throw new NotFoundError(`${fullName} has no issue #${number}`);
    }
    return { repository, issue };
  }

  function pullOf(fullName: string, number: number) {
    const repository = state.repository(fullName);
    const pull = repository.pull(number);
    if (!pull) {
      throw new NotFoundError(`${fullName} has no pull request #${number}`);
    }
    return { repository, pull };
  }

  function commentOf(id: number) {
    for (const repository of state.repositories()) {
      const found = findComment(repository, id);
      if (found) {
        return { repository, found };
      }
    }
    throw new NotFoundError(`There is no comment ${id}`);
  }

  function mustHold(login: string, owner: string, needed: Permission): void {
    if (!permits(state.accounts.permission(login, owner), needed)) {
      throw new ConflictError(
        `${login} may not do that in the repositories of ${owner}: it needs the permission "${needed}"`,
      );
    }
  }

  return {
    review(login, fullName, number, { event, body = '' }) {
      const author = person(state, login);
      const { repository, pull } = pullOf(fullName, number);
      inGitHubsWords(`${fullName}#${number}`, () =>
        submitReview(state, repository, pull, { author, event, body }),
      );
    },
    dismiss(login, fullName, number, whose) {
      const by = person(state, login);
      const { repository, pull } = pullOf(fullName, number);
      const wanted = person(state, whose).toLowerCase();
      const review = decisiveReviews(pull).find(
        ({ author }) => author.toLowerCase() === wanted,
      );
      if (!review) {
        throw new NotFoundError(
          `${whose} has no review of ${fullName}#${number} that could be dismissed`,
        );
      }
      const permission = state.accounts.permission(by, repository.owner);
      if (!mayDismiss(repository, pull, permission)) {
        throw new ConflictError(
          `${by} may not dismiss reviews of ${fullName}#${number}`,
        );
      }
      dismissReview(state, repository, pull, review, by);
    },
    comment(login, fullName, number, body) {
      const author = person(state, login);
      const { repository, issue } = issueOf(fullName, number);
      const comment = inGitHubsWords(`${fullName}#${number}`, () =>
        addComment(state, repository, issue, author, body),
      );
      const { html_url: url } = issueComment(state, repository, issue, comment);
      return { id: comment.id, url };
    },
    editComment(login, id, body) {
      const { repository, found } = commentOf(id);
      const by = person(state, login ?? found.comment.author);
      const permission = state.accounts.permission(by, repository.owner);
      inGitHubsWords(`comment ${id}`, () =>
        mustOwnComment(found.comment, by, permission),
      );
      editComment(state, repository, found, by, body);
    },
    deleteComment(login, id) {
      const { repository, found } = commentOf(id);
      const by = person(state, login ?? found.comment.author);
      const permission = state.accounts.permission(by, repository.owner);
      inGitHubsWords(`comment ${id}`, () =>
        mustOwnComment(found.comment, by, permission),
      );
      deleteComment(state, repository, found, by);
    },
    setLabel(login, fullName, number, label, present) {
      const by = person(state, login);
      const { repository, issue } = issueOf(fullName, number);
      mustHold(by, repository.owner, 'triage');
      const name = findLabel(repository, label) ?? label;
      if (!present && !issue.labels.includes(name)) {
        throw new NotFoundError(
          `${fullName}#${number} has no label "${label}"`,
        );
      }
      const others = issue.labels.filter(other => other !== name);
      const labels = present ? [...others, name] : others;
      inGitHubsWords(`${fullName}#${number}`, () =>
        setLabels(state, repository, issue, labels, by),
      );
    },
    async push(login, fullName, number) {
      const actor = person(state, login);
      const { repository, pull } = pullOf(fullName, number);
      mustHold(actor, repository.owner, 'push');
      const branch = pull.pull.headBranch;
      const { git } = repository;
      const account = state.accounts.get(actor);
      const before = await git.readFile(branch, 'docs/notes.md');
      const sha = await git.commitFiles({
        branch,
        files: {
          'docs/notes.md': `${
            before?.toString('utf8') ?? '# Notes\n'
          }\n- ${new Date(state.now()).toISOString()}: ${actor} was here.\n`,
        },
        message: 'Change something else as well',
        author: {
          name: account?.name ?? actor,
          email: account?.email ?? '',
          date: state.now(),
        },
        actor,
      });
      await state.settled();
      return sha;
    },
    setTeamMember(organization, slug, login, member) {
      const team = state.accounts.team(organization, slug);
      if (!team) {
        throw new NotFoundError(
          `${organization} has no team "${slug}". There are: ${state.accounts
            .teams(organization)
            .map(other => other.slug)
            .join(', ')}`,
        );
      }
      return state.accounts.setMember(team, person(state, login), member);
    },
  };
}

/** A login as it is spelt. @throws NotFoundError */
export function person(state: GitHubState, login: string): string {
  const account = state.accounts.get(login);
  if (!account) {
    throw new NotFoundError(`"${login}" is none of the people`);
  }
  return account.login;
}

/** Turns a refusal of the API into an error for callers in this process. */
export function inGitHubsWords<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw asConflict(what, error);
  }
}

export function asConflict(what: string, error: unknown): unknown {
  if (!(error instanceof ApiError)) {
    return error;
  }
  const detail = error.errors?.find(item => typeof item === 'string');
  return new ConflictError(`${what}: ${detail ?? error.message}`, error);
}
