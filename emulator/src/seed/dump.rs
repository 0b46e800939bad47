//! From a realm to the document.

use super::document::{AccountSeed, InvitationSeed, MembershipSeed, PersonSeed, RealmSeed, SessionSeed};
use crate::state::{Realm, User, Verification};

/// Everything of a realm that outlives the process. What does not is listed in `docs/reference/emulator.md`.
pub(crate) fn dump_realm(realm: &Realm) -> RealmSeed {
    let accounts = realm.orgs.values().map(|org| AccountSeed {
        id: Some(org.id.clone()),
        name: org.name.clone(),
        reference: org.reference.clone(),
        custom: org.custom.clone(),
        closed: org.closed,
    });
    let invitations = realm.invitations.values().map(|invitation| InvitationSeed {
        id: Some(invitation.id.clone()),
        token: Some(invitation.token.clone()),
        kind: invitation.kind,
        email: invitation.email.clone(),
        account: invitation.org.clone(),
        permissions: invitation.permissions.clone(),
        invited: invitation.invited,
        expires_at: Some(invitation.expires_at.seconds()),
    });
    // A document cannot say that a social login is off. Leaving it out does the same: nobody gets in by it.
    let active = realm.auth_providers.values().filter(|provider| provider.active);
    RealmSeed {
        id: Some(realm.id.clone()),
        name: realm.host.clone(),
        display_name: (realm.name != realm.host).then(|| realm.name.clone()),
        settings: realm.settings.clone(),
        shared_secret: Some(realm.shared_secret.clone()),
        login_urls: realm.login_urls(),
        domains: realm.domains.values().map(|domain| domain.fqdn.clone()).collect(),
        social_logins: active.map(|provider| provider.provider_type.clone()).collect(),
        accounts: accounts.collect(),
        people: realm.users.values().map(|user| dump_person(realm, user)).collect(),
        invitations: invitations.collect(),
    }
}

fn dump_person(realm: &Realm, user: &User) -> PersonSeed {
    let memberships = realm.memberships.of(&user.id).map(|membership| MembershipSeed {
        id: Some(membership.id.clone()),
        account: membership.org.clone(),
        permissions: membership.permissions.clone(),
    });
    let sessions = realm.sessions.of(&user.id).map(|session| SessionSeed {
        id: session.id.clone(),
        created_at: session.created_at.seconds(),
        expires_at: session.expires_at.seconds(),
        client: session.client.clone(),
    });
    PersonSeed {
        id: Some(user.id.clone()),
        email: user.email.clone(),
        email_pending: user.email_pending.clone(),
        email_verified: user.verification == Verification::Verified,
        email_verification_requested: user.verification == Verification::Requested,
        username: user.username.clone(),
        password: None,
        password_hash: user.password_hash.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        locale: user.locale.clone(),
        reference: user.reference.clone(),
        custom: user.custom.clone(),
        inactive: user.inactive,
        totp_seed: realm.second_factor_of(&user.id).map(|credential| credential.secret.clone()),
        memberships: Some(memberships.collect()),
        sessions: sessions.collect(),
    }
}
