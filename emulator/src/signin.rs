//! What a login-like call answers (protocol.md#answers): the second factor, the conditions, or the token.
//!
//! Login, second factor, refresh, signup, password reset and profile change all end here, so that a condition is
//! decided in one place.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::jwt::{self, Accounts};
use crate::locale::Text;
use crate::settings::{EmailVerification, Field, ForeignAccount, OrgMode, Settings, UnverifiedLogin};
use crate::state::{Purpose, Realm, User, Verification};
use crate::wire::{Answer, Refusal};

/// The outcome of a call by which people sign in, or come closer to it.
pub(crate) enum SignIn {
    /// It was done, and there is nothing else to say.
    Okay,
    /// A sign-up that goes on by the link in a mail.
    MailFirst,
    /// The second factor is due, and this token goes with it.
    SecondFactor(String),
    /// A session, its account and its token.
    Full { session: String, account: String, token: String },
    /// A session that gets no token before its conditions are met.
    Conditional {
        session: String,
        account: Option<String>,
        conditions: Vec<Condition>,
        /// Further members that the realm answers with.
        extensions: Map<String, Value>,
    },
}

/// What keeps a session from a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The e-mail is to be verified.
    UnverifiedEmail,
    /// Something in the profile is missing.
    IncompleteProfile,
    /// No account is selected.
    NoAccount,
}

impl Condition {
    fn name(self, settings: &Settings) -> &str {
        match self {
            Self::UnverifiedEmail => &settings.assumptions.unverified_condition,
            Self::IncompleteProfile => "must_complete_profile",
            Self::NoAccount => "no_account_selected",
        }
    }
}

#[derive(Serialize)]
struct FullLogin<'a> {
    result: &'static str,
    session: &'a str,
    account: &'a str,
    token: &'a str,
}

#[derive(Serialize)]
struct ConditionalLogin<'a> {
    result: &'static str,
    session: &'a str,
    account: Option<&'a str>,
    conditions: Vec<&'a str>,
    #[serde(flatten)]
    extensions: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct SecondFactorDue<'a> {
    result: &'a str,
    token: &'a str,
}

#[derive(Serialize)]
struct Accepted<'a> {
    result: &'a str,
}

impl SignIn {
    /// What the browser API answers.
    pub(crate) fn answer(&self, settings: &Settings) -> Answer {
        match self {
            Self::Okay => Answer::json(&Accepted { result: "okay" }),
            Self::MailFirst => Answer::json(&Accepted { result: &settings.assumptions.preverify_result }),
            Self::SecondFactor(token) => {
                Answer::json(&SecondFactorDue { result: &settings.assumptions.mfa_result, token })
            }
            Self::Full { session, account, token } => {
                Answer::json(&FullLogin { result: "full_login", session, account, token })
            }
            Self::Conditional { session, account, conditions, extensions } => {
                Answer::json(&ConditionalLogin {
                    result: "conditional_login",
                    session,
                    account: account.as_deref(),
                    conditions: conditions.iter().map(|condition| condition.name(settings)).collect(),
                    extensions,
                })
            }
        }
    }
}

/// A person proved who they are by password or mailed token: asks for the second factor, or begins a session.
pub(crate) fn first_step(call: &mut Call<'_>, user: &str, account: Option<&str>) -> Result<SignIn, Refusal> {
    refuse_inactive(call, user)?;
    if call.realm.settings.totp && call.realm.second_factor_of(user).is_some() {
        let token = call.realm.issue_token(Purpose::SecondFactor, user, None, call.now, call.rng);
        return Ok(SignIn::SecondFactor(token));
    }
    begin(call, user, account)
}

/// Nobody inactive gets in, however they proved who they are (protocol.md#login).
pub(crate) fn refuse_inactive(call: &Call<'_>, user: &str) -> Result<(), Refusal> {
    let status = call.realm.settings.assumptions.inactive_login_status;
    if call.realm.is_active(user) { Ok(()) } else { Err(Refusal::with_status(status, Text::LoginFailed)) }
}

/// Whether a person has to verify the e-mail before any login.
pub(crate) fn must_verify_first(call: &Call<'_>, user: &str) -> Result<bool, Refusal> {
    let refused = call.realm.settings.assumptions.unverified_login == UnverifiedLogin::Refused;
    Ok(refused && is_unverified(call.realm, call.user(user)?))
}

/// A person proved who they are in full: begins a session and answers with it.
pub(crate) fn begin(call: &mut Call<'_>, user: &str, account: Option<&str>) -> Result<SignIn, Refusal> {
    refuse_inactive(call, user)?;
    if must_verify_first(call, user)? {
        return Err(Refusal::invalid(Text::EmailUnverified));
    }
    remember_locale(call, user)?;
    let session = call.realm.begin_session(user, call.client.clone(), call.now, call.rng);
    answer(call, &session, account)
}

/// Answers for a session as it is now: with a new token, or with the conditions that are open.
pub(crate) fn answer(call: &mut Call<'_>, session: &str, account: Option<&str>) -> Result<SignIn, Refusal> {
    answer_with(call, session, account, false)
}

/// The same for a refresh, which in some realms returns the last token while it is valid (protocol.md#u23).
pub(crate) fn refresh(call: &mut Call<'_>, session: &str, account: Option<&str>) -> Result<SignIn, Refusal> {
    let reuse = call.realm.settings.assumptions.reuse_token;
    answer_with(call, session, account, reuse)
}

