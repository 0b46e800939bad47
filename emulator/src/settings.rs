//! What a realm can be told to do: the service's own settings (protocol.md#realm-settings), and under [`Assumptions`]
//! everything that is not known of the service and had to be assumed (protocol.md#unknowns).
//!
//! Every member is documented in `docs/reference/emulator.md`; a test compares that table with these structures.

mod assumptions;
mod check;

pub use assumptions::{
    Assumptions, ClaimGroup, EmailChange, ErrorBody, ForeignAccount, ForeignOrigin, ForeignRedirect,
    RateLimit, RateScope, UnknownPerson, UnverifiedLogin,
};

pub(crate) use check::is_target;

use serde::{Deserialize, Serialize};

/// Who may sign up (protocol.md#realm-settings, #u29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signup {
    /// Everyone.
    #[default]
    Open,
    /// People with an invitation; others may request one.
    Invitation,
    /// People with an invitation; nobody may request one.
    Closed,
}

/// How many accounts a person works in (protocol.md#conditions).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgMode {
    /// The first account is always the selected one.
    #[default]
    SingleUser,
    /// The account has to be named with every login and refresh.
    MultiUser,
}

/// What an unverified e-mail means (protocol.md#login, #update-profile, #sign-up, #u29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailVerification {
    /// Nothing; no mail is sent.
    #[default]
    None,
    /// A mail is sent, nobody waits for it.
    Optional,
    /// A mail is sent; until it is answered a login has a condition.
    Required,
    /// Signing up only sends a mail; the person is created through its link.
    Preverify,
}

/// Whether a profile field takes part (protocol.md#u29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Not shown on forms; accepted nevertheless.
    Hidden,
    /// Asked for.
    Optional,
    /// A login has a condition until it is filled in.
    Required,
}

/// How often forms ask for a new password (protocol.md#passwords, `password_confirmation` rule).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordField {
    /// `password_confirmation` is compared if it is sent.
    #[default]
    Once,
    /// `password_confirmation` has to be sent.
    Twice,
}

/// How tokens are signed (protocol.md#header).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JwtAlgorithm {
    /// RSA-2048 with SHA-256; the public keys are at `/connect/jwks`.
    #[default]
    Rs256,
    /// HMAC with the realm's `jsk_…` string.
    Hs256,
}

/// Parts of the API that can be switched off (protocol.md#answers, `lr_features`; the names are this emulator's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// The whole browser API: 403 without it. Hosted pages do not need it.
    Api,
    /// `login` and `login/verify`: 403 without it.
    Login,
    /// `signup` and `signup/request`: 422 without it.
    Signup,
}

/// What a realm's owner can configure with the real service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who may sign up.
    pub signup: Signup,
    /// How many accounts a person works in.
    pub org_mode: OrgMode,
    /// What an unverified e-mail means.
    pub email_verification: EmailVerification,
    /// `first_name` and `last_name`.
    pub name_field: Field,
    /// `org_name`; required means that no account is made up for a person who has none.
    pub org_name_field: Field,
    /// `username`.
    pub username_field: Field,
    /// How often forms ask for a new password.
    pub password_field: PasswordField,
    /// Least number of characters of a password.
    pub password_min_length: u32,
    /// Least zxcvbn score of a password, 0 to 4.
    pub password_min_complexity: u8,
    /// Each of these kinds has to occur in a password: `lower`, `upper`, `digit`, `symbol`.
    pub password_required_chars: Vec<CharKind>,
    /// Whether the second factor is on.
    pub totp: bool,
    /// Language of people without a preference whose browser has none either.
    pub default_locale: String,
    /// Languages the realm speaks.
    pub available_locales: Vec<String>,
    /// Origins that may call from a browser: scheme, host and port; port `*` is the emulator's own extension.
    pub allowed_origins: Vec<String>,
    /// Parts of the API that are on.
    pub lr_features: Vec<Feature>,
    /// How tokens are signed.
    pub jwt_algo: JwtAlgorithm,
    /// Lifetime of a token.
    pub jwt_minutes: u64,
    /// Further claims of tokens made through the Core API, such as `ar.orgs`.
    pub jwt_scopes: Vec<String>,
    /// Lifetime of a session.
    pub session_minutes: u64,
    /// Lifetime of `OAuth2` access tokens; stored and shown, nothing here uses it.
    pub access_token_minutes: u64,
    /// Permissions that every new membership gets beside those it names.
    pub auto_grant_permissions: Vec<String>,
    /// Where links in mails lead: an address with `{page}`, `{parameter}` and `{token}` in it. Without one, into the app that
    /// the emulator serves, else to its hosted pages.
    pub mail_link: Option<String>,
    /// What is not known of the service.
    pub assumptions: Assumptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            signup: Signup::default(),
            org_mode: OrgMode::default(),
            email_verification: EmailVerification::default(),
            name_field: Field::Optional,
            org_name_field: Field::Optional,
            username_field: Field::Optional,
            password_field: PasswordField::default(),
            password_min_length: 8,
            password_min_complexity: 0,
            password_required_chars: Vec::new(),
            totp: false,
            default_locale: "en".into(),
            available_locales: vec!["en".into(), "es".into(), "ja".into()],
            allowed_origins: vec!["http://localhost:*".into(), "http://127.0.0.1:*".into()],
            lr_features: vec![Feature::Api, Feature::Login, Feature::Signup],
            jwt_algo: JwtAlgorithm::default(),
            jwt_minutes: 360,
            jwt_scopes: Vec::new(),
            session_minutes: 1440,
            access_token_minutes: 60,
            auto_grant_permissions: Vec::new(),
            mail_link: None,
            assumptions: Assumptions::default(),
        }
    }
}

/// A kind of character that a password policy can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharKind {
    /// A lower-case letter.
    Lower,
    /// An upper-case letter.
    Upper,
    /// A digit.
    Digit,
    /// Anything else.
    Symbol,
}
