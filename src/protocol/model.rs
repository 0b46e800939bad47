//! Typed calls and answers, for programs in Rust. The script host needs none: it passes objects on unchanged.

use super::{
    claims,
    endpoint::Endpoint,
    json::Json,
    response::Next,
    secret::{Secret, Writing},
};
use crate::{Error, Misuse};
use serde::{Serialize, Serializer, de::DeserializeOwned};

/// A call with its parameters, which become members of the body or the query under their own names.
pub trait Call: Serialize {
    /// The endpoint of the call.
    const ENDPOINT: Endpoint;

    /// The type of the service's answer.
    type Answer: Answer;
}

/// The service's answer to a call.
pub trait Answer: Sized {
    /// Reads an answer. `body` is none if the service sent no body.
    fn read(body: Option<Json<'_>>, next: Option<Next>) -> Self;
}

/// Parameters as a JSON object.
///
/// Errors: `invalid_params`, unless they are an object.
pub fn to_json<P: Serialize + ?Sized>(params: &P) -> Result<Secret, Error> {
    let mut json = Writing::default();
    serde_json::to_writer(&mut json, params).map_err(|_| Error::InvalidParams(Misuse::ParamsNotJson))?;
    let json = json.finish().ok_or(Error::InvalidParams(Misuse::ParamsNotJson))?;
    if !json.expose().starts_with('{') {
        return Err(Error::InvalidParams(Misuse::ParamsNotAnObject));
    }
    Ok(json)
}

/// The types that a parameter can have. [`Secret`] does not implement `Serialize`, so that none is ever written by mistake.
trait Parameter {
    fn parameter(&self) -> &str;
}

impl Parameter for String {
    fn parameter(&self) -> &str {
        self
    }
}

impl Parameter for Secret {
    fn parameter(&self) -> &str {
        self.expose()
    }
}

/// A parameter that is not set is not written at all, so the default is never used.
impl<P: Parameter> Parameter for Option<P> {
    fn parameter(&self) -> &str {
        self.as_ref().map(P::parameter).unwrap_or_default()
    }
}

fn write<S: Serializer>(value: &impl Parameter, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.parameter())
}

