//! `sessions`. Their ids are the ones that the browser API takes.

use serde_json::json;

use super::{Core, Outcome, users, views};
use crate::jwt::{self, Accounts};
use crate::locale::Text;
use crate::signin;
use crate::wire::Refusal;

/// A person's.
pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let user = core.query("user_id").ok_or(Refusal::invalid(Text::Missing("user_id")))?;
    let (user, now) = (users::find(core, user)?, core.now());
    let realm = core.realm()?;
    let own = realm.live_sessions_of(&user, now);
    let sessions = own.map(|session| views::session(realm, session, None)).collect();
    Ok(core.collection(sessions))
}

pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let (now, realm) = (core.now(), core.realm()?);
    let session = realm.live_session(id, now).ok_or(Refusal::not_found())?;
    Ok(views::session(realm, session, None))
}

pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let user = core.need("user_id")?;
    let user = users::find(core, &user).map_err(|_| Refusal::invalid(Text::Invalid("user_id")))?;
    begin(core, &user)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.sessions.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

/// Begins a session. Its token names accounts only where the realm's scopes say so (protocol.md#core-api).
pub(super) fn begin(core: &mut Core<'_>, user: &str) -> Outcome {
    let call = core.call()?;
    signin::refuse_inactive(&call, user)?;
    let session = call.realm.begin_session(user, call.client.clone(), call.now, call.rng);
    let all = call.realm.settings.jwt_scopes.iter().any(|scope| scope == "ar.orgs");
    let accounts = if all { Accounts::All } else { Accounts::None };
    let token =
        jwt::issue(call.realm, call.pool, &session, accounts, call.now, call.rng).ok_or(Refusal::broken())?;
    let realm = core.realm()?;
    let session = realm.sessions.get(session.as_str()).ok_or(Refusal::broken())?;
    Ok(views::session(realm, session, Some(&token)))
}
