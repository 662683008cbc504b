import { Role } from '@ai-operator/backstage-plugin-ai-operator-common';
import {
  CallContext,
  GitHubPort,
  PeoplePort,
  PortError,
  SubmitReviewResult,
} from '../../ports';
import { FakePeople } from '../../ports/fakes';

/** The people of the customer's examples, and some more. */
export const PEOPLE: Record<
  `user:${string}`,
  { login?: string; roles: Role[] }
> = {
  'user:default/alice': { login: 'alice-gh', roles: ['senior_maintainer'] },
  'user:default/sam': { roles: ['senior_maintainer'] },
  'user:default/bob': { login: 'bob-gh', roles: ['approver'] },
  'user:default/dave': { login: 'dave-gh', roles: ['developer'] },
  'user:default/erin': { roles: ['admin'] },
};

/** The same as a source of roles. */
export function thePeople(): FakePeople {
  const people = new FakePeople();
  for (const [entityRef, { login, roles }] of Object.entries(PEOPLE)) {
    people.put({ entityRef, login }, roles);
  }
  return people;
}

/** Nobody can say who has which role. */
export function nobodyKnows(error: PortError): FakePeople {
  const people = thePeople();
  people.mishaps.failAlways('find', error);
  return people;
}

/** Something happens right before the first answer about a person. */
export function meanwhile(
  happens: () => Promise<unknown>,
): Pick<PeoplePort, 'find'> {
  const people = thePeople();
  let happened: Promise<unknown> | undefined;
  return {
    async find(who, call) {
      happened ??= happens();
      await happened;
      return people.find(who, call);
    },
  };
}

type Request = Parameters<GitHubPort['submitReview']>[0];

/** GitHub's side of personal reviews: keeps what was asked, says what tests want. */
export class TestReviews implements Pick<GitHubPort, 'submitReview'> {
  readonly asked: Request[] = [];
  answer: (
    request: Request,
  ) => SubmitReviewResult | Promise<SubmitReviewResult> = () => ({
    result: 'submitted',
  });

  async submitReview(request: Request, call: CallContext) {
    this.asked.push(request);
    const { token, ...parameters } = request;
    const record = (
      result: 'success' | 'failure',
      response: unknown,
      errorCode?: PortError['code'],
    ) =>
      call.record({
        name: 'github.submitReview',
        parameters,
        result,
        response,
        errorCode,
        startedAt: 1,
        durationMs: 1,
        retryCount: 0,
      });
    try {
      const answer = await this.answer(request);
      record('success', answer);
      return answer;
    } catch (error) {
      record(
        'failure',
        String(error),
        error instanceof PortError ? error.code : undefined,
      );
      throw error;
    }
  }
}
