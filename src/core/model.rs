//! Typed calls and answers, for Rust front ends. JavaScript passes its objects through as they are instead.

use super::{
    json,
    members::Member,
    query::Pair,
    request::{Endpoint, Parameters},
    response::{Failure, Next, Outcome, Record, Refusal},
    secret::Secret,
};
use crate::Error;
use core::fmt;

/// A call with its parameters; [`crate::client::Client::send`] makes it.
pub trait Call: Parameters {
    /// Which one it is.
    const ENDPOINT: Endpoint;

    /// What the service says to it.
    type Answer: Answer;

    /// The names of its parameters.
    const PARAMETERS: &'static [&'static str];

    /// The parameters' values in the same order; none where one is not set.
    fn values(&self) -> Vec<Option<Secret>>;
}

/// What the service says to a call.
pub trait Answer: Sized {
    /// Reads an answer; none where the service had nothing to tell.
    fn read(record: Option<&impl Record>, next: Option<Next>) -> Self;
}

/// Defines a call: its parameters become members of the body or the query under their own names.
macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident => $answer:ty { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Call for $name {
            const ENDPOINT: Endpoint = Endpoint::$name;
            type Answer = $answer;
            const PARAMETERS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn values(&self) -> Vec<Option<Secret>> {
                vec![$(self.$field.to_secret()),*]
            }
        }

        impl Parameters for $name {
            fn to_json(&self) -> Result<Secret, Error> {
                Ok(json_of(&set(self)))
            }

            fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
                Ok(set(self).into_iter().map(|(name, value)| (name.to_owned(), Some(value))).collect())
            }
        }
    )*};
}

/// The parameters that are set.
fn set<C: Call>(call: &C) -> Vec<(&'static str, Secret)> {
    let members = C::PARAMETERS.iter().copied().zip(call.values());
    members.filter_map(|(name, value)| Some((name, value?))).collect()
}

fn json_of(members: &[(&str, Secret)]) -> Secret {
    let members = members.iter().map(|(name, value)| (*name, Member::Text(value.expose())));
    json::object(&members.collect::<Vec<_>>())
}

/// What can be a parameter. All are copied as secrets: which ones are, is not worth a mistake.
trait ToSecret {
    fn to_secret(&self) -> Option<Secret>;
}

impl ToSecret for String {
    fn to_secret(&self) -> Option<Secret> {
        Some(Secret::new(self.clone()))
    }
}

impl ToSecret for Secret {
    fn to_secret(&self) -> Option<Secret> {
        Some(self.clone())
    }
}

impl<T: ToSecret> ToSecret for Option<T> {
    fn to_secret(&self) -> Option<Secret> {
        self.as_ref().and_then(ToSecret::to_secret)
    }
}

calls! {
    /// Signs a person in (contract §2.1).
    Login => SignIn {
        /// The e-mail, the username, or a `usr_…` id.
        email: String,
        /// The password.
        password: Secret,
        /// The account (`org_…`) to select.
        account: Option<String>,
    }

    /// Completes a sign-in with the second factor (contract §2.2).
    VerifyLogin => SignIn {
        /// The token of [`SignIn::Verify`].
        token: Secret,
        /// The six digits that the authenticator shows.
        code: Secret,
        /// The account (`org_…`) to select.
        account: Option<String>,
    }

    /// Gets a new token for a session (contract §2.3).
    GetSession => SignIn {
        /// The session id.
        session: Secret,
        /// The account (`org_…`) to select; the service does not remember the last one.
        account: Option<String>,
    }

    /// Ends a session (contract §2.4).
    Logout => Okay {
        /// The session id.
        session: Secret,
    }

    /// Sends an e-mail with a link to set a new password (contract §2.5).
    ForgotPassword => Okay {
        /// The e-mail, the username, or a `usr_…` id.
        email: String,
    }

    /// Sets a new password with the token of that e-mail; all other sessions end (contract §2.6).
    ResetPassword => SignIn {
        /// The `tpw:…` token.
        token: Secret,
        /// The new password.
        password: Secret,
        /// If sent, must equal the password; a realm can require it.
        password_confirmation: Option<Secret>,
    }

    /// Changes the password of a signed-in person; all other sessions end (contract §2.7).
    UpdatePassword => Okay {
        /// The session id, which stays valid.
        session: Secret,
        /// The password until now.
        current_password: Secret,
        /// The new password.
        password: Secret,
        /// If sent, must equal the password; a realm can require it.
        password_confirmation: Option<Secret>,
    }

    /// Changes the profile of a signed-in person; what is not set stays (contract §2.8).
    UpdateProfile => SignIn {
        /// The session id.
        session: Secret,
        /// A new e-mail, in effect at once or when it is verified.
        email: Option<String>,
        /// The first name.
        first_name: Option<String>,
        /// The last name.
        last_name: Option<String>,
        /// The username.
        username: Option<String>,
        /// A new password.
        password: Option<Secret>,
        /// If sent, must equal the password.
        password_confirmation: Option<Secret>,
        /// Name of the account, where the realm asks for it and there is none yet.
        org_name: Option<String>,
        /// Language of messages and mails.
        locale: Option<String>,
    }

    /// Creates a person, an account and a session (contract §2.9).
    Signup => SignIn {
        /// The e-mail.
        email: String,
        /// The password.
        password: Secret,
        /// If sent, must equal the password; a realm can require it.
        password_confirmation: Option<Secret>,
        /// The first name.
        first_name: Option<String>,
        /// The last name.
        last_name: Option<String>,
        /// The username.
        username: Option<String>,
        /// Name of the account that is created with the person.
        org_name: Option<String>,
        /// The invitation's token, where signing up needs one.
        invitation: Option<Secret>,
    }

    /// Asks to be invited, where signing up needs an invitation (contract §2.10).
    RequestInvitation => Okay {
        /// The e-mail.
        email: String,
    }

    /// Confirms an e-mail address (contract §2.11).
    VerifyEmail => Okay {
        /// The `tve:…` or `tue:…` token.
        token: Secret,
    }
}

