// What the calls take. Members that this version does not know by name are sent as they are.

// Parameters that this version does not know by name are sent as they are. The evidence for each that is listed is
// marked: documented by AuthRocket, used by its official client or tests, or inferred from its other APIs.

/** Parameters of {@link LoginRocket.login}. */
export interface LoginParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. Documented. */
  email: string
  /** Official. */
  password: string
  /** The account (`org_…`) to select. Inferred. */
  account?: string
}

/** Parameters of {@link LoginRocket.verifyLogin}. */
export interface VerifyLoginParams {
  /** The `tmf:…` token of the answer whose `next` was `'verify'`. Inferred. */
  token: string
  /** The six digits that the authenticator shows, as a string. Inferred. */
  code: string
  /** The account (`org_…`) to select. Inferred. */
  account?: string
}

/** Parameters of {@link LoginRocket.getSession}. */
export interface GetSessionParams {
  /** The session id (`kss_…`). Documented. Default: that of {@link LoginRocket.session}, with its account. */
  session?: string
  /** The account (`org_…`) to select. The service does not remember the last one: send it every time. Official. */
  account?: string | null
}

/** Parameters of {@link LoginRocket.logout}. */
export interface LogoutParams {
  /** The session id (`kss_…`). Documented. Default: that of {@link LoginRocket.session}. */
  session?: string
}

/** Parameters of {@link LoginRocket.forgotPassword}. */
export interface ForgotPasswordParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. Documented. */
  email: string
}

/** Parameters of {@link LoginRocket.resetPassword}. */
export interface ResetPasswordParams {
  /** The `tpw:…` token from the e-mail; it works once. Official. */
  token: string
  /** The new password. Official. */
  password: string
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string
}

/** Parameters of {@link LoginRocket.updatePassword}. */
export interface UpdatePasswordParams {
  /**
   * The session id (`kss_…`). It stays valid; all other sessions of the person end. Official. Default: that of
   * {@link LoginRocket.session}.
   */
  session?: string
  /** Official. */
  current_password: string
  /** The new password. Official. */
  password: string
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string
}

/** Parameters of {@link LoginRocket.updateProfile}. */
export interface UpdateProfileParams {
  /** The session id (`kss_…`). Official. Default: that of {@link LoginRocket.session}. */
  session?: string
  /** A new e-mail. Depending on the realm it takes effect at once or when it is verified. Official. */
  email?: string
  /** Inferred, like the rest, from the server API's call of the same purpose. */
  first_name?: string
  last_name?: string
  username?: string
  /** A new password. */
  password?: string
  /** If sent, must equal `password`. */
  password_confirmation?: string
  /** Name of the account, where the realm asks for it and there is none yet. */
  org_name?: string
  /** Language of messages and mails. */
  locale?: string
}

/** Parameters of {@link LoginRocket.signup}. Which ones a realm requires is its own setting. */
export interface SignupParams {
  /** Must be new to the realm. Official. */
  email: string
  /** Required, unless the person comes by social login. Official. */
  password?: string
  /** If sent, must equal `password`. A realm can require it. Documented. */
  password_confirmation?: string
  /** Documented for the API's first version, like the next two. */
  first_name?: string
  last_name?: string
  username?: string
  /** Name of the account that is created with the person. Default: the person's name, or e-mail. Documented. */
  org_name?: string
  /** The invitation's token, where signing up needs one. Inferred from the hosted page. */
  invitation?: string
}

/** Parameters of {@link LoginRocket.requestInvitation}. */
export interface RequestInvitationParams {
  /** Official. */
  email: string
}

/** Parameters of {@link LoginRocket.verifyEmail}. */
export interface VerifyEmailParams {
  /** The `tve:…` or `tue:…` token from the e-mail. Official. */
  token: string
}
