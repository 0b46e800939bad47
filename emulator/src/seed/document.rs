//! The document's structure, and reading it with errors that say where.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use crate::fields;
use crate::settings::Settings;
use crate::state::{Client, InvitationKind, Secret, normalise};
use crate::totp;

/// A whole document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// The key of the Core API (`ks_…`); a new one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Secret>,
    /// The realms; the first one answers where no realm is named.
    pub realms: Vec<RealmSeed>,
}

/// A realm.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RealmSeed {
    /// `rl_…`; a new one if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Chooses the realm as host name `<name>.localhost`: letters, digits and hyphens.
    #[serde(deserialize_with = "realm_name")]
    pub name: String,
    /// Display name, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is told to do; what is missing has its default.
    pub settings: Settings,
    /// The secret of HS256 tokens (`jsk_…`); a new one if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_secret: Option<Secret>,
    /// Where hosted pages may send people: the Connected App's Login URLs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub login_urls: Vec<String>,
    /// Host names that choose the realm, beside `<name>.localhost`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// Kinds of social login that the realm offers, such as `google`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub social_logins: Vec<String>,
    /// Accounts that several people share, or that need an id of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<AccountSeed>,
    /// People.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonSeed>,
    /// Invitations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invitations: Vec<InvitationSeed>,
}

/// An account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountSeed {
    /// `org_…`; a new one if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Display name.
    pub name: String,
    /// The customer's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The customer's own attributes.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
    /// Whether it is closed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// A person. Without `memberships` an account of the person's own is made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonSeed {
    /// `usr_…`; a new one if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Unique in the realm.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "email")]
    pub email: Option<String>,
    /// A changed e-mail that is not verified yet.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "email")]
    pub email_pending: Option<String>,
    /// Whether `email` is verified.
    pub email_verified: bool,
    /// Whether a mail is out that asks for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub email_verification_requested: bool,
    /// Unique in the realm.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "username")]
    pub username: Option<String>,
    /// In plain text; the realm's policy does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// As exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<Secret>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Preferred language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The customer's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The customer's own attributes.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub custom: Map<String, Value>,
    /// Whether the person cannot log in.
    pub inactive: bool,
    /// Base32 seed of an active second factor.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "totp_seed")]
    pub totp_seed: Option<Secret>,
    /// Places in accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memberships: Option<Vec<MembershipSeed>>,
    /// Sessions that go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<SessionSeed>,
}

/// A place in an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipSeed {
    /// `mb_…`; a new one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Id or name of the account; an unknown name makes one.
    pub account: String,
    /// Such as `ar:owner`.
    #[serde(default)]
    pub permissions: Vec<String>,
}

/// A session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionSeed {
    /// `kss_…`
    pub id: Secret,
    /// Epoch seconds.
    pub created_at: u64,
    /// Epoch seconds.
    pub expires_at: u64,
    /// Who made it.
    #[serde(default)]
    pub client: Client,
}

/// An invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationSeed {
    /// `nvt_…`; a new one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the invited person shows; a new one if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Secret>,
    /// Its kind.
    pub kind: InvitationKind,
    /// Whom.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "email")]
    pub email: Option<String>,
    /// Id or name of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Permissions in that account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// Whether the person was told.
    #[serde(default)]
    pub invited: bool,
    /// Epoch seconds; 30 days from now if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    /// Line, from 1; 0 if the document is wrong as a whole.
    pub line: usize,
    /// Path of the field, such as `realms[0].people[1].email`.
    pub field: String,
    /// What is wrong with it. Never quotes the document.
    pub reason: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, field `{}`: {}", self.line, self.field, self.reason)
    }
}

impl std::error::Error for SeedError {}

impl Seed {
    /// Reads a document.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let reader = &mut serde_json::Deserializer::from_str(text);
        let seed: Self = serde_path_to_error::deserialize(reader).map_err(|error| SeedError {
            line: error.inner().line(),
            field: error.path().to_string(),
            reason: reason(error.inner()),
        })?;
        seed.check().map_err(|mistake| SeedError {
            line: last_line_with(text, &mistake.mark),
            field: mistake.field,
            reason: mistake.reason.to_owned(),
        })?;
        Ok(seed)
    }

    /// Fixes the key of the Core API and the id of the default realm, whatever the document says. An error is a sentence that
    /// says which of them is impossible.
    pub fn fix(&mut self, api_key: Option<&str>, realm: Option<&str>) -> Result<(), String> {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        if let Some(key) = api_key {
            if !plain(key) {
                return Err("the API key has to be of letters, digits, `_` and `-`, such as `ks_test`".into());
            }
            self.api_key = Some(Secret::new(key));
        }
        if let Some(id) = realm {
            if !plain(id) {
                return Err(
                    "the realm's id has to be of letters, digits, `_` and `-`, such as `rl_test`".into()
                );
            }
            let mut realms = self.realms.iter_mut();
            let first = realms.next();
            if realms.any(|other| other.id.as_deref() == Some(id)) {
                return Err(format!("the realm's id cannot be {id}: another realm of the seed has it"));
            }
            if let Some(first) = first {
                first.id = Some(id.to_owned());
            }
        }
        Ok(())
    }
}

/// serde's sentence without the position, which has fields of its own, and without the value, which may be a secret.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    match (text.strip_prefix("invalid type: "), text.rsplit_once("expected ")) {
        (Some(_), Some((_, expected))) => format!("expected {expected}"),
        _ => text.to_owned(),
    }
}

fn last_line_with(text: &str, value: &str) -> usize {
    let quoted = serde_json::to_string(value).unwrap_or_default().to_lowercase();
    let line = text.lines().enumerate().filter(|(_, line)| line.to_lowercase().contains(&quoted)).last();
    line.map_or(0, |(index, _)| index + 1)
}

fn email<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    checked(deserializer, |text| fields::check_email(text).is_none(), "not an email address")
}

fn username<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    checked(deserializer, |text| fields::check_username(text).is_none(), "not a username the service takes")
}

fn checked<'de, D: Deserializer<'de>>(
    deserializer: D,
    check: fn(&str) -> bool,
    reason: &'static str,
) -> Result<Option<String>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.map(|text| normalise(&text)) {
        Some(text) if !check(&text) => Err(de::Error::custom(reason)),
        text => Ok(text),
    }
}

fn totp_seed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    match Option::<Secret>::deserialize(deserializer)? {
        Some(seed) if !totp::is_seed(seed.reveal()) => {
            Err(de::Error::custom("not a base32 seed of at least 128 bits"))
        }
        seed => Ok(seed),
    }
}

fn realm_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    if is_realm_name(&name) { Ok(name) } else { Err(de::Error::custom("not usable as a host name")) }
}

/// Whether a realm's name can be the first label of a host name (RFC 1035 §2.3.1, in lower case).
pub(crate) fn is_realm_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plain && !name.is_empty() && name.len() <= 63 && !name.starts_with('-') && !name.ends_with('-')
}
