//! How records look in the Core API: flat, with `object` and `id` first in meaning.

use serde_json::{Value, json};

use super::with;
use crate::settings::Settings;
use crate::state::{
    ClientApp, Domain, Invitation, InvitationKind, Membership, Org, Realm, Session, User, Verification,
};
use crate::time::Time;

/// Times are epoch seconds; those of creation are written as floats (protocol.md#times).
fn created(at: Time) -> Value {
    json!(f64::from(u32::try_from(at.seconds()).unwrap_or(u32::MAX)))
}

/// A person without credentials and memberships.
pub(super) fn user(realm: &Realm, user: &User) -> Value {
    json!({
        "object": "user",
        "id": user.id,
        "realm_id": realm.id,
        "state": if user.inactive { "inactive" } else { "active" },
        "email": user.email,
        "email_pending": user.email_pending,
        "email_verification": match user.verification {
            Verification::None => "none",
            Verification::Requested => "requested",
            Verification::Verified => "verified",
        },
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "name": user.name(),
        "locale": user.locale,
        "reference": user.reference,
        "custom": user.custom,
        "created_at": created(user.created_at),
        "last_login_at": user.last_login_at.map(created),
    })
}

/// A person with credentials and memberships.
pub(super) fn full_user(realm: &Realm, person: &User) -> Value {
    let memberships: Vec<Value> = realm
        .memberships
        .of(&person.id)
        .map(|found| {
            let org = realm.orgs.get(&found.org).map_or(Value::Null, |found| org(realm, found));
            with(membership(found), "org", org)
        })
        .collect();
    let view = with(user(realm, person), "memberships", json!(memberships));
    with(view, "credentials", json!(super::credentials::of_user(realm, person)))
}

/// An account.
pub(super) fn org(realm: &Realm, org: &Org) -> Value {
    json!({
        "object": "org",
        "id": org.id,
        "realm_id": realm.id,
        "name": org.name,
        "reference": org.reference,
        "custom": org.custom,
        "state": if org.closed { "closed" } else { "active" },
        "created_at": created(org.created_at),
    })
}

/// A place in an account.
pub(super) fn membership(membership: &Membership) -> Value {
    json!({
        "object": "membership",
        "id": membership.id,
        "user_id": membership.user,
        "org_id": membership.org,
        "permissions": membership.permissions,
        "created_at": created(membership.created_at),
    })
}

/// A session; `token` where one was made just now.
pub(super) fn session(realm: &Realm, session: &Session, token: Option<&str>) -> Value {
    let view = json!({
        "object": "session",
        "id": session.id.reveal(),
        "user_id": session.user,
        "created_at": created(session.created_at),
        "expires_at": session.expires_at.seconds(),
        "request": { "ip": session.client.ip, "client": session.client.agent },
    });
    let Some(token) = token else { return view };
    let person = realm.users.get(&session.user).map_or(Value::Null, |found| user(realm, found));
    with(with(view, "token", json!(token)), "user", person)
}

/// A one-time token.
pub(super) fn token(token: &str, user: &str, expires_at: Time) -> Value {
    json!({ "object": "token", "id": Value::Null, "token": token, "user_id": user, "expires_at": expires_at.seconds() })
}

/// An app.
pub(super) fn client_app(realm: &Realm, app: &ClientApp) -> Value {
    json!({
        "object": "client_app",
        "id": app.id,
        "realm_id": realm.id,
        "client_type": app.client_type,
        "name": app.name,
        "redirect_uris": app.redirect_uris,
        "state": "active",
        "created_at": created(app.created_at),
    })
}

/// A host name.
pub(super) fn domain(realm: &Realm, domain: &Domain, port: u16) -> Value {
    json!({
        "object": "domain",
        "id": domain.id,
        "realm_id": realm.id,
        "domain_type": domain.domain_type,
        "fqdn": domain.fqdn,
        "uri": format!("http://{}:{port}/", domain.fqdn),
        "state": "active",
        "created_at": created(domain.created_at),
    })
}

/// An invitation.
pub(super) fn invitation(realm: &Realm, invitation: &Invitation) -> Value {
    json!({
        "object": "invitation",
        "id": invitation.id,
        "realm_id": realm.id,
        "invitation_type": match invitation.kind {
            InvitationKind::Request => "request",
            InvitationKind::Org => "org",
            InvitationKind::Preverify => "preverify",
        },
        "email": invitation.email,
        "org_id": invitation.org,
        "permissions": invitation.permissions,
        "token": invitation.token.reveal(),
        "state": if invitation.invited { "invited" } else { "requested" },
        "created_at": created(invitation.created_at),
        "expires_at": invitation.expires_at.seconds(),
    })
}

/// A realm; `jwt_key` is what its tokens are checked with.
pub(super) fn realm(realm: &Realm, jwt_key: Option<&str>) -> Value {
    let Settings { allowed_origins, available_locales, default_locale, .. } = &realm.settings;
    let settings = &realm.settings;
    json!({
        "object": "realm",
        "id": realm.id,
        "name": realm.name,
        "state": "active",
        "signup": settings.signup,
        "org_mode": settings.org_mode,
        "email_verification": settings.email_verification,
        "name_field": settings.name_field,
        "org_name_field": settings.org_name_field,
        "password_field": settings.password_field,
        "username_field": settings.username_field,
        "default_locale": default_locale,
        "available_locales": available_locales,
        "allowed_origins": allowed_origins,
        "lr_features": settings.lr_features,
        "jwt_algo": settings.jwt_algo,
        "jwt_key": jwt_key,
        "jwt_minutes": settings.jwt_minutes,
        "jwt_scopes": settings.jwt_scopes.join(" "),
        "session_minutes": settings.session_minutes,
        "access_token_minutes": settings.access_token_minutes,
        "created_at": created(realm.created_at),
    })
}
