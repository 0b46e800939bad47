// What calls resolve with when they did not do what was asked.

import type { Accepted, ConditionalLogin, FullLogin, Okay, SecondFactorDue, UnknownLogin } from './answers'
import type { FailureBase } from './base'

/** Codes of calls that the service refused with its own texts. */
export type RefusalCode = 'validation_failed' | 'conflict'

/** Codes of misuse, found before anything was sent. */
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

/** Codes of answers that are not what the service sends. */
export type ResponseCode =
  | 'empty_reply'
  | 'reply_too_large'
  | 'invalid_encoding'
  | 'not_json'
  | 'malformed_json'
  | 'not_an_object'
  | 'redirected'
  | 'unexpected_status'

/** Codes of statuses for which the official client makes its own text. */
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

/** Codes of tokens that are not trusted; the last two and `unknown_key` say that it could not be found out. */
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
  /** The service's own word has no class of the official client's. */
  readonly source?: undefined
  /** The texts of a refusal are for the person: show `error`. */
  readonly message?: undefined
}

/** The service refused what was sent (422); the texts are its own. */
export interface ValidationFailed extends RefusalBase {
  /** What was sent is not as it must be. */
  readonly code: 'validation_failed'
}

/** The service refused what was sent because of what it holds already (409); the texts are its own. */
export interface Conflict extends RefusalBase {
  /** What was sent cannot be, beside what is there. */
  readonly code: 'conflict'
}

/** The service refused the call. */
export type Refusal = ValidationFailed | Conflict

/** The call failed outside the service's own refusals; `error` is the official client's text. */
export interface ClientFailure extends FailureBase {
  /** What went wrong: `docs/reference/errors.md` has a row for each. */
  readonly code: Exclude<ErrorCode, RefusalCode>
  /** The official client's class for it. */
  readonly source: FailureSource
  /** What happened and what to do about it, for the developer. Its words may change with any version. */
  readonly message: string
  /** What the service itself said, where it said something beside the status. */
  readonly serviceErrors?: readonly string[]
}

/** Why a call did not do what was asked. */
export type Failure = Refusal | ClientFailure

/** What a login-like call resolves with. Switch on `next`; when it is undefined, on `code`. */
export type LoginResult = FullLogin | SecondFactorDue | ConditionalLogin | UnknownLogin | Accepted | Failure

/** What every other call resolves with. */
export type OkayResult = Okay | Failure
