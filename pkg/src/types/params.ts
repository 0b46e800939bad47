// What the calls take: an object with these members, or a form's entries under the same names.
//
// At run time every member is sent as it is, also one that is not listed here. docs/internals/protocol.md says which of them the
// service documents.

/** Parameters of {@link LoginRocket.login}. */
export interface LoginParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. */
  email: string
  /** The password. */
  password: string
  /** The account (`org_…`) to select, if the person has several. */
  account?: string
}

/** Parameters of {@link LoginRocket.verifyLogin}. */
export interface VerifyLoginParams {
  /** The six digits that the authenticator shows, as a string: they may begin with a zero. */
  code: string
  /** The `tmf:…` token of the answer whose `next` was `'verify'`. Default: the token of the last such answer in this page. */
  token?: string
  /** The account (`org_…`) to select, if the person has several. */
  account?: string
}

/** Parameters of {@link LoginRocket.getSession}. */
export interface GetSessionParams {
  /** The session id (`kss_…`). Default: that of {@link LoginRocket.session}, with its account. */
  session?: string
  /** The account (`org_…`) to select. The service does not remember the last one: send it every time. */
  account?: string | null
}

/** Parameters of {@link LoginRocket.logout}. */
export interface LogoutParams {
  /** The session id (`kss_…`). Default: that of {@link LoginRocket.session}. */
  session?: string
}

/** Parameters of {@link LoginRocket.forgotPassword}. */
export interface ForgotPasswordParams {
  /** The e-mail, the username (both in any case), or a `usr_…` id. */
  email: string
}

/** Parameters of {@link LoginRocket.resetPassword}. */
export interface ResetPasswordParams {
  /** The `tpw:…` token from the link in the mail; it works once. */
  token: string
  /** The new password. */
  password: string
  /** If sent, must equal `password`. A realm can require it. */
  password_confirmation?: string
}

/** Parameters of {@link LoginRocket.updatePassword}. */
export interface UpdatePasswordParams {
  /**
   * The session id (`kss_…`). It stays valid; all other sessions of the person end. Default: that of
   * {@link LoginRocket.session}.
   */
  session?: string
  /** The current password. */
  current_password: string
  /** The new password. */
  password: string
  /** If sent, must equal `password`. A realm can require it. */
  password_confirmation?: string
}

/** Parameters of {@link LoginRocket.updateProfile}. A member that is left out does not change. */
export interface UpdateProfileParams {
  /** The session id (`kss_…`). Default: that of {@link LoginRocket.session}. */
  session?: string
  /** A new e-mail. The realm decides whether it takes effect at once or only when it is verified. */
  email?: string
  /** The person's first name. */
  first_name?: string
  /** The person's last name. */
  last_name?: string
  /** A new username. */
  username?: string
  /** A new password. */
  password?: string
  /** If sent, must equal `password`. A realm can require it. */
  password_confirmation?: string
  /** Name of the account, if the realm asks for one and the account has none yet. */
  org_name?: string
  /** Language of messages and mails. */
  locale?: string
}

/** Parameters of {@link LoginRocket.signup}. The realm's settings say which of them are required. */
export interface SignupParams {
  /** The e-mail. Must be new to the realm. */
  email: string
  /** The password. Required unless the person signs up by social login. */
  password?: string
  /** If sent, must equal `password`. A realm can require it. */
  password_confirmation?: string
  /** The person's first name. */
  first_name?: string
  /** The person's last name. */
  last_name?: string
  /** The person's username, if the realm has usernames. */
  username?: string
  /** Name of the account that is created with the person. Default: the person's name, or e-mail. */
  org_name?: string
  /** The token of the invitation, or of the mail that verifies an address before the sign-up. */
  invitation?: string
}

/** Parameters of {@link LoginRocket.requestInvitation}. */
export interface RequestInvitationParams {
  /** Where the invitation is to be sent. */
  email: string
}

/** Parameters of {@link LoginRocket.verifyEmail}. */
export interface VerifyEmailParams {
  /** The `tve:…` or `tue:…` token from the link in the mail. */
  token: string
}
