// What all failures have in common; no type by itself for an app.

// The names of these members are ours: what the service sends under one of them is hidden by it.
export interface FailureBase {
  /** It is a failure. */
  readonly result: 'error'
  /** A sentence for the person, in the service's language or, where the service sent none, in English. */
  readonly error: string
  /** The same as single messages. */
  readonly errors: readonly string[]
  /** True when the same call can succeed later without any change to it. */
  readonly retryable: boolean
  /** The HTTP status, where there was an answer. */
  readonly status?: number
  /** The service's `X-Request-ID`, where it is readable. */
  readonly requestId?: string
  /** How long the service asks to wait before the next try, in seconds. */
  readonly retryAfterSeconds?: number
  /** A failure says nothing of what comes next. */
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
  /** A failure has no person, but for `another_user`. */
  readonly user?: undefined
  /** A failure has no memberships. */
  readonly memberships?: undefined
  /** A failure has no claims. */
  readonly claims?: undefined
  /** What failed is not to be trusted. */
  readonly trusted?: undefined
}
