// What the tests of the emulator's package share: the package and the SDK as they are installed, and a native emulator.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { given } from '../support/browser.mjs';

/** The folder in which both tarballs are installed, beside the tools that they are used from. */
export const installed = given('LOGINROCKET_INSTALLED');
export const packages = join(installed, 'node_modules');
export const cli = join(packages, 'loginrocket-emulator/dist/cli.js');
/** The ready line of the native emulator. */
export const native = JSON.parse(given('LOGINROCKET_EMULATOR'));
/** The person whom every new emulator knows. */
export const person = { email: 'ada@example.com', password: 'engine-of-1843' };

const load = (path) => import(pathToFileURL(join(packages, path)));

export const { connectEmulator, createEmulator, startEmulator, EmulatorError } = await load('loginrocket-emulator/dist/index.js');
export const { LoginRocket } = await load('loginrocket-wasm/dist/index.js');

/** A client that waits as long as a busy machine takes. */
export const clientOf = ({ url, fetch }) => new LoginRocket({ url, fetch, timeoutMs: 600_000 });
