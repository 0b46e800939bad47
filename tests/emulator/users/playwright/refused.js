// A test that fails because the realm lists another origin than the page's: what the report says of it is looked at by who runs this.
import { expect, test } from 'loginrocket-emulator/playwright';

test.use({ realmSeed: { settings: { allowed_origins: ['https://app.example.com'] } } });

test('cannot sign in', async ({ page, emulator }) => {
  await page.addInitScript((url) => { window.loginrocket = url; }, emulator.url);
  await page.goto('/');
  const failed = page.waitForEvent('requestfailed');
  await page.getByRole('button').click();
  await failed;
  await expect(page.getByRole('status')).toHaveText('network_error');
  expect(await emulator.sessions()).toHaveLength(1);
});
