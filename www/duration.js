// Durations for people.

const UNITS = [
  ['h', 3600],
  ['min', 60],
  ['s', 1],
]

/** `21598.3` → `5 h 59 min 59 s`: what is left of something is not over before it is. */
export function duration(seconds) {
  const parts = []
  let rest = Math.max(0, Math.ceil(seconds))
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0 || parts.length > 0 || size === 1) parts.push(`${count} ${unit}`)
  }
  return parts.join(' ')
}
