//! From the document to a realm.

use rand_core::CryptoRng;

use super::document::{AccountSeed, InvitationSeed, PersonSeed, RealmSeed};
use crate::id;
use crate::password;
use crate::state::{
    AuthProvider, Credential, Domain, INVITATION_MINUTES, Invitation, Org, Realm, Secret, Session, User,
    Verification,
};
use crate::time::Time;

/// Makes a realm.
pub(crate) fn build_realm(seed: &RealmSeed, now: Time, rng: &mut dyn CryptoRng) -> Realm {
    let mut realm = Realm::new(&seed.name, now, rng);
    if let Some(id) = &seed.id {
        realm.id.clone_from(id);
    }
    if let Some(secret) = &seed.shared_secret {
        realm.shared_secret = secret.clone();
    }
    if let Some(name) = &seed.display_name {
        realm.name.clone_from(name);
    }
    realm.settings = seed.settings.clone();
    realm.set_login_urls(&seed.login_urls, now, rng);
    for fqdn in &seed.domains {
        let id = id::fresh("dom", rng);
        let domain = Domain {
            id: id.clone(),
            domain_type: "loginrocket".into(),
            fqdn: fqdn.to_lowercase(),
            created_at: now,
        };
        realm.domains.insert(id, domain);
    }
    for provider_type in &seed.social_logins {
        let id = id::fresh("ap", rng);
        let provider = AuthProvider {
            id: id.clone(),
            provider_type: provider_type.clone(),
            active: true,
            client_id: None,
            created_at: now,
        };
        realm.auth_providers.insert(id, provider);
    }
    for account in &seed.accounts {
        add_account(&mut realm, account, now, rng);
    }
    for person in &seed.people {
        add_person(&mut realm, person, now, rng);
    }
    for invitation in &seed.invitations {
        add_invitation(&mut realm, invitation, now, rng);
    }
    realm
}

/// Begins a realm anew with what another one holds. What apps are configured with stays: id, names, keys, secret, apps,
/// domains and social logins. Numbers of log records and rules go on, because an open page asks for what came after the
/// last one it saw.
pub(crate) fn refill(realm: &mut Realm, contents: Realm) {
    realm.users = contents.users;
    realm.orgs = contents.orgs;
    realm.memberships = contents.memberships;
    realm.sessions = contents.sessions;
    realm.tokens = contents.tokens;
    realm.credentials = contents.credentials;
    realm.invitations = contents.invitations;
    realm.handshakes = contents.handshakes;
    realm.mails = contents.mails;
    realm.windows = contents.windows;
    realm.script.clear();
    realm.log.clear();
}

/// Adds a person with everything that belongs to it, and returns the id.
pub(crate) fn add_person(realm: &mut Realm, seed: &PersonSeed, now: Time, rng: &mut dyn CryptoRng) -> String {
    let id = seed.id.clone().unwrap_or_else(|| id::fresh("usr", rng));
    let hash = match (&seed.password_hash, &seed.password) {
        (Some(hash), _) => Some(hash.clone()),
        (None, Some(password)) => password::hash(password.reveal(), &realm.settings, rng),
        (None, None) => None,
    };
    let user = User {
        id: id.clone(),
        email: seed.email.clone(),
        email_pending: seed.email_pending.clone(),
        verification: match (seed.email_verified, seed.email_verification_requested) {
            (true, _) => Verification::Verified,
            (false, true) => Verification::Requested,
            (false, false) => Verification::None,
        },
        username: seed.username.clone(),
        first_name: seed.first_name.clone(),
        last_name: seed.last_name.clone(),
        password_hash: hash,
        locale: seed.locale.clone(),
        reference: seed.reference.clone(),
        custom: seed.custom.clone(),
        inactive: seed.inactive,
        created_at: now,
        last_login_at: None,
        failed_logins: Vec::new(),
    };
    let name = user.name();
    realm.users.insert(id.clone(), user);
    match &seed.memberships {
        None => {
            realm.add_org(&name, &id, now, rng);
        }
        Some(memberships) => {
            for membership in memberships {
                let org = find_or_add_account(realm, &membership.account, now, rng);
                let permissions = membership.permissions.clone();
                realm.add_membership_as(membership.id.as_deref(), (&id, &org), permissions, now, rng);
            }
        }
    }
    if let Some(secret) = &seed.totp_seed {
        let credential = Credential {
            id: id::fresh("crd", rng),
            user: id.clone(),
            name: "Authenticator".into(),
            secret: secret.clone(),
            active: true,
            last_step: None,
            created_at: now,
        };
        realm.credentials.insert(credential.id.clone(), credential);
    }
    for session in &seed.sessions {
        let record = Session {
            id: session.id.clone(),
            user: id.clone(),
            created_at: Time::from_seconds(session.created_at),
            expires_at: Time::from_seconds(session.expires_at),
            client: session.client.clone(),
            last_token: None,
        };
        realm.sessions.insert(session.id.clone(), record);
    }
    id
}

fn add_account(realm: &mut Realm, seed: &AccountSeed, now: Time, rng: &mut dyn CryptoRng) -> String {
    let id = seed.id.clone().unwrap_or_else(|| id::fresh("org", rng));
    let org = Org {
        id: id.clone(),
        name: seed.name.clone(),
        reference: seed.reference.clone(),
        custom: seed.custom.clone(),
        closed: seed.closed,
        created_at: now,
    };
    realm.orgs.insert(id.clone(), org);
    id
}

fn find_or_add_account(realm: &mut Realm, account: &str, now: Time, rng: &mut dyn CryptoRng) -> String {
    // Exports name accounts by id. So a long document need not be searched by name for every person in it.
    let by_name = || realm.orgs.values().find(|org| org.name == account);
    match realm.orgs.get(account).or_else(by_name).map(|org| org.id.clone()) {
        Some(id) => id,
        None => {
            add_account(realm, &AccountSeed { name: account.to_owned(), ..AccountSeed::default() }, now, rng)
        }
    }
}

fn add_invitation(realm: &mut Realm, seed: &InvitationSeed, now: Time, rng: &mut dyn CryptoRng) {
    let org = seed.account.as_deref().map(|account| find_or_add_account(realm, account, now, rng));
    let invitation = Invitation {
        id: seed.id.clone().unwrap_or_else(|| id::fresh("nvt", rng)),
        token: seed.token.clone().unwrap_or_else(|| Secret::new(id::random(24, rng))),
        kind: seed.kind,
        email: seed.email.clone(),
        org,
        permissions: seed.permissions.clone(),
        invited: seed.invited,
        created_at: now,
        expires_at: seed.expires_at.map_or_else(|| now.plus_minutes(INVITATION_MINUTES), Time::from_seconds),
    };
    realm.invitations.insert(invitation.id.clone(), invitation);
}
