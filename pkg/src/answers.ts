// What a wait comes to, as the app gets it: the service's own object, or a failure in the official client's shape.

import { AnswerKind, type Answer } from './wire/effects'
import { ERRORS, MISUSES } from './wire/errors'

export interface Failure {
  result: 'error'
  error: string
  errors: string[]
  source: string
  message: string
  serviceErrors?: string[]
  code: string
  retryable: boolean
  status?: number
  requestId?: string
  retryAfterSeconds?: number
}

// What the official client says to a person (contract §6.3); misuse, for which it has no text, explains itself.
const UNEXPECTED = 'An unexpected error occurred; please wait a minute and try again.'
const PERSON_TEXTS: Record<string, string> = {
  // @ts-expect-error A literal's own prototype: no name of `Object.prototype` is a code here.
  __proto__: null,
  access_denied: 'Session expired or access denied.',
  rate_limited: 'Rate limited; wait before trying again.',
}

/** How many errors, from the first, are misuse. */
const USAGE = 7

type FailureItems = [
  error: number,
  why: number | null,
  retryable: boolean,
  status: number | null,
  retryAfterSeconds: number | null,
  requestId: string | null,
  serviceErrors: string[],
]

/** What we add to any failure. */
const facts = ([number, , retryable, status, retryAfterSeconds, requestId]: FailureItems) => {
  const facts: Pick<Failure, 'code' | 'retryable' | 'status' | 'requestId' | 'retryAfterSeconds'> = {
    code: ERRORS[number]![0],
    retryable,
  }
  if (status !== null) facts.status = status
  if (requestId !== null) facts.requestId = requestId
  if (retryAfterSeconds !== null) facts.retryAfterSeconds = retryAfterSeconds
  return facts
}

export const failure = (items: FailureItems): Failure => {
  const [number, why, , , , , serviceErrors] = items
  const [code, source, text] = ERRORS[number]!
  const message = why === null ? text : MISUSES[why]!
  const error = PERSON_TEXTS[code] ?? (number < USAGE ? message : UNEXPECTED)
  const added = facts(items)
  const failure: Failure = { result: 'error', error, errors: [error], source, message, ...added }
  if (serviceErrors.length) failure.serviceErrors = serviceErrors
  return failure
}

/** An object's own members, without what it inherits. */
export const bare = (object: object) => ({ __proto__: null, ...object }) as Record<string, unknown>

/** A refusal always has the four members of the service's error shape, whatever the service left out. */
const refusal = (body: Record<string, unknown>, items: FailureItems) => {
  const texts = items[6].length ? items[6] : [UNEXPECTED]
  // Its own members and no others, whatever a page has put into `Object.prototype`.
  const { result = 'error', error = texts.join(' '), errors = texts } = bare(body)
  return { ...body, result, error, errors, ...facts(items) }
}

/** An answer as the app gets it; `body` is what the service said. */
export const toApp = (answer: Answer, body: string | undefined): object => {
  // Copies, because a member that is set could meet a setter of the page's.
  const own = () => JSON.parse(body ?? '{}') as Record<string, unknown>
  switch (answer[0]) {
    case AnswerKind.Success:
      return answer[1] === null ? own() : { ...own(), next: answer[1] }
    case AnswerKind.Refused:
      return refusal(own(), answer.slice(1) as FailureItems)
    case AnswerKind.Failed:
      return failure(answer.slice(1) as FailureItems)
    default:
      // What the service says where it has nothing to tell.
      return { result: 'okay' }
  }
}
