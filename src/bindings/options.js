// Options as an app gives them: each is read once, whatever its getter does, and made a value of one of a few kinds. What
// they must be, and what is said if they are not, is for Rust to say.
import { quietly } from '../browser/task.js'
import { urls } from '../browser/url.js'

// What stands for an option that cannot be read, and for one of another kind than it should be.
const UNREADABLE = null
const WRONG = NaN

/** How deep options are searched for what must not be there. */
const SEARCH_DEPTH = 4

/** The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`. */
const text = (value) => {
  const found = typeof value === 'string' ? value : quietly(() => value.href)
  return typeof found === 'string' ? found : undefined
}

const METHODS = ['getItem', 'setItem', 'removeItem']

// Of each kind what it is made from a value that is not blank.
const kinds = {
  any: (value) => value,
  store: (value) =>
    typeof value === 'string' || METHODS.every((method) => typeof quietly(() => value[method]) === 'function')
      ? value
      : WRONG,
  /** The origins, with a space behind each; where one is more than an origin, nothing. */
  origins: (value) => {
    if (!Array.isArray(value)) return WRONG
    const origins = Array.from(value, (item) => {
      const given = text(item)
      const origin = given && urls.origin(given)
      const isAll = origin && given.trim().replace(/\/+$/, '').toLowerCase() === origin.toLowerCase()
      return `${isAll ? origin : ''} `
    })
    return origins.join('')
  },
}

export const options = {
  is: (given) => typeof given === 'object' && given !== null,
  /** The option of that name; undefined if it is blank. */
  read: (given, name, kind) =>
    quietly(
      () => {
        const value = given?.[name]
        return value === undefined || value === null ? undefined : kinds[kind](value)
      },
      () => UNREADABLE,
    ),
  text,
  /** Every text among the options, however they are nested. What cannot be read is refused where it is used. */
  texts: (given) => {
    const found = []
    const search = (value, depth) => {
      const own = text(value)
      if (own !== undefined) return found.push(own)
      if (!depth || typeof value !== 'object' || value === null) return undefined
      for (const key of quietly(() => Reflect.ownKeys(value)) ?? []) {
        // Full of other people's entries, which are nobody's business here.
        if (key !== 'storage') search(quietly(() => value[key]), depth - 1)
      }
    }
    search(given, SEARCH_DEPTH)
    return found
  },
}
