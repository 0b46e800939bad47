// Finds unknown options. Otherwise a misspelt option would have no effect, and nobody would notice.

import { attempt } from './guard'
import { trait } from './plain'
import { OptionsFault } from './wire/inputs'

// There are only loops here, because old libraries replace many functions of arrays.

/** How many letters must change to turn one name into the other (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = [0]
  for (let j = 0; j < b.length; j += 1) row[j + 1] = j + 1
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j += 1) {
      next[j + 1] = Math.min(row[j]! + Number(a[i] !== b[j]), row[j + 1]! + 1, next[j]! + 1)
    }
    row = next
  }
  return row[b.length]!
}

/** The hint for an unknown name: the name that was probably meant, or all known names. */
const hintFor = (name: string, known: readonly string[]): string => {
  const wrong = name.toLowerCase()
  let [meant, least, all] = ['', Math.max(2, name.length / 3), '']
  for (const right of known) {
    const other = right.toLowerCase()
    const holds = wrong.length > 2 && (other.includes(wrong) || wrong.includes(other))
    const far = holds ? 1 : distance(wrong, other)
    // If two names are equally near, the first one is taken.
    if (far < least || (far === least && !meant)) [meant, least] = [right, far]
    all += `${all && ', '}${right}`
  }
  return meant ? `did you mean ${meant}?` : `there are ${all}`
}

const has = (known: readonly string[], name: string): boolean => {
  for (const one of known) if (one === name) return true
  return false
}

/** What is wrong with the options as a whole, and a hint that is added to the engine's message. */
export const optionsFault = (given: unknown, known: readonly string[]): [fault: OptionsFault, hint?: string] => {
  // An app may use a method as an event listener. The event that it then gets is no options, and is ignored.
  if (given === undefined || given === null || typeof trait(given, 'preventDefault') === 'function') return [OptionsFault.None]
  // A signal must be a member of the options, not stand in their place.
  if (typeof given !== 'object' || typeof trait(given, 'addEventListener') === 'function') return [OptionsFault.NotAnObject]
  for (const name of attempt(() => Object.keys(given)) ?? []) {
    if (!has(known, name)) return [OptionsFault.Unknown, `: ${name.slice(0, 40)}; ${hintFor(name, known)}`]
  }
  return [OptionsFault.None]
}
