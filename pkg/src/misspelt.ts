// Options that there are not: a name that is misspelt would otherwise do nothing, and nobody would know.

import { attempt } from './guard'
import { trait } from './plain'
import { OptionsFault } from './wire/inputs'

// With loops alone: old libraries put functions of their own in the place of many that arrays have.

/** How many letters have to change to make one name of the other (Levenshtein). */
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

/** What to say of a name: the one that was probably meant, or all that there are. */
const hintFor = (name: string, known: readonly string[]): string => {
  const wrong = name.toLowerCase()
  let [meant, least, all] = ['', Math.max(2, name.length / 3), '']
  for (const right of known) {
    const other = right.toLowerCase()
    const holds = wrong.length > 2 && (other.includes(wrong) || wrong.includes(other))
    const far = holds ? 1 : distance(wrong, other)
    // Of two that are as near, the first.
    if (far < least || (far === least && !meant)) [meant, least] = [right, far]
    all += `${all && ', '}${right}`
  }
  return meant ? `did you mean ${meant}?` : `there are ${all}`
}

const has = (known: readonly string[], name: string): boolean => {
  for (const one of known) if (one === name) return true
  return false
}

/** What is wrong with options as a whole, and what to say of it beside the engine's words. */
export const optionsFault = (given: unknown, known: readonly string[]): [fault: OptionsFault, hint?: string] => {
  // A method may be a listener: it is given an event then, which says nothing to it.
  if (given === undefined || given === null || typeof trait(given, 'preventDefault') === 'function') return [OptionsFault.None]
  // A signal is an option, and not all of them.
  if (typeof given !== 'object' || typeof trait(given, 'addEventListener') === 'function') return [OptionsFault.NotAnObject]
  for (const name of attempt(() => Object.keys(given)) ?? []) {
    if (!has(known, name)) return [OptionsFault.Unknown, `: ${name.slice(0, 40)}; ${hintFor(name, known)}`]
  }
  return [OptionsFault.None]
}
