//! `auth_providers`: the password and the second factor that every realm has, and social logins.
//!
//! Nobody is ever called for a social login: the `code` that comes back is the e-mail of the person who signs in
//! (`ada` stands for `ada@example.com`), and the code `invalid` is refused.

use serde_json::{Map, Value, json};

use super::{Core, Outcome, sessions, texts};
use crate::fields;
use crate::id;
use crate::locale::Text;
use crate::settings::{CharKind, Settings};
use crate::state::{AuthProvider, Handshake, Realm, User, Verification, normalise};
use crate::wire::Refusal;

/// How long an address for a social login works (protocol.md#hosted-pages).
const HANDSHAKE_MINUTES: u64 = 30;

/// Kinds of social login (protocol.md#hosted-pages), and `dummy`, which the official libraries' tests name.
const SOCIAL: &[&str] =
    &["facebook", "github", "google", "linkedin", "slack", "yahoo", "oauth2", "custom", "dummy"];

/// The two that every realm has are named after it.
fn built_in_id(realm: &Realm, end: char) -> String {
    let mut name = realm.id.trim_start_matches("rl_").to_owned();
    name.pop();
    format!("ap_{name}{end}")
}

fn password_id(realm: &Realm) -> String {
    built_in_id(realm, 'p')
}

pub(super) fn totp_id(realm: &Realm) -> String {
    built_in_id(realm, 't')
}

fn views(realm: &Realm) -> Vec<Value> {
    let settings = &realm.settings;
    let mut views = vec![
        json!({ "object": "auth_provider", "id": password_id(realm), "realm_id": realm.id, "provider_type": "password",
            "state": "active", "min_length": settings.password_min_length,
            "min_complexity": settings.password_min_complexity, "required_chars": settings.password_required_chars }),
        json!({ "object": "auth_provider", "id": totp_id(realm), "realm_id": realm.id, "provider_type": "totp",
            "state": state(settings.totp) }),
    ];
    views.extend(realm.auth_providers.values().map(|provider| {
        json!({ "object": "auth_provider", "id": provider.id, "realm_id": realm.id,
            "provider_type": provider.provider_type, "state": state(provider.active),
            "client_id": provider.client_id })
    }));
    views
}

const fn state(active: bool) -> &'static str {
    if active { "active" } else { "inactive" }
}

pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    Ok(core.collection(views(core.realm()?)))
}

/// By id or type.
pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let fits = |view: &Value| {
        ["id", "provider_type"].iter().any(|name| view.get(name).is_some_and(|found| found == id))
    };
    views(core.realm()?).into_iter().find(fits).ok_or(Refusal::not_found())
}

pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let provider_type = core.need("provider_type")?;
    if !SOCIAL.contains(&provider_type.as_str()) {
        return Err(Refusal::invalid(Text::Invalid("provider_type")));
    }
    let id = id::fresh("ap", core.rng);
    let provider = AuthProvider {
        id: id.clone(),
        provider_type,
        active: core.text("state") != Some("inactive"),
        client_id: core.text("client_id").map(str::to_owned),
        created_at: core.now(),
    };
    core.realm_mut()?.auth_providers.insert(id.clone(), provider);
    show(core, &id)
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let found = show(core, id)?;
    let member = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, provider_type) = (member("id"), member("provider_type"));
    let active = core.text("state").map(|state| state == "active");
    let policy = if provider_type == "password" { Some(changed_policy(core)?) } else { None };
    let client_id = core.text("client_id").map(str::to_owned);
    let realm = core.realm_mut()?;
    if let Some(settings) = policy {
        realm.settings = settings;
    } else if provider_type == "totp" {
        realm.settings.totp = active.unwrap_or(realm.settings.totp);
    } else if let Some(provider) = realm.auth_providers.get_mut(&id) {
        provider.active = active.unwrap_or(provider.active);
        provider.client_id = client_id.or_else(|| provider.client_id.take());
    }
    show(core, &id)
}

fn changed_policy(core: &Core<'_>) -> Result<Settings, Refusal> {
    let number = |name: &'static str| match core.attributes.get(name) {
        None => Ok(None),
        Some(value) => {
            let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
            number.map(Some).ok_or(Refusal::invalid(Text::Invalid(name)))
        }
    };
    let mut settings = core.realm()?.settings.clone();
    if let Some(length) = number("min_length")? {
        settings.password_min_length = u32::try_from(length).unwrap_or(u32::MAX);
    }
    if let Some(complexity) = number("min_complexity")? {
        settings.password_min_complexity = u8::try_from(complexity).unwrap_or(u8::MAX).min(4);
    }
    if let Some(kinds) = core.attributes.get("required_chars") {
        let kinds: Result<Vec<CharKind>, _> = serde_json::from_value(json!(texts(kinds)));
        settings.password_required_chars =
            kinds.map_err(|_| Refusal::invalid(Text::Invalid("required_chars")))?;
    }
    Ok(settings)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.auth_providers.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

