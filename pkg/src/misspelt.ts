// Options that there are not: a name that is misspelt would otherwise do nothing, and nobody would know.

import { attempt } from './guard'
import { trait } from './plain'
import { OptionsFault } from './wire/inputs'

/** How many letters have to change to make one name of the other (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min(row[j]! + Number(a[i] !== b[j]), row[j + 1]! + 1, next[j]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/** The name that was probably meant. */
const nearest = (name: string, known: readonly string[]): string | undefined => {
  const [wrong, scored] = [name.toLowerCase(), [] as [score: number, name: string][]]
  for (const right of known) {
    const other = right.toLowerCase()
    const holds = wrong.length > 2 && (other.includes(wrong) || wrong.includes(other))
    scored.push([holds ? 1 : distance(wrong, other), right])
  }
  const [best] = scored.sort(([a], [b]) => a - b)
  return best && best[0] <= Math.max(2, name.length / 3) ? best[1] : undefined
}

/** What is wrong with options as a whole, and what to say of it beside the engine's words. */
export const optionsFault = (given: unknown, known: readonly string[]): [fault: OptionsFault, hint?: string] => {
  // A method may be a listener: it is given an event then, which says nothing to it.
  if (given === undefined || given === null || typeof trait(given, 'preventDefault') === 'function') return [OptionsFault.None]
  // A signal is an option, and not all of them.
  if (typeof given !== 'object' || typeof trait(given, 'addEventListener') === 'function') return [OptionsFault.NotAnObject]
  const unknown = (attempt(() => Object.keys(given)) ?? []).find((name) => !known.includes(name))
  if (unknown === undefined) return [OptionsFault.None]
  const meant = nearest(unknown, known)
  const hint = meant ? `did you mean ${meant}?` : `there are ${known.join(', ')}`
  return [OptionsFault.Unknown, `: ${unknown.slice(0, 40)}; ${hint}`]
}
