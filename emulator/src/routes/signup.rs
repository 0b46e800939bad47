//! `signup` and `signup/request` (protocol.md#sign-up, #request-invitation).

use crate::accounts;
use crate::call::Call;
use crate::fields;
use crate::id;
use crate::locale::{Locale, Text};
use crate::password;
use crate::settings::{EmailVerification, Field, Signup};
use crate::signin::{self, SignIn};
use crate::state::{INVITATION_MINUTES, Invitation, InvitationKind, MailKind, Secret, User, Verification};
use crate::wire::Refusal;

/// `POST signup`: a new person, account and session, or a mail first.
pub(crate) fn create(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let invitation = find_invitation(call)?;
    if invitation.is_none() && call.realm.settings.signup != Signup::Open {
        let text = match call.realm.settings.signup {
            Signup::Closed => Text::SignupClosed,
            Signup::Invitation | Signup::Open => Text::InvitationNeeded,
        };
        return Err(Refusal::with_status(call.realm.settings.assumptions.signup_closed_status, text));
    }
    let preverify = call.realm.settings.email_verification == EmailVerification::Preverify;
    if preverify && invitation.is_none() {
        return send_preverification(call);
    }
    let user = read_person(call, invitation.as_ref())?;
    let org_name = call.params.filled("org_name")?;
    let id = user.id.clone();
    let email = user.email.clone();
    let verified = user.verification == Verification::Verified;
    let default_name = user.name();
    call.realm.users.insert(id.clone(), user);
    let account = join_accounts(call, &id, invitation.as_ref(), org_name.as_deref().unwrap_or(&default_name));
    if let Some(invitation) = &invitation {
        call.realm.invitations.shift_remove(&invitation.id);
    }
    if let (Some(email), false) =
        (email, verified || call.realm.settings.email_verification == EmailVerification::None)
    {
        accounts::request_verification(call, &id, &email)?;
    }
    if signin::must_verify_first(call, &id)? {
        return Ok(SignIn::Okay);
    }
    signin::begin(call, &id, Some(&account))
}

/// `POST signup/request`: leaves an invitation for the realm's owner to act on.
pub(crate) fn request(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    if call.realm.settings.signup != Signup::Invitation {
        let status = call.realm.settings.assumptions.request_invitation_status;
        return Err(Refusal::with_status(status, Text::RequestsClosed));
    }
    let email = fields::identifier(call, "email")?.ok_or_else(|| Refusal::invalid(Text::Missing("Email")))?;
    if let Some(objection) = fields::check_email(&email) {
        return Err(Refusal::invalid(objection));
    }
    invite(call, InvitationKind::Request, &email);
    Ok(SignIn::Okay)
}

fn find_invitation(call: &Call<'_>) -> Result<Option<Invitation>, Refusal> {
    let Some(token) = call.params.filled(&call.realm.settings.assumptions.invitation_param)? else {
        return Ok(None);
    };
    match call.realm.live_invitation(&token, call.now) {
        Some(invitation) => Ok(Some(invitation.clone())),
        None => Err(Refusal::invalid(Text::InvitationInvalid)),
    }
}

/// Nobody is created yet: an invitation goes out, and whoever follows it has proved the e-mail (protocol.md#sign-up).
fn send_preverification(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let email = fields::identifier(call, "email")?.ok_or_else(|| Refusal::invalid(Text::Missing("Email")))?;
    match fields::email_objection(call, &email, None) {
        Some(Text::EmailTaken) => Err(duplicate(call)),
        Some(objection) => Err(Refusal::invalid(objection)),
        None => {
            let token = invite(call, InvitationKind::Preverify, &email);
            call.send_mail(MailKind::Invitation, &email, &token);
            Ok(SignIn::MailFirst)
        }
    }
}

