import type { Browser, Page } from '@playwright/test';
import { addresses } from './addresses';
import { inClone } from './git';
import { expect, picture, signInWithGithub, test } from './test';
import { World } from './world';

const TAB = '/catalog/default/component/payment-service/ai-operator';
/** Detection 6 s, CI 5 s, sync 4 s, recovery, confirmation 6 s. */
const LOOP_MS = 90_000;
const PRODUCTION = { service: 'payment-service', environment: 'production' };

interface OpenItem {
  repository: string;
  number: number;
  title: string;
  url: string;
}

function verdict(page: Page, text: RegExp) {
  return page.getByRole('heading', { level: 2, name: text }).first();
}

function decide(page: Page) {
  return page.getByRole('group', { name: 'Decide about this rollback' });
}

/** A portal of their own for a second person. */
async function portalOf(browser: Browser, login: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: addresses().portal,
    viewport: { width: 1440, height: 1000 },
  });
  const page = await context.newPage();
  await signInWithGithub(page, login);
  return page;
}

async function openIssue(world: World): Promise<OpenItem> {
  const { openIssues } = (await world.status()) as { openIssues: OpenItem[] };
  const issue = openIssues.find(({ title }) => title.includes('Escalation'));
  expect(issue, 'an open escalation issue').toBeDefined();
  return issue as OpenItem;
}

test.describe.configure({ mode: 'serial' });

