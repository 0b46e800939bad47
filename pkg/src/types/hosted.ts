// The realm's own pages.

import type { OkayResult } from './failures'
import type { UrlLike } from './platform'

/** Options of every hosted page. */
export interface HostedOptions {
  /**
   * Where the page sends the browser afterwards, with `?token=…`: a whole URL that begins with one of the realm's Login
   * URLs; of an app that is opened by a scheme of its own, such as `com.example.app:/signed-in`. Default: the first of
   * those.
   */
  redirectUri?: string | UrlLike
}

/** Options of the page that signs a person in. */
export interface HostedLoginOptions extends HostedOptions {
  /** The account (`org_…`) to select; the empty string lets the person choose again. */
  account?: string
  /** Asks again even if the person is signed in there. */
  prompt?: 'login'
}

/** Options of the page that signs a person up. */
export interface HostedSignupOptions extends HostedOptions {
  /** The invitation's token, where signing up needs one. */
  invitation?: string
}

/** Options of the pages that take the session of a sign-in made through the API. {@link Hosted.open} fills it in. */
export interface HostedSessionOptions extends HostedOptions {
  /** The session id (`kss_…`). It signs the person in: a URL with it belongs into no log and no link. */
  session?: string
}

/** Options of the profile's page. */
export interface HostedProfileOptions extends HostedSessionOptions {
  /** The account (`org_…`) to select. */
  account?: string
}

/** Options of the choice of an account. */
export interface HostedAccountsOptions extends HostedSessionOptions {
  /** Asks even if there is only one. */
  force?: boolean
}

/** The hosted pages, with what each takes. */
export interface HostedPages {
  /** Where a person signs in. */
  login: HostedLoginOptions
  /** Where a person signs up. */
  signup: HostedSignupOptions
  /** Where a person changes the profile, the password and the second factor, and clears what a session waits for. */
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
 * `missing_url`, `insecure_url` or `invalid_option`. None needs `this`.
 */
export interface Hosted {
  /** Of the page that signs a person in. */
  loginUrl(options?: HostedLoginOptions): string
  /** Of the page that signs a person up. */
  signupUrl(options?: HostedSignupOptions): string
  /** Of the profile. */
  profileUrl(options?: HostedProfileOptions): string
  /** Of the choice of an account. */
  accountsUrl(options?: HostedAccountsOptions): string
  /** Of one account (`org_…`). */
  accountUrl(account: string, options?: HostedSessionOptions): string
  /** Of the page that signs a person out. */
  logoutUrl(options?: HostedSessionOptions): string
  /**
   * Leaves for a hosted page. The session goes along to the pages that take one, so that nobody signs in twice: changing
   * the profile, the second factor, choosing an account. `'logout'` also signs out here and in all tabs.
   *
   * Resolves with `unsupported_browser` where no page can be left, on a server or in a worker, and does nothing then: answer
   * the visitor with a redirect to one of the URLs above.
   */
  open<Page extends keyof HostedPages>(
    page: Page,
    ...options: Page extends 'account' ? [HostedPages[Page]] : [HostedPages[Page]?]
  ): Promise<OkayResult>
}
