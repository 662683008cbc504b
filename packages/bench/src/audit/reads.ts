import {
  claimAuditCheck,
  continueAuditCheck,
  Database,
  finishAuditCheck,
  listAudit,
  pageAudit,
} from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';
import { measure } from '../measure';
import { STORY_LENGTH } from './records';

/** Records shown on one page of the portal. */
const PAGE = 50;

/** Entries the operator recomputes at once. */
const STEP = 2_000;

async function times(
  repeat: number,
  work: (round: number) => Promise<void>,
): Promise<number[]> {
  const walls: number[] = [];
  for (let round = 0; round < repeat; round += 1) {
    walls.push((await measure(() => work(round))).wallMs);
  }
  return walls;
}

/** Reads the whole stories of rollbacks spread over the trail; wall times in ms. */
export function readStories(
  db: Database,
  stories: readonly string[],
  repeat: number,
): Promise<number[]> {
  return times(repeat, async round => {
    // Without a pattern that a cache could know, and the same in every run.
    const story = stories[(round * 7_919) % stories.length];
    const records = await listAudit(db, { correlationId: story, limit: 500 });
    if (records.length !== STORY_LENGTH) {
      throw new Error(`A story has ${records.length} records`);
    }
  });
}

/** Reads the newest page, of all records or of those by people; wall times in ms. */
export function readNewest(
  db: Database,
  repeat: number,
  actionTypes?: ['HUMAN_COMMAND'],
): Promise<number[]> {
  return times(repeat, async () => {
    const page = await pageAudit(db, {
      order: 'newest',
      limit: PAGE,
      actionTypes,
    });
    if (page.length === 0) {
      throw new Error('The newest page is empty');
    }
  });
}

/** Recomputes the whole chain as the operator does; entries per second. */
export async function verifyAll(db: Database, count: number): Promise<number> {
  const lease = { now: 1, leaseMs: 600_000 };
  const ticket = await claimAuditCheck(db, { ...lease, holder: 'bench' });
  if (ticket === undefined) {
    throw new Error('Somebody else recomputes the chain');
  }
  const { wallMs } = await measure(async () => {
    for (;;) {
      const step = await continueAuditCheck(db, {
        ...lease,
        ticket,
        limit: STEP,
      });
      if (step.result === 'lost') {
        throw new Error('The look at the chain was lost');
      }
      if (step.result === 'read') {
        const { chain } = step.check;
        if (chain.result !== 'intact') {
          throw new Error(chain.because);
        }
        await finishAuditCheck(db, {
          ticket,
          check: step.check,
          dueAt: 1,
          audit: [],
        });
        return;
      }
    }
  });
  return (count / wallMs) * 1_000;
}
