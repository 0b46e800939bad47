//! `users`: records, and proving who someone is on behalf of an app's backend.

use serde_json::{Value, json};

use super::{Core, Outcome, sessions, views};
use crate::accounts::{confirm_email, prove_password, request_verification};
use crate::fields;
use crate::id;
use crate::listing::{Content, List};
use crate::locale::{Locale, Text};
use crate::password;
use crate::settings::EmailVerification;
use crate::signin;
use crate::state::{Purpose, Realm, User, Verification, normalise};
use crate::totp;
use crate::wire::Refusal;

pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let email = core.query("email").map(normalise);
    let visit = move |realm: &Realm, user: &User, _, list: &mut List| {
        if email.is_none() || user.email == email {
            list.push(&views::user(realm, user));
        }
    };
    core.long_collection(Content::of(|realm| &realm.users, visit))
}

/// By id, e-mail or username.
pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let realm = core.realm()?;
    let user = realm.find_user(id).ok_or(Refusal::not_found())?;
    Ok(views::full_user(realm, user))
}

pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let mut call = core.call()?;
    let id = id::fresh("usr", call.rng);
    let user = User { id: id.clone(), created_at: call.now, ..User::default() };
    if call.params.filled("email")?.is_none() && call.params.filled("username")?.is_none() {
        return Err(Refusal::invalid(Text::Missing("Email")));
    }
    let password = call.params.filled("password")?.is_some();
    let hash = if password { Some(fields::new_password(&mut call, None)?) } else { None };
    call.realm.users.insert(id.clone(), user);
    if let Err(refusal) = change(core, &id) {
        core.realm_mut()?.users.shift_remove(&id);
        return Err(refusal);
    }
    core.realm_mut()?.users.get_mut(&id).ok_or(Refusal::broken())?.password_hash = hash;
    show(core, &id)
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    let mut call = core.call()?;
    let hash = match call.params.filled("password")? {
        Some(_) => Some(fields::new_password(&mut call, Some(&user))?),
        None => None,
    };
    change(core, &user)?;
    if let Some(hash) = hash {
        let realm = core.realm_mut()?;
        realm.users.get_mut(&user).ok_or(Refusal::broken())?.password_hash = Some(hash);
        // An administrative change ends all sessions (protocol.md#session-lifetime).
        realm.end_sessions(&user, None);
    }
    show(core, &user)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    core.realm_mut()?.remove_user(&user);
    Ok(json!({}))
}

/// The old password, if it is sent, has to be right. Sessions stay unless `keep_sessions` says otherwise.
pub(super) fn update_password(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    let mut call = core.call()?;
    let current = call.params.text("current_password")?;
    let hash = call.user(&user)?.password_hash.clone();
    if let (Some(current), Some(hash)) = (current, hash)
        && !password::matches(&current, &hash)
    {
        return Err(Refusal::invalid(Text::CurrentPasswordWrong));
    }
    let hash = fields::new_password(&mut call, Some(&user))?;
    call.user_mut(&user)?.password_hash = Some(hash);
    let keep = call.params.filled("keep_sessions")?;
    match keep.as_deref() {
        None | Some("all") => {}
        kept => call.realm.end_sessions(&user, kept),
    }
    show(core, &user)
}

/// A session with its token, or a token when a second factor is due.
pub(super) fn authenticate(core: &mut Core<'_>, id: &str) -> Outcome {
    let mut call = core.call()?;
    let user =
        call.realm.find_user(id).map(|user| user.id.clone()).ok_or(Refusal::invalid(Text::LoginFailed))?;
    let password = call.params.text("password")?.unwrap_or_default();
    prove_password(&mut call, &user, &password)?;
    second_factor_or_session(core, &user)
}

/// The token of the first step and the authenticator's code.
pub(super) fn authenticate_token(core: &mut Core<'_>, _: &str) -> Outcome {
    let call = core.call()?;
    let (token, digits) = (call.need("token", "Token")?, call.need("code", "Code")?);
    let found = call.realm.live_token(&token, &[Purpose::SecondFactor], call.now);
    let user = found.map(|found| found.user.clone()).ok_or(Refusal::invalid(Text::TokenInvalid))?;
    if !totp::accept(call.realm, &user, &digits, call.now) {
        return Err(Refusal::invalid(Text::CodeWrong));
    }
    call.realm.spend_token(&token);
    sessions::begin(core, &user)
}

/// A token for the app's own mail; LoginRocket sends none here.
pub(super) fn request_email_verification(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    let call = core.call()?;
    let email = call.user(&user)?.email.clone().ok_or(Refusal::invalid(Text::Missing("Email")))?;
    let token = call.realm.issue_token(Purpose::Email, &user, Some(email), call.now, call.rng);
    if let Some(user) = call.realm.users.get_mut(&user)
        && user.verification == Verification::None
    {
        user.verification = Verification::Requested;
    }
    token_view(core, &token, &user)
}

pub(super) fn verify_email(core: &mut Core<'_>, _: &str) -> Outcome {
    let token = core.need("token")?;
    let user = confirm_email(&mut core.call()?, &token)?;
    show(core, &user)
}

