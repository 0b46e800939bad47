// The package in browsers of the age that the documentation names: those of which the registry of npm has the program, which are two of
// Chromium's. The older one starts only small modules on a page's main thread, and so knows `./external` alone.
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { given } from '../../support/browser.mjs';
import { HAS_OLDER, runs } from '../places.mjs';
import { emulator, person } from '../support.mjs';
import { serveFolder } from './support/site.mjs';
import { apps } from './support/tool.mjs';

let site;

before(async () => {
  site = await serveFolder('.');
});

after(() => site?.close());

/** The program, which is packed for servers that take no large files. */
async function unpack(version) {
  const folder = join(apps, 'node_modules', `chromium-${version}`, 'bin');
  const program = join(folder, 'chromium');
  const isThere = await stat(program).then(() => true, () => false);
  if (!isThere) await writeFile(program, brotliDecompressSync(await readFile(join(folder, 'chromium.br'))), { mode: 0o755 });
  return program;
}

/** Runs a function in a page of that version, with the entries of the package as `lib` and `external`. */
async function inPage(version, run, argument) {
  const { chromium } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core');
  // It has no sandbox of its own to bring along.
  const browser = await chromium.launch({ executablePath: await unpack(version), chromiumSandbox: false });
  try {
    assert.equal(browser.version().split('.')[0], String(version));
    const page = await browser.newPage();
    await page.goto(`${site.origin}/workers/`);
    return await page.evaluate(
      async ([source, argument]) => {
        const [lib, external] = await Promise.all(
          ['index', 'external'].map((name) => import(`/node_modules/loginrocket-wasm/dist/${name}.js`)),
        );
        return new Function(`return (${source})`)()({ lib, external, ...argument });
      },
      [run.toString(), argument],
    );
  } finally {
    await browser.close();
  }
}

const settings = { url: emulator.loginrocket, person };

/** Defines one, where there are such programs. */
const older = (...given) => HAS_OLDER && runs('older', ...given);

const signIn = async ({ lib, external, entry, url, person }) => {
  if (entry === 'external') await external.init();
  const lr = new (entry === 'external' ? external : lib).LoginRocket({ url, storage: 'local' });
  const { next } = await lr.login(person);
  const { token } = await lr.session.token();
  const { trusted, user } = await lr.verifyToken(token);
  const { result } = await lr.session.signOut();
  return [next, trusted, user.name, result];
};

for (const [version, entry, name] of [
  [115, 'index', '`import`'],
  [115, 'external', '`./external`'],
  [103, 'external', '`./external`'],
]) {
  older(`Chromium ${version}`, name, async () => {
    const found = await inPage(version, signIn, { entry, ...settings });
    assert.deepEqual(found, ['done', true, 'Ada Lovelace', 'okay']);
  });
}

older('Chromium 103', '`import` in a worker', async () => {
  const found = await inPage(
    103,
    async ({ url, person }) => {
      const script = `
        import { LoginRocket } from '${location.origin}/node_modules/loginrocket-wasm/dist/index.js'
        const { next } = await new LoginRocket({ url: '${url}' }).login(${JSON.stringify(person)})
        postMessage(next)`;
      // A worker of its own origin, since that of a blob is the page's.
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
      return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    },
    settings,
  );
  assert.equal(found, 'done');
});

older('Chromium 103', '`import` on a page: an error that names `./external`', async () => {
  const found = await inPage(
    103,
    async ({ lib, external, url, person }) => {
      const told = () => {
        try {
          return new lib.LoginRocket({ url }).lrUrl;
        } catch ({ code, message, cause }) {
          return [code, message, String(cause)];
        }
      };
      // After a module that failed, the next one is started as asynchronously.
      const memories = [];
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...given) => {
        const instance = await instantiate(...given);
        memories.push(instance.exports.memory);
        return instance;
      };
      await external.init();
      const lr = new external.LoginRocket({ url });
      memories.forEach(({ buffer }) => new Uint8Array(buffer).fill(255));
      const after = [await lr.login(person), await lr.login(person)].map(({ code, message }) => [code, message]);
      await external.init();
      return { told: told(), after, next: (await lr.login(person)).next };
    },
    settings,
  );
  const [code, message, cause] = found.told;
  assert.equal(code, 'unsupported_browser');
  assert.match(message, /init\(\) of 'loginrocket-wasm\/external'/);
  assert.match(cause, /4KB/);
  assert.deepEqual(found.after.map(([code]) => code), ['internal_error', 'unsupported_browser']);
  assert.match(found.after[1][1], /await init\(\)/);
  assert.equal(found.next, 'done');
});
