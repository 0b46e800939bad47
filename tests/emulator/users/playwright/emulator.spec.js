import { createEmulator } from 'loginrocket-emulator';
import { expect, routeRealm, test } from 'loginrocket-emulator/playwright';

const signIn = async (page, url, person = { email: 'ada@example.com', password: 'engine-of-1843' }) => {
  await page.addInitScript((root) => { window.loginrocket = root; }, url);
  await page.goto('/');
  await expect(page.getByRole('status')).toHaveText('ready');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button').click();
};

for (const number of [1, 2]) {
  test(`signs in to a realm of the test's own, ${number}`, async ({ page, emulator }) => {
    await emulator.settings({ signup: 'closed' });
    await signIn(page, emulator.url);
    await expect(page.getByRole('status')).toHaveText('signed in');
    expect(await emulator.sessions()).toHaveLength(1);
  });
}

test('signs in, and the session is over a day later', async ({ page, emulator, moveClocks }) => {
  await page.addInitScript((url) => { window.loginrocket = url; }, emulator.url);
  await page.goto('/');
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('engine-of-1843');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('status')).toHaveText('signed in');
  expect(await emulator.sessions()).toHaveLength(1);
  await moveClocks(86_400_000);
  expect(await emulator.sessions()).toHaveLength(0);
});

test('finds the realm by its host name too', async ({ page, emulator }) => {
  await signIn(page, emulator.pagesUrl);
  await expect(page.getByRole('status')).toHaveText('signed in');
});

test('moves the page and the realm together', async ({ page, emulator, moveClocks }) => {
  await emulator.clock.freeze();
  const before = await emulator.clock.now();
  await page.goto('/');
  await moveClocks(3_600_000);
  const pageTime = await page.evaluate(() => Date.now());
  expect(await emulator.clock.now()).toBe(before + 3_600_000);
  // The page's own clock runs on.
  expect(Math.floor((pageTime - before) / 3_600_000)).toBe(1);
});

test.describe('an emulator of webServer', () => {
  test.use({ emulatorUrl: `http://127.0.0.1:${process.env.EMULATOR_PORT}/` });

  test('has a realm for each test as well', async ({ page, emulator }) => {
    expect(emulator.url).toContain(`:${process.env.EMULATOR_PORT}/_realm/`);
    await signIn(page, emulator.url);
    await expect(page.getByRole('status')).toHaveText('signed in');
  });
});

test('needs no port at all', async ({ page }) => {
  const emulator = await createEmulator();
  await routeRealm(page, emulator);
  await signIn(page, emulator.url);
  await expect(page.getByRole('status')).toHaveText('signed in');
  await emulator.stop();
});
