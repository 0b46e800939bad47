// Web Storage, and what an app puts in its place.
import { quietly } from './task.js'

// The reasons of `StoreFault`, in their order.
const BLOCKED = 0
const FULL = 1
const FAILED = 2

const fault = (thrown) => {
  const name = quietly(() => thrown.name)
  if (name === 'QuotaExceededError') return FULL
  return name === 'SecurityError' ? BLOCKED : FAILED
}

export const stores = {
  /**
   * Calls a method of an area, or of what an app put in its place, of which a promise is given. It comes to a text, to
   * nothing, or to the number of a fault.
   */
  ask: (place, method, ...entry) => {
    // What is no text is an entry that cannot be read.
    const text = (value) => (method !== 'getItem' || value == null ? null : typeof value === 'string' ? value : '')
    const isArea = typeof place === 'string'
    // Where storage is blocked, already the getter throws.
    const area = isArea ? quietly(() => globalThis[place]) : place
    if (!area) return BLOCKED
    try {
      const answer = area[method](...entry.filter((part) => part !== undefined))
      // What an area says is written when the call returns, not a moment later.
      return isArea ? text(answer) : Promise.resolve(answer).then(text).catch(fault)
    } catch (thrown) {
      return isArea ? fault(thrown) : Promise.resolve(fault(thrown))
    }
  },
}
