// What a call resolves with: the service's own object, or a failure in the official client's shape. What we add comes as
// JSON. Copies, because a member that is set could meet a setter of the page's.
import { quietly } from '../browser/task.js'
import { unwrap } from './errors.js'

export const outcomes = {
  plain: (json) => JSON.parse(json),
  success: (record, next) => (next ? { ...record, next } : record),
  /** A refusal always has the four members of the service's error shape, whatever the service left out. */
  refusal: (record, json) => {
    const { texts, ...facts } = JSON.parse(json)
    const { result = 'error', error = texts.join(' '), errors = texts } = record
    return { ...record, result, error, errors, ...facts }
  },
  /** A failure where the only way to tell of it is an exception; of what a signal ended, the signal's own reason. */
  thrown: (json, signal) => {
    const failure = JSON.parse(json)
    if (failure.code !== 'aborted') return quietly(() => unwrap(failure), (error) => error)
    const reason = quietly(() => signal.reason)
    // Older browsers name no reason, and where the session is another one nobody gave a signal.
    return reason === undefined ? new DOMException('the session or the signal ended it', 'AbortError') : reason
  },
}
