// A token's remaining time, ticking. It goes by this device's clock; correcting a wrong one is the session engine's work.

const UNITS = [
  ['h', 3600],
  ['min', 60],
  ['s', 1],
]

/** Keeps a text and a progress bar up to date until `signal` aborts. */
export function countDown(text, bar, { iat, exp }, signal) {
  const [from, until] = [iat, exp].map((value) => (Number.isFinite(value) ? value : 0))
  const tick = () => {
    const left = Math.max(0, Math.ceil(until - Date.now() / 1000))
    text.textContent = left > 0 ? duration(left) : 'no longer: refresh it'
    bar.value = until > from ? Math.min(1, left / (until - from)) : 0
    return left
  }
  if (tick() === 0) return
  const timer = setInterval(() => {
    if (tick() === 0) clearInterval(timer)
  }, 1000)
  signal.addEventListener('abort', () => clearInterval(timer))
}

/** `21599` → `5 h 59 min 59 s`. */
export function duration(seconds) {
  const parts = []
  let rest = seconds
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`)
  }
  return parts.join(' ')
}
