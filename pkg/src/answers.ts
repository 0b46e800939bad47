// What a call resolves with: the service's own object, what the engine knows, or a failure in the official client's shape. Answers
// are made as copies, because setting a member could call a setter that the page has put into `Object.prototype`.

import { explanationOf } from './explanation'
import { bare, dense } from './members'
import { userOf } from './snapshot'
import { identity } from './tokens'
import { AnswerKind, NEXTS, type Answer } from './wire/effects'
import { ERRORS, MISUSES, UNKNOWN_OPTION, USAGE_ERRORS } from './wire/errors'

/** A failure as it is made here; `types/failures.ts` says what an app may rely on. */
export interface FailureObject {
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

type FailureItems = [
  error: number,
  why: number | null,
  retryable: boolean,
  status: number | null,
  retryAfterSeconds: number | null,
  requestId: string | null,
  serviceErrors: string[],
]

/** The data of a call that stays in the host until its answer. */
export interface Wait {
  /** The parameters that are the body of its request. */
  params?: string | undefined
  /** What the service answered. */
  body?: string | undefined
  /** The token that the call is about. */
  token?: string | undefined
  /** What to say about an unknown option. */
  hint?: string | undefined
  /** Why its request had no answer. */
  cause?: string | undefined
}

// The official client's texts for the person (protocol.md#official-results). It has none for misuse, where our message takes their
// place.
const UNEXPECTED = 'An unexpected error occurred; please wait a minute and try again.'
const PERSON_TEXTS: Record<string, string> = {
  // @ts-expect-error This sets the literal's prototype, so that no name of `Object.prototype` is a code here.
  __proto__: null,
  access_denied: 'Session expired or access denied.',
  rate_limited: 'Rate limited; wait before trying again.',
}

/** What we add to any failure. */
const facts = ([number, , retryable, status, retryAfterSeconds, requestId]: FailureItems) =>
  dense({ code: ERRORS[number]![0], retryable, status, requestId, retryAfterSeconds })

/** A failure of which only a code and a message are known. */
export const failureOf = (code: string, message: string, isMisuse: boolean): FailureObject => {
  const error = PERSON_TEXTS[code] ?? (isMisuse ? message : UNEXPECTED)
  return { result: 'error', error, errors: [error], source: 'LoginRocketError', message, code, retryable: false }
}

/** Failures whose cause only the host sees, and not the engine. */
const CAUSED = /^(network_error|outcome_unknown|keys_unavailable)$/

const failure = (items: FailureItems, { cause, hint }: Wait): FailureObject => {
  const [number, why, , , , , serviceErrors] = items
  const [code, text, source = 'LoginRocketError'] = ERRORS[number]!
  const misuse = why === UNKNOWN_OPTION ? MISUSES[why]! + (hint ?? '') : why !== null && MISUSES[why]!
  const message = misuse ? misuse : cause && CAUSED.test(code) ? `${text}; the cause was: ${cause}` : text
  const made = { ...failureOf(code, message, number < USAGE_ERRORS), source, ...facts(items) } as FailureObject
  if (serviceErrors.length) made.serviceErrors = serviceErrors
  return made
}

/** A refusal always has `result`, `error` and `errors`, even if the service left some of them out. */
const refusal = (body: Record<string, unknown>, items: FailureItems) => {
  const texts = items[6].length ? items[6] : [UNEXPECTED]
  // Only the body's own members, and not those that a page has put into `Object.prototype`.
  const { result = 'error', error = texts.join(' '), errors = texts } = bare(body)
  return { ...body, result, error, errors, ...facts(items) }
}

const parse = (json: string) => JSON.parse(json) as Record<string, unknown>

/** An answer as the app gets it. */
export const toApp = (answer: Answer, wait: Wait): unknown => {
  const own = () => parse(wait.body ?? '{}')
  switch (answer[0]) {
    case AnswerKind.Success:
      return answer[1] === null ? own() : { ...own(), next: NEXTS[answer[1]] }
    case AnswerKind.Refused:
      return refusal(own(), answer.slice(1) as FailureItems)
    case AnswerKind.Failed:
      return failure(answer.slice(1) as FailureItems, wait)
    case AnswerKind.Granted: {
      const [, token, expiresAt, account, verified] = answer
      return dense({ result: 'okay', token, expiresAt, account, verified })
    }
    case AnswerKind.Adopted:
      return dense({ result: 'okay', adopted: answer[1], url: answer[2] })
    case AnswerKind.NotAdopted: {
      const [profile, url] = answer.slice(8) as [string | null, string | null]
      const user = profile === null ? null : userOf(parse(profile))
      return dense({ ...failure(answer.slice(1, 8) as FailureItems, wait), user, url })
    }
    case AnswerKind.Claims:
      return identity(wait.token!, answer[1])
    case AnswerKind.Url:
      return answer[1]
    case AnswerKind.Locale:
      return answer[1] ?? undefined
    case AnswerKind.Explanation:
      return explanationOf(answer)
    default:
      // The service's answer where there is nothing more to say.
      return { result: 'okay' }
  }
}