fn answer_with(
    call: &mut Call<'_>,
    session: &str,
    account: Option<&str>,
    reuse: bool,
) -> Result<SignIn, Refusal> {
    let user =
        call.realm.sessions.get(session).map(|session| session.user.clone()).ok_or(Refusal::no_session())?;
    make_first_org(call, &user)?;
    let selected = select_account(call.realm, &user, account)?;
    let missing = missing_fields(call.realm, &user)?;
    let conditions = conditions(call.realm, &user, selected.as_deref(), &missing)?;
    if let (Some(org), true) = (&selected, conditions.is_empty()) {
        let last = jwt::last(call.realm, session, org, call.now).filter(|_| reuse).map(str::to_owned);
        let token = last
            .or_else(|| {
                jwt::issue(call.realm, call.pool, session, Accounts::Selected(org), call.now, call.rng)
            })
            .ok_or(Refusal::broken())?;
        return Ok(SignIn::Full { session: session.to_owned(), account: org.clone(), token });
    }
    let mut extensions = Map::new();
    if let (Some(member), false) =
        (&call.realm.settings.assumptions.missing_fields_member, missing.is_empty())
    {
        extensions.insert(member.clone(), json!(missing));
    }
    if call.realm.settings.assumptions.accounts_in_reply && selected.is_none() {
        extensions.insert("accounts".into(), accounts(call.realm, &user));
    }
    Ok(SignIn::Conditional { session: session.to_owned(), account: selected, conditions, extensions })
}

/// A person without an account gets one, unless its name has to be asked for (protocol.md#conditions, #get-session).
fn make_first_org(call: &mut Call<'_>, user: &str) -> Result<(), Refusal> {
    if call.realm.settings.org_name_field != Field::Required
        && call.realm.memberships_of(user).next().is_none()
    {
        let name = call.user(user)?.name();
        call.realm.add_org(&name, user, call.now, call.rng);
    }
    Ok(())
}

/// The account the answer is about. The last selected one is not remembered (protocol.md#get-session).
fn select_account(realm: &Realm, user: &str, wanted: Option<&str>) -> Result<Option<String>, Refusal> {
    if let Some(wanted) = wanted {
        if realm.membership_in(user, wanted).is_some() {
            return Ok(Some(wanted.to_owned()));
        }
        match realm.settings.assumptions.foreign_account {
            ForeignAccount::Conditional => return Ok(None),
            ForeignAccount::Forbidden => return Err(Refusal::no_session()),
            ForeignAccount::Ignored => {}
        }
    }
    let mut memberships = realm.memberships_of(user);
    let first = memberships.next().map(|membership| membership.org.clone());
    let only = memberships.next().is_none();
    Ok(match realm.settings.org_mode {
        OrgMode::SingleUser => first,
        OrgMode::MultiUser => first.filter(|_| only && realm.settings.assumptions.select_only_account),
    })
}

/// Whether the person has to fill in something before a login is full.
pub(crate) fn is_incomplete(realm: &Realm, user: &str) -> bool {
    missing_fields(realm, user).is_ok_and(|missing| !missing.is_empty())
}

fn missing_fields(realm: &Realm, user: &str) -> Result<Vec<&'static str>, Refusal> {
    let user = realm.users.get(user).ok_or(Refusal::broken())?;
    let settings = &realm.settings;
    let mut missing = Vec::new();
    if settings.name_field == Field::Required {
        missing.extend(user.first_name.is_none().then_some("first_name"));
        missing.extend(user.last_name.is_none().then_some("last_name"));
    }
    if settings.username_field == Field::Required && user.username.is_none() {
        missing.push("username");
    }
    // protocol.md#conditions says so for `single_user`. In `multi_user` there is nothing to select either, so that asking
    // for a selection would be a condition that nobody can meet.
    if settings.org_name_field == Field::Required && realm.memberships_of(&user.id).next().is_none() {
        missing.push("org_name");
    }
    Ok(missing)
}

fn conditions(
    realm: &Realm,
    user: &str,
    selected: Option<&str>,
    missing: &[&'static str],
) -> Result<Vec<Condition>, Refusal> {
    let settings = &realm.settings;
    let user = realm.users.get(user).ok_or(Refusal::broken())?;
    let mut conditions = Vec::new();
    if is_unverified(realm, user) && settings.assumptions.unverified_login == UnverifiedLogin::Conditional {
        conditions.push(Condition::UnverifiedEmail);
    }
    if !missing.is_empty() {
        conditions.push(Condition::IncompleteProfile);
    }
    if selected.is_none() && !missing.contains(&"org_name") {
        conditions.push(Condition::NoAccount);
    }
    Ok(conditions)
}

fn is_unverified(realm: &Realm, user: &User) -> bool {
    realm.settings.email_verification == EmailVerification::Required
        && user.verification != Verification::Verified
}

fn accounts(realm: &Realm, user: &str) -> Value {
    realm
        .memberships_of(user)
        .filter_map(|membership| realm.orgs.get(&membership.org))
        .map(|org| json!({ "id": org.id, "name": org.name }))
        .collect()
}

/// Writes the language of the request back to a person who has none yet (protocol.md#languages). One who chose a
/// language keeps it: a borrowed browser should not change it.
fn remember_locale(call: &mut Call<'_>, user: &str) -> Result<(), Refusal> {
    let requested = call.requested_locale;
    let user = call.user_mut(user)?;
    if let (Some(locale), None) = (requested, &user.locale) {
        user.locale = Some(locale.tag().to_owned());
    }
    Ok(())
}
