//! `client_apps` and `domains`: where hosted pages send people, and by which host names a realm is reached.

use serde_json::json;

use super::{Core, Outcome, texts, views};
use crate::id;
use crate::locale::Text;
use crate::settings::is_target;
use crate::state::{ClientApp, Domain};
use crate::wire::Refusal;

pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let realm = core.realm()?;
    Ok(core.collection(realm.client_apps.values().map(|app| views::client_app(realm, app)).collect()))
}

pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let realm = core.realm()?;
    realm.client_apps.get(id).map(|app| views::client_app(realm, app)).ok_or(Refusal::not_found())
}

pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let app = ClientApp {
        id: id::fresh("app", core.rng),
        name: core.need("name")?,
        client_type: core.text("client_type").unwrap_or("standard").to_owned(),
        created_at: core.now(),
        ..ClientApp::default()
    };
    let id = app.id.clone();
    core.realm_mut()?.client_apps.insert(id.clone(), app);
    let made = update(core, &id);
    if made.is_err() {
        core.realm_mut()?.client_apps.shift_remove(&id);
    }
    made
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let mut app = core.realm()?.client_apps.get(id).cloned().ok_or(Refusal::not_found())?;
    if let Some(name) = core.text("name") {
        name.clone_into(&mut app.name);
    }
    if let Some(uris) = core.attributes.get("redirect_uris") {
        app.redirect_uris = texts(uris);
        if !app.redirect_uris.iter().all(|uri| is_target(uri)) {
            return Err(Refusal::invalid(Text::Invalid("redirect_uris")));
        }
    }
    core.realm_mut()?.client_apps.insert(id.to_owned(), app);
    show(core, id)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.client_apps.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

pub(super) fn list_domains(core: &mut Core<'_>, _: &str) -> Outcome {
    let (realm, port) = (core.realm()?, core.service.links.port);
    Ok(core.collection(realm.domains.values().map(|domain| views::domain(realm, domain, port)).collect()))
}

pub(super) fn show_domain(core: &mut Core<'_>, id: &str) -> Outcome {
    let (realm, port) = (core.realm()?, core.service.links.port);
    realm.domains.get(id).map(|domain| views::domain(realm, domain, port)).ok_or(Refusal::not_found())
}

/// A host name: the one that is sent, or one under `.localhost`, which needs no set-up.
pub(super) fn create_domain(core: &mut Core<'_>, _: &str) -> Outcome {
    let wanted = core.text("fqdn").or_else(|| core.text("domain")).map(str::to_lowercase);
    let fqdn = match wanted {
        Some(fqdn) => fqdn,
        None => format!("{}.localhost", core.realm()?.host),
    };
    let elsewhere = core.service.realms.values().filter(|realm| realm.id != core.realm_id);
    if elsewhere.flat_map(|realm| realm.domains.values()).any(|domain| domain.fqdn == fqdn) {
        return Err(Refusal::with_status(409, Text::Invalid("fqdn")));
    }
    let domain = Domain {
        id: id::fresh("dom", core.rng),
        domain_type: core.text("domain_type").unwrap_or("loginrocket").to_owned(),
        fqdn,
        created_at: core.now(),
    };
    let id = domain.id.clone();
    core.realm_mut()?.domains.insert(id.clone(), domain);
    show_domain(core, &id)
}

pub(super) fn delete_domain(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.domains.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}
