//! People and their sessions: `people`, `sessions`, `totp`.

use http::StatusCode;
use serde::Serialize;
use serde_json::json as value;

use super::{Control, Outcome, done, json, refuse};
use crate::listing::{Content, Listing};
use crate::seed::{self, PersonSeed};
use crate::state::{Realm, Session, User, Verification};
use crate::time::Time;
use crate::totp;
use crate::wire::Refusal;

/// A person as the control API and its page show it.
#[derive(Serialize)]
pub(super) struct PersonView<'a> {
    pub(super) id: &'a str,
    pub(super) email: Option<&'a str>,
    pub(super) email_pending: Option<&'a str>,
    pub(super) email_verified: bool,
    pub(super) username: Option<&'a str>,
    pub(super) name: String,
    pub(super) locale: Option<&'a str>,
    pub(super) second_factor: bool,
    pub(super) inactive: bool,
    pub(super) accounts: Vec<AccountView<'a>>,
    pub(super) sessions: usize,
}

/// A person's place in an account.
#[derive(Serialize)]
pub(super) struct AccountView<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) permissions: &'a [String],
}

/// A session without its id, because whoever has the id has the session.
#[derive(Serialize)]
pub(super) struct SessionView<'a> {
    pub(super) user: &'a str,
    pub(super) created_at: u64,
    pub(super) expires_at: u64,
    pub(super) agent: &'a str,
}

/// `GET people`, piece by piece.
pub(super) fn list(control: &mut Control<'_>) -> Outcome {
    let people =
        Content::of(|realm| &realm.users, |realm, user, now, list| list.push(&view(realm, user, now)));
    control.listing = Some(Listing::new("people", &control.realm_id()?, done(), people));
    Ok(done())
}

/// `POST people`: adds a person as a seed document describes it.
pub(super) fn create(control: &mut Control<'_>) -> Outcome {
    let seed: PersonSeed = control.body()?;
    seed.check_for(control.realm()?).map_err(|mistake| {
        let status = if mistake.is_double { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        refuse(status, &mistake, "")
    })?;
    let id = control.realm_id()?;
    let realm = control.service.realms.get_mut(&id).ok_or(Refusal::broken())?;
    let now = realm.clock.read(control.host_time);
    let user = seed::add_person(realm, &seed, now, control.rng);
    let user = realm.users.get(&user).ok_or(Refusal::broken())?;
    Ok(json(&view(realm, user, now)))
}

/// `GET sessions`: those that have not ended, piece by piece; `user` narrows it down.
pub(super) fn sessions(control: &mut Control<'_>) -> Outcome {
    if control.query("user").is_none() {
        let sessions = Content::of(
            |realm| &realm.sessions,
            |realm, session: &Session, now, list| {
                if session.expires_at > now {
                    list.push(&session_view(realm, session));
                }
            },
        );
        control.listing = Some(Listing::new("sessions", &control.realm_id()?, done(), sessions));
        return Ok(done());
    }
    let (user, realm) = (control.user_id()?, control.realm()?);
    let now = realm.clock.read(control.host_time);
    let sessions: Vec<SessionView<'_>> =
        realm.live_sessions_of(&user, now).map(|session| session_view(realm, session)).collect();
    Ok(json(&value!({ "sessions": sessions })))
}

/// `DELETE sessions`: ends a person's sessions, or everybody's.
pub(super) fn end_sessions(control: &mut Control<'_>) -> Outcome {
    let user = control.query("user").map(|_| control.user_id()).transpose()?;
    let realm = control.realm_mut()?;
    match user {
        Some(user) => realm.end_sessions(&user, None),
        None => realm.sessions.clear(),
    }
    Ok(done())
}

/// `GET totp`: the code that a person's authenticator shows now.
pub(super) fn totp(control: &Control<'_>) -> Outcome {
    let user = control.user_id()?;
    let realm = control.realm()?;
    let now = realm.clock.read(control.host_time);
    let credential = realm.second_factor_of(&user);
    let code = credential.and_then(|credential| totp::code(credential.secret.reveal(), now));
    let code = code.ok_or(Refusal::plain(StatusCode::NOT_FOUND, "this person has no second factor"))?;
    Ok(json(&value!({ "code": code })))
}

pub(super) fn view<'a>(realm: &'a Realm, user: &'a User, now: Time) -> PersonView<'a> {
    let accounts = realm.memberships_of(&user.id).filter_map(|membership| {
        let org = realm.orgs.get(&membership.org)?;
        Some(AccountView { id: &org.id, name: &org.name, permissions: &membership.permissions })
    });
    PersonView {
        id: &user.id,
        email: user.email.as_deref(),
        email_pending: user.email_pending.as_deref(),
        email_verified: user.verification == Verification::Verified,
        username: user.username.as_deref(),
        name: user.name(),
        locale: user.locale.as_deref(),
        second_factor: realm.second_factor_of(&user.id).is_some(),
        inactive: user.inactive,
        accounts: accounts.collect(),
        sessions: realm.live_sessions_of(&user.id, now).count(),
    }
}

pub(super) fn session_view<'a>(realm: &'a Realm, session: &'a Session) -> SessionView<'a> {
    let user = realm.users.get(&session.user);
    SessionView {
        user: user.and_then(|user| user.email.as_deref()).unwrap_or(&session.user),
        created_at: session.created_at.seconds(),
        expires_at: session.expires_at.seconds(),
        agent: &session.client.agent,
    }
}
