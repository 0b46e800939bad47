//! `credentials`: passwords, and second factors from provisioning to the first right code.

use serde_json::{Value, json};

use super::{Core, Outcome, users, with};
use crate::fields;
use crate::id;
use crate::locale::Text;
use crate::state::{Credential, Realm, User};
use crate::totp;
use crate::wire::Refusal;

/// A person has at most one password, so its credential is named after the person.
fn password_id(user: &User) -> String {
    format!("crd_{}", user.id.trim_start_matches("usr_"))
}

fn password_view(user: &User) -> Value {
    json!({ "object": "credential", "id": password_id(user), "user_id": user.id, "credential_type": "password",
        "state": "active" })
}

fn totp_view(realm: &Realm, credential: &Credential) -> Value {
    json!({ "object": "credential", "id": credential.id, "user_id": credential.user, "credential_type": "totp",
        "auth_provider_id": super::auth_providers::totp_id(realm), "name": credential.name,
        "state": if credential.active { "active" } else { "new" } })
}

/// All of a person's.
pub(super) fn of_user(realm: &Realm, user: &User) -> Vec<Value> {
    let password = user.password_hash.iter().map(|_| password_view(user));
    let factors = realm.credentials.of(&user.id);
    password.chain(factors.map(|credential| totp_view(realm, credential))).collect()
}

/// The person whose password has that credential id.
fn password_owner<'a>(realm: &'a Realm, id: &str) -> Option<&'a User> {
    realm.users.values().find(|user| user.password_hash.is_some() && password_id(user) == id)
}

pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let realm = core.realm()?;
    let factor = realm.credentials.get(id).map(|credential| totp_view(realm, credential));
    factor.or_else(|| password_owner(realm, id).map(password_view)).ok_or(Refusal::not_found())
}

/// Makes a second factor. Only this answer has what an authenticator app needs. It guards nothing before the first right code.
pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let user = core.need("user_id")?;
    let user = users::find(core, &user).map_err(|_| Refusal::invalid(Text::Invalid("user_id")))?;
    match core.text("credential_type") {
        Some("password") => {
            let mut call = core.call()?;
            let hash = fields::new_password(&mut call, Some(&user))?;
            call.user_mut(&user)?.password_hash = Some(hash);
            Ok(password_view(call.user(&user)?))
        }
        Some("totp") if core.realm()?.settings.totp => {
            let name = core.text("name").unwrap_or("Authenticator").to_owned();
            let secret = totp::new_seed(core.rng);
            let id = id::fresh("crd", core.rng);
            let credential = Credential {
                id: id.clone(),
                user: user.clone(),
                name,
                secret: secret.clone(),
                active: false,
                last_step: None,
                created_at: core.now(),
            };
            let realm = core.realm_mut()?;
            let person = realm.users.get(&user).ok_or(Refusal::broken())?;
            let uri = totp::provisioning_uri(realm, person, &credential).ok_or(Refusal::broken())?;
            let view = with(totp_view(realm, &credential), "provisioning_uri", json!(uri));
            let view = with(view, "totp_secret", json!(secret.reveal()));
            realm.credentials.insert(id, credential);
            Ok(view)
        }
        _ => Err(Refusal::invalid(Text::Invalid("credential_type"))),
    }
}

/// A new name, or a new password, which ends all sessions.
pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let owner = password_owner(core.realm()?, id).map(|user| user.id.clone());
    if let Some(owner) = owner {
        let mut call = core.call()?;
        let hash = fields::new_password(&mut call, Some(&owner))?;
        call.user_mut(&owner)?.password_hash = Some(hash);
        call.realm.end_sessions(&owner, None);
    } else {
        let name = core.text("name").map(str::to_owned);
        let credential = core.realm_mut()?.credentials.get_mut(id).ok_or(Refusal::not_found())?;
        credential.name = name.unwrap_or_else(|| std::mem::take(&mut credential.name));
    }
    show(core, id)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    let owner = password_owner(core.realm()?, id).map(|user| user.id.clone());
    let realm = core.realm_mut()?;
    if let Some(user) = owner.and_then(|owner| realm.users.get_mut(&owner)) {
        user.password_hash = None;
        return Ok(json!({}));
    }
    realm.credentials.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

/// The first right code makes a second factor active.
pub(super) fn verify(core: &mut Core<'_>, id: &str) -> Outcome {
    let digits =
        core.attributes.get("code").map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
    let now = core.now();
    let realm = core.realm_mut()?;
    if !realm.credentials.contains_key(id) {
        return Err(Refusal::not_found());
    }
    if !totp::accept_for(realm, id, &digits.unwrap_or_default(), now) {
        return Err(Refusal::invalid(Text::CodeWrong));
    }
    if let Some(credential) = realm.credentials.get_mut(id) {
        credential.active = true;
    }
    show(core, id)
}
