//! `orgs` and `memberships`.

use serde_json::{Value, json};

use super::{Core, Outcome, texts, views};
use crate::id;
use crate::listing::{Content, List};
use crate::locale::Text;
use crate::state::{Membership, Org, Realm};
use crate::wire::Refusal;

/// Most permissions of a membership and most characters of one (protocol.md#claims).
const PERMISSIONS: usize = 20;
const PERMISSION_LENGTH: usize = 62;

/// Open ones, unless `state` says otherwise.
pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let closed = core.query("state") == Some("closed");
    let visit = move |realm: &Realm, org: &Org, _, list: &mut List| {
        if org.closed == closed {
            list.push(&views::org(realm, org));
        }
    };
    core.long_collection(Content::of(|realm| &realm.orgs, visit))
}

pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let realm = core.realm()?;
    realm.orgs.get(id).map(|org| views::org(realm, org)).ok_or(Refusal::not_found())
}

pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let name = core.need("name")?;
    let org = Org { id: id::fresh("org", core.rng), name, created_at: core.now(), ..Org::default() };
    let id = org.id.clone();
    core.realm_mut()?.orgs.insert(id.clone(), org);
    update(core, &id)
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let mut org = core.realm()?.orgs.get(id).cloned().ok_or(Refusal::not_found())?;
    if let Some(name) = core.text("name") {
        name.clone_into(&mut org.name);
    }
    core.change("reference", &mut org.reference);
    if let Some(Value::Object(custom)) = core.attributes.get("custom") {
        org.custom.clone_from(custom);
    }
    match core.text("state") {
        Some("closed") => org.closed = true,
        Some("active") => org.closed = false,
        _ => {}
    }
    core.realm_mut()?.orgs.insert(id.to_owned(), org);
    show(core, id)
}

/// Closes it; with `force` it is gone.
pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    let force = core.query("force") == Some("true");
    let realm = core.realm_mut()?;
    let org = realm.orgs.get_mut(id).ok_or(Refusal::not_found())?;
    if force {
        realm.remove_org(id);
        return Ok(json!({}));
    }
    org.closed = true;
    show(core, id)
}

/// Narrowed down by `user_id` and `org_id`.
pub(super) fn list_memberships(core: &mut Core<'_>, _: &str) -> Outcome {
    let [user, org] = ["user_id", "org_id"].map(|name| core.query(name).map(str::to_owned));
    let fits = move |membership: &Membership| {
        user.as_ref().is_none_or(|user| membership.user == *user)
            && org.as_ref().is_none_or(|org| membership.org == *org)
    };
    let visit = move |_: &Realm, membership: &Membership, _, list: &mut List| {
        if fits(membership) {
            list.push(&views::membership(membership));
        }
    };
    core.long_collection(Content::of(|realm| &realm.memberships, visit))
}

pub(super) fn show_membership(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm()?.memberships.get(id).map(views::membership).ok_or(Refusal::not_found())
}

pub(super) fn create_membership(core: &mut Core<'_>, _: &str) -> Outcome {
    let (user, org) = (core.need("user_id")?, core.need("org_id")?);
    let permissions = permissions(core)?.unwrap_or_default();
    let call = core.call()?;
    if !call.realm.users.contains_key(&user) {
        return Err(Refusal::invalid(Text::Invalid("user_id")));
    }
    if !call.realm.orgs.contains_key(&org) {
        return Err(Refusal::invalid(Text::Invalid("org_id")));
    }
    if call.realm.memberships.of(&user).any(|found| found.org == org) {
        return Err(Refusal::with_status(409, Text::Invalid("user_id")));
    }
    let id = call.realm.add_membership(&user, &org, permissions, call.now, call.rng);
    show_membership(core, &id)
}

pub(super) fn update_membership(core: &mut Core<'_>, id: &str) -> Outcome {
    let permissions = permissions(core)?;
    let membership = core.realm_mut()?.memberships.get_mut(id).ok_or(Refusal::not_found())?;
    if let Some(permissions) = permissions {
        membership.permissions = permissions;
    }
    show_membership(core, id)
}

pub(super) fn delete_membership(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.memberships.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

/// The permissions that were sent: 422 if one cannot be one.
pub(super) fn permissions(core: &Core<'_>) -> Result<Option<Vec<String>>, Refusal> {
    let Some(value) = core.attributes.get("permissions") else { return Ok(None) };
    let permissions = texts(value);
    let plain = |char: char| char.is_ascii_alphanumeric() || "*:;._-".contains(char);
    let fits = |name: &String| name.chars().all(plain) && name.len() <= PERMISSION_LENGTH;
    if permissions.len() <= PERMISSIONS && permissions.iter().all(fits) {
        Ok(Some(permissions))
    } else {
        Err(Refusal::invalid(Text::Invalid("permissions")))
    }
}
