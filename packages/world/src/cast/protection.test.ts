import { DEMO_ACCESS } from '../credentials';
import { castOf, startTestWorld, type TestWorld } from '../testing/testWorld';
import { COMPANY } from './company';

const CHECKS = ['test', 'lint', 'branch-protection-check'];

describe('what the branches of the company demand', () => {
  let test: TestWorld;

  beforeAll(async () => {
    test = await startTestWorld({
      cast: castOf('payment-service', 'reporting'),
    });
  });
  afterAll(() => test.stop());

  function ask(path: string, token: string = DEMO_ACCESS.github.operatorToken) {
    return test.ask(`/api/v3/repos/my-org/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  }

  it('one review and all checks for production, the checks for staging', async () => {
    const production = await ask('payment-service/branches/main/protection');
    expect(production.body).toMatchObject({
      required_status_checks: { contexts: CHECKS },
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        dismiss_stale_reviews: true,
      },
      allow_force_pushes: { enabled: false },
      allow_deletions: { enabled: false },
    });
    const staging = await ask('payment-service/branches/staging/protection');
    expect(staging.body).toMatchObject({
      required_status_checks: { contexts: CHECKS },
    });
    expect(staging.body).not.toHaveProperty('required_pull_request_reviews');
  });

  it('too little in one repository, so that there is something to find', async () => {
    const { body } = await ask('reporting/branches/main/protection');
    expect(body.required_status_checks.contexts).toEqual(['test']);
    expect(body).not.toHaveProperty('required_pull_request_reviews');
    const weak = COMPANY.services.filter(({ protection }) => protection);
    expect(weak.map(({ name }) => name)).toEqual(['reporting']);
  });

  it('and who may read it', async () => {
    const path = 'payment-service/branches/main/protection';
    const reader = await ask(path, DEMO_ACCESS.github.readerToken);
    expect(reader.status).toBe(403);
    test.world.github.tokens.add({ value: 'alice', login: 'alice' });
    test.world.github.tokens.add({ value: 'dave', login: 'dave' });
    expect((await ask(path, 'alice')).status).toBe(200);
    expect((await ask(path, 'dave')).body.message).toBe(
      'Must have admin rights to Repository.',
    );
  });

  it('what a token may do is said with the repository', async () => {
    const { github } = DEMO_ACCESS;
    test.world.github.tokens.add({ value: 'alice', login: 'alice' });
    const may = async (token: string) =>
      (await ask('payment-service', token)).body.permissions;
    expect(await may(github.operatorToken)).toEqual({
      admin: false,
      maintain: false,
      push: true,
      triage: true,
      pull: true,
    });
    expect(await may(github.readerToken)).toMatchObject({
      push: false,
      pull: true,
    });
    expect(await may('alice')).toMatchObject({ admin: true });
  });
});
