//! `login` and `login/verify` (protocol.md#login, #verify-login).

use crate::accounts::{note_failure, prove_password, refuse_if_throttled};
use crate::call::Call;
use crate::locale::Text;
use crate::signin::{self, SignIn};
use crate::state::Purpose;
use crate::totp;
use crate::wire::Refusal;

/// `POST login`: e-mail, username or id, and the password.
pub(crate) fn create(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let email = call.params.text("email")?.unwrap_or_default();
    let password = call.params.text("password")?.unwrap_or_default();
    let account = call.params.filled("account")?;
    let Some(user) = call.realm.find_user(&email).map(|user| user.id.clone()) else {
        return Err(Refusal::invalid(Text::LoginFailed));
    };
    call.speak_to(&user);
    prove_password(call, &user, &password)?;
    signin::first_step(call, &user, account.as_deref())
}

/// `POST login/verify`: the token of the first step and the authenticator's code.
pub(crate) fn verify(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let token = call.need("token", "Token")?;
    let code = call.need("code", "Code")?;
    let account = call.params.filled("account")?;
    let user =
        call.realm.live_token(&token, &[Purpose::SecondFactor], call.now).map(|found| found.user.clone());
    let status = call.realm.settings.assumptions.mfa_wrong_token_status;
    let user = user.ok_or_else(|| Refusal::with_status(status, Text::TokenInvalid))?;
    call.speak_to(&user);
    refuse_if_throttled(call, &user)?;
    if !totp::accept(call.realm, &user, &code, call.now) {
        note_failure(call, &user)?;
        let status = call.realm.settings.assumptions.mfa_wrong_code_status;
        return Err(Refusal::with_status(status, Text::CodeWrong));
    }
    call.realm.spend_token(&token);
    signin::begin(call, &user, account.as_deref())
}