/// Addresses for all social logins.
pub(super) fn authorize_urls(core: &mut Core<'_>, _: &str) -> Outcome {
    let ids: Vec<String> = core
        .realm()?
        .auth_providers
        .values()
        .filter(|found| found.active)
        .map(|found| found.id.clone())
        .collect();
    let urls: Result<Vec<Value>, Refusal> = ids.iter().map(|id| authorize_url(core, id)).collect();
    Ok(core.collection(urls?))
}

/// The address for one.
pub(super) fn authorize_url(core: &mut Core<'_>, id: &str) -> Outcome {
    let redirect_uri =
        core.query("redirect_uri").ok_or(Refusal::invalid(Text::Missing("redirect_uri")))?.to_owned();
    let nonce = core.query("nonce").map(str::to_owned);
    begin(core, id, redirect_uri, nonce)
}

fn begin(core: &mut Core<'_>, id: &str, redirect_uri: String, nonce: Option<String>) -> Outcome {
    let state = id::random(24, core.rng);
    let expires_at = core.now().plus_minutes(HANDSHAKE_MINUTES);
    let realm = core.realm()?;
    let provider = realm.auth_providers.values().find(|found| found.id == id || found.provider_type == id);
    let provider = provider.filter(|found| found.active).cloned().ok_or(Refusal::not_found())?;
    let auth_url = format!("{}social?state={state}", core.service.links.realm_root(realm));
    let handshake = Handshake { provider: provider.id.clone(), redirect_uri, nonce, expires_at };
    core.realm_mut()?.handshakes.insert(state, handshake);
    Ok(json!({ "id": provider.id, "provider_type": provider.provider_type, "auth_url": auth_url }))
}

/// A token that an app got from the provider itself becomes a session. Here the token names the person, as a code does.
pub(super) fn authorize_token(core: &mut Core<'_>, id: &str) -> Outcome {
    let mut providers = core.realm()?.auth_providers.values();
    let found = providers.find(|found| found.active && (found.id == id || found.provider_type == id));
    if found.is_none() {
        return Err(Refusal::not_found());
    }
    let answer = core.text("access_token").or_else(|| core.text("code"));
    let answer = answer.ok_or(Refusal::invalid(Text::Missing("access_token")))?.to_owned();
    sign_in(core, answer)
}

/// The code that the browser brought back becomes a session.
pub(super) fn authorize(core: &mut Core<'_>, _: &str) -> Outcome {
    let (answer, state) = (core.text("code").unwrap_or("invalid").to_owned(), core.need("state")?);
    let now = core.now();
    let handshake = core.realm()?.live_handshake(&state, now).cloned();
    let handshake =
        handshake.filter(|found| found.nonce.is_none() || found.nonce.as_deref() == core.text("nonce"));
    handshake.ok_or_else(refused)?;
    let session = sign_in(core, answer)?;
    core.realm_mut()?.handshakes.shift_remove(&state);
    Ok(session)
}

const fn refused() -> Refusal {
    Refusal::plain(http::StatusCode::UNPROCESSABLE_ENTITY, "Error validating code")
}

/// Begins the session of the person that a code or token stands for. People with the same e-mail are the same person.
fn sign_in(core: &mut Core<'_>, answer: String) -> Outcome {
    if answer == "invalid" {
        return Err(refused());
    }
    let email = normalise(&if answer.contains('@') { answer } else { format!("{answer}@example.com") });
    if fields::check_email(&email).is_some() {
        return Err(refused());
    }
    let now = core.now();
    let user = if let Some(user) = core.realm()?.find_user(&email) {
        user.id.clone()
    } else {
        let id = id::fresh("usr", core.rng);
        let user = User {
            id: id.clone(),
            email: Some(email),
            verification: Verification::Verified,
            created_at: now,
            ..User::default()
        };
        core.realm_mut()?.users.insert(id.clone(), user);
        id
    };
    sessions::begin(core, &user)
}

/// A refused code comes with an address to try again (protocol.md#hosted-pages).
pub(super) fn retry(core: &mut Core<'_>, path: &str) -> Map<String, Value> {
    let state = core.text("state").map(str::to_owned);
    let handshake = state.filter(|_| path == "auth_providers/authorize").and_then(|state| {
        core.service.realms.get(&core.realm_id).and_then(|realm| realm.handshakes.get(&state)).cloned()
    });
    let url = handshake.and_then(|found| begin(core, &found.provider, found.redirect_uri, found.nonce).ok());
    url.and_then(|view| Some(("retry_url".to_owned(), view.get("auth_url")?.clone()))).into_iter().collect()
}
