// `URL`, which knows IDNA and the forms of numbers that are no addresses.
import { quietly } from './task.js'

export const urls = {
  /** The origin of a whole URL; undefined if it is no such URL, or has no origin. */
  origin: (url) => {
    const origin = quietly(() => new URL(url).origin)
    return origin === 'null' ? undefined : origin
  },
}
