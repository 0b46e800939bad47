//! What is not known of the service (protocol.md#unknowns). Each assumption is a setting with the number of the unknown
//! it answers, so that a truth learnt later is one changed default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which calls share one rate limit (protocol.md#rate-limits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateScope {
    /// All calls to the realm.
    #[default]
    Realm,
    /// All calls from one address.
    Address,
}

/// How many calls a realm takes (protocol.md#rate-limits; the real numbers are not published).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Calls in one window.
    pub requests: u32,
    /// Length of the window.
    pub window_seconds: u64,
    /// Which calls are counted together.
    #[serde(default)]
    pub scope: RateScope,
}

/// What forgetting a password answers for an unknown person (protocol.md#u15).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownPerson {
    /// The same as for a known one.
    #[default]
    Okay,
    /// 422.
    Error,
}

/// What naming an account one does not belong to answers (protocol.md#u8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignAccount {
    /// `conditional_login` with `no_account_selected`.
    #[default]
    Conditional,
    /// As if none had been named.
    Ignored,
    /// 403.
    Forbidden,
}

/// What a login answers while a required verification is open (protocol.md#u18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnverifiedLogin {
    /// `conditional_login`.
    #[default]
    Conditional,
    /// 422, as in v1 of the service.
    Refused,
    /// A full login.
    Allowed,
}

/// When a changed e-mail takes effect (protocol.md#u19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailChange {
    /// At once where nothing is verified, else when it is verified.
    #[default]
    ByVerification,
    /// At once.
    Immediate,
    /// When it is verified.
    Pending,
}

/// What errors outside 409 and 422 carry (protocol.md#u10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorBody {
    /// The error shape as JSON.
    #[default]
    Json,
    /// A short HTML page.
    Html,
    /// Nothing.
    Empty,
}

/// Where a hand-off with a `redirect_uri` that is not allowed goes (protocol.md#u31).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignRedirect {
    /// To the first Login URL.
    #[default]
    FirstLoginUrl,
    /// Nowhere: an error page.
    Error,
}

/// What a call from an origin that is not listed gets (protocol.md#u13). The browser hides either from the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignOrigin {
    /// The usual answer, without the headers that let the page read it.
    #[default]
    Answered,
    /// 403.
    Refused,
}

/// Everything that protocol.md#unknowns assumes, with the number of the unknown it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes-or-no question of protocol.md#unknowns"
)]
pub struct Assumptions {
    /// protocol.md#u1: `result` of a right password when a second factor is due.
    pub mfa_result: String,
    /// protocol.md#u2: status of a wrong code.
    pub mfa_wrong_code_status: u16,
    /// protocol.md#u4: condition of a login while a required verification is open.
    pub unverified_condition: String,
    /// protocol.md#u5: member that lists the missing profile fields; none by default.
    pub missing_fields_member: Option<String>,
    /// protocol.md#u6: whether `no_account_selected` brings `accounts: [{id, name}]`.
    pub accounts_in_reply: bool,
    /// protocol.md#u7: whether the only account of a person is selected by itself in multi-user realms.
    pub select_only_account: bool,
    /// protocol.md#u8: what naming an account one does not belong to answers.
    pub foreign_account: ForeignAccount,
    /// protocol.md#u9: status of successes.
    pub success_status: u16,
    /// protocol.md#u10: what errors outside 409 and 422 carry.
    pub error_body: ErrorBody,
    /// protocol.md#u11: sentences by name, in place of the built-in ones, whatever the language.
    pub texts: BTreeMap<String, String>,
    /// protocol.md#u11: failed logins of one person before more are refused with 422.
    pub login_attempts: u32,
    /// protocol.md#u11: for how long failed logins count.
    pub login_attempts_minutes: u64,
    /// protocol.md#u11: status of a login after too many failed ones.
    pub throttled_login_status: u16,
    /// protocol.md#answers: status of calls to a part of the API that is off.
    pub feature_off_status: u16,
    /// protocol.md#login: status of the login of a person who is inactive.
    pub inactive_login_status: u16,
    /// protocol.md#verify-login: status of a second factor's token that is unknown, used or too old.
    pub mfa_wrong_token_status: u16,
    /// protocol.md#reset-password: status of a password reset's token that is unknown, used or too old.
    pub password_wrong_token_status: u16,
    /// protocol.md#update-password: whether people without a password set a first one without giving a current one.
    pub first_password_freely: bool,
    /// protocol.md#u12: how many calls the realm takes; no limit by default.
    pub rate_limit: Option<RateLimit>,
    /// protocol.md#u12: whether 429 carries `Retry-After` too.
    pub retry_after: bool,
    /// protocol.md#u13: headers that scripts of other origins may read.
    pub cors_exposed_headers: Vec<String>,
    /// protocol.md#u13: what a call from an origin that is not listed gets.
    pub foreign_origin: ForeignOrigin,
    /// protocol.md#u13: how long a browser may remember a preflight.
    pub cors_max_age_seconds: u32,
    /// protocol.md#u14: whether answers carry `X-Request-ID`.
    pub request_id: bool,
    /// protocol.md#u15: what forgetting a password answers for an unknown person.
    pub forgot_unknown_person: UnknownPerson,
    /// protocol.md#u16: status of signing up where that is closed.
    pub signup_closed_status: u16,
    /// protocol.md#u16: status of signing up with a taken e-mail.
    pub signup_duplicate_status: u16,
    /// protocol.md#u16: parameter that carries the invitation.
    pub invitation_param: String,
    /// protocol.md#u16: `result` of signing up when the e-mail is verified first.
    pub preverify_result: String,
    /// protocol.md#u17: status of requesting an invitation where nobody can.
    pub request_invitation_status: u16,
    /// protocol.md#u18: what a login answers while a required verification is open.
    pub unverified_login: UnverifiedLogin,
    /// protocol.md#u19: when a changed e-mail takes effect.
    pub email_change: EmailChange,
    /// protocol.md#u20: profile members accepted beyond those of the Core API.
    pub profile_extra_fields: Vec<String>,
    /// protocol.md#u21: status of signing out a session that is gone.
    pub second_logout_status: u16,
    /// protocol.md#u22: whether a refresh prolongs the session.
    pub sliding_sessions: bool,
    /// protocol.md#u23: whether a refresh returns the same token while it is valid.
    pub reuse_token: bool,
    /// protocol.md#u24: lifetime of the token between password and second factor.
    pub mfa_token_minutes: u64,
    /// protocol.md#u24: lifetime of a password reset.
    pub password_token_minutes: u64,
    /// protocol.md#u24: lifetime of an e-mail verification.
    pub email_token_minutes: u64,
    /// protocol.md#u24: whether those tokens work once only.
    pub tokens_work_once: bool,
    /// protocol.md#verify-login: steps of 30 s before and after the current one whose codes are right too.
    pub totp_window: u16,
    /// protocol.md#verify-login: whether a code works once only, as RFC 6238 §5.2 wants. Off, so that tests need not
    /// wait 30 s.
    pub totp_code_once: bool,
    /// protocol.md#u25: how long the key set may be cached.
    pub jwks_max_age_seconds: u32,
    /// protocol.md#u25: whether keys carry `kty`, `use`, `n` and `e` beside `x5c`.
    pub jwks_components: bool,
    /// protocol.md#u25: whether the key set can be read across origins.
    pub jwks_cors: bool,
    /// protocol.md#u26: claims of tokens made by LoginRocket.
    pub token_claims: Vec<ClaimGroup>,
    /// protocol.md#header: whether tokens signed with a shared secret carry `kid`.
    pub hs256_kid: bool,
    /// protocol.md#u27: whether PUT takes form-encoded bodies, and POST and PUT take parameters in the query.
    pub lenient_params: bool,
    /// protocol.md#u28: whether a missing `Accept` is refused too.
    pub strict_accept: bool,
    /// protocol.md#u31: where a hand-off with a `redirect_uri` that is not allowed goes.
    pub foreign_redirect: ForeignRedirect,
    /// protocol.md#u33: whether GET does what POST does, as in v1 of the service.
    pub get_for_post: bool,
    /// protocol.md#u34: whether changing a password heeds `keep_sessions`.
    pub honour_keep_sessions: bool,
    /// Memory of one password hash. Light on purpose: these are test passwords, and tests should be quick.
    pub password_hash_kib: u32,
}

