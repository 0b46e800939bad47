import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setupServer } from 'msw/node';
import { LoginRocket } from 'loginrocket-wasm';
import { createEmulator } from 'loginrocket-emulator';
import { handlers } from 'loginrocket-emulator/msw';

const url = 'https://example.e1.loginrocket.com/';
const person = { email: 'ada@example.com', password: 'engine-of-1843' };
const emulator = await createEmulator();
const server = setupServer(...handlers(url, emulator));

test('signs in at the production URL', async () => {
  expect((await new LoginRocket({ url, timeoutMs: 600_000 }).login(person)).result).toBe('full_login');
});

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => emulator.reset());
afterAll(async () => {
  server.close();
  await emulator.stop();
});

test('sees the realm’s failures as the service’s', async () => {
  await emulator.script({ path: '/v2/login', count: 1, status: 429, headers: { 'retry-after': '9' } });
  const { code, retryAfterSeconds } = await new LoginRocket({ url, timeoutMs: 600_000 }).login(person);
  expect([code, retryAfterSeconds]).toEqual(['rate_limited', 9]);
});

test('sees a connection that breaks as one', async () => {
  await emulator.script({ path: '/v2/login', count: 1, cut: true });
  expect((await new LoginRocket({ url, timeoutMs: 600_000 }).login(person)).code).toBe('network_error');
});
