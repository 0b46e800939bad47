//! `realms`.

use serde_json::{Map, Value, json};

use super::{Core, Outcome, texts, views};
use crate::locale::Text;
use crate::seed::{RealmSeed, build_realm, refill};
use crate::settings::{JwtAlgorithm, Settings};
use crate::state::Realm;
use crate::wire::Refusal;
use crate::world::Service;

/// Members of a realm that are settings under the same name.
const SETTINGS: &[&str] = &[
    "signup",
    "org_mode",
    "email_verification",
    "name_field",
    "org_name_field",
    "password_field",
    "username_field",
    "default_locale",
    "available_locales",
    "allowed_origins",
    "lr_features",
    "jwt_algo",
    "jwt_minutes",
    "jwt_scopes",
    "session_minutes",
    "access_token_minutes",
];

#[allow(clippy::unnecessary_wraps, reason = "all handlers have one signature")]
pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let realms = core.service.realms.values().map(|realm| views::realm(realm, None)).collect();
    Ok(core.collection(realms))
}

pub(super) fn show(core: &mut Core<'_>, _: &str) -> Outcome {
    let key = jwt_key(core)?;
    Ok(views::realm(core.realm()?, key.as_deref()))
}

pub(super) fn create(core: &mut Core<'_>, id: &str) -> Outcome {
    let name = core.need("name")?;
    let seed =
        RealmSeed { settings: changed(&Settings::default(), &core.attributes)?, ..RealmSeed::default() };
    let mut realm = build_realm(&seed, core.host_time, core.rng);
    realm.host = free_host(core.service, &name, &realm);
    realm.name = name;
    core.realm_id.clone_from(&realm.id);
    let origin = RealmSeed { name: realm.host.clone(), ..seed };
    core.service.add(realm, origin);
    show(core, id)
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let settings = changed(&core.realm()?.settings, &core.attributes)?;
    let name = core.text("name").map(str::to_owned);
    let realm = core.realm_mut()?;
    realm.settings = settings;
    realm.name = name.unwrap_or_else(|| std::mem::take(&mut realm.name));
    show(core, id)
}

/// Drops everything in it.
pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    if id == core.service.default_realm {
        // Requests that name no realm need this one. So it is emptied instead.
        return reset(core, id);
    }
    core.service.remove(id, core.rng);
    Ok(json!({}))
}

/// Empties it: people, accounts and what hangs on them go; settings, clock and apps stay.
pub(super) fn reset(core: &mut Core<'_>, id: &str) -> Outcome {
    let empty = Realm::new("", core.host_time, core.rng);
    refill(core.realm_mut()?, empty);
    show(core, id)
}

fn jwt_key(core: &mut Core<'_>) -> Result<Option<String>, Refusal> {
    let Service { realms, pool, .. } = &mut *core.service;
    let realm = realms.get_mut(&core.realm_id).ok_or(Refusal::not_found())?;
    Ok(match realm.settings.jwt_algo {
        JwtAlgorithm::Hs256 => Some(realm.shared_secret.reveal().to_owned()),
        JwtAlgorithm::Rs256 => realm.signing_key(pool, core.rng).and_then(crate::SigningKey::public_pem),
    })
}

/// The settings with what was sent changed: 422 with the attribute that is wrong.
fn changed(settings: &Settings, attributes: &Map<String, Value>) -> Result<Settings, Refusal> {
    let mut members = serde_json::to_value(settings).map_err(|_| Refusal::broken())?;
    for name in SETTINGS {
        if let (Some(value), Some(member)) = (attributes.get(*name), members.get_mut(*name)) {
            *member = if member.is_array() { json!(texts(value)) } else { value.clone() };
        }
    }
    let settings: Settings = serde_path_to_error::deserialize(members).map_err(|error| {
        let name = SETTINGS.iter().find(|name| error.path().to_string().starts_with(**name));
        Refusal::invalid(Text::Invalid(name.copied().unwrap_or("settings")))
    })?;
    match settings.find_mistake() {
        Some((field, _)) => Err(Refusal::invalid(Text::Invalid(field))),
        None => Ok(settings),
    }
}

/// A host label made from the name; the id's end is added where another realm has it.
fn free_host(service: &Service, name: &str, realm: &Realm) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() { char } else { '-' })
        .take(40)
        .collect();
    let plain = plain.trim_matches('-').to_owned();
    if !plain.is_empty() && service.realms.values().all(|other| other.host != plain) {
        return plain;
    }
    // Ids tell upper from lower case and host names do not. The random rest is long enough all the same.
    format!("{plain}-{}", realm.id.trim_start_matches("rl_").to_lowercase())
        .trim_start_matches('-')
        .to_owned()
}
