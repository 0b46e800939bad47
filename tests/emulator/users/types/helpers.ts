// The helpers beside the tools that they help with.
import { setupServer } from 'msw/node';
import { createEmulator } from 'loginrocket-emulator';
import { handlers } from 'loginrocket-emulator/msw';
import { expect, routeRealm, test } from 'loginrocket-emulator/playwright';
import { useEmulator } from 'loginrocket-emulator/vitest';

const emulator = useEmulator({ seed: { realms: [{ name: 'shop' }] } }, async (made) => made.addPerson({ username: 'ada' }));
export const url: string = emulator.url;
// @ts-expect-error It is set up once, by options.
useEmulator('shop');

export const serve = async () => setupServer(...handlers('https://example.e1.loginrocket.com/', await createEmulator()));
// @ts-expect-error Handlers are of a URL and a realm.
handlers('https://example.e1.loginrocket.com/');

test.use({ emulatorUrl: 'http://127.0.0.1:4400/', realmSeed: { settings: { signup: 'closed' } } });
// @ts-expect-error The fixture gives the realm its name.
test.use({ realmSeed: { name: 'shop' } });
test('has both fixtures', async ({ page, emulator, moveClocks }) => {
  await routeRealm(page, emulator);
  await moveClocks(60_000);
  expect(await emulator.people()).toHaveLength(1);
  // @ts-expect-error Clocks move by milliseconds.
  await moveClocks('1 h');
});
