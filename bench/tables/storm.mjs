// The storm: a page signs in, sleeps until its token has expired, and then fifty callers want one at the same moment. The
// service answers, refuses or is silent. Each contender has a page for each of these modes. The pages work one after the other,
// so that none slows another down, but they may wait at the same time.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../harness/bundle.mjs';
import { LIFETIME, RETRY_AFTER, startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { contenders } from '../contenders/list.mjs';

export const CALLERS = 50;

/** What the service does, and the reader's words for it. */
export const modes = [
  { id: 'ok', words: '200' },
  { id: 'limited', words: `429, Retry-After: ${RETRY_AFTER}` },
  { id: 'unavailable', words: '503' },
  { id: 'silent', words: 'never answers' },
];

/** Longer than Retry-After and than any contender's timeout. A quick run is shorter, and sees less. */
const WINDOW_MS = { full: 45_000, quick: 13_000 };

/** How long after the first wave a second one comes, where the service asked to wait. */
const SECOND_WAVE_MS = 1000;

/** How long a page has the machine to itself. */
const TURN_MS = 4000;

export async function measure({ browser, isQuick }) {
  const windowMs = isQuick ? WINDOW_MS.quick : WINDOW_MS.full;
  const files = contenders.map(async ({ file }) => [`/${file}.js`, await bundle(`contenders/${file}.js`)]);
  const site = await serve(Object.fromEntries(await Promise.all(files)));
  const takeTurn = turns();
  try {
    const runs = modes.flatMap(({ id: mode }) =>
      contenders.map((contender) => survive({ browser, site, windowMs, takeTurn, mode, contender })),
    );
    return { callers: CALLERS, windowMs, retryAfterSeconds: RETRY_AFTER, rows: await Promise.all(runs) };
  } finally {
    await site.close();
  }
}

/** Lets one page work after the other: resolves with a function that ends the turn. */
function turns() {
  let last = Promise.resolve();
  return async () => {
    const before = last;
    let end;
    last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  };
}

async function survive({ browser, site, windowMs, takeTurn, mode, contender: { name, file } }) {
  const endTurn = await takeTurn();
  const service = await startService();
  const context = await browser.newContext();
  try {
    await context.clock.install();
    const page = await context.newPage();
    await page.goto(site.origin);
    await openIn(page, file, service, true);
    service.become(mode);
    const refreshes = service.watch(context);
    await fallAsleep(context, service);
    const start = performance.now();
    // After that a page only waits, which slows nobody down.
    setTimeout(endTurn, TURN_MS);
    const { settled, fine, lastMs } = await ask(page, CALLERS, windowMs);
    endTurn();
    const end = start + (lastMs ?? windowMs);
    const row = { settled, fine, boundedMs: lastMs, requests: refreshes.count(0, end) };
    if (mode === 'limited') {
      await sleep(SECOND_WAVE_MS);
      await ask(page, CALLERS, Math.max(0, start + windowMs - performance.now()));
      await sleep(Math.max(0, start + windowMs - performance.now()));
      // Counted from the first refusal. A tenth of a second early is not too early.
      row.tooEarly = refreshes.count(end, refreshes.first() + RETRY_AFTER * 1000 - 100);
    }
    row.kept = await page.evaluate(() => globalThis.contender.isKept());
    if (service.strangers() > 0) throw new Error('it asked for what the stand-in service does not have');
    return { contender: name, mode, ...row };
  } catch (error) {
    return { contender: name, mode, failed: String(error.message).split('\n')[0] };
  } finally {
    endTurn();
    await context.close();
    await service.close();
  }
}

/** Makes the contender's client in a page and waits until it is signed in. */
export function openIn(page, file, service, isFirst) {
  return page.evaluate(
    async ([script, origin, first]) => {
      const { open } = await import(script);
      globalThis.contender = await open(origin, first, Math.floor(Date.now() / 1000));
    },
    [`/${file}.js`, service.origin, isFirst],
  );
}

/** Lets the token's lifetime pass as in a sleep: every timer that came due meanwhile fires once, now. */
export async function fallAsleep(context, service) {
  service.advance(LIFETIME + 1);
  await context.clock.fastForward((LIFETIME + 1) * 1000);
}

/** Makes all callers ask at once. Says how many were answered, and after how long the last one was, if all were. */
async function ask(page, callers, withinMs) {
  const start = performance.now();
  await page.evaluate((count) => {
    const wave = { settled: 0, fine: 0 };
    globalThis.wave = wave;
    for (let number = 0; number < count; number += 1) {
      globalThis.contender
        .ask()
        .then((isFine) => {
          wave.fine += isFine ? 1 : 0;
        })
        .catch(() => {})
        .finally(() => {
          wave.settled += 1;
        });
    }
  }, callers);
  for (;;) {
    const { settled, fine } = await page.evaluate(() => globalThis.wave);
    const elapsed = performance.now() - start;
    if (settled === callers) return { settled, fine, lastMs: elapsed };
    if (elapsed > withinMs) return { settled, fine, lastMs: undefined };
    await sleep(20);
  }
}
