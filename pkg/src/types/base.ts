// What all failures have in common. Apps use the types in failures.ts, not this one.

// `result`, `error` and `errors` are the service's own names. The other names are ours: where we set such a member, it replaces
// a member of the same name that the service sends.
export interface FailureBase {
  /** It is a failure. */
  readonly result: 'error'
  /** A sentence for the person, in the service's language or, where the service sent none, in English. */
  readonly error: string
  /** The sentences of `error`, one by one. */
  readonly errors: readonly string[]
  /** True if the same call, unchanged, can succeed later and does no harm if it was done already. */
  readonly retryable: boolean
  /** The HTTP status, if there was an answer. */
  readonly status?: number
  /** The service's `X-Request-ID`, if the page may read it. */
  readonly requestId?: string
  /** How long the service asks to wait before the next try, in seconds. */
  readonly retryAfterSeconds?: number
  /** A failure has no next step. */
  readonly next?: undefined
  /** A failure has no session. */
  readonly session?: undefined
  /** A failure has no token. */
  readonly token?: undefined
  /** A failure has no account. */
  readonly account?: undefined
  /** A failure has no conditions. */
  readonly conditions?: undefined
  /** A failure has no token that could expire. */
  readonly expiresAt?: undefined
  /** A failure has no token that could be verified. */
  readonly verified?: undefined
  /** After a failure no session was taken over. */
  readonly adopted?: undefined
  /** A failure has no person. Only `another_user` has one. */
  readonly user?: undefined
  /** A failure has no memberships. */
  readonly memberships?: undefined
  /** A failure has no claims. */
  readonly claims?: undefined
  /** A failure has no token that could be trusted. */
  readonly trusted?: undefined
}
