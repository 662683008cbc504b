import { WebhookConfig } from '@ai-operator/world';
import { mockServices } from '@backstage/backend-test-utils';
import { WebhookDoor } from '../engine';
import { listenToGitHub } from '../wiring/listenToGitHub';
import { inClone, moves } from './__testUtils__/look';
import {
  commentsOn,
  escalationIssues,
  reactionsTo,
} from './__testUtils__/people';
import { at, openScenario, Scenario, timeOf } from './__testUtils__/scenario';
import {
  startWebhookBackend,
  WebhookBackend,
} from './__testUtils__/webhookBackend';

jest.setTimeout(180_000);

const SERVICE = { service: 'payment-service' };
const PRODUCTION = { ...SERVICE, environment: 'production' as const };
const INCIDENTS = 'my-org/operations';
const SECRET = 'only GitHub and the events backend know this';

/** What happens at which time, none of it when somebody would look anyway. */
const CI_ENDS = '10:30:53';
const BOB_COMMENTS = '10:31:12';
const ALICE_REVIEWS = '10:31:43';

/** Longest time until polling finds something (SPEC §2; production is looked at with every health check). */
const CI_POLL_S = 5;
const ISSUE_POLL_S = 30;
const REVIEW_POLL_S = 10;

const STATES = [
  'Idle -> DegradationDetected',
  'DegradationDetected -> CandidateResolved',
  'CandidateResolved -> PRCreated',
  'PRCreated -> AwaitingMergeApproval',
  'AwaitingMergeApproval -> RollbackMerged',
  'RollbackMerged -> RollbackComplete',
  'RollbackComplete -> Idle',
];

/** Lets time pass second by second: a delivery arrives while simulated time stands still. */
async function pass(scenario: Scenario, until: string): Promise<void> {
  while (scenario.clock.now() < at(until)) {
    await scenario.runUntil(timeOf(scenario.clock.now() + 1_000));
    await scenario.world.github.webhooks.delivered();
    await scenario.operator.settle();
  }
}

interface Story {
  scenario: Scenario;
  backend: WebhookBackend;
  /** The comment that bob wrote. */
  comment: number;
  issue: number;
}

/** A production rollback: CI ends, bob says something he may not, alice approves. */
async function tell(options: {
  /** How deliveries get to us; absent: none are sent. */
  webhook?: Partial<WebhookConfig>;
  /** The replica they come to; by default the one that does the work. */
  door?: (scenario: Scenario) => WebhookDoor;
}): Promise<Story> {
  const { webhook, door = ({ operator }) => operator.webhooks } = options;
  const scenario = await openScenario({
    start: '10:29:20',
    ci: { durationMs: 33_000 },
    argo: { pollIntervalMs: 10_000 },
    aiOperator: { escalation: { repository: INCIDENTS } },
  });
  const backend = await startWebhookBackend({
    secret: SECRET,
    listen: events =>
      listenToGitHub({
        events,
        webhooks: door(scenario),
        repositorySlug: scenario.repositorySlug,
        logger: scenario.logger,
      }),
  });
  const { control } = scenario.world;
  if (webhook) {
    control.webhook({ url: backend.url, secret: SECRET, ...webhook });
  }
  await scenario.operator.beat();
  await scenario.runUntil('10:29:25');
  await control.deployBad(PRODUCTION);
  await scenario.runUntil('10:30:45');
  await pass(scenario, BOB_COMMENTS);
  const [issue] = await escalationIssues(scenario, INCIDENTS);
  const comment = await control.comment({
    login: 'bob',
    text: 'APPROVE looks fine to me',
    repository: INCIDENTS,
    number: issue.number,
  });
  await scenario.world.github.webhooks.delivered();
  await scenario.operator.settle();
  await pass(scenario, ALICE_REVIEWS);
  await control.approve({ ...SERVICE, login: 'alice' });
  await scenario.world.github.webhooks.delivered();
  await scenario.operator.settle();
  await pass(scenario, '10:31:55');
  await scenario.runUntil('10:35:30');
  await scenario.world.github.webhooks.delivered();
  await scenario.operator.settle();
  return { scenario, backend, comment: comment.id, issue: issue.number };
}

async function close({ scenario, backend }: Story): Promise<void> {
  await backend.stop();
  await scenario.close();
}

/** Seconds from what happened to what came of it. */
async function reactionTimes({ scenario }: Story) {
  const when = async (move: string) => {
    const found = (await moves(scenario)).find(each => each.endsWith(move));
    return at(found?.slice(0, 8) ?? '00:00:00');
  };
  const answer = await scenario.db
    .knex('outbox')
    .where({ kind: 'answer_comment' })
    .first();
  return {
    ci:
      ((await when('PRCreated -> AwaitingMergeApproval')) - at(CI_ENDS)) /
      1_000,
    comment: (Number(answer.finished_at) - at(BOB_COMMENTS)) / 1_000,
    review:
      ((await when('AwaitingMergeApproval -> RollbackMerged')) -
        at(ALICE_REVIEWS)) /
      1_000,
  };
}

