import { z } from 'zod';
import { Secret } from '../../config';
import { PortError, SubmitReviewResult } from '../../ports';
import { parseAnswer } from '../http';
import { GitHubClient } from './GitHubClient';
import { readPull } from './pullRequest';
import { latestOpinions, readReviews } from './reviews';
import { RequestScope } from './scope';
import { withoutToken } from './Transport';

const userSchema = z.object({ login: z.string() });

/** Without it GitHub hides or refuses what a token may not do in a private repository. */
const SCOPE = 'repo';

/** Anything else could not be sent in a header, and the complaint about it would repeat it. */
const TOKEN = /^[\x21-\x7e]{8,2000}$/;

export interface SubmitReviewRequest {
  number: number;
  headSha: string;
  body: string;
  /** Used for these requests and forgotten. */
  token: string;
  login: string;
}

interface Bearer {
  login: string;
  /** What the token may do; undefined for kinds of tokens that have no scopes. */
  scopes: string[] | undefined;
}

type Refused = Extract<SubmitReviewResult, { result: 'refused' }>;

function refused(because: string): Refused {
  return { result: 'refused', because };
}

async function readBearer(
  client: GitHubClient,
  scope: RequestScope,
): Promise<Bearer> {
  const { data, header } = await client.rest(scope, 'GET /user');
  const { login } = parseAnswer(userSchema, data, 'GitHub: GET user');
  return {
    login,
    scopes: header('x-oauth-scopes')
      ?.split(',')
      .map(each => each.trim()),
  };
}

/** A refusal as a sentence for the person who wanted to approve; undefined for what is no refusal. */
function explainRefusal(
  error: PortError,
  bearer: Bearer | undefined,
  { repository }: RequestScope,
  { number }: SubmitReviewRequest,
): string | undefined {
  const what = `pull request #${number} of ${repository.slug}`;
  switch (error.code) {
    case 'UNAUTHENTICATED':
      return `GitHub does not accept your token: sign in to GitHub again (${error.message})`;
    case 'PERMISSION_DENIED':
    case 'NOT_FOUND':
      if (bearer?.scopes && !bearer.scopes.includes(SCOPE)) {
        return `Your sign-in to GitHub lacks the scope '${SCOPE}', without which ${what} cannot be reviewed: grant it and approve again, or approve on GitHub`;
      }
      return `GitHub does not let you review ${what}: ask for access to the repository, or let somebody else approve (${error.message})`;
    case 'VALIDATION':
      return `GitHub did not take your review of ${what}: ${error.message}`;
    default:
      return undefined;
  }
}

async function review(
  client: GitHubClient,
  scope: RequestScope,
  request: SubmitReviewRequest,
  bearer: Bearer,
): Promise<SubmitReviewResult> {
  const { number, headSha, body, login } = request;
  if (bearer.login.toLowerCase() !== login.toLowerCase()) {
    return refused(
      `The GitHub token belongs to '${bearer.login}', not to '${login}': sign in to GitHub as '${login}'`,
    );
  }
  const [pull, { value }] = await Promise.all([
    readPull(client, scope, number),
    readReviews(client, scope, number),
  ]);
  const given = latestOpinions(value).find(
    each => each.login.toLowerCase() === login.toLowerCase(),
  );
  if (given?.state === 'APPROVED' && given.headSha === headSha) {
    return { result: 'already_approved' };
  }
  if (pull.state !== 'open') {
    return refused(
      `Pull request #${number} is ${pull.merged ? 'merged' : 'closed'} already`,
    );
  }
  if (pull.head.sha !== headSha) {
    // Where stale reviews are not dismissed, GitHub would count it for commits the person has not seen.
    return refused(
      `Somebody has pushed to pull request #${number}: its head is ${pull.head.sha} now, not ${headSha}. Look at it again`,
    );
  }
  await client.rest(
    scope,
    'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    { pull_number: number, commit_id: headSha, event: 'APPROVE', body },
  );
  return { result: 'submitted' };
}

/**
 * An error without the token, whoever put it there. Its cause is left out on
 * purpose: it holds the request and the whole answer.
 */
function scrubbed(error: unknown, token: string): Error {
  if (error instanceof PortError) {
    return new PortError(error.code, withoutToken(error.message, token), {
      retryAt: error.retryAt,
    });
  }
  const fault = error instanceof Error ? error : new Error(String(error));
  const copy = new Error(withoutToken(fault.message, token));
  copy.name = fault.name;
  copy.stack = withoutToken(fault.stack ?? '', token);
  return copy;
}

/**
 * A person's own approving review of exactly one commit, with their own token.
 * Looks first: whose token it is, whether they have approved already, whether
 * this still is the head. Everything the person can mend is a result that says
 * how; only what concerns GitHub itself (an outage, a limit) is an error.
 */
export async function submitReview(
  client: GitHubClient,
  scope: RequestScope,
  request: SubmitReviewRequest,
): Promise<SubmitReviewResult> {
  const { token } = request;
  if (!TOKEN.test(token)) {
    return refused(
      'What came as your GitHub token is none: sign in to GitHub again',
    );
  }
  const personal = { ...scope, personalToken: new Secret(token) };
  let bearer: Bearer | undefined;
  try {
    bearer = await readBearer(client, personal);
    return await review(client, personal, request, bearer);
  } catch (error) {
    const because =
      error instanceof PortError
        ? explainRefusal(error, bearer, scope, request)
        : undefined;
    if (because !== undefined) {
      return refused(withoutToken(because, token));
    }
    throw scrubbed(error, token);
  }
}
