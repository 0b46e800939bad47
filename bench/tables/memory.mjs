// What calls leave in memory, and what a disposed client leaves at all.
import { clients, REFUSAL, signedIn } from '../harness/clients.mjs';
import { startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { stubFetch } from '../harness/stub.mjs';
import { meter } from './scale.mjs';
import { OURS, REFERENCE, TWIN } from '../contenders/list.mjs';

const MARKS = { full: [1_000, 10_000, 100_000], quick: [1_000, 10_000] };

const BATCH = 500;

/** One call in so many fails. */
const FAIL_EVERY = 4;

const SUBSCRIBERS = 10;

export async function measure({ browser, isQuick }) {
  const all = await clients();
  const site = await serve(all.files);
  try {
    const rows = [];
    for (const name of [OURS, REFERENCE, TWIN]) {
      rows.push(
        ...(await callMany({
          browser,
          site,
          script: all.script(name),
          name,
          marks: isQuick ? MARKS.quick : MARKS.full,
        })),
      );
    }
    return { rows, failEvery: FAIL_EVERY, disposed: await dispose({ browser, site, script: all.script(OURS) }) };
  } finally {
    await site.close();
  }
}

/** Makes two kinds of calls one by one, some of which fail. Takes stock at each mark. */
async function callMany({ browser, site, script, name, marks }) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(keepMemory);
    await page.goto(site.origin);
    await page.evaluate(stubFetch, { bodies: [signedIn()], refusal: REFUSAL, failEvery: FAIL_EVERY });
    await page.evaluate(async (path) => {
      const { make } = await import(path);
      globalThis.client = await make('https://login.example.com/', { isStubbed: true });
    }, script);
    const { heapBytes } = await meter(context, page);
    const rows = [];
    let done = 0;
    for (const mark of marks) {
      for (; done < mark; done += BATCH) await page.evaluate(callBoth, BATCH);
      rows.push({
        client: name,
        calls: done,
        wasmPages: await page.evaluate(countPages),
        heapBytes: await heapBytes(),
      });
    }
    return rows;
  } finally {
    await context.close();
  }
}

async function dispose({ browser, site, script }) {
  const service = await startService();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(keepBooks);
    await page.goto(site.origin);
    await page.evaluate(useEverything, { script, url: service.origin, subscribers: SUBSCRIBERS });
    service.become('silent');
    const during = await page.evaluate(leaveCallsOpen);
    const after = await page.evaluate(disposeAndLook);
    return { subscribers: SUBSCRIBERS, during, after };
  } finally {
    await context.close();
    await service.close();
  }
}

// What follows runs in the page.

/** Keeps the module's memory. To be run before the module is loaded. */
export function keepMemory() {
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, given) {
      const instance = new target(...given);
      for (const value of Object.values(instance.exports)) {
        if (value instanceof WebAssembly.Memory) globalThis.memory = value;
      }
      return instance;
    },
  });
}

/** Pages of 64 KiB; `null` where there is no module. */
export function countPages() {
  return globalThis.memory ? globalThis.memory.buffer.byteLength / 65_536 : null;
}

async function callBoth(count) {
  const { client } = globalThis;
  for (let number = 0; number < count; number += 2) {
    await client.login({ email: 'ada@example.com', password: 'sample' });
    await client.forgotPassword({ email: 'ada@example.com' });
  }
}

/** Counts listeners, timers and channels as they come and go; to be run before anything is loaded. */
function keepBooks() {
  const listeners = new Map();
  const timers = new Map();
  const channels = new Set();
  const key = (type, listener, options) => [type, listener, Boolean(options?.capture ?? options)];
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;

  const forget = (target, wanted) => {
    const of = listeners.get(target) ?? [];
    const at = of.findIndex((entry) => entry.every((part, index) => part === wanted[index]));
    if (at >= 0) of.splice(at, 1);
  };
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? globalThis;
    const entry = key(type, listener, options);
    if (listener) listeners.set(target, [...(listeners.get(target) ?? []), entry]);
    if (options?.once) add.call(target, type, () => forget(target, entry), { once: true });
    if (options?.signal) add.call(options.signal, 'abort', () => forget(target, entry), { once: true });
    return add.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? globalThis;
    forget(target, key(type, listener, options));
    return remove.call(target, type, listener, options);
  };
  for (const [set, clear, repeats] of [
    ['setTimeout', 'clearTimeout', false],
    ['setInterval', 'clearInterval', true],
  ]) {
    const { [set]: start, [clear]: stop } = globalThis;
    globalThis[set] = (run, ms, ...rest) => {
      const id = start(
        (...given) => {
          if (!repeats) timers.delete(id);
          run(...given);
        },
        ms,
        ...rest,
      );
      timers.set(id, ms);
      return id;
    };
    globalThis[clear] = (id) => {
      timers.delete(id);
      stop(id);
    };
  }
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      channels.add(this);
    }

    close() {
      channels.delete(this);
      super.close();
    }
  };
  globalThis.books = async () => {
    const { held, pending } = await navigator.locks.query();
    return {
      // A signal that nobody holds any more goes with its listeners.
      listeners: [...listeners].reduce(
        (sum, [target, of]) => sum + (target instanceof AbortSignal ? 0 : of.length),
        0,
      ),
      timers: timers.size,
      channels: channels.size,
      locks: held.length + pending.length,
    };
  };
}

async function useEverything({ script, url, subscribers }) {
  const { LoginRocket } = await import(script);
  const lr = new LoginRocket({ url, storage: 'local' });
  await lr.login({ email: 'ada@example.com', password: 'sample' });
  for (let number = 0; number < subscribers; number += 1) lr.session.subscribe(() => {});
  await lr.session.token();
  globalThis.lr = lr;
}

/** Begins a refresh and a call that still wait when the client is disposed. */
async function leaveCallsOpen() {
  globalThis.open = [globalThis.lr.session.refresh(), globalThis.lr.getSession({ session: 'kss_sample123456' })];
  await new Promise((resolve) => setTimeout(resolve, 100));
  return globalThis.books();
}

async function disposeAndLook() {
  globalThis.lr.session.dispose();
  const codes = (await Promise.all(globalThis.open)).map(({ code }) => code);
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage('');
  });
  return { ...(await globalThis.books()), codes };
}
