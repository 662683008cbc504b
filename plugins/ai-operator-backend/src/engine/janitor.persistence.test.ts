import {
  appendAuditRecords,
  getAuditAnchor,
  getAuditHead,
  verifyAudit,
} from '../persistence';
import { describeOnDatabases } from '../persistence/__testUtils__/databases';
import { anAudit } from '../persistence/__testUtils__/fixtures';
import { Janitor } from './janitor';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 10, 1);

describeOnDatabases('the janitor and the audit trail', open => {
  it.each<[string, number | undefined, number | undefined]>([
    ['all that is past its retention', undefined, 2_500],
    ['only what was shipped', 1_200, 1_200],
    ['nothing while nothing was shipped', 0, undefined],
  ])('removes %s', async (_title, upTo, anchor) => {
    const db = await open();
    await appendAuditRecords(db, {
      audit: Array.from({ length: 2_510 }, (_, index) =>
        anAudit({ timestamp: NOW - (index < 2_500 ? 401 : 399) * DAY }),
      ),
    });
    const janitor = new Janitor({
      db,
      clock: { now: () => NOW },
      retention: {
        finishedRollbacks: 400 * DAY,
        healthChecks: 30 * DAY,
        audit: 400 * DAY,
      },
      shippedUpTo: async () => upTo,
      intervalMs: 1_000,
      onProblem: error => {
        throw error;
      },
    });
    await janitor.tidy();
    await expect(getAuditAnchor(db).then(found => found?.seq)).resolves.toBe(
      anchor,
    );
    await expect(getAuditHead(db)).resolves.toMatchObject({ seq: 2_510 });
    await expect(verifyAudit(db, { limit: 5_000 })).resolves.toMatchObject({
      result: 'intact',
      checked: 2_510 - (anchor ?? 0),
    });
  });
});
