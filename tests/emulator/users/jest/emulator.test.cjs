const { LoginRocket } = require('loginrocket-wasm');
const { createEmulator } = require('loginrocket-emulator');

let emulator;
let snapshot;

beforeAll(async () => {
  emulator = await createEmulator();
  snapshot = await emulator.snapshot();
});
beforeEach(() => emulator.restore(snapshot));
afterAll(() => emulator.stop());

for (const number of [1, 2]) {
  test(`signs up in a realm as new, ${number}`, async () => {
    const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch, timeoutMs: 600_000 });
    const answer = await lr.signup({ email: 'eve@example.com', password: 'a-good-password' });
    expect(answer.result).toBe('full_login');
  });
}
