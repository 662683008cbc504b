import { expect, signInAsGuest, signInWithGithub, test } from './test';

test('a guest may look, and finds payment-service in the catalog', async ({
  page,
}) => {
  await signInAsGuest(page);
  await expect(page).toHaveURL(/\/ai-operator$/);
  await page.goto('/catalog?filters[user]=all&filters[text]=payment');
  await page.getByRole('link', { name: /^payment.service$/i }).click();
  await expect(page).toHaveURL(/\/component\/payment-service$/);
});

test('alice signs in with the GitHub of the world', async ({ page }) => {
  await signInWithGithub(page, 'alice');
  await page.goto('/settings');
  await expect(
    page.getByRole('heading', { name: 'Alice Martin', exact: true }),
  ).toBeVisible();
  await expect(page.getByTitle(/^user:default\/alice/).first()).toBeVisible();
});
