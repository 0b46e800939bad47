// What all failures have in common; no type by itself for an app.

// The names of these members are ours: what the service sends under one of them is hidden by it.
export interface FailureBase {
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
  readonly next?: undefined
}
