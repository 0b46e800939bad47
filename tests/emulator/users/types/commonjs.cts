import emulator = require('loginrocket-emulator');

export async function use(): Promise<string> {
  const made: emulator.LocalEmulator = await emulator.createEmulator({ seed: { realms: [{ name: 'shop' }] } });
  await made.stop();
  return made.url;
}

// @ts-expect-error There is no such function.
void emulator.createRealm;
