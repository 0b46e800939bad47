//! `email/verify` (protocol.md#verify-email).

use crate::accounts;
use crate::call::Call;
use crate::signin;
use crate::wire::{Answer, Refusal};

/// `POST email/verify`: no session needed; existing tokens keep their old claim until they are refreshed.
pub(super) fn verify(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let token = call.need("token", "Token")?;
    accounts::confirm_email(call, &token)?;
    Ok(signin::okay())
}
