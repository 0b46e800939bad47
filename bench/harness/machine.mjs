// Where and with what a run was made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import os from 'node:os';
import { given, tool } from './given.mjs';

/** The machine, and how busy it is before the run: numbers from a busy one are not worth much. */
export function machine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: systemName(),
    loadBefore: Number(os.loadavg()[0].toFixed(2)),
  };
}

/** Everything whose version may change a number. */
export function versions(browser) {
  return {
    'loginrocket-wasm': manifest(given('LOGINROCKET_INSTALLED'), 'loginrocket-wasm').version,
    ...JSON.parse(process.env.LOGINROCKET_VERSIONS ?? '{}'),
    node: process.versions.node,
    chromium: browser.version(),
    esbuild: tool('esbuild').version,
    ...peerVersions(),
  };
}

function peerVersions() {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url)));
  return Object.fromEntries(
    Object.keys(own.devDependencies).map((name) => {
      const { version } = manifest(given('LOGINROCKET_PEERS'), name);
      return [name === OFFICIAL_LOCK ? 'axios, locked by the official client' : name, version];
    }),
  );
}

const OFFICIAL_LOCK = 'axios-of-the-official-lock';

const manifest = (folder, name) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json')));

function systemName() {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return `${/^PRETTY_NAME="?([^"\n]*)/m.exec(release)[1]}, ${os.type()} ${os.release()} ${os.arch()}`;
  } catch {
    return `${os.type()} ${os.release()} ${os.arch()}`;
  }
}
