//! `profile` and `profile/password` (protocol.md#update-password, #update-profile).

use crate::accounts;
use crate::call::Call;
use crate::fields;
use crate::locale::{Locale, Text};
use crate::password;
use crate::settings::{EmailChange, EmailVerification};
use crate::signin::{self, SignIn};
use crate::state::{MailKind, Purpose, Verification};
use crate::wire::Refusal;

/// `PUT profile`: changes what is sent, and answers like a login because the token's claims changed.
pub(crate) fn update(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let session = call.session()?;
    let user = session.user;
    call.speak_to(&user);
    let account = call.params.filled("account")?;
    let email = fields::identifier(call, "email")?.filter(|email| {
        call.realm.users.get(&user).is_none_or(|person| person.email.as_ref() != Some(email))
    });
    let username = fields::identifier(call, "username")?;
    let clears_username = call.params.text("username")?.is_some() && username.is_none();
    let locale = read_locale(call)?;
    let mut objections = Vec::new();
    // A person needs an e-mail or a username to log in with.
    if clears_username && call.user(&user)?.email.is_none() {
        objections.push(Text::Missing("Username"));
    }
    objections.extend(email.as_deref().and_then(|email| fields::email_objection(call, email, Some(&user))));
    objections
        .extend(username.as_deref().and_then(|name| fields::username_objection(call, name, Some(&user))));
    if !objections.is_empty() {
        return Err(Refusal::all_invalid(objections));
    }
    let sent_password = call.params.text("password")?.is_some_and(|password| !password.is_empty());
    let new_password = if sent_password { Some(fields::new_password(call, Some(&user))?) } else { None };

    // Nothing is refused from here on: a profile is changed as a whole or not at all.
    let names = [call.params.text("first_name")?, call.params.text("last_name")?];
    let person = call.user_mut(&user)?;
    for (field, name) in [&mut person.first_name, &mut person.last_name].into_iter().zip(names) {
        if let Some(name) = name {
            *field = Some(name).filter(|name| !name.trim().is_empty());
        }
    }
    person.username = username.or_else(|| person.username.take().filter(|_| !clears_username));
    person.locale = locale.or_else(|| person.locale.take());
    if let Some(hash) = new_password {
        person.password_hash = Some(hash);
        call.realm.end_sessions(&user, Some(session.id.reveal()));
    }
    if let Some(email) = email {
        change_email(call, &user, &email)?;
    }
    name_account(call, &user, account.as_deref())?;
    signin::answer(call, session.id.reveal(), account.as_deref())
}

/// `POST profile/password`: the old password and the new one; all other sessions end (protocol.md#update-password).
pub(crate) fn change_password(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let session = call.session()?;
    let user = session.user;
    call.speak_to(&user);
    let current = call.params.text("current_password")?.unwrap_or_default();
    let hash = call.user(&user)?.password_hash.clone();
    // People who never had a password have none to show.
    let freely = hash.is_none() && call.realm.settings.assumptions.first_password_freely;
    if !freely && !hash.is_some_and(|hash| password::matches(&current, &hash)) {
        return Err(Refusal::invalid(Text::CurrentPasswordWrong));
    }
    let hash = fields::new_password(call, Some(&user))?;
    call.user_mut(&user)?.password_hash = Some(hash);
    let keep = call.params.text("keep_sessions")?.unwrap_or_default();
    if !(call.realm.settings.assumptions.honour_keep_sessions && keep == "all") {
        call.realm.end_sessions(&user, Some(session.id.reveal()));
    }
    Ok(SignIn::Okay)
}

/// Sends the mail that verifies the person's address once more, as hosted pages can (protocol.md#what-the-api-cannot-do).
pub(crate) fn verify_again(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let user = call.session()?.user;
    call.speak_to(&user);
    if let Some(email) = call.user(&user)?.email.clone() {
        accounts::request_verification(call, &user, &email)?;
    }
    Ok(SignIn::Okay)
}

/// Changes an e-mail at once, or keeps it until it is verified (protocol.md#update-profile, #u19).
pub(crate) fn change_email(call: &mut Call<'_>, user: &str, email: &str) -> Result<(), Refusal> {
    let verified_here = call.realm.settings.email_verification != EmailVerification::None;
    let waits = match call.realm.settings.assumptions.email_change {
        EmailChange::ByVerification => verified_here,
        EmailChange::Immediate => false,
        EmailChange::Pending => true,
    };
    if waits {
        let token =
            call.realm.issue_token(Purpose::PendingEmail, user, Some(email.to_owned()), call.now, call.rng);
        call.user_mut(user)?.email_pending = Some(email.to_owned());
        call.send_mail(MailKind::EmailVerification, email, &token);
    } else {
        let person = call.user_mut(user)?;
        person.email = Some(email.to_owned());
        person.email_pending = None;
        person.verification = Verification::None;
        if verified_here {
            accounts::request_verification(call, user, email)?;
        }
    }
    Ok(())
}

fn read_locale(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    if !extra_field(call, "locale") {
        return Ok(None);
    }
    let Some(tag) = call.params.filled("locale")? else { return Ok(None) };
    match Locale::lookup(&tag, &call.realm.settings) {
        Some(locale) => Ok(Some(locale.tag().to_owned())),
        None => Err(Refusal::invalid(Text::Invalid("Locale"))),
    }
}

/// `org_name` names the account of a person who has none yet, or renames the one the call is about, if the person may.
fn name_account(call: &mut Call<'_>, user: &str, account: Option<&str>) -> Result<(), Refusal> {
    if !extra_field(call, "org_name") {
        return Ok(());
    }
    let Some(name) = call.params.filled("org_name")? else { return Ok(()) };
    if call.realm.memberships_of(user).next().is_none() {
        call.realm.add_org(&name, user, call.now, call.rng);
        return Ok(());
    }
    let chosen =
        call.realm.memberships_of(user).find(|membership| account.is_none_or(|org| membership.org == org));
    let may =
        |permissions: &[String]| permissions.iter().any(|name| name == "ar:owner" || name == "ar:admin");
    let org =
        chosen.filter(|membership| may(&membership.permissions)).map(|membership| membership.org.clone());
    if let Some(org) = org.and_then(|org| call.realm.orgs.get_mut(&org)) {
        org.name = name;
    }
    Ok(())
}

fn extra_field(call: &Call<'_>, name: &str) -> bool {
    call.realm.settings.assumptions.profile_extra_fields.iter().any(|field| field == name)
}