/** Example 2b of the customer's document: nothing merges without the right person. */
test('production waits for a senior maintainer, who approves in the portal with a review of her own', async ({
  page,
  browser,
  world,
}) => {
  test.setTimeout(300_000);
  await signInWithGithub(page, 'alice');
  const bob = await portalOf(browser, 'bob');
  await world.command('deploy-bad', PRODUCTION);

  await test.step('the rollback waits, and says for whom', async () => {
    await page.goto(TAB);
    await expect(
      verdict(page, /^Needs you: approve pull request #\d+/),
    ).toBeVisible({
      timeout: LOOP_MS,
    });
    await expect(
      decide(page).getByRole('button', { name: 'Approve' }),
    ).toBeEnabled();
    await picture(page, 'production', { height: 1500 });
  });

  await test.step('an approver cannot approve, and reads why', async () => {
    await bob.goto(TAB);
    await expect(
      verdict(bob, /^Needs a senior maintainer: approve pull request #\d+/),
    ).toBeVisible({ timeout: LOOP_MS });
    const button = decide(bob).getByRole('button', { name: 'Approve' });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(
      bob.getByRole('list', { name: 'Why buttons are off' }),
    ).toContainText(
      'approving a production rollback needs the role senior maintainer; you are approver',
    );
  });

  await test.step('alice approves; GitHub asks her for consent', async () => {
    await decide(page).getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Submit my own review on GitHub');
    await picture(page, 'approve');
    const popup = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    const consent = await popup;
    await consent.getByRole('button', { name: '@alice' }).click();
    await expect(
      page
        .getByRole('status', { name: 'Answer to your decision' })
        .filter({ hasText: /approv/i }),
    ).toBeVisible();
  });

  await test.step('the operator merges and verifies the recovery', async () => {
    await expect(
      verdict(page, /^Recovered: rolled back to [0-9a-f]{7}/),
    ).toBeVisible({ timeout: LOOP_MS });
    await inClone(
      `${addresses().world}/my-org/payment-service.git`,
      'main',
      async git => {
        const message = await git('log', '-1', '--format=%s%n%b');
        expect(message).toMatch(
          /^Rollback: payment-service to [0-9a-f]{7} \(degraded in production\)/,
        );
        expect(message).toMatch(/Approval: alice approved [0-9a-f]{7} /);
      },
    );
  });
  await bob.context().close();
});

test('a comment on the escalation issue ends a rollback, and a senior maintainer resets it in the portal', async ({
  page,
  world,
}) => {
  test.setTimeout(300_000);
  await signInWithGithub(page, 'erin');
  await page.goto(TAB);
  await world.command('deploy-bad', PRODUCTION);
  await expect(
    verdict(page, /^Needs you: approve pull request #\d+/),
  ).toBeVisible({
    timeout: LOOP_MS,
  });

  const issue = await openIssue(world);
  await world.command('comment', {
    login: 'dave',
    text: 'ABORT',
    repository: issue.repository,
    number: issue.number,
  });
  await world.command('comment', {
    login: 'alice',
    text: 'ABORT the cause is a certificate, we fix that',
    repository: issue.repository,
    number: issue.number,
  });

  await test.step('the portal says who ended it', async () => {
    await expect(
      page.getByText(/alice aborted the rollback/).first(),
    ).toBeVisible({
      timeout: LOOP_MS,
    });
    await picture(page, 'aborted', { height: 1500 });
  });

  await test.step('the issue shows the answers', async () => {
    const github = await page.context().newPage();
    await github.goto(issue.url);
    await expect(github.getByText(/dave: not done\./)).toBeVisible();
    await expect(
      github.getByText(/alice: alice aborted the rollback/),
    ).toBeVisible();
    await github.close();
  });

  await test.step('the application is locked until erin resets it', async () => {
    await world.command('heal', PRODUCTION);
    await decide(page).getByRole('button', { name: 'Reset' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('certificate replaced');
    await dialog.getByRole('button', { name: 'Reset' }).click();
    await expect(verdict(page, /healthy/i)).toBeVisible({ timeout: LOOP_MS });
  });

  await test.step('dave deploys a revision that is good, for the next to go back to', async () => {
    // What was only healed must be no candidate, and Prometheus may have missed that it was bad.
    const deployed = await world.command('deploy-good', PRODUCTION);
    const { revision } = deployed as { revision: string };
    await expect(
      page.getByRole('link', { name: revision.slice(0, 7) }).first(),
    ).toBeVisible({ timeout: LOOP_MS });
    await expect(verdict(page, /healthy/i)).toBeVisible({ timeout: LOOP_MS });
  });
});

test('bob’s review is not enough; alice says APPROVE on the issue, and the operator merges', async ({
  page,
  browser,
  world,
}) => {
  test.setTimeout(300_000);
  await signInWithGithub(page, 'alice');
  const bob = await portalOf(browser, 'bob');
  await page.goto(TAB);
  await world.command('deploy-bad', PRODUCTION);
  await expect(
    verdict(page, /^Needs you: approve pull request #\d+/),
  ).toBeVisible({ timeout: LOOP_MS });

  await test.step('bob approves on the pull request, on GitHub', async () => {
    const address = await page
      .getByRole('link', { name: /^Pull request #\d+/ })
      .first()
      .getAttribute('href');
    await bob.goto(address ?? '');
    await bob.getByRole('button', { name: 'Approve' }).click();
    await expect(
      page
        .getByText(
          /bob approved, but approving a production rollback needs the role senior maintainer; bob is approver/,
        )
        .first(),
    ).toBeVisible({ timeout: LOOP_MS });
    await expect(
      verdict(page, /^Needs you: approve pull request #\d+/),
    ).toBeVisible();
  });

  await test.step('alice comments on the escalation issue, on GitHub', async () => {
    const issue = await openIssue(world);
    const github = await page.context().newPage();
    await github.goto(issue.url);
    await github.getByLabel('Comment', { exact: true }).fill('APPROVE checked');
    await github.getByRole('button', { name: 'Comment', exact: true }).click();
    await github.close();
    await expect(
      verdict(page, /^Recovered: rolled back to [0-9a-f]{7}/),
    ).toBeVisible({ timeout: LOOP_MS });
  });
  await bob.context().close();
});

test('a pause is told to everybody, and the doctor says what to mend', async ({
  page,
}) => {
  await signInWithGithub(page, 'alice');
  await page.goto('/ai-operator');
  await page.getByRole('button', { name: 'Pause everything' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('moving the cluster');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  const resume = page.getByRole('button', { name: 'Resume everything' });
  await expect(resume).toBeVisible();
  await expect(page.getByText(/moving the cluster/).first()).toBeVisible();
  await resume.click();
  await dialog.getByRole('textbox').fill('done');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await expect(
    page.getByRole('button', { name: 'Pause everything' }),
  ).toBeVisible();

  await page.goto('/ai-operator/doctor');
  await expect(
    page.getByRole('heading', { name: /GitHub/ }).first(),
  ).toBeVisible({ timeout: 40_000 });
  await picture(page, 'doctor', { height: 1500 });
});
