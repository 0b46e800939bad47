// What every entry exports in addition to the client.

import { errorOf, isFailure } from './errors'
import type { LoginResult, OkayResult, Failure } from './types/failures'
import type { AdoptResult, AnotherUser, TokenResult } from './types/session'
import type { UntrustedToken, VerifiedToken } from './types/tokens'

/**
 * Returns the answer, and throws if it is a failure. For code that prefers exceptions: `unwrap(await lr.login({ … }))`.
 *
 * Throws {@link AccessDenied}, {@link RateLimited}, {@link RecordNotFound} or {@link LoginRocketError}. The message of a
 * refusal is the service's own text.
 */
export function unwrap<A extends LoginResult | OkayResult | TokenResult | AdoptResult | VerifiedToken | UntrustedToken>(
  answer: A,
): Exclude<A, Failure | AnotherUser> {
  if (isFailure(answer)) throw errorOf(answer)
  return answer as Exclude<A, Failure | AnotherUser>
}

/**
 * All members of an answer by name, also those that the types do not list, for example `members(answer).fields` of a refusal.
 * Members of the service's answer that this version does not know are passed on unchanged.
 */
export const members = (answer: { readonly result: unknown }): Readonly<Record<string, unknown>> => answer as unknown as Record<string, unknown>

export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError } from './errors'
export type { Environment } from './environment'
export type { CallOptions, LoginRocketOptions } from './options'
export type { StorageAdapter } from './storage'
export type * from './types/answers'
export type * from './types/failures'
export type * from './types/hosted'
export type * from './types/params'
export type * from './types/session'
export type * from './types/tokens'
export type { AbortSignalLike, FetchInit, FetchResponse, FormEntries, GlobalFetch, UrlLike, WasmModule } from './types/platform'
export type { OpenValue } from './types/open'
