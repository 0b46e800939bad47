//! What a realm holds as a whole, to be taken away and brought back: `snapshot` for a realm, `seed` for all of them, and `info`
//! about the emulator.

use http::{Response, StatusCode};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json as value;

use super::{Control, Outcome, done, json};
use crate::rate::Windows;
use crate::script::Rule;
use crate::seed::Seed;
use crate::settings::Settings;
use crate::state::{
    AuthProvider, ClientApp, Credential, Domain, Handshake, Invitation, Mail, Membership, OneTimeToken, Org,
    Owned, Realm, Secret, Session, User,
};
use crate::time::Clock;
use crate::wire::Refusal;

/// Which emulator made a snapshot. Another one's records may have other members.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything of a realm but what it is called, its log and the signing keys themselves.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    version: String,
    name: String,
    settings: Settings,
    shared_secret: Secret,
    clock: Clock,
    /// Ids of the keys that are published, the last of which signs.
    keys: Vec<String>,
    users: IndexMap<String, User>,
    orgs: IndexMap<String, Org>,
    memberships: Owned<String, Membership>,
    sessions: Owned<Secret, Session>,
    tokens: IndexMap<Secret, OneTimeToken>,
    credentials: Owned<String, Credential>,
    invitations: IndexMap<String, Invitation>,
    client_apps: IndexMap<String, ClientApp>,
    domains: IndexMap<String, Domain>,
    auth_providers: IndexMap<String, AuthProvider>,
    handshakes: IndexMap<String, Handshake>,
    mails: Vec<Mail>,
    windows: Windows,
    #[serde(serialize_with = "without_ids")]
    script: Vec<Rule>,
}

/// Rules without their ids: they get new ones when they are added again.
fn without_ids<S: Serializer>(rules: &[Rule], serializer: S) -> Result<S::Ok, S::Error> {
    let mut rules = serde_json::to_value(rules).map_err(serde::ser::Error::custom)?;
    for rule in rules.as_array_mut().into_iter().flatten().filter_map(serde_json::Value::as_object_mut) {
        rule.remove("id");
    }
    rules.serialize(serializer)
}

/// `GET snapshot`: the realm as it is now, live sessions and all.
pub(super) fn snapshot(control: &Control<'_>) -> Outcome {
    let realm = control.realm()?;
    Ok(json(&Snapshot {
        version: VERSION.to_owned(),
        name: realm.name.clone(),
        settings: realm.settings.clone(),
        shared_secret: realm.shared_secret.clone(),
        clock: realm.clock,
        keys: realm.keys.iter().map(|key| key.kid().to_owned()).collect(),
        users: realm.users.clone(),
        orgs: realm.orgs.clone(),
        memberships: realm.memberships.clone(),
        sessions: realm.sessions.clone(),
        tokens: realm.tokens.clone(),
        credentials: realm.credentials.clone(),
        invitations: realm.invitations.clone(),
        client_apps: realm.client_apps.clone(),
        domains: realm.domains.clone(),
        auth_providers: realm.auth_providers.clone(),
        handshakes: realm.handshakes.clone(),
        mails: realm.mails.clone(),
        windows: realm.windows.clone(),
        script: realm.script.rules().to_vec(),
    }))
}

/// `PUT snapshot`: the realm is again as it was. It keeps its id, its host name and its signing keys. Keys that were added
/// since go, and the log is emptied.
pub(super) fn restore(control: &mut Control<'_>) -> Outcome {
    refuse_other_versions(control)?;
    let snapshot: Snapshot = control.body()?;
    let realm = control.realm_mut()?;
    realm.name = snapshot.name;
    realm.settings = snapshot.settings;
    realm.shared_secret = snapshot.shared_secret;
    realm.clock = snapshot.clock;
    realm.users = snapshot.users;
    realm.orgs = snapshot.orgs;
    realm.memberships = snapshot.memberships;
    realm.sessions = snapshot.sessions;
    realm.tokens = snapshot.tokens;
    realm.credentials = snapshot.credentials;
    realm.invitations = snapshot.invitations;
    realm.client_apps = snapshot.client_apps;
    realm.domains = snapshot.domains;
    realm.auth_providers = snapshot.auth_providers;
    realm.handshakes = snapshot.handshakes;
    realm.mails = snapshot.mails;
    realm.windows = snapshot.windows;
    let is_old = |realm: &Realm, kid: &str| realm.keys.iter().any(|key| key.kid() == kid);
    if snapshot.keys.iter().any(|kid| is_old(realm, kid)) {
        realm.keys.retain(|key| snapshot.keys.iter().any(|kid| kid == key.kid()));
    }
    realm.script.clear();
    for rule in snapshot.script {
        realm.script.add(rule);
    }
    realm.log.clear();
    Ok(done())
}

/// Refuses a snapshot of another version. This comes first, so that nobody is told of a member that only another version has.
fn refuse_other_versions(control: &Control<'_>) -> Result<(), Refusal> {
    let body: serde_json::Value = control.body()?;
    match body.get("version").and_then(serde_json::Value::as_str) {
        Some(VERSION) => Ok(()),
        Some(other) => Err(Refusal::told(
            StatusCode::CONFLICT,
            format!(
                "this is a snapshot of version {other}, and the emulator is of version {VERSION}: take a new snapshot"
            ),
        )),
        None => {
            Err(Refusal::plain(StatusCode::UNPROCESSABLE_ENTITY, "this is not a snapshot of the emulator's"))
        }
    }
}

/// `GET seed`: the document that makes the same realms again, live sessions included.
pub(super) fn export(control: &Control<'_>) -> Response<Vec<u8>> {
    json(&control.service.dump())
}

/// `PUT seed`: other realms take the place of all that are there.
pub(super) fn import(control: &mut Control<'_>) -> Outcome {
    let text = std::str::from_utf8(control.request.body())
        .map_err(|_| Refusal::plain(StatusCode::BAD_REQUEST, "the body is not in UTF-8"))?;
    let seed = Seed::parse(text)
        .map_err(|error| Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    control.service.replace(&seed, control.host_time, control.rng);
    Ok(done())
}

/// `GET info`: where everything is, and the key of the Core API.
pub(super) fn info(control: &Control<'_>) -> Outcome {
    let realm = control.realm()?;
    let links = &control.service.links;
    Ok(json(&value!({
        "version": VERSION,
        "loginrocket": links.root,
        "core": links.core,
        "app": links.app,
        "api_key": control.service.api_key.reveal(),
        "realm": realm.id,
        "name": realm.host,
        "url": links.realm_url(realm),
    })))
}
