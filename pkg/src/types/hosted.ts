// The types of `lr.hosted`, which leads to the realm's own pages.

import type { OkayResult } from './failures'
import type { UrlLike } from './platform'

/** Options of every hosted page. */
export interface HostedOptions {
  /**
   * Where the page sends the browser afterwards, with `?token=…` added: an absolute URL that begins with one of the realm's
   * Login URLs. An app that has its own URL scheme gives a URL such as `com.example.app:/signed-in`. Default: the first of the
   * realm's Login URLs.
   */
  redirectUri?: string | UrlLike
}

/** Options of the page that signs a person in. */
export interface HostedLoginOptions extends HostedOptions {
  /** The account (`org_…`) to select. The empty string lets the person choose again. */
  account?: string
  /** Shows the sign-in form even if the person is signed in on the realm's pages. */
  prompt?: 'login'
}

/** Options of the page that signs a person up. */
export interface HostedSignupOptions extends HostedOptions {
  /** The invitation's token, if the realm requires an invitation. */
  invitation?: string
}

/** Options of the pages that can use a session which the API made. {@link Hosted.open} fills in `session`. */
export interface HostedSessionOptions extends HostedOptions {
  /** The session id (`kss_…`). It signs the person in: never log or share a URL that contains it. */
  session?: string
}

/** Options of the profile page. */
export interface HostedProfileOptions extends HostedSessionOptions {
  /** The account (`org_…`) to select. */
  account?: string
}

/** Options of the page where a person chooses an account. */
export interface HostedAccountsOptions extends HostedSessionOptions {
  /** Shows the choice even if the person has only one account. */
  force?: boolean
}

/** The hosted pages, with what each takes. */
export interface HostedPages {
  /** Where a person signs in. */
  login: HostedLoginOptions
  /** Where a person signs up. */
  signup: HostedSignupOptions
  /** Where a person changes the profile, the password and the second factor, and clears the conditions of a session. */
  profile: HostedProfileOptions
  /** Where a person chooses an account. */
  accounts: HostedAccountsOptions
  /** Where a person manages an account. */
  account: HostedSessionOptions & {
    /** The account (`org_…`). */
    account: string
  }
  /** Where a person signs out. */
  logout: HostedSessionOptions
}

/**
 * The realm's own pages. The functions that end in `Url` build a URL and throw a {@link LoginRocketError} with
 * `missing_url`, `insecure_url` or `invalid_option`. No function needs `this`.
 */
export interface Hosted {
  /** The URL of the page that signs a person in. */
  loginUrl(options?: HostedLoginOptions): string
  /** The URL of the page that signs a person up. */
  signupUrl(options?: HostedSignupOptions): string
  /** The URL of the profile page. */
  profileUrl(options?: HostedProfileOptions): string
  /** The URL of the page where a person chooses an account. */
  accountsUrl(options?: HostedAccountsOptions): string
  /** The URL of the page of one account (`org_…`). */
  accountUrl(account: string, options?: HostedSessionOptions): string
  /** The URL of the page that signs a person out. */
  logoutUrl(options?: HostedSessionOptions): string
  /**
   * Sends the browser to a hosted page. Every page but `'login'` and `'signup'` gets the current session, so that the person
   * need not sign in again there. `'logout'` also signs the person out here and in all tabs.
   *
   * On a server or in a worker there is no page to leave. The call then does nothing and resolves with `unsupported_browser`:
   * answer the visitor with a redirect to one of the URLs above.
   */
  open<Page extends keyof HostedPages>(
    page: Page,
    ...options: Page extends 'account' ? [HostedPages[Page]] : [HostedPages[Page]?]
  ): Promise<OkayResult>
}
