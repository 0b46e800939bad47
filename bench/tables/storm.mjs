// The storm: a page signs in, sleeps until its token has expired, and fifty callers want one at the same moment, while the
// service is well or ill. The same for everyone: one page for each of them and each state. They take turns until their callers are
// answered or only wait any more; the waiting is done side by side.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../harness/bundle.mjs';
import { LIFETIME, RETRY_AFTER, startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { contenders } from '../contenders/list.mjs';

export const CALLERS = 50;

/** The states of the service, and the reader's words for them. */
export const weathers = [
  { state: 'ok', words: '200' },
  { state: 'limited', words: `429, Retry-After: ${RETRY_AFTER}` },
  { state: 'unavailable', words: '503' },
  { state: 'silent', words: 'never answers' },
];

/** Longer than the timeout of any contender that has one and longer than Retry-After; a quick run knows less. */
const WINDOW_MS = { full: 45_000, quick: 13_000 };

/** How long after the first wave a second one comes, where the service asked to wait. */
const SECOND_WAVE_MS = 1000;

/** How long a run has the machine to itself. */
const TURN_MS = 4000;

export async function measure({ browser, isQuick }) {
  const windowMs = isQuick ? WINDOW_MS.quick : WINDOW_MS.full;
  const files = contenders.map(async ({ file }) => [`/${file}.js`, await bundle(`contenders/${file}.js`)]);
  const site = await serve(Object.fromEntries(await Promise.all(files)));
  const takeTurn = turns();
  try {
    const runs = weathers.flatMap((weather) =>
      contenders.map((contender) => survive({ browser, site, windowMs, takeTurn, weather, contender })),
    );
    return { callers: CALLERS, windowMs, retryAfterSeconds: RETRY_AFTER, rows: await Promise.all(runs) };
  } finally {
    await site.close();
  }
}

/** Lets one run after the other do its work; what it gives ends the turn. */
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

async function survive({ browser, site, windowMs, takeTurn, weather, contender: { name, file } }) {
  const endTurn = await takeTurn();
  const service = await startService();
  const context = await browser.newContext();
  try {
    await context.clock.install();
    const page = await context.newPage();
    await page.goto(site.origin);
    await openIn(page, file, service, true);
    service.become(weather.state);
    const refreshes = service.watch(context);
    await fallAsleep(context, service);
    const start = performance.now();
    // Who takes longer waits, which disturbs nobody.
    setTimeout(endTurn, TURN_MS);
    const { settled, fine, lastMs } = await ask(page, CALLERS, windowMs);
    endTurn();
    const end = start + (lastMs ?? windowMs);
    const row = { settled, fine, boundedMs: lastMs, requests: refreshes.count(0, end) };
    if (weather.state === 'limited') {
      await sleep(SECOND_WAVE_MS);
      await ask(page, CALLERS, Math.max(0, start + windowMs - performance.now()));
      await sleep(Math.max(0, start + windowMs - performance.now()));
      // Counted from the first refusal; a tenth of a second early is as good as kept.
      row.tooEarly = refreshes.count(end, refreshes.first() + RETRY_AFTER * 1000 - 100);
    }
    row.kept = await page.evaluate(() => globalThis.contender.isKept());
    if (service.strangers() > 0) throw new Error('it asked for what the stand-in service does not have');
    return { contender: name, weather: weather.state, ...row };
  } catch (error) {
    return { contender: name, weather: weather.state, failed: String(error.message).split('\n')[0] };
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

/** Callers all at once; what became of them, and when the last of them knew, unless that was too late. */
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
