// Where the demo gets what it cannot know: the running emulator's addresses and its ready-made person.

/** Why the demo cannot start, in words for the person who started it. */
export class CannotStart extends Error {
  constructor(title, advice, options) {
    super(title, options)
    this.advice = advice
  }
}

/**
 * Asks the server that serves this page: `{ loginrocket, inbox, person? }`.
 *
 * The page's own address may add `?timeoutMs=…`, the longest that one call may take, to try out a server that hangs, and
 * `?storage=…`, where the session is kept.
 */
export async function loadSettings(location) {
  let settings
  try {
    const answer = await fetch('emulator.json', { cache: 'no-store' })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    settings = await answer.json()
  } catch (cause) {
    throw new CannotStart(
      'The emulator does not answer',
      'This page belongs to the emulator that serves it. Start both with “cargo xtask demo”, then try again.',
      { cause },
    )
  }
  const query = new URLSearchParams(location.search)
  const timeoutMs = query.get('timeoutMs')
  return {
    ...settings,
    timeoutMs: timeoutMs === null ? undefined : Number(timeoutMs),
    storage: query.get('storage') ?? 'local',
  }
}

/** Loads the package as an app without a bundler does. */
export async function loadPackage() {
  try {
    return await import('../pkg/dist/index.js')
  } catch (cause) {
    throw new CannotStart(
      'The package is not there',
      'The page imports loginrocket-wasm from pkg/dist. Build it with “cargo xtask pack”, then try again.',
      { cause },
    )
  }
}
