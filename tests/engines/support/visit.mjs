// A test with a realm and an origin of its own, so that nothing is stored there yet, in every engine.
import { serveFolder } from '../../packages/apps/support/site.mjs';
import { makeRealm } from '../../session/support/realm.mjs';
import { inEveryEngine } from './engines.mjs';

/**
 * Defines a row of the table. `run` gets the `realm` and `arrive(options)`, which opens a page with a client of it as
 * `lr`, and the package as `lib`; the same page can be told to `reload()`.
 */
export function visit(row, { realm: wanted, host, only } = {}, run) {
  const options = host && { host };
  inEveryEngine(
    row,
    async ({ open }) => {
      const site = await serveFolder('.');
      try {
        const origin = host ? site.origin.replace('localhost', host) : site.origin;
        const settings = { ...wanted?.settings, ...(host && { allowed_origins: [origin] }) };
        const realm = await makeRealm({ ...wanted, settings });
        try {
          await run({ realm, origin, arrive: (more) => arrive(open, `${origin}/workers/`, { url: realm.url, ...more }) });
        } finally {
          await realm.remove();
        }
      } finally {
        await site.close();
      }
    },
    { only, options },
  );
}

async function arrive(open, address, options) {
  const page = await open(address);
  const start = () => page.evaluate(makeClient, { storage: 'local', ...options });
  const reload = async () => {
    await page.goto(`${address}?again=${Math.random()}`);
    await start();
  };
  await start();
  return Object.assign(page, { reload });
}

/** In the page: makes the client, and how to wait for its session. */
async function makeClient(options) {
  globalThis.lib = await import('/node_modules/loginrocket-wasm/dist/index.js');
  globalThis.lr = new lib.LoginRocket(options);
  globalThis.until = (state) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`it is ${lr.session.snapshot.state}, not ${state}`)), 15_000);
      let stop;
      const look = (snapshot) => {
        if (snapshot.state !== state) return;
        clearTimeout(late);
        resolve(snapshot);
        setTimeout(() => stop());
      };
      stop = lr.session.subscribe(look);
    });
}

/** Calls methods of the client one after the other, each `[name, parameters]`; gives what is next of each, or its code. */
export const call = (page, ...calls) =>
  page.evaluate(async (wanted) => {
    const answers = [];
    for (const [name, params] of wanted) {
      const answer = await lr[name](params);
      answers.push(answer.next ?? answer.code ?? answer.result);
    }
    return answers;
  }, calls);
