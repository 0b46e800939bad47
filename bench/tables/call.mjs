// What a call costs: the client alone, with the network stubbed, and all together, against the emulator on loopback.
import { OURS, TWIN } from '../contenders/list.mjs';
import { clients, PLAIN, signedIn, signedInVerifiably } from '../harness/clients.mjs';
import { emulator } from '../harness/given.mjs';
import { serve } from '../harness/site.mjs';
import { alternate, ratio, summary } from '../harness/statistics.mjs';
import { stubFetch } from '../harness/stub.mjs';

const OWN = { full: { rounds: 40, batch: 200 }, quick: { rounds: 8, batch: 100 } };
const LOOPBACK = { full: { blocks: 10, block: 100, waves: 7 }, quick: { blocks: 3, block: 30, waves: 2 } };

export const CONCURRENT = 200;

const PERSON = { email: 'ada@example.com', password: 'sample' };

/**
 * The calls whose own cost is measured, and the reader's words for them. The second one changes the session, where there is one.
 * The third one also stores it, verifies the token and asks the session for it. So of those without a session only the reference
 * is in it.
 */
export const ownCalls = [
  {
    id: 'forgotPassword',
    words: '`forgotPassword`',
    method: 'forgotPassword',
    params: { email: PERSON.email },
    answers: () => ({ bodies: [JSON.stringify({ result: 'okay' })] }),
  },
  {
    id: 'login',
    words: '`login`',
    method: 'login',
    params: PERSON,
    answers: () => ({ bodies: [signedIn()] }),
  },
  {
    id: 'verifiedLogin',
    words: '`login`, stored, and a verified token',
    method: 'login',
    params: PERSON,
    answers: signedInVerifiably,
    isCareful: true,
    clients: [PLAIN, TWIN, OURS],
  },
];

export async function measure({ browser, isQuick }) {
  const all = await clients();
  const names = all.names.filter((name) => !name.startsWith(`${OURS}/`));
  const site = await serve(all.files);
  const scripts = Object.fromEntries(names.map((name) => [name, all.script(name)]));
  try {
    const own = [];
    for (const call of ownCalls) own.push(...(await ownCost({ browser, site, scripts, isQuick, call })));
    const loopback = await loopbackCost({ browser, site, scripts, isQuick });
    return { reference: PLAIN, own, ...loopback };
  } finally {
    await site.close();
  }
}

async function ownCost({ browser, site, scripts, isQuick, call }) {
  const { id, method, params, answers, isCareful = false } = call;
  const { rounds, batch } = isQuick ? OWN.quick : OWN.full;
  const names = call.clients ?? Object.keys(scripts);
  const { context, page } = await open(browser, site);
  try {
    await page.evaluate(stubFetch, answers());
    await load(page, scripts, 'https://login.example.com/', { isStubbed: true, isCareful });
    const take = (name) => {
      const wantsToken = isCareful && name !== PLAIN;
      return page.evaluate(callInTurn, { name, method, params, count: batch, wantsToken });
    };
    // The browser compiles better what is called often. Nobody is measured before that.
    await alternate(names, 5, take);
    const samples = await alternate(names, rounds, take);
    const microseconds = (name) => summary(samples[name].map((ms) => (ms / batch) * 1000));
    const reference = microseconds(PLAIN);
    return names.map((client) => {
      const us = microseconds(client);
      return { call: id, client, us, ratio: ratio(us, reference) };
    });
  } finally {
    await context.close();
  }
}

/** For nobody the emulator has the least to do, so that the difference between clients shows best. */
const NOBODY = { email: 'nobody@example.com' };

async function loopbackCost({ browser, site, scripts, isQuick }) {
  const { blocks, block, waves } = isQuick ? LOOPBACK.quick : LOOPBACK.full;
  const names = Object.keys(scripts);
  const { context, page } = await open(browser, site);
  const rows = (samples, calls) => {
    const reference = summary(samples[PLAIN].map((ms) => ms / calls));
    return names.map((client) => {
      const ms = summary(samples[client].map((all) => all / calls));
      return { client, ms, ratio: ratio(ms, reference) };
    });
  };
  try {
    await load(page, scripts, emulator().loginrocket, {});
    const inTurn = (name) =>
      page.evaluate(callInTurn, { name, method: 'forgotPassword', params: NOBODY, count: block });
    const atOnce = (name) =>
      page.evaluate(callAtOnce, { name, method: 'forgotPassword', params: NOBODY, count: CONCURRENT });
    await alternate(names, 1, inTurn);
    const sequential = rows(await alternate(names, blocks, inTurn), block);
    const concurrent = rows(await alternate(names, waves, atOnce), CONCURRENT);
    return { sequential, sequentialCalls: blocks * block, concurrent, concurrentCalls: CONCURRENT };
  } finally {
    await context.close();
  }
}

async function open(browser, site) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.origin);
  return { context, page };
}

async function load(page, scripts, url, options) {
  await page.evaluate(
    async ([paths, where, how]) => {
      globalThis.clients = {};
      for (const [name, path] of Object.entries(paths)) {
        const { make } = await import(path);
        globalThis.clients[name] = await make(where, how);
      }
    },
    [scripts, url, options],
  );
}

// These run in the page. They check each answer, because a broken client would be the fastest.

async function callInTurn({ name, method, params, count, wantsToken = false }) {
  const client = globalThis.clients[name];
  // The twin is its own session, and gives the token alone.
  const session = client.session ?? client;
  const start = performance.now();
  for (let number = 0; number < count; number += 1) {
    const { result } = await client[method](params);
    if (result === 'error') throw new Error(`${name}: ${method} failed`);
    if (!wantsToken) continue;
    const token = await session.token();
    if (!(typeof token === 'string' || token?.verified)) throw new Error(`${name}: no verified token`);
  }
  return performance.now() - start;
}

async function callAtOnce({ name, method, params, count }) {
  const client = globalThis.clients[name];
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: count }, () => client[method](params)));
  const ms = performance.now() - start;
  const failed = answers.filter(({ result }) => result === 'error').length;
  if (failed > 0) throw new Error(`${name}: ${failed} of ${count} calls failed`);
  return ms;
}
