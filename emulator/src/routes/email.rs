//! `email/verify` (protocol.md#verify-email).

use crate::accounts;
use crate::call::Call;
use crate::signin::SignIn;
use crate::wire::Refusal;

/// `POST email/verify`: no session needed; existing tokens keep their old claim until they are refreshed.
pub(crate) fn verify(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let token = call.need("token", "Token")?;
    accounts::confirm_email(call, &token)?;
    Ok(SignIn::Okay)
}
