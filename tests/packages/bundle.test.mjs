// The package bundled and minified with an app, as a module, a classic script and a classic worker.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { consumer, emulator, person, serve, startBrowser } from './support.mjs';

const { buildSync } = createRequire(join(process.env.LOGINROCKET_TOOLS, 'package.json'))('esbuild');

const app = `
  import { LoginRocket, LoginRocketError, unwrap } from 'loginrocket-wasm';
  const tell = globalThis.document ? (text) => { document.title = text } : (text) => postMessage(text);
  const lr = new LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} });
  lr.login(${JSON.stringify(person)}).then(unwrap).then(({ next }) => {
    try { new LoginRocket({ url: 'no url' }) } catch (error) { tell([next, error instanceof LoginRocketError, error.name].join()) }
  });
`;

/** The app in one file, with every name shortened that may be. */
function bundle(format) {
  const { outputFiles, warnings } = buildSync({
    stdin: { contents: app, resolveDir: consumer },
    bundle: true,
    minify: true,
    write: false,
    format,
    logLevel: 'silent',
  });
  assert.deepEqual(warnings, []);
  return outputFiles[0].text;
}

let browser;
let site;

before(async () => {
  site = await serve({
    '/module.js': { body: bundle('esm') },
    '/classic.js': { body: bundle('iife') },
    '/start-worker.js': { body: "new Worker('/classic.js').onmessage = ({ data }) => { document.title = data };" },
    '/module.html': { body: '<!doctype html><title>t</title><script type="module" src="/module.js"></script>' },
    '/classic.html': { body: '<!doctype html><title>t</title><script src="/classic.js"></script>' },
    '/worker.html': { body: '<!doctype html><title>t</title><script src="/start-worker.js"></script>' },
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

for (const kind of ['module', 'classic', 'worker']) {
  test(`an app bundled with esbuild signs a person in: ${kind}`, async () => {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/${kind}.html`);
    await page.waitForFunction(() => document.title !== 't');
    assert.equal(await page.title(), 'done,true,LoginRocketError');
    await page.close();
  });
}
