import { aftermath } from './__testUtils__/aftermath';
import {
  Killed,
  KillPoint,
  killAt,
  killPointsOf,
} from './__testUtils__/killPlan';
import { openScenario, Scenario, Step } from './__testUtils__/scenario';
import {
  APPROVED_ON_THE_ISSUE,
  NOBODY_ANSWERS,
  Story,
  TAKEN_OVER,
} from './__testUtils__/stories';

jest.setTimeout(120_000);

/**
 * Every one of these is a moment to die at; of the others, which every rollback
 * has had since the first and `interrupted.scenario.test.ts` kills at, each fourth.
 */
const OF_PEOPLE =
  /command|answer|notify|page|escalate|close|operations\/issues|comments|HumanReview|Abort|pulls\/42/;

function momentsOf(points: readonly KillPoint[]): KillPoint[] {
  let others = 0;
  return points.filter(({ step }) => {
    if (OF_PEOPLE.test(step)) {
      return true;
    }
    others += 1;
    return others % 4 === 0;
  });
}

async function play(story: Story, points: readonly KillPoint[]) {
  const scenario: Scenario = await openScenario(story.options);
  try {
    const killed = killAt(scenario, points);
    await story.play(scenario);
    return {
      killed: [...killed],
      left: await aftermath(scenario),
      trail: scenario.trail,
    };
  } finally {
    await scenario.close();
  }
}

function inOrder(points: readonly KillPoint[]): string[] {
  return points.map(({ when, step }) => `${when} ${step}`).sort();
}

/** What is told at least once: nobody can be asked whether it has been told already. */
const AT_LEAST_ONCE: ReadonlyArray<[RegExp, string]> = [
  [/^notify/, 'finished:notify'],
  [/^page/, 'finished:page'],
  [/^event /, 'finished:publish_event'],
];

/** What was told again although no process had died between telling and noting it. */
function repeatedForNothing(
  trail: readonly Step[],
  killed: readonly Killed[],
): string[] {
  return AT_LEAST_ONCE.flatMap(([told, noted]) => {
    let open: number | undefined;
    return trail.flatMap(({ what, words }, index) => {
      if (what === 'commit') {
        open = words.startsWith(noted) ? undefined : open;
        return [];
      }
      if (!told.test(words)) {
        return [];
      }
      const since = open;
      open = index;
      const isFree =
        since === undefined ||
        killed.some(({ steps }) => since < steps && steps <= index);
      return isFree ? [] : [words];
    });
  });
}

/**
 * SPEC §16, for everything people have a part in. Each run dies at every
 * `runs`-th moment, so that there is peace between two deaths, and all runs
 * together at all of them.
 *
 * What is promised: in the end everything outside and in the database is as it
 * is without any death, to the letter of each issue, comment and record. Only
 * messages, pages and events are told at least once: one that was told, but not
 * noted, is told again. A message has the same words and goes to the same thread,
 * where it takes the place of the first; a page names the same incident; an event
 * has the same time.
 */
describe.each<
  [
    string,
    Story,
    { runs: number; from?: string; moments: number; ends: object },
  ]
>([
  [
    'approved on the issue',
    APPROVED_ON_THE_ISSUE,
    {
      runs: 6,
      moments: 100,
      ends: {
        merges: [expect.stringContaining('Approval: alice approved')],
        rollbacks: [expect.objectContaining({ outcome: 'completed' })],
        paged: [],
      },
    },
  ],
  // Up to the question the other two are the first story.
  [
    'nobody answers',
    NOBODY_ANSWERS,
    {
      runs: 3,
      from: 'asks:page',
      moments: 30,
      ends: {
        merges: [],
        rollbacks: [expect.objectContaining({ outcome: 'reset' })],
        paged: [expect.objectContaining({ incident: 'ID' })],
      },
    },
  ],
  [
    'taken over',
    TAKEN_OVER,
    {
      runs: 3,
      from: 'command:MANUAL:pending',
      moments: 30,
      ends: {
        merges: [],
        rollbacks: [expect.objectContaining({ outcome: 'health_restored' })],
        paged: [],
      },
    },
  ],
])('killed at any moment: %s', (_name, story, { runs, from, ...expected }) => {
  let undisturbed: Awaited<ReturnType<typeof play>>;
  let moments: KillPoint[];

  beforeAll(async () => {
    undisturbed = await play(story, []);
    const { trail } = undisturbed;
    const first = trail.findIndex(({ words }) => words === from);
    if (from !== undefined && first <= 0) {
      throw new Error(`The story has no step '${from}'`);
    }
    const before = killPointsOf(trail.slice(0, Math.max(0, first))).length;
    moments = momentsOf(killPointsOf(trail).slice(before));
  });

  it('without any death it ends as it should, and there is something to die at', () => {
    expect(undisturbed.left).toMatchObject({
      ...expected.ends,
      pulls: [{ number: 42, state: 'closed' }],
      issues: [{ state: 'closed' }],
      unfinished: [],
      pending: 0,
    });
    expect(moments.length).toBeGreaterThan(expected.moments);
  });

  it.each(Array.from({ length: runs }, (_, index) => index))(
    'run %i ends as if nothing had happened',
    async run => {
      const points = moments.filter((_, index) => index % runs === run);
      const { killed, left, trail } = await play(story, points);
      expect({ points, left }).toEqual({ points, left: undisturbed.left });
      expect(inOrder(killed.map(({ point }) => point))).toEqual(
        inOrder(points),
      );
      expect(repeatedForNothing(trail, killed)).toEqual([]);
    },
  );
});
