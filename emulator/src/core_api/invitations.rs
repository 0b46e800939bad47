//! `invitations`.

use serde_json::json;

use super::{Core, Outcome, orgs, views};
use crate::fields;
use crate::id;
use crate::locale::Text;
use crate::state::{INVITATION_MINUTES, Invitation, InvitationKind, MailKind, Secret};
use crate::wire::Refusal;

pub(super) fn list(core: &mut Core<'_>, _: &str) -> Outcome {
    let realm = core.realm()?;
    Ok(core.collection(realm.invitations.values().map(|found| views::invitation(realm, found)).collect()))
}

pub(super) fn show(core: &mut Core<'_>, id: &str) -> Outcome {
    let realm = core.realm()?;
    realm.invitations.get(id).map(|found| views::invitation(realm, found)).ok_or(Refusal::not_found())
}

/// A request waits to be invited; the other kinds can be used at once. Whether a mail goes out is said by `invite`.
pub(super) fn create(core: &mut Core<'_>, _: &str) -> Outcome {
    let kind = match core.text("invitation_type") {
        Some("request") | None => InvitationKind::Request,
        Some("org") => InvitationKind::Org,
        Some("preverify") => InvitationKind::Preverify,
        Some(_) => return Err(Refusal::invalid(Text::Invalid("invitation_type"))),
    };
    let org = core.text("org_id").map(str::to_owned);
    let realm = core.realm()?;
    if kind == InvitationKind::Org && !org.as_ref().is_some_and(|org| realm.orgs.contains_key(org)) {
        return Err(Refusal::invalid(Text::Invalid("org_id")));
    }
    let email = email(core)?;
    if kind != InvitationKind::Org && email.is_none() {
        return Err(Refusal::invalid(Text::Missing("Email")));
    }
    let now = core.now();
    let invitation = Invitation {
        id: id::fresh("nvt", core.rng),
        token: Secret::new(id::random(24, core.rng)),
        kind,
        email,
        org,
        permissions: orgs::permissions(core)?.unwrap_or_default(),
        invited: kind != InvitationKind::Request,
        created_at: now,
        expires_at: now.plus_minutes(INVITATION_MINUTES),
    };
    let id = invitation.id.clone();
    core.realm_mut()?.invitations.insert(id.clone(), invitation);
    show(core, &id)
}

pub(super) fn update(core: &mut Core<'_>, id: &str) -> Outcome {
    let (email, permissions) = (email(core)?, orgs::permissions(core)?);
    let invitation = core.realm_mut()?.invitations.get_mut(id).ok_or(Refusal::not_found())?;
    invitation.email = email.or_else(|| invitation.email.take());
    if let Some(permissions) = permissions {
        invitation.permissions = permissions;
    }
    show(core, id)
}

pub(super) fn delete(core: &mut Core<'_>, id: &str) -> Outcome {
    core.realm_mut()?.invitations.shift_remove(id).map(|_| json!({})).ok_or(Refusal::not_found())
}

/// Mails the link, again if need be.
pub(super) fn invite(core: &mut Core<'_>, id: &str) -> Outcome {
    let mut call = core.call()?;
    let invitation = call.realm.invitations.get_mut(id).ok_or(Refusal::not_found())?;
    invitation.invited = true;
    let (email, token) = (invitation.email.clone(), invitation.token.clone());
    let email = email.ok_or(Refusal::invalid(Text::Missing("Email")))?;
    call.send_mail(MailKind::Invitation, &email, token.reveal());
    show(core, id)
}

fn email(core: &mut Core<'_>) -> Result<Option<String>, Refusal> {
    let email = fields::identifier(&core.call()?, "email")?;
    match email.as_deref().and_then(fields::check_email) {
        Some(objection) => Err(Refusal::invalid(objection)),
        None => Ok(email),
    }
}
