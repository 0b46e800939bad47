//! `login` and `login/verify` (contract §2.1, §2.2).

use crate::call::Call;
use crate::locale::Text;
use crate::password;
use crate::signin;
use crate::state::Purpose;
use crate::totp;
use crate::wire::{Answer, Refusal};

/// `POST login`: e-mail, username or id, and the password.
pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let email = call.params.text("email")?.unwrap_or_default();
    let password = call.params.text("password")?.unwrap_or_default();
    let account = call.params.filled("account")?;
    let Some(user) = call.realm.find_user(&email).map(|user| user.id.clone()) else {
        return Err(Refusal::invalid(Text::LoginFailed));
    };
    call.speak_to(&user);
    prove(call, &user, &password)?;
    signin::first_step(call, &user, account.as_deref())
}

/// `POST login/verify`: the token of the first step and the authenticator's code.
pub(super) fn verify(call: &mut Call<'_>) -> Result<Answer, Refusal> {
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

/// Compares the password; too many wrong ones are refused as 422 (contract §1.6), even if this one is right.
pub(crate) fn prove(call: &mut Call<'_>, user: &str, password: &str) -> Result<(), Refusal> {
    refuse_if_throttled(call, user)?;
    let person = call.user(user)?;
    let right = person.password_hash.as_ref().is_some_and(|hash| password::matches(password, hash));
    let inactive = person.inactive;
    if right && !inactive {
        return Ok(());
    }
    note_failure(call, user)?;
    if right {
        signin::refuse_inactive(call, user)?;
    }
    Err(Refusal::invalid(Text::LoginFailed))
}

fn refuse_if_throttled(call: &Call<'_>, user: &str) -> Result<(), Refusal> {
    let assumptions = &call.realm.settings.assumptions;
    let since = call.now.minus_seconds(assumptions.login_attempts_minutes.saturating_mul(60));
    let recent = call.user(user)?.failed_logins.iter().filter(|&&at| at > since && at <= call.now).count();
    if recent < usize::try_from(assumptions.login_attempts).unwrap_or(usize::MAX) {
        Ok(())
    } else {
        Err(Refusal::with_status(assumptions.throttled_login_status, Text::TooManyAttempts))
    }
}

fn note_failure(call: &mut Call<'_>, user: &str) -> Result<(), Refusal> {
    let minutes = call.realm.settings.assumptions.login_attempts_minutes;
    let (now, since) = (call.now, call.now.minus_seconds(minutes.saturating_mul(60)));
    let failed = &mut call.user_mut(user)?.failed_logins;
    failed.retain(|&at| at > since);
    failed.push(now);
    Ok(())
}
