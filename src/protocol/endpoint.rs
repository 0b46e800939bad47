//! The calls of the API: where each goes, and its properties (protocol.md#calls, #official-calls).

/// A call of the API (protocol.md#official-calls).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `POST login`
    Login,
    /// `POST login/verify`
    VerifyLogin,
    /// `GET session`
    GetSession,
    /// `DELETE session`
    Logout,
    /// `POST password/forgot`
    ForgotPassword,
    /// `POST password/reset`
    ResetPassword,
    /// `POST profile/password`
    UpdatePassword,
    /// `PUT profile`
    UpdateProfile,
    /// `POST signup`
    Signup,
    /// `POST signup/request`
    RequestInvitation,
    /// `POST email/verify`
    VerifyEmail,
}

/// An HTTP method that the API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the query string.
    Get,
    /// Parameters in the body.
    Post,
    /// Parameters in the body.
    Put,
    /// Parameters in the query string.
    Delete,
}

impl Method {
    /// As it stands in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 11] = [
        Self::Login,
        Self::VerifyLogin,
        Self::GetSession,
        Self::Logout,
        Self::ForgotPassword,
        Self::ResetPassword,
        Self::UpdatePassword,
        Self::UpdateProfile,
        Self::Signup,
        Self::RequestInvitation,
        Self::VerifyEmail,
    ];

    /// The method and the path below the base URL.
    pub const fn route(self) -> (Method, &'static str) {
        match self {
            Self::Login => (Method::Post, "login"),
            Self::VerifyLogin => (Method::Post, "login/verify"),
            Self::GetSession => (Method::Get, "session"),
            Self::Logout => (Method::Delete, "session"),
            Self::ForgotPassword => (Method::Post, "password/forgot"),
            Self::ResetPassword => (Method::Post, "password/reset"),
            Self::UpdatePassword => (Method::Post, "profile/password"),
            Self::UpdateProfile => (Method::Put, "profile"),
            Self::Signup => (Method::Post, "signup"),
            Self::RequestInvitation => (Method::Post, "signup/request"),
            Self::VerifyEmail => (Method::Post, "email/verify"),
        }
    }

    /// Whether repeating a call that was already done does no harm. It may make another session or send another mail, which
    /// does not matter. The calls that are not listed use up a token or a password, or create something.
    pub const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::Login | Self::GetSession | Self::Logout | Self::ForgotPassword | Self::UpdateProfile
        )
    }

    /// Whether an answer can sign a person in.
    pub const fn is_login_like(self) -> bool {
        matches!(
            self,
            Self::Login
                | Self::VerifyLogin
                | Self::GetSession
                | Self::ResetPassword
                | Self::UpdateProfile
                | Self::Signup
        )
    }

    /// Whether a call names the session that it is about.
    pub const fn is_about_a_session(self) -> bool {
        matches!(self, Self::GetSession | Self::Logout | Self::UpdateProfile | Self::UpdatePassword)
    }

    /// Whether a call about a session names its account: the service does not remember the last one
    /// (protocol.md#get-session).
    pub const fn takes_account(self) -> bool {
        matches!(self, Self::GetSession | Self::UpdateProfile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_what_the_api_says_of_it() {
        for (endpoint, is_repeatable, is_login_like, is_about_a_session, takes_account) in [
            (Endpoint::Login, true, true, false, false),
            (Endpoint::VerifyLogin, false, true, false, false),
            (Endpoint::GetSession, true, true, true, true),
            (Endpoint::Logout, true, false, true, false),
            (Endpoint::ForgotPassword, true, false, false, false),
            (Endpoint::ResetPassword, false, true, false, false),
            (Endpoint::UpdatePassword, false, false, true, false),
            (Endpoint::UpdateProfile, true, true, true, true),
            (Endpoint::Signup, false, true, false, false),
            (Endpoint::RequestInvitation, false, false, false, false),
            (Endpoint::VerifyEmail, false, false, false, false),
        ] {
            assert_eq!(endpoint.is_repeatable(), is_repeatable, "{endpoint:?}");
            assert_eq!(endpoint.is_login_like(), is_login_like, "{endpoint:?}");
            assert_eq!(endpoint.is_about_a_session(), is_about_a_session, "{endpoint:?}");
            assert_eq!(endpoint.takes_account(), takes_account, "{endpoint:?}");
        }
    }

    #[test]
    fn no_two_calls_go_to_the_same_place() {
        for (at, endpoint) in Endpoint::ALL.into_iter().enumerate() {
            let (method, path) = endpoint.route();
            assert!(!path.starts_with('/') && !path.ends_with('/'), "{path}");
            for other in Endpoint::ALL.into_iter().skip(at + 1) {
                assert_ne!(other.route(), (method, path), "{endpoint:?} {other:?}");
            }
        }
    }
}