/// Makes an invitation and returns its token. A request is not yet an invitation anyone can use.
pub(crate) fn invite(call: &mut Call<'_>, kind: InvitationKind, email: &str) -> String {
    let token = id::random(24, call.rng);
    let invitation = Invitation {
        id: id::fresh("nvt", call.rng),
        token: Secret::new(token.clone()),
        kind,
        email: Some(email.to_owned()),
        org: None,
        permissions: Vec::new(),
        invited: kind != InvitationKind::Request,
        created_at: call.now,
        expires_at: call.now.plus_minutes(INVITATION_MINUTES),
    };
    call.realm.invitations.insert(invitation.id.clone(), invitation);
    token
}

fn read_person(call: &mut Call<'_>, invitation: Option<&Invitation>) -> Result<User, Refusal> {
    let invited_email = invitation.and_then(|invitation| invitation.email.clone());
    let email = fields::identifier(call, "email")?.or_else(|| invited_email.clone());
    let username = fields::identifier(call, "username")?;
    let (first_name, last_name) = (call.params.filled("first_name")?, call.params.filled("last_name")?);
    let password = call.params.text("password")?.unwrap_or_default();
    let confirmation = call.params.text("password_confirmation")?;
    let settings = &call.realm.settings;
    let mut objections = Vec::new();
    match email.as_deref() {
        None => objections.push(Text::Missing("Email")),
        Some(email) => match fields::email_objection(call, email, None) {
            Some(Text::EmailTaken) => return Err(duplicate(call)),
            objection => objections.extend(objection),
        },
    }
    match username.as_deref() {
        None => objections
            .extend((settings.username_field == Field::Required).then_some(Text::Missing("Username"))),
        Some(username) => objections.extend(fields::username_objection(call, username, None)),
    }
    if settings.name_field == Field::Required {
        objections.extend(first_name.is_none().then_some(Text::Missing("First name")));
        objections.extend(last_name.is_none().then_some(Text::Missing("Last name")));
    }
    let joins_account = invitation.is_some_and(|invitation| invitation.org.is_some());
    if settings.org_name_field == Field::Required
        && !joins_account
        && call.params.filled("org_name")?.is_none()
    {
        objections.push(Text::Missing("Account name"));
    }
    if password.is_empty() {
        objections.push(Text::Missing("Password"));
    } else {
        let words: Vec<&str> =
            [&email, &username, &first_name, &last_name].into_iter().flatten().map(String::as_str).collect();
        objections.extend(fields::password_objections(&password, confirmation.as_deref(), &words, settings));
    }
    // v1 only: must equal the e-mail if it is there (protocol.md#sign-up).
    let repeated = fields::identifier(call, "email_confirmation")?;
    if repeated.is_some() && repeated != email {
        objections.push(Text::Invalid("Email"));
    }
    if !objections.is_empty() {
        return Err(Refusal::all_invalid(objections));
    }
    let wanted = call.params.filled("locale")?.and_then(|tag| Locale::lookup(&tag, &call.realm.settings));
    let locale = wanted.or(call.requested_locale).map(|locale| locale.tag().to_owned());
    let proved = invitation.is_some() && email.is_some() && email == invited_email;
    let password_hash = password::hash(&password, &call.realm.settings, call.rng);
    Ok(User {
        id: id::fresh("usr", call.rng),
        email,
        verification: if proved { Verification::Verified } else { Verification::None },
        username,
        first_name,
        last_name,
        password_hash,
        locale,
        created_at: call.now,
        ..User::default()
    })
}

/// An invitation into an account makes a membership there; otherwise the person gets an account of their own.
fn join_accounts(call: &mut Call<'_>, user: &str, invitation: Option<&Invitation>, name: &str) -> String {
    let invited =
        invitation.and_then(|invitation| Some((invitation.org.clone()?, invitation.permissions.clone())));
    if let Some((org, permissions)) = invited.filter(|(org, _)| call.realm.orgs.contains_key(org)) {
        call.realm.add_membership(user, &org, permissions, call.now, call.rng);
        return org;
    }
    call.realm.add_org(name, user, call.now, call.rng)
}

fn duplicate(call: &Call<'_>) -> Refusal {
    Refusal::with_status(call.realm.settings.assumptions.signup_duplicate_status, Text::EmailTaken)
}