/// Claims that go together (protocol.md#u26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimGroup {
    /// `name`, `given_name`, `family_name`, `preferred_username`, `locale`.
    Profile,
    /// `email`, `email_verified`.
    Email,
    /// `orgs`.
    Orgs,
    /// `ref` and `cs`, where set.
    Custom,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            mfa_result: "totp_required".into(),
            mfa_wrong_code_status: 422,
            unverified_condition: "must_verify_email".into(),
            missing_fields_member: None,
            accounts_in_reply: false,
            select_only_account: false,
            foreign_account: ForeignAccount::default(),
            success_status: 200,
            error_body: ErrorBody::default(),
            texts: BTreeMap::new(),
            login_attempts: 10,
            login_attempts_minutes: 10,
            throttled_login_status: 422,
            feature_off_status: 403,
            inactive_login_status: 422,
            mfa_wrong_token_status: 422,
            password_wrong_token_status: 422,
            first_password_freely: true,
            rate_limit: None,
            retry_after: false,
            cors_exposed_headers: Vec::new(),
            foreign_origin: ForeignOrigin::default(),
            cors_max_age_seconds: 7200,
            request_id: true,
            forgot_unknown_person: UnknownPerson::default(),
            signup_closed_status: 422,
            signup_duplicate_status: 422,
            invitation_param: "invitation".into(),
            preverify_result: "okay".into(),
            request_invitation_status: 422,
            unverified_login: UnverifiedLogin::default(),
            email_change: EmailChange::default(),
            profile_extra_fields: vec!["locale".into(), "org_name".into()],
            second_logout_status: 403,
            sliding_sessions: false,
            reuse_token: false,
            mfa_token_minutes: 10,
            password_token_minutes: 24 * 60,
            email_token_minutes: 7 * 24 * 60,
            tokens_work_once: true,
            totp_window: 1,
            totp_code_once: false,
            jwks_max_age_seconds: 300,
            jwks_components: true,
            jwks_cors: true,
            token_claims: vec![ClaimGroup::Profile, ClaimGroup::Email, ClaimGroup::Orgs, ClaimGroup::Custom],
            hs256_kid: false,
            lenient_params: true,
            strict_accept: false,
            foreign_redirect: ForeignRedirect::default(),
            get_for_post: false,
            honour_keep_sessions: false,
            password_hash_kib: 256,
        }
    }
}
