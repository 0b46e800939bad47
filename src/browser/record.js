// `JSON.parse`, and reading members of what it made: data of their own, so that nothing a page did to prototypes is met.
import { parsed } from './fetch.js'

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined)
const list = (object, name) => {
  const member = own(object, name)
  return Array.isArray(member) ? member : []
}

export const record = {
  /** The object that a text holds; undefined if it holds none. */
  parse: (text) => parsed(text)[1],
  has: (object, name) => own(object, name) !== undefined,
  text: (object, name) => {
    const member = own(object, name)
    return typeof member === 'string' ? member : undefined
  },
  texts: (object, name) => list(object, name).filter((item) => typeof item === 'string'),
  number: (object, name) => {
    const member = own(object, name)
    return Number.isSafeInteger(member) && member >= 0 ? member : undefined
  },
  flag: (object, name) => own(object, name) === true,
  records: (object, name) => list(object, name).filter((item) => typeof item === 'object' && item),
}