/// The answer to a login-like call.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The person is signed in.
    Done {
        /// The session id: whoever has it can mint tokens.
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
        /// The names of the conditions, an open set.
        conditions: Vec<String>,
        /// What a user interface does about them.
        next: Next,
    },
    /// Accepted without signing anyone in, such as a sign-up that verifies the e-mail first.
    Accepted,
}

impl Answer for SignIn {
    fn read(record: Option<&impl Record>, next: Option<Next>) -> Self {
        let Some(record) = record else { return Self::Accepted };
        let text = |member| record.text(member);
        let account = || text("account").map(|account| account.expose().to_owned());
        match (next, text("session"), text("token")) {
            (Some(Next::Done), Some(session), Some(token)) => {
                Self::Done { session, account: account(), token }
            }
            (Some(Next::Verify), _, Some(token)) => Self::Verify { token },
            (Some(next), Some(session), _) => Self::Conditional {
                session,
                account: account(),
                conditions: record.texts("conditions"),
                next,
            },
            _ => Self::Accepted,
        }
    }
}

/// The answer to a call that has nothing to tell but that it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Okay;

impl Answer for Okay {
    fn read(_: Option<&impl Record>, _: Option<Next>) -> Self {
        Self
    }
}

/// Why a call did not do what was asked. It displays as a sentence for the person.
#[derive(Clone, Debug)]
pub enum CallError {
    /// The service refused.
    Refused(Refusal),
    /// The call failed outside the service's own refusals.
    Failed(Failure),
}

impl CallError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(Refusal { facts, .. }) | Self::Failed(Failure { facts, .. }) => facts.code,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(&refusal.errors.join(" ")),
            Self::Failed(failure) => f.write_str(failure.error),
        }
    }
}

impl core::error::Error for CallError {}

/// Reads an outcome as the typed answer to a call.
pub(crate) fn typed<C: Call>(outcome: Outcome<impl Record>) -> Result<C::Answer, CallError> {
    match outcome {
        Outcome::Success(record, next) => Ok(C::Answer::read(Some(&record), next)),
        Outcome::Done => Ok(C::Answer::read(NOTHING, None)),
        Outcome::Refused(_, refusal) => Err(CallError::Refused(refusal)),
        Outcome::Failed(failure) => Err(CallError::Failed(failure)),
    }
}

/// The record of an answer that had none.
enum NoRecord {}

const NOTHING: Option<&NoRecord> = None;

impl Record for NoRecord {
    fn has(&self, _: &str) -> bool {
        match *self {}
    }

    fn text(&self, _: &str) -> Option<Secret> {
        match *self {}
    }

    fn texts(&self, _: &str) -> Vec<String> {
        match *self {}
    }

    fn number(&self, _: &str) -> Option<u64> {
        match *self {}
    }

    fn flag(&self, _: &str) -> bool {
        match *self {}
    }

    fn records(&self, _: &str) -> Vec<Self> {
        match *self {}
    }
}
