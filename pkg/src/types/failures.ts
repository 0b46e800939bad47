// What calls resolve with when they fail.

import type { Accepted, ConditionalLogin, FullLogin, Okay, SecondFactorDue, UnknownLogin } from './answers'
import type { FailureBase } from './base'

/** Codes of calls that the service refused. The texts are the service's own. */
export type RefusalCode = 'validation_failed' | 'conflict'

/** Codes of misuse. The client finds it before it sends anything. */
export type UsageCode =
  | 'missing_url'
  | 'invalid_url'
  | 'not_a_loginrocket_url'
  | 'api_key_in_browser'
  | 'insecure_url'
  | 'invalid_option'
  | 'invalid_params'
  | 'wasm_blocked'
  | 'wasm_not_loaded'
  | 'not_initialized'
  | 'unsupported_browser'
  | 'out_of_memory'

/** Codes of calls that got no answer. */
export type TransportCode = 'network_error' | 'timeout' | 'outcome_unknown' | 'aborted' | 'internal_error'

/** Codes of answers that cannot come from the service, or were damaged on the way. */
export type ResponseCode =
  | 'empty_reply'
  | 'reply_too_large'
  | 'invalid_encoding'
  | 'not_json'
  | 'malformed_json'
  | 'not_an_object'
  | 'redirected'
  | 'unexpected_status'

/** Codes of HTTP error statuses for which the official client shows a text of its own. */
export type ApiCode = 'access_denied' | 'rate_limited' | 'not_found' | 'client_error' | 'server_error'

/** Codes of {@link Session}. */
export type SessionCode =
  | 'not_signed_in'
  | 'no_token'
  | 'no_fresh_token'
  | 'account_unavailable'
  | 'refresh_limited'
  | 'another_user'
  | 'disposed'

/**
 * Codes of tokens that are not trusted. `unknown_key`, `keys_unavailable` and `crypto_unavailable` mean that the token could not
 * be checked.
 */
export type TokenCode =
  | 'malformed_token'
  | 'v1_token'
  | 'unsupported_algorithm'
  | 'unsupported_header'
  | 'missing_key_id'
  | 'unknown_key'
  | 'unusable_key'
  | 'invalid_signature'
  | 'wrong_issuer'
  | 'missing_claim'
  | 'invalid_claim'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'wrong_account'
  | 'keys_unavailable'
  | 'crypto_unavailable'

/** Every code. */
export type ErrorCode =
  | RefusalCode
  | UsageCode
  | TransportCode
  | ResponseCode
  | ApiCode
  | SessionCode
  | TokenCode

/** Names of the official client's error classes. */
export type FailureSource = 'AccessDenied' | 'RateLimited' | 'RecordNotFound' | 'LoginRocketError'

interface RefusalBase extends FailureBase {
  /** The official client has no error class for a refusal. */
  readonly source?: undefined
  /** A refusal has no text for the developer: show `error` to the person. */
  readonly message?: undefined
}

/** The service refused what was sent (422). The texts are the service's own. */
export interface ValidationFailed extends RefusalBase {
  /** Something that was sent is not valid. */
  readonly code: 'validation_failed'
}

/** The service refused what was sent because it conflicts with existing data (409). The texts are the service's own. */
export interface Conflict extends RefusalBase {
  /** What was sent conflicts with existing data. */
  readonly code: 'conflict'
}

/** The service refused the call. */
export type Refusal = ValidationFailed | Conflict

/**
 * The call failed for any other reason than a {@link Refusal}. `error` is the official client's text; for misuse, which has no
 * such text, it is the same as `message`.
 */
export interface ClientFailure extends FailureBase {
  /** What went wrong: `docs/reference/errors.md` has a row for each. */
  readonly code: Exclude<ErrorCode, RefusalCode>
  /** The official client's class for it. */
  readonly source: FailureSource
  /** What happened and what to do about it, for the developer. The wording may change in any version. */
  readonly message: string
  /** The service's own messages, if its answer had any. */
  readonly serviceErrors?: readonly string[]
}

/** Why a call failed. */
export type Failure = Refusal | ClientFailure

/** What a call that can sign in resolves with. Switch on `next`; if it is undefined, the call failed: switch on `code`. */
export type LoginResult = FullLogin | SecondFactorDue | ConditionalLogin | UnknownLogin | Accepted | Failure

/** What every other call resolves with. */
export type OkayResult = Okay | Failure