/// A token for the app's own mail.
pub(super) fn generate_password_token(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    let call = core.call()?;
    let email = call.user(&user)?.email.clone();
    let token = call.realm.issue_token(Purpose::Password, &user, email, call.now, call.rng);
    token_view(core, &token, &user)
}

/// Sets the password, ends all sessions, and begins one, or asks for the second factor.
pub(super) fn reset_password_with_token(core: &mut Core<'_>, _: &str) -> Outcome {
    let mut call = core.call()?;
    let token = call.need("token", "Token")?;
    let found = call.realm.live_token(&token, &[Purpose::Password], call.now);
    let user = found.map(|found| found.user.clone()).ok_or(Refusal::invalid(Text::TokenInvalid))?;
    let hash = fields::new_password(&mut call, Some(&user))?;
    call.realm.spend_token(&token);
    call.user_mut(&user)?.password_hash = Some(hash);
    call.realm.end_sessions(&user, None);
    second_factor_or_session(core, &user)
}

/// Brings a person who is there already into the account that invited.
pub(super) fn accept_invitation(core: &mut Core<'_>, id: &str) -> Outcome {
    let user = find(core, id)?;
    let token = core.need("token")?;
    let now = core.now();
    let invitation = core.realm()?.live_invitation(&token, now).cloned();
    let invitation = invitation.ok_or(Refusal::invalid(Text::InvitationInvalid))?;
    let call = core.call()?;
    if let Some(org) = &invitation.org
        && call.realm.membership_in(&user, org).is_none()
    {
        call.realm.add_membership(&user, org, invitation.permissions.clone(), call.now, call.rng);
    }
    call.realm.invitations.shift_remove(&invitation.id);
    show(core, &user)
}

fn second_factor_or_session(core: &mut Core<'_>, user: &str) -> Outcome {
    let call = core.call()?;
    signin::refuse_inactive(&call, user)?;
    if call.realm.settings.totp && call.realm.second_factor_of(user).is_some() {
        let token = call.realm.issue_token(Purpose::SecondFactor, user, None, call.now, call.rng);
        return token_view(core, &token, user);
    }
    sessions::begin(core, user)
}

fn token_view(core: &Core<'_>, token: &str, user: &str) -> Outcome {
    let found = core.realm()?.tokens.get(token).ok_or(Refusal::broken())?;
    Ok(views::token(token, user, found.expires_at))
}

/// Id of the person that a path names by id, e-mail or username.
pub(super) fn find(core: &Core<'_>, id: &str) -> Result<String, Refusal> {
    core.realm()?.find_user(id).map(|user| user.id.clone()).ok_or(Refusal::not_found())
}

/// Changes what was sent, as a whole or not at all.
fn change(core: &mut Core<'_>, id: &str) -> Result<(), Refusal> {
    let call = core.call()?;
    let (email, username) = (fields::identifier(&call, "email")?, fields::identifier(&call, "username")?);
    let mut objections = Vec::new();
    objections.extend(email.as_deref().and_then(|email| fields::email_objection(&call, email, Some(id))));
    objections.extend(username.as_deref().and_then(|name| fields::username_objection(&call, name, Some(id))));
    let locale = call.params.filled("locale")?;
    let tag = locale.as_deref().map(|tag| Locale::lookup(tag, &call.realm.settings));
    objections.extend((tag == Some(None)).then_some(Text::Invalid("Locale")));
    if !objections.is_empty() {
        return Err(Refusal::all_invalid(objections));
    }
    let mut user = call.user(id)?.clone();
    let moved = email.is_some() && user.email != email;
    if moved {
        user.verification = Verification::None;
        user.email_pending = None;
    }
    user.email = email.or(user.email);
    for (name, field) in [
        ("first_name", &mut user.first_name),
        ("last_name", &mut user.last_name),
        ("reference", &mut user.reference),
    ] {
        core.change(name, field);
    }
    if core.attributes.contains_key("username") {
        user.username = username;
    }
    if core.attributes.contains_key("locale") {
        user.locale = tag.flatten().map(|locale| locale.tag().to_owned());
    }
    if let Some(Value::Object(custom)) = core.attributes.get("custom") {
        user.custom.clone_from(custom);
    }
    match core.text("state") {
        Some("inactive") => user.inactive = true,
        Some("active") => user.inactive = false,
        _ => {}
    }
    match core.text("email_verification") {
        Some("verified") => user.verification = Verification::Verified,
        Some("none") => user.verification = Verification::None,
        _ => {}
    }
    let ask = core.text("email_verification") == Some("requested")
        || (moved && core.realm()?.settings.email_verification == EmailVerification::Required);
    let (inactive, email) = (user.inactive, user.email.clone());
    let mut call = core.call()?;
    *call.user_mut(id)? = user;
    if inactive {
        call.realm.lock_out(id);
    }
    if let (true, Some(email)) = (ask, email) {
        request_verification(&mut call, id, &email)?;
    }
    Ok(())
}
