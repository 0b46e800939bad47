// The types of a token's content, in the shape of the official SDKs (protocol.md#shape-of-the-official-sdks).

/** The claims of a token, unchanged. In a token that is not trusted they may be anything. */
export interface TokenClaims {
  /** Any claim. */
  readonly [claim: string]: unknown
}

/** Claims that were checked. */
export interface VerifiedClaims extends TokenClaims {
  /** Who issued it. */
  readonly iss: 'https://authrocket.com'
  /** The id of the person whose token it is, `usr_…`. */
  readonly sub: string
  /** When it expires, in epoch seconds. */
  readonly exp: number
  /** When it was issued, in epoch seconds. */
  readonly iat: number
}

/** An account, in the shape of the official SDKs. */
export interface TokenOrg {
  /** The kind of this object. */
  readonly object: 'org'
  /** The account's id, `org_…`. */
  readonly id: string
  /** The realm's id, `rl_…`. */
  readonly realm_id: string
  /** The account's name. */
  readonly name?: string
  /** Your own id for the account. */
  readonly reference?: string
  /** Custom data, which your backend has set. */
  readonly custom?: Readonly<Record<string, unknown>>
}

/** A person's membership in an account. */
export interface TokenMembership {
  /** The kind of this object. */
  readonly object: 'membership'
  /** The membership's id, `mb_…`. */
  readonly id: string
  /** What the person may do there. */
  readonly permissions: readonly string[]
  /** Whether the token is for this account. */
  readonly selected: boolean
  /** The person's id. */
  readonly user_id: string
  /** The account's id. */
  readonly org_id: string
  /** The account. */
  readonly org: TokenOrg
}

/** A person. */
export interface TokenUser {
  /** The kind of this object. */
  readonly object: 'user'
  /** The person's id, `usr_…`. */
  readonly id: string
  /** The realm's id, `rl_…`. */
  readonly realm_id: string
  /** The username, if the person has one. */
  readonly username: string | null
  /** The first name, if it is known. */
  readonly first_name: string | null
  /** The last name, if it is known. */
  readonly last_name: string | null
  /** The whole name. */
  readonly name?: string
  /** The e-mail. */
  readonly email?: string
  /** Whether it was verified that the e-mail is the person's own. */
  readonly email_verification: 'verified' | 'none'
  /** Your own id for the person. */
  readonly reference?: string
  /** Custom data, which your backend has set. */
  readonly custom?: Readonly<Record<string, unknown>>
  /** The person's memberships. Undefined if the token names no accounts. */
  readonly memberships?: readonly TokenMembership[]
}

/** A session. */
export interface TokenSession {
  /** The kind of this object. */
  readonly object: 'session'
  /** The session id (`kss_…`), a secret. Undefined if the token belongs to no session. */
  readonly id?: string
  /** When the token was issued, in epoch seconds. */
  readonly created_at: number
  /** When the token expires, in epoch seconds. The session itself may last longer. */
  readonly expires_at: number
  /** The token. */
  readonly token: string
  /** The person's id. */
  readonly user_id: string
  /** The person. */
  readonly user: TokenUser
}

interface TokenIdentity {
  /** The token could be read. */
  readonly result: 'okay'
  /** A token has no next step. */
  readonly next?: undefined
  /** A success has no error. */
  readonly error?: undefined
  /** A success has no code. */
  readonly code?: undefined
  /** The token's session. */
  readonly session: TokenSession
  /** The person. */
  readonly user: TokenUser
  /** The person's memberships, as far as the token names them. */
  readonly memberships: readonly TokenMembership[]
  /** The selected account; if none is selected, the first. */
  readonly account?: TokenOrg
}

/** The content of a token that was verified. */
export interface VerifiedToken extends TokenIdentity {
  /** The token's signature, issuer and times are right. */
  readonly trusted: true
  /** All claims of the token. */
  readonly claims: VerifiedClaims
}

/**
 * The content of a token that was not verified. **Nothing in it is proven**: anybody can write such a token. The types describe
 * a token of the service; this one may hold anything. Use it only for display, never for a decision.
 */
export interface UntrustedToken extends TokenIdentity {
  /** Anybody may have written the token. */
  readonly trusted: false
  /** All claims of the token. */
  readonly claims: TokenClaims
}

/** Options of {@link LoginRocket.verifyToken}. */
export interface VerifyTokenOptions {
  /** How many whole seconds this device's clock and the service's may differ. Default: 5. */
  leewaySeconds?: number
  /** The account (`org_…`) that the token must be for. Default: any. */
  account?: string
}
