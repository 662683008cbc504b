import { expect, signInAsGuest, signInWithGithub, test } from './test';

test('a guest may look, and finds payment-service in the catalog', async ({
  page,
}) => {
  await signInAsGuest(page);
  await expect(page).toHaveURL(/\/ai-operator$/);
  await page.goto('/catalog');
  await expect(
    page.getByRole('link', { name: 'payment-service' }).first(),
  ).toBeVisible();
});

test('alice signs in with the GitHub of the world', async ({ page }) => {
  await signInWithGithub(page, 'alice');
  await page.goto('/settings');
  await expect(page.getByText('Alice Martin')).toBeVisible();
  await expect(page.getByRole('link', { name: 'alice' }).first()).toBeVisible();
});