/// Defines a call: first the parameters that it needs, then those that it may have.
macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident => $answer:ty;
        needs { $($(#[$needed_doc:meta])* $needed:ident: $needed_type:ty,)* }
        takes { $($(#[$other_doc:meta])* $other:ident: $other_type:ty,)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Serialize)]
        pub struct $name {
            $($(#[$needed_doc])* #[serde(serialize_with = "write")] pub $needed: $needed_type,)*
            $(
                $(#[$other_doc])*
                #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write")]
                pub $other: Option<$other_type>,
            )*
        }

        impl Call for $name {
            const ENDPOINT: Endpoint = Endpoint::$name;
            type Answer = $answer;
        }
    )*};
}

calls! {
    /// Signs a person in (protocol.md#login).
    Login => SignIn;
        needs {
            /// The e-mail, the username, or a `usr_…` id.
            email: String,
            /// The password.
            password: Secret,
        }
        takes {
            /// The account (`org_…`) to select.
            account: String,
        }

    /// Completes a sign-in with the second factor (protocol.md#verify-login).
    VerifyLogin => SignIn;
        needs {
            /// The six digits that the authenticator shows.
            code: Secret,
        }
        takes {
            /// The token of [`SignIn::Verify`]. Default: the token of the last such answer in this page.
            token: Secret,
            /// The account (`org_…`) to select.
            account: String,
        }

    /// Gets a new token for a session (protocol.md#get-session).
    GetSession => SignIn;
        needs {}
        takes {
            /// The session id. Default: that of the client's own session.
            session: Secret,
            /// The account (`org_…`) to select. The service does not remember the last one.
            account: String,
        }

    /// Ends a session (protocol.md#logout).
    Logout => Okay;
        needs {}
        takes {
            /// The session id. Default: that of the client's own session.
            session: Secret,
        }

    /// Sends an e-mail with a link to set a new password (protocol.md#forgot-password).
    ForgotPassword => Okay;
        needs {
            /// The e-mail, the username, or a `usr_…` id.
            email: String,
        }
        takes {}

    /// Sets a new password with the token of that e-mail; all other sessions end (protocol.md#reset-password).
    ResetPassword => SignIn;
        needs {
            /// The `tpw:…` token.
            token: Secret,
            /// The new password.
            password: Secret,
        }
        takes {
            /// If sent, must equal the password; a realm can require it.
            password_confirmation: Secret,
        }

    /// Changes the password of a signed-in person; all other sessions end (protocol.md#update-password).
    UpdatePassword => Okay;
        needs {
            /// The current password.
            current_password: Secret,
            /// The new password.
            password: Secret,
        }
        takes {
            /// The session id, which stays valid. Default: that of the client's own session.
            session: Secret,
            /// If sent, must equal the password; a realm can require it.
            password_confirmation: Secret,
        }

    /// Changes the profile of a signed-in person (protocol.md#update-profile). A member that is not set does not change.
    UpdateProfile => SignIn;
        needs {}
        takes {
            /// The session id. Default: that of the client's own session.
            session: Secret,
            /// A new e-mail. The realm decides whether it takes effect at once or only when it is verified.
            email: String,
            /// The first name.
            first_name: String,
            /// The last name.
            last_name: String,
            /// The username.
            username: String,
            /// A new password.
            password: Secret,
            /// If sent, must equal the password.
            password_confirmation: Secret,
            /// Name of the account, if the realm asks for one and the account has none yet.
            org_name: String,
            /// Language of messages and mails.
            locale: String,
        }

    /// Creates a person, an account and a session (protocol.md#sign-up).
    Signup => SignIn;
        needs {
            /// The e-mail.
            email: String,
            /// The password.
            password: Secret,
        }
        takes {
            /// If sent, must equal the password; a realm can require it.
            password_confirmation: Secret,
            /// The first name.
            first_name: String,
            /// The last name.
            last_name: String,
            /// The username.
            username: String,
            /// Name of the account that is created with the person.
            org_name: String,
            /// The invitation's token, if the realm requires an invitation.
            invitation: Secret,
        }

    /// Asks for an invitation, for realms that require one to sign up (protocol.md#request-invitation).
    RequestInvitation => Okay;
        needs {
            /// The e-mail.
            email: String,
        }
        takes {}

    /// Confirms an e-mail address (protocol.md#verify-email).
    VerifyEmail => Okay;
        needs {
            /// The `tve:…` or `tue:…` token.
            token: Secret,
        }
        takes {}
}

/// The answer to a call that can sign in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The person is signed in.
    Done {
        /// The session id. Anyone who has it can get tokens.
        session: Secret,
        /// The selected account.
        account: Option<String>,
        /// A JWT for the app's own backend.
        token: Secret,
    },
    /// A second factor is due: send [`VerifyLogin`] with this token.
    Verify {
        /// A one-time token, not a JWT.
        token: Secret,
    },
    /// There is a session, but no token until every condition is cleared.
    Conditional {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<String>,
        /// The names of the conditions. The service may add new ones.
        conditions: Vec<String>,
        /// What a user interface does next.
        next: Next,
    },
    /// The service accepted the call, but nobody is signed in. An example is a sign-up that verifies the e-mail first.
    Accepted {
        /// What a user interface does next.
        next: Next,
    },
}

impl Answer for SignIn {
    fn read(body: Option<Json<'_>>, next: Option<Next>) -> Self {
        let accepted = Self::Accepted { next: next.unwrap_or(Next::Other) };
        let Some(body) = body else { return accepted };
        let account = || body.string_of("account").map(|account| account.to_string());
        match (next, body.text_of("session"), body.text_of("token")) {
            (Some(Next::Done), Some(session), Some(token)) => {
                Self::Done { session, account: account(), token }
            }
            (Some(Next::Verify), _, Some(token)) => Self::Verify { token },
            (Some(next), Some(session), _) => Self::Conditional {
                session,
                account: account(),
                conditions: body.strings_of("conditions").iter().map(ToString::to_string).collect(),
                next,
            },
            _ => accepted,
        }
    }
}

/// The answer to a call that succeeded without any other result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Okay;

impl Answer for Okay {
    fn read(_: Option<Json<'_>>, _: Option<Next>) -> Self {
        Self
    }
}

/// A person, as a token describes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id (`usr_…`).
    pub id: String,
    /// The whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the e-mail is verified.
    pub email_verified: bool,
    /// The username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

impl User {
    /// Reads the payload of a token. A claim that is missing or has the wrong type is none; without an id there is no person.
    pub fn of(payload: &str) -> Option<Self> {
        let claims = Json::object(payload)?;
        let text = |name| claims.string_of(name).map(|text| text.to_string());
        Some(Self {
            id: text("sub")?,
            name: text("name"),
            email: text("email"),
            email_verified: claims.get("email_verified").is_some_and(Json::is_true),
            username: text("preferred_username"),
            first_name: text("given_name"),
            last_name: text("family_name"),
            locale: text("locale"),
        })
    }
}

/// The account that a token is for, and the person's membership in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Membership {
    /// The account's id (`org_…`).
    pub account: String,
    /// The account's name.
    pub account_name: Option<String>,
    /// The id of the membership (`mb_…`).
    pub id: Option<String>,
    /// What the person may do there.
    pub permissions: Vec<String>,
}

impl Membership {
    /// Reads the payload of a token: its current account (protocol.md#accounts-in-a-token).
    pub fn of(payload: &str) -> Option<Self> {
        let org = claims::current(Json::object(payload)?.get("orgs"))?;
        let text = |name| org.string_of(name).map(|text| text.to_string());
        Some(Self {
            account: text("oid")?,
            account_name: text("name"),
            id: text("mid"),
            permissions: org.strings_of("perm").iter().map(ToString::to_string).collect(),
        })
    }
}

/// Reads a JSON object as a type of the program. None if it does not fit.
pub(crate) fn read<T: DeserializeOwned>(json: &Secret) -> Option<T> {
    serde_json::from_str(json.expose()).ok()
}
