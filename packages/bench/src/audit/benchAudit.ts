import { appendAuditRecords } from '@ai-operator/backstage-plugin-ai-operator-backend/src/persistence';
import { measure } from '../measure';
import { DatabaseName, openBenchDatabase } from './databases';
import { readNewest, readStories, verifyAll } from './reads';
import { RecordSource, STORY_LENGTH } from './records';
import { AuditResult } from './report';
import { createPlain, measureWrites } from './writes';

/** Records of one commit while the trail is filled. */
const FILL = 500;

/** When the first record was written; old enough for nothing here. */
const FROM = Date.UTC(2026, 0, 1);

/** Commits of the two sizes that are measured, and how often each story and page is read. */
export interface Repeats {
  commits: number;
  reads: number;
}

/** Fills a new database with so many records and measures writing and reading. */
export async function benchAudit(
  database: DatabaseName,
  options: { records: number; repeats: Repeats; say(text: string): void },
): Promise<AuditResult> {
  const { records, repeats, say } = options;
  const { db, close } = await openBenchDatabase(database);
  try {
    const source = new RecordSource(FROM);
    say(`${database}: ${records} records ...`);
    const fill = await measure(async () => {
      for (let written = 0; written < records; written += FILL) {
        await appendAuditRecords(db, {
          audit: source.next(Math.min(FILL, records - written)),
        });
      }
    });
    // The last ones under way are not whole.
    const stories = source.stories.slice(
      0,
      Math.floor(records / (8 * STORY_LENGTH)) * 8,
    );
    await createPlain(db);
    await db.knex.raw('ANALYZE');
    say(`${database}: writing ...`);
    const writes = [];
    for (const size of [1, 20]) {
      writes.push({
        size,
        ...(await measureWrites(db, source, {
          size,
          commits: repeats.commits,
          warmUps: Math.ceil(repeats.commits / 10),
        })),
      });
    }
    say(`${database}: reading ...`);
    return {
      database,
      records,
      fillPerSecond: (records / fill.wallMs) * 1_000,
      writes,
      stories: await readStories(db, stories, repeats.reads),
      newest: await readNewest(db, repeats.reads),
      newestOfPeople: await readNewest(db, repeats.reads, ['HUMAN_COMMAND']),
      verifiedPerSecond: await verifyAll(
        db,
        records + 21 * Math.ceil(repeats.commits * 1.1),
      ),
    };
  } finally {
    await close();
  }
}
