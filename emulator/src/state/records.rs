//! The records a realm keeps, as plain data. How they look on the wire is another matter.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::Time;

/// A text that never shows itself in debug output: hashes, session ids, one-time tokens, seeds.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Lets a plain text look up what is kept under a secret.
impl Borrow<str> for Secret {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// How far the verification of an e-mail has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// Nobody asked.
    #[default]
    None,
    /// A mail is out.
    Requested,
    /// Answered.
    Verified,
}

/// A person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct User {
    /// `usr_…`
    pub id: String,
    /// In lower case, unique in the realm.
    pub email: Option<String>,
    /// A changed e-mail that is not verified yet.
    pub email_pending: Option<String>,
    /// How far the verification of `email` has come.
    pub verification: Verification,
    /// In lower case, unique in the realm.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// PHC string of the password; none for people who sign in otherwise.
    pub password_hash: Option<Secret>,
    /// Preferred language.
    pub locale: Option<String>,
    /// The customer's own id.
    pub reference: Option<String>,
    /// The customer's own attributes.
    pub custom: Map<String, Value>,
    /// An inactive person cannot log in.
    pub inactive: bool,
    /// When it was made.
    pub created_at: Time,
    /// When the last session began.
    pub last_login_at: Option<Time>,
    /// When a wrong password was given, for throttling.
    pub failed_logins: Vec<Time>,
}

impl User {
    /// The display name: the full name, else the e-mail (protocol.md#claims), else the username.
    pub fn name(&self) -> String {
        let names: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        if names.is_empty() {
            self.email.clone().or_else(|| self.username.clone()).unwrap_or_default()
        } else {
            names.join(" ")
        }
    }
}

/// An account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Org {
    /// `org_…`
    pub id: String,
    /// Display name.
    pub name: String,
    /// The customer's own id.
    pub reference: Option<String>,
    /// The customer's own attributes.
    pub custom: Map<String, Value>,
    /// A closed account is kept, but nobody works in it.
    pub closed: bool,
    /// When it was made.
    pub created_at: Time,
}

/// A person's place in an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Membership {
    /// `mb_…`
    pub id: String,
    /// Whose.
    pub user: String,
    /// In what.
    pub org: String,
    /// Such as `ar:owner`.
    pub permissions: Vec<String>,
    /// When it was made.
    pub created_at: Time,
}

/// Who made a session, as far as the request told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Client {
    /// Address of the caller.
    pub ip: String,
    /// `LR-Agent`, else `User-Agent`.
    pub agent: String,
}

/// A session. Whoever has its id is that person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// `kss_…`
    pub id: Secret,
    /// Whose.
    pub user: String,
    /// When it began.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
    /// Who made it.
    pub client: Client,
    /// The last token made for it, where refreshes may return the same.
    pub last_token: Option<IssuedToken>,
}

/// A token that was issued for a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedToken {
    /// The selected account.
    pub org: Option<String>,
    /// The key that signed it; none if it was the shared secret.
    pub kid: Option<String>,
    /// The JWT.
    pub jwt: Secret,
    /// When it ends.
    pub expires_at: Time,
}

/// What a one-time token is for (protocol.md#one-time-tokens).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// `tpw:` – setting a new password.
    Password,
    /// `tve:` – verifying the current e-mail.
    Email,
    /// `tue:` – verifying a changed e-mail.
    PendingEmail,
    /// `tmf:` – giving the second factor.
    SecondFactor,
}

impl Purpose {
    /// The token's prefix.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Password => "tpw",
            Self::Email => "tve",
            Self::PendingEmail => "tue",
            Self::SecondFactor => "tmf",
        }
    }
}

/// A one-time token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OneTimeToken {
    /// The token itself.
    pub token: Secret,
    /// What for.
    pub purpose: Purpose,
    /// For whom.
    pub user: String,
    /// The e-mail it was sent to; it proves nothing about another.
    pub email: Option<String>,
    /// When it ends.
    pub expires_at: Time,
}

/// A second factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credential {
    /// `crd_…`
    pub id: String,
    /// Whose.
    pub user: String,
    /// Label in the authenticator.
    pub name: String,
    /// Base32 seed.
    pub secret: Secret,
    /// Whether a first code was given; only then it guards the login.
    pub active: bool,
    /// The step of the last accepted code, so that none is accepted twice (RFC 6238 §5.2).
    pub last_step: Option<u64>,
    /// When it was made.
    pub created_at: Time,
}

/// Kinds of invitation (protocol.md#core-api).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationKind {
    /// Someone asked to be let in.
    Request,
    /// An account wants someone in.
    Org,
    /// Someone signs up and proves the e-mail first.
    Preverify,
}

/// An invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// `nvt_…`
    pub id: String,
    /// What the invited person shows.
    pub token: Secret,
    /// Its kind.
    pub kind: InvitationKind,
    /// Whom.
    pub email: Option<String>,
    /// Where to.
    pub org: Option<String>,
    /// Permissions in that account.
    pub permissions: Vec<String>,
    /// Whether the person was told; a request waits for that.
    pub invited: bool,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// A Connected App.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClientApp {
    /// `app_…`
    pub id: String,
    /// Display name.
    pub name: String,
    /// `standard` for apps that use LoginRocket.
    pub client_type: String,
    /// The Login URLs.
    pub redirect_uris: Vec<String>,
    /// When it was made.
    pub created_at: Time,
}

/// A host name of a realm.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Domain {
    /// `dom_…`
    pub id: String,
    /// `loginrocket` for the API and the hosted pages.
    pub domain_type: String,
    /// The host name.
    pub fqdn: String,
    /// When it was made.
    pub created_at: Time,
}

/// A social login that the realm offers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AuthProvider {
    /// `ap_…`
    pub id: String,
    /// Such as `google`.
    pub provider_type: String,
    /// Whether people can use it.
    pub active: bool,
    /// The app's id there. Its secret is not kept: nobody is ever called.
    pub client_id: Option<String>,
    /// When it was made.
    pub created_at: Time,
}

/// A social login under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Handshake {
    /// At which provider.
    pub provider: String,
    /// Where the person comes back to.
    pub redirect_uri: String,
    /// The app's own check, if it made one.
    pub nonce: Option<String>,
    /// When it ends.
    pub expires_at: Time,
}
