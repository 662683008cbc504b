import { dirname, join } from 'node:path';
import {
  chromium,
  expect,
  test as base,
  type Browser,
  type Page,
} from '@playwright/test';
import { addresses } from './addresses';
import { chromiumLaunchOptions } from './chromium';
import { World } from './world';

interface PortalFixtures {
  /** The simulated world, to break and heal it. */
  world: World;
  /** Fails a test in whose page something was thrown and not caught. */
  noUncaughtErrors: void;
}

interface BrowserFixtures {
  browser: Browser;
}

/** `test` with a browser of ours, at the address of the started portal. */
export const test = base.extend<PortalFixtures, BrowserFixtures>({
  // Playwright reads from the first parameter which fixtures are wanted, so it
  // has to be a pattern even where none is.
  browser: [
    // eslint-disable-next-line no-empty-pattern -- see above
    async ({}, use) => {
      const browser = await chromium.launch(await chromiumLaunchOptions());
      await use(browser);
      await browser.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  // eslint-disable-next-line no-empty-pattern -- see above
  baseURL: async ({}, use) => {
    await use(addresses().portal);
  },
  viewport: { width: 1440, height: 1000 },
  // eslint-disable-next-line no-empty-pattern -- see above
  world: async ({}, use) => {
    await use(new World(addresses().world));
  },
  noUncaughtErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', error => errors.push(error.stack ?? error.message));
      await use();
      expect(errors, 'uncaught errors in the page').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

async function expectSignedIn(page: Page): Promise<void> {
  await expect(
    page.getByRole('link', { name: 'AI Operator, start page' }),
  ).toBeVisible();
}

export async function signInAsGuest(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await expectSignedIn(page);
}

/** Signs in with GitHub as one of the world's people, through its popup. */
export async function signInWithGithub(
  page: Page,
  login: string,
): Promise<void> {
  await page.goto('/');
  const popup = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Sign In' }).click();
  const chooser = await popup;
  await chooser.getByRole('button', { name: `@${login}` }).click();
  await expectSignedIn(page);
}

/**
 * A picture of what the page shows: for the README in `docs/images/` when
 * `UPDATE_PICTURES` is set, among the results of the run otherwise. `height`
 * (px) shows more than the window of the tests.
 */
export async function picture(
  page: Page,
  name: string,
  options: { height?: number } = {},
): Promise<void> {
  const { height } = options;
  const before = page.viewportSize();
  if (height && before) {
    await page.setViewportSize({ ...before, height });
  }
  const e2e = dirname(test.info().config.rootDir);
  const folder = process.env.UPDATE_PICTURES
    ? join(e2e, '..', 'docs', 'images')
    : join(e2e, 'results', 'pictures');
  await page.screenshot({
    path: join(folder, `${name}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
  if (height && before) {
    await page.setViewportSize(before);
  }
}