/** What there is of everything when the story has ended. */
async function endOf({ scenario, comment, issue }: Story) {
  const subjects = await inClone(scenario, 'main', git =>
    git('log', '--format=%s'),
  );
  const replies = await commentsOn(scenario, INCIDENTS, issue);
  const issues = await escalationIssues(scenario, INCIDENTS);
  const unfinished = await scenario.db.knex('outbox').whereNull('finished_at');
  return {
    moves: (await moves(scenario)).map(move => move.slice(9)),
    mergeCommits: subjects
      .split('\n')
      .filter(subject => subject.startsWith('Rollback:')).length,
    mergeEvents: scenario.events.filter(
      ({ type }) => type === 'merge.completed',
    ).length,
    reactions: await reactionsTo(scenario, INCIDENTS, comment),
    replies: replies.filter(({ body }) => body.startsWith('bob: not done.'))
      .length,
    issues: issues.map(({ state }) => state),
    unfinished,
    errors: scenario.logger.at('error'),
  };
}

/** Whatever happened to the deliveries. */
const EVERYTHING_ONCE = {
  moves: STATES,
  mergeCommits: 1,
  mergeEvents: 1,
  reactions: ['-1'],
  replies: 1,
  issues: ['closed'],
  unfinished: [],
  errors: [],
};

function deliveriesOf({ scenario }: Story) {
  return scenario.world.control.webhooks().deliveries;
}

describe('with webhooks', () => {
  let story: Story;

  beforeAll(async () => {
    story = await tell({ webhook: {} });
  });

  afterAll(async () => {
    await close(story);
  });

  it('the end of CI, a comment and a review are acted on in the second they happen', async () => {
    expect(await reactionTimes(story)).toEqual({
      ci: 0,
      comment: 0,
      review: 0,
    });
  });

  it('everything happens once', async () => {
    expect(await endOf(story)).toEqual(EVERYTHING_ONCE);
  });

  it('each delivery was taken, signature and all', () => {
    const deliveries = deliveriesOf(story);
    expect(new Set(deliveries.map(({ status }) => status))).toEqual(
      new Set(['delivered']),
    );
    expect(new Set(deliveries.map(({ event }) => event))).toEqual(
      new Set([
        'push',
        'pull_request',
        'pull_request_review',
        'check_run',
        'check_suite',
        'issue_comment',
        'issues',
      ]),
    );
  });
});

it('webhooks may come to another replica than the one that does the work', async () => {
  const elsewhere = ({ db, clock }: Scenario) =>
    new WebhookDoor({
      db,
      clock,
      logger: mockServices.logger.mock(),
      onWoken: () => {},
    });
  const story = await tell({ webhook: {}, door: elsewhere });
  try {
    expect(await reactionTimes(story)).toEqual({
      ci: 0,
      comment: 0,
      review: 0,
    });
    expect(await endOf(story)).toEqual(EVERYTHING_ONCE);
  } finally {
    await close(story);
  }
});

/** Held back for a delivery to change places with. */
const HELD_S = 5;

describe.each<
  [
    string,
    Partial<WebhookConfig>,
    { ci: number; comment: number; review: number },
  ]
>([
  ['come twice', { duplicate: true }, { ci: 0, comment: 0, review: 0 }],
  [
    'come in another order',
    { reorder: true },
    { ci: HELD_S, comment: HELD_S, review: HELD_S },
  ],
  [
    'come twice and in another order',
    { duplicate: true, reorder: true },
    { ci: HELD_S, comment: HELD_S, review: HELD_S },
  ],
  [
    'are lost',
    { drop: true },
    { ci: CI_POLL_S, comment: ISSUE_POLL_S, review: REVIEW_POLL_S },
  ],
])('webhooks that %s', (_name, webhook, longest) => {
  it('change nothing but, by one poll at most, the time', async () => {
    const story = await tell({ webhook });
    try {
      const times = await reactionTimes(story);
      for (const event of ['ci', 'comment', 'review'] as const) {
        expect(times[event]).toBeGreaterThanOrEqual(0);
        expect(times[event]).toBeLessThanOrEqual(longest[event]);
      }
      expect(await endOf(story)).toEqual(EVERYTHING_ONCE);
    } finally {
      await close(story);
    }
  });
});

describe('a signature that is not ours', () => {
  let story: Story;

  beforeAll(async () => {
    story = await tell({ webhook: { secret: 'guessed' } });
  });

  afterAll(async () => {
    await close(story);
  });

  it('is refused', () => {
    const deliveries = deliveriesOf(story);
    expect(deliveries.length).toBeGreaterThan(10);
    expect(new Set(deliveries.map(({ httpStatus }) => httpStatus))).toEqual(
      new Set([403]),
    );
  });

  it('wakes nobody: polling finds everything in its own time', async () => {
    expect(story.scenario.operator.webhooks.lastAt).toBeUndefined();
    expect(await reactionTimes(story)).toEqual({
      ci: 2,
      comment: expect.any(Number),
      review: 7,
    });
    expect(await endOf(story)).toEqual(EVERYTHING_ONCE);
  });

  it('nor does a delivery without one', async () => {
    const response = await fetch(story.backend.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'pull_request',
      },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(story.scenario.operator.webhooks.lastAt).toBeUndefined();
  });
});

it('without webhooks polling does all', async () => {
  const story = await tell({});
  try {
    const { ci, comment, review } = await reactionTimes(story);
    expect(ci).toBe(2);
    expect(comment).toBeGreaterThan(0);
    expect(comment).toBeLessThanOrEqual(ISSUE_POLL_S);
    expect(review).toBe(7);
    expect(await endOf(story)).toEqual(EVERYTHING_ONCE);
  } finally {
    await close(story);
  }
});
