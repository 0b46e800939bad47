// The package in an app, by the tools that apps are made with: in development, and as it is deployed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { arrive, leave } from '../../stores/support/steps.mjs';
import { runs } from '../places.mjs';
import { emulator, person, startBrowser } from '../support.mjs';
import { serveFolder } from './support/site.mjs';
import { run, serveWith } from './support/tool.mjs';

const vite = (app) => ({
  app,
  dev: (port) => ['vite', '--port', port, '--strictPort'],
  build: ['vite', 'build', '--emptyOutDir'],
  built: 'dist',
});

const webpack = (built, ...flags) => ({
  app: 'webpack',
  dev: (port) => ['webpack', 'serve', '--mode', 'development', '--port', port, ...flags],
  build: ['webpack', 'build', '--mode', 'production', ...flags],
  built,
});

const next = (...flags) => ({
  app: 'next',
  dev: (port) => ['next', 'dev', '--hostname', 'localhost', '--port', port, ...flags],
  build: ['next', 'build', ...flags],
  serve: (port) => ['next', 'start', '--hostname', 'localhost', '--port', port],
  rendered: '<p role="status">loading</p>',
});

const esbuild = ['esbuild', 'main.js', '--bundle', '--format=esm', '--outfile=dist/main.js'];
esbuild.push(`--define:process.env.LOGINROCKET_URL=${JSON.stringify(emulator.loginrocket)}`);

/**
 * What each tool is told: `dev` to serve while developing, unless it has no such server; `build` to make what is deployed,
 * which is in the folder `built`; `serve` to serve that, for tools that bring their own server. `rendered` is what the
 * server has put into the page already.
 */
const tools = {
  'Vite 8': vite('vite-8/vanilla'),
  'Vite 8, React': vite('vite-8/react'),
  'Vite 8, Vue': vite('vite-8/vue'),
  'Vite 8, Svelte': vite('vite-8/svelte'),
  'Vite 8, Solid': vite('vite-8/solid'),
  'Vite 8, `./external`': vite('vite-8/external'),
  'Vite 7': vite('vite-7/vanilla'),
  'Vite 7, React': vite('vite-7/react'),
  'webpack 5': webpack('.'),
  'webpack 5, `./external`': webpack('external', '--env', 'folder=/external'),
  'Next.js 16': next(),
  'Next.js 16, webpack': next('--webpack'),
  'Parcel 2': {
    app: 'parcel',
    dev: (port) => ['parcel', 'serve', 'index.html', '--host', 'localhost', '--port', port, '--no-autoinstall'],
    build: ['parcel', 'build', 'index.html', '--no-autoinstall', '--dist-dir', 'built'],
    built: 'built',
  },
  esbuild: {
    app: 'esbuild',
    dev: (port) => [...esbuild, '--servedir=.', `--serve=localhost:${port}`],
    build: [...esbuild, '--minify'],
    built: '.',
  },
  'Rollup 4': { app: 'rollup', build: ['rollup', '--config', '--failAfterWarnings'], built: '.' },
};

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

for (const [name, { app, dev, build, built, serve, rendered = '' }] of Object.entries(tools)) {
  if (dev) {
    runs('tool', name, 'development', async () => {
      await visit(await serveWith(app, (port) => dev(String(port))), rendered);
    });
  }
  runs('tool', name, 'production', async () => {
    await run(app, build);
    const site = serve ? await serveWith(app, (port) => serve(String(port))) : await serveFolder(join(app, built));
    await visit(site, rendered);
  });
}

/** A person signs in and out on the page of a site, which then is closed. Nothing else is allowed to be said meanwhile. */
async function visit(site, rendered) {
  const context = await browser.newContext();
  context.setDefaultTimeout(30_000);
  const complaints = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  try {
    const page = await context.newPage();
    const answer = await page.goto(site.origin);
    assert.ok((await answer.text()).includes(rendered), 'what the server renders');
    await arrive(page, person);
    await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
    await leave(page);
    assert.deepEqual(complaints, []);
  } catch (error) {
    // What a tool or a page says is worth more than what then did not happen.
    throw new Error([...complaints, site.output?.()].join('\n'), { cause: error });
  } finally {
    await context.close();
    await site.close();
  }
}
