import { expect, test } from 'vitest';
import { LoginRocket } from 'loginrocket-wasm';
import { useEmulator } from 'loginrocket-emulator/vitest';

const emulator = useEmulator({ seed: { realms: [{ name: 'shop', people: [{ email: 'ada@example.com', password: 'engine-of-1843' }] }] } }, (made) =>
  made.addPerson({ email: 'bob@example.com', password: 'a-good-password' }),
);
const client = () => new LoginRocket({ url: emulator.url, fetch: emulator.fetch, timeoutMs: 600_000 });

test('resets a password by the link of the mail', async () => {
  await client().forgotPassword({ email: 'ada@example.com' });
  const [{ token }] = await emulator.mails({ to: 'ada@example.com' });
  expect((await client().resetPassword({ token, password: 'difference-1822' })).result).toBe('full_login');
});

for (const number of [1, 2]) {
  test(`finds the realm as new, ${number}`, async () => {
    expect((await emulator.people()).map(({ email }) => email)).toEqual(['ada@example.com', 'bob@example.com']);
    expect((await client().signup({ email: 'eve@example.com', password: 'a-good-password' })).result).toBe('full_login');
    await emulator.settings({ signup: 'closed' });
  });
}
