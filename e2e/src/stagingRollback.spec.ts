import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { addresses } from './addresses';
import { inClone } from './git';
import { expect, picture, signInWithGithub, test } from './test';

const TAB = '/catalog/default/component/payment-service/ai-operator';
const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'];
/** The whole loop with the shortened times: detection 6 s, CI 5 s, sync 4 s, recovery, confirmation 6 s. */
const LOOP_MS = 90_000;

function verdict(page: Page, text: RegExp) {
  return page.getByRole('heading', { level: 2, name: text });
}

function invariants(page: Page) {
  return page.getByRole('list', { name: 'Invariants' }).locator('> li');
}

function repositoryUrl(): string {
  return `${addresses().world}/my-org/payment-service.git`;
}

/** The hash of a line of an export, made as anybody could make it: of the hash before and the record as it stands there. */
function recompute(prevHash: string, line: string): string {
  const record = line.slice(line.indexOf('"record":') + 9, -1);
  return createHash('sha256').update(`${prevHash}\n${record}`).digest('hex');
}

/** What the signals plugin sends to the page, as it comes. */
function framesOf(page: Page): string[] {
  const frames: string[] = [];
  page.on('websocket', socket => {
    if (!new URL(socket.url()).pathname.endsWith('/api/signals')) return;
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
  return frames;
}

/** Example 2 of the customer's document, as a person sees it on the running system. */
test('a bad deployment in staging is rolled back through a pull request', async ({
  page,
  world,
}) => {
  test.setTimeout(240_000);
  const frames = framesOf(page);
  await signInWithGithub(page, 'alice');

  await test.step('before: everything is well', async () => {
    await page.goto(TAB);
    await expect(
      page.getByRole('heading', { level: 2, name: /healthy/i }).first(),
    ).toBeVisible();
  });

  const { revision: bad, deployCommit } = (await world.command('deploy-bad', {
    service: 'payment-service',
    environment: 'staging',
  })) as { revision: string; deployCommit: string };

  await test.step('the degradation is proven and a pull request opened', async () => {
    await expect(verdict(page, /^Rolling back: waiting for CI/)).toBeVisible({
      timeout: LOOP_MS,
    });
    await expect(
      page.getByRole('link', { name: /Rollback: payment-service to / }).first(),
    ).toBeVisible();
    const table = page.getByRole('table').filter({ hasText: 'Uptime' }).first();
    await expect(
      table
        .getByRole('row')
        .filter({ hasText: 'Keep connections to the bank' }),
    ).toContainText('95.0');
    await expect(
      table.getByRole('row').filter({ hasText: 'Batch settlement calls' }),
    ).toContainText(/fail/i);
    await expect(
      table.getByRole('row').filter({ hasText: 'Fix payment processing bug' }),
    ).toContainText('99.8');
    await picture(page, 'rollback', { height: 1500 });
  });

  await test.step('it is merged under eight invariants and verified healthy', async () => {
    await expect(
      verdict(page, /^(Rolled back to|Recovered: rolled back to) [0-9a-f]{7}/),
    ).toBeVisible({ timeout: LOOP_MS });
    await expect(invariants(page)).toHaveCount(INVARIANTS.length);
    for (const [index, number] of INVARIANTS.entries()) {
      const row = invariants(page).nth(index);
      await expect(row).toContainText(number);
      await expect(row).toHaveAttribute('data-result', 'holds');
    }
    await expect(
      verdict(page, /^Recovered: rolled back to [0-9a-f]{7}/),
    ).toBeVisible({ timeout: LOOP_MS });
    await expect(
      page.getByRole('list', { name: 'Steps of the rollback' }),
    ).toContainText('Rollback complete');
    await picture(page, 'recovered', { height: 1500 });
  });

  await test.step('git tells the same story', async () => {
    await inClone(repositoryUrl(), 'staging', async git => {
      const [subject, parent, author] = (
        await git('log', '-1', '--format=%s%n%P%n%an')
      ).split('\n');
      const stable = (await git('log', '--format=%H %s'))
        .split('\n')
        .find(line => line.endsWith('Fix payment processing bug'))
        ?.slice(0, 40);
      expect(stable).toMatch(/^[0-9a-f]{40}$/);
      expect(subject).toContain(
        `Rollback: payment-service to ${stable?.slice(
          0,
          7,
        )} (degraded in staging)`,
      );
      expect(parent).toBe(deployCommit);
      expect(author).toBe('AI Operator');
      const changed = (await git('diff', '--unified=0', 'HEAD~1', 'HEAD'))
        .split('\n')
        .filter(line => /^[-+][^-+]/.test(line))
        .map(line => line.replace(/\s+/, ' '));
      expect(changed).toEqual([
        `- targetRevision: ${bad}`,
        `+ targetRevision: ${stable}`,
      ]);
    });
  });

  await test.step('the audit trail tells every step, and nobody has touched it', async () => {
    await page
      .getByRole('link', { name: 'The whole story, record by record' })
      .first()
      .click();
    const story = page.getByRole('list', { name: 'Audit trail', exact: true });
    await expect(story.getByRole('heading', { level: 4 })).toHaveText([
      /Before it began$/,
      /Degradation detected$/,
      /Candidate resolved$/,
      /Pull request open$/,
      /Merge approval$/,
      /Rollback merged$/,
      /Rollback complete$/,
    ]);
    await story.getByRole('button', { name: /Candidate resolved$/ }).click();
    const created = story
      .getByRole('listitem')
      .filter({ hasText: 'github.createPullRequest' })
      .last();
    await created.getByRole('button', { name: /^Record \d+ as/ }).click();
    await expect(
      created.getByRole('group', { name: /^Record \d+ as JSON, formatted$/ }),
    ).toContainText('"name": "github.createPullRequest"');
    await page.getByRole('button', { name: 'Check now' }).click();
    const chain = page.getByRole('status', {
      name: 'Whether the records are untouched',
    });
    await expect(chain).toContainText(
      /This rollback\s*As written\s*Each of these \d+ records is as it was written\./,
    );
    await page
      .getByRole('region', { name: 'Audit trail' })
      .evaluate(element => element.scrollIntoView({ block: 'start' }));
    await picture(page, 'audit', { height: 1200 });

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export (JSON Lines)' }).click(),
    ]);
    const correlationId = page.url().match(/rollbacks\/([^#?/]+)/)?.[1];
    expect(download.suggestedFilename()).toBe(
      `ai-operator-audit-payment-service-${correlationId}.jsonl`,
    );
    const lines = (await readFile(await download.path(), 'utf8'))
      .trimEnd()
      .split('\n');
    for (const line of lines) {
      const { prevHash, hash, record } = JSON.parse(line);
      expect(record.correlationId).toBe(correlationId);
      expect(recompute(prevHash, line)).toBe(hash);
    }
    await expect(chain).toContainText(`Each of these ${lines.length} records`);
    expect(
      frames.some(
        frame =>
          frame.includes('"channel":"ai-operator"') &&
          frame.includes(`"correlationId":"${correlationId}"`),
      ),
      'a signal about this rollback reached the page',
    ).toBe(true);
  });

  await test.step('the fleet page counts it among the past ones', async () => {
    await page.goto('/ai-operator');
    await expect(page.getByText('payment-service').first()).toBeVisible();
    const trail = page.getByRole('region', { name: 'Audit trail' });
    await expect(trail).toContainText('Elasticsearch');
    await expect(trail).toContainText('It has the whole trail');
    await picture(page, 'fleet');
  });
});
