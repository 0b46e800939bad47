//! `email/verify` (contract §2.11).

use crate::call::Call;
use crate::locale::Text;
use crate::signin;
use crate::state::{Purpose, Verification};
use crate::wire::{Answer, Refusal};

/// `POST email/verify`: no session needed; existing tokens keep their old claim until they are refreshed.
pub(super) fn verify(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let token = call.need("token", "Token")?;
    confirm(call, &token)?;
    Ok(signin::okay())
}

/// Verifies the e-mail a token was sent to, and makes it the person's if it was pending. Returns the person's id.
pub(crate) fn confirm(call: &mut Call<'_>, token: &str) -> Result<String, Refusal> {
    let found = call
        .realm
        .live_token(token, &[Purpose::Email, Purpose::PendingEmail], call.now)
        .cloned()
        .ok_or_else(|| Refusal::invalid(Text::TokenInvalid))?;
    call.speak_to(&found.user);
    if found.purpose == Purpose::PendingEmail {
        let pending = call.user(&found.user)?.email_pending.clone();
        // Another change has come in between, or somebody else was quicker.
        let address = pending.filter(|pending| found.email.as_ref() == Some(pending));
        let address = address.ok_or_else(|| Refusal::invalid(Text::TokenInvalid))?;
        if call.realm.email_is_taken(&address, Some(&found.user)) {
            return Err(Refusal::invalid(Text::EmailTaken));
        }
        let user = call.user_mut(&found.user)?;
        user.email = Some(address);
        user.email_pending = None;
        user.verification = Verification::Verified;
    } else {
        let user = call.user_mut(&found.user)?;
        if user.email != found.email {
            return Err(Refusal::invalid(Text::TokenInvalid));
        }
        user.verification = Verification::Verified;
    }
    call.realm.spend_token(token);
    Ok(found.user)
}
