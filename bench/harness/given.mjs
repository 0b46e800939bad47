// What a run is given from outside, by `cargo xtask bench`:
//   LOGINROCKET_INSTALLED  a folder in which the tarball is installed
//   LOGINROCKET_PEERS      the folder whose node_modules holds the peers
//   LOGINROCKET_TOOLS      the folder whose node_modules holds esbuild and playwright-core
//   LOGINROCKET_EMULATOR   the emulator's ready line
//   LOGINROCKET_FLEET      the folder with what the simulated fleet left; not set when it was not asked for
//   LOGINROCKET_VERSIONS   versions that only Cargo knows, as JSON
//   CHROME                 the browser

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { given } from '../../tests/support/browser.mjs';

export { given, startBrowser } from '../../tests/support/browser.mjs';

/** The module of an npm tool. */
export const tool = (name) => createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))(name);

/** Where packages are looked for: the one that is measured, then its peers. */
export const modules = () => [
  join(given('LOGINROCKET_INSTALLED'), 'node_modules'),
  join(given('LOGINROCKET_PEERS'), 'node_modules'),
];

/** The emulator's addresses. */
export const emulator = () => JSON.parse(given('LOGINROCKET_EMULATOR'));
