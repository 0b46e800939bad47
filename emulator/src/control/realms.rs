//! Whole realms: `realms`, `reset`, `settings`, `keys`.

use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

use super::{Control, Outcome, done, json, refuse};
use crate::seed::{self, RealmSeed, Seed};
use crate::settings::Settings;
use crate::state::Realm;
use crate::wire::Refusal;
use crate::world::Service;

/// A realm as the control API shows it.
#[derive(Serialize)]
pub(super) struct RealmView<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) loginrocket: String,
    /// For clients that know no host names below `.localhost`.
    pub(super) url: String,
    pub(super) people: usize,
}

/// `GET realms`.
pub(super) fn list(control: &Control<'_>) -> Response<Vec<u8>> {
    let realms: Vec<RealmView<'_>> =
        control.service.realms.values().map(|realm| view(control.service, realm)).collect();
    json(&value!({ "realms": realms }))
}

/// `POST realms`: makes a realm as a seed document describes it. It answers at once under `<name>.localhost`.
pub(super) fn create(control: &mut Control<'_>) -> Outcome {
    let seed: RealmSeed = control.body()?;
    let alone = Seed { api_key: None, realms: vec![seed.clone()] };
    alone.check().map_err(|mistake| refuse(StatusCode::UNPROCESSABLE_ENTITY, &mistake, "realms[0]."))?;
    let others = control.service.realms.values().map(|realm| RealmSeed {
        id: Some(realm.id.clone()),
        name: realm.host.clone(),
        domains: realm.domains.values().map(|domain| domain.fqdn.clone()).collect(),
        ..RealmSeed::default()
    });
    let all = Seed { api_key: None, realms: others.chain(alone.realms).collect() };
    let path = format!("realms[{}].", all.realms.len() - 1);
    all.check().map_err(|mistake| refuse(StatusCode::CONFLICT, &mistake, &path))?;
    let realm = seed::build_realm(&seed, control.host_time, control.rng);
    let id = realm.id.clone();
    control.service.add(realm, seed);
    let realm = control.service.realms.get(&id).ok_or(Refusal::broken())?;
    Ok(json(&view(control.service, realm)))
}

/// `DELETE realms`: drops the realm and everything in it. The default realm stays.
pub(super) fn delete(control: &mut Control<'_>) -> Outcome {
    let id = control.realm_id()?;
    if id == control.service.default_realm {
        return Err(Refusal::plain(StatusCode::CONFLICT, "the default realm cannot be dropped; reset it"));
    }
    control.service.remove(&id, control.rng);
    Ok(done())
}

/// `POST reset`: people, settings and clock are again what the seed made them. What apps are configured with stays.
pub(super) fn reset(control: &mut Control<'_>) -> Outcome {
    let id = control.realm_id()?;
    let origin = control.service.origins.get(&id).ok_or(Refusal::broken())?;
    let fresh = seed::build_realm(origin, control.host_time, control.rng);
    let realm = control.service.realms.get_mut(&id).ok_or(Refusal::broken())?;
    realm.settings = fresh.settings.clone();
    realm.clock = fresh.clock;
    seed::refill(realm, fresh);
    Ok(done())
}

/// `GET settings`.
pub(super) fn settings(control: &Control<'_>) -> Outcome {
    Ok(json(&control.realm()?.settings))
}

/// `PUT settings`: changes what is sent and leaves the rest.
pub(super) fn change_settings(control: &mut Control<'_>) -> Outcome {
    let change: Value = control.body()?;
    let mut merged = serde_json::to_value(&control.realm()?.settings).map_err(|_| Refusal::broken())?;
    merge(&mut merged, change);
    let settings: Settings = serde_path_to_error::deserialize(merged).map_err(|error| {
        let words = format!("field `{}`: {}", error.path(), error.inner());
        Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, words)
    })?;
    if let Some((field, reason)) = settings.find_mistake() {
        let words = format!("field `{field}`: {reason}");
        return Err(Refusal::told(StatusCode::UNPROCESSABLE_ENTITY, words));
    }
    control.realm_mut()?.settings = settings;
    self::settings(control)
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Rotation {
    /// Whether the older keys are no longer published.
    drop_old: bool,
}

/// `POST keys`: from now on a new key signs; the older ones are still published, unless they are to be dropped.
pub(super) fn rotate_keys(control: &mut Control<'_>) -> Outcome {
    let rotation: Rotation = control.body()?;
    let key = control.service.pool.take(control.rng).ok_or(Refusal::broken())?;
    let keys = &mut control.realm_mut()?.keys;
    if rotation.drop_old {
        keys.clear();
    }
    let kid = key.kid().to_owned();
    keys.push(key);
    Ok(json(&value!({ "kid": kid })))
}

pub(super) fn view<'a>(service: &Service, realm: &'a Realm) -> RealmView<'a> {
    RealmView {
        id: &realm.id,
        name: &realm.host,
        loginrocket: service.links.realm_root(realm),
        url: service.links.realm_url(realm),
        people: realm.users.len(),
    }
}

/// Replaces members of objects one by one, and everything else as a whole.
fn merge(target: &mut Value, change: Value) {
    match (target, change) {
        (Value::Object(target), Value::Object(change)) => {
            for (name, change) in change {
                match target.get_mut(&name) {
                    Some(member) if member.is_object() => merge(member, change),
                    _ => {
                        target.insert(name, change);
                    }
                }
            }
        }
        (target, change) => *target = change,
    }
}
