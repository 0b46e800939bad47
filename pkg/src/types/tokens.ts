// What a token says, in the official SDKs' shape (protocol.md#shape-of-the-official-sdks).

import type { OpenRecord } from './open'

/** Claims of a token as they are; of one that is not trusted they may be anything. */
export interface TokenClaims {
  readonly [claim: string]: unknown
}

/** Claims that were checked. */
export interface VerifiedClaims extends TokenClaims {
  readonly iss: 'https://authrocket.com'
  readonly sub: string
  readonly exp: number
  readonly iat: number
}

/** An account, in the shape of the official SDKs. */
export interface TokenOrg {
  readonly object: 'org'
  /** `org_…` */
  readonly id: string
  readonly realm_id: string
  readonly name?: string
  readonly reference?: string
  readonly custom?: OpenRecord
}

/** A person's place in an account. */
export interface TokenMembership {
  readonly object: 'membership'
  /** `mb_…` */
  readonly id: string
  readonly permissions: readonly string[]
  readonly selected: boolean
  readonly user_id: string
  readonly org_id: string
  readonly org: TokenOrg
}

/** A person. */
export interface TokenUser {
  readonly object: 'user'
  /** `usr_…` */
  readonly id: string
  readonly realm_id: string
  readonly username: string | null
  readonly first_name: string | null
  readonly last_name: string | null
  readonly name?: string
  readonly email?: string
  readonly email_verification: 'verified' | 'none'
  readonly reference?: string
  readonly custom?: OpenRecord
  /** Only of a token that names accounts. */
  readonly memberships?: readonly TokenMembership[]
}

/** A session. */
export interface TokenSession {
  readonly object: 'session'
  /** The session id (`kss_…`), a secret; undefined of a token that belongs to no session. */
  readonly id?: string
  /** Epoch seconds. */
  readonly created_at: number
  /** When the token expires, in epoch seconds; the session itself may last longer. */
  readonly expires_at: number
  /** The token. */
  readonly token: string
  readonly user_id: string
  readonly user: TokenUser
}

interface TokenIdentity {
  readonly result: 'okay'
  readonly next?: undefined
  readonly session: TokenSession
  readonly user: TokenUser
  readonly memberships: readonly TokenMembership[]
  /** The selected account, or the first. */
  readonly account?: TokenOrg
}

/** What a token says that was verified. */
export interface VerifiedToken extends TokenIdentity {
  readonly trusted: true
  readonly claims: VerifiedClaims
}

/**
 * What a token says, of which **nothing is proven**: anybody can write one. The types are what a token of the service
 * has; this one may have anything. For showing, never for deciding.
 */
export interface UntrustedToken extends TokenIdentity {
  readonly trusted: false
  readonly claims: TokenClaims
}

/** Options of {@link LoginRocket.verifyToken}. */
export interface VerifyTokenOptions {
  /** How far clocks may be apart, in whole seconds. Default: 5. */
  leewaySeconds?: number
  /** The account (`org_…`) for which the token must be. */
  account?: string
}
