//! What happens to people's accounts, whichever API asks for it: proving a password, and verifying an e-mail.

use crate::call::Call;
use crate::locale::Text;
use crate::password;
use crate::signin;
use crate::state::{MailKind, Purpose, Verification};
use crate::wire::Refusal;

/// Compares the password; too many wrong ones are refused as 422 (protocol.md#rate-limits), even if this one is right.
pub(crate) fn prove_password(call: &mut Call<'_>, user: &str, password: &str) -> Result<(), Refusal> {
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

/// Refuses whoever gave too many wrong passwords or codes just now.
pub(crate) fn refuse_if_throttled(call: &Call<'_>, user: &str) -> Result<(), Refusal> {
    let assumptions = &call.realm.settings.assumptions;
    let since = call.now.minus_seconds(assumptions.login_attempts_minutes.saturating_mul(60));
    let recent = call.user(user)?.failed_logins.iter().filter(|&&at| at > since && at <= call.now).count();
    if recent < usize::try_from(assumptions.login_attempts).unwrap_or(usize::MAX) {
        Ok(())
    } else {
        Err(Refusal::with_status(assumptions.throttled_login_status, Text::TooManyAttempts))
    }
}

/// Remembers a wrong password or code.
pub(crate) fn note_failure(call: &mut Call<'_>, user: &str) -> Result<(), Refusal> {
    let minutes = call.realm.settings.assumptions.login_attempts_minutes;
    let (now, since) = (call.now, call.now.minus_seconds(minutes.saturating_mul(60)));
    let failed = &mut call.user_mut(user)?.failed_logins;
    failed.retain(|&at| at > since);
    failed.push(now);
    Ok(())
}

/// Makes a verification token and mails it.
pub(crate) fn request_verification(call: &mut Call<'_>, user: &str, email: &str) -> Result<String, Refusal> {
    let token = call.realm.issue_token(Purpose::Email, user, Some(email.to_owned()), call.now, call.rng);
    let person = call.user_mut(user)?;
    if person.verification == Verification::None {
        person.verification = Verification::Requested;
    }
    call.send_mail(MailKind::EmailVerification, email, &token);
    Ok(token)
}

/// Verifies the e-mail a token was sent to, and makes it the person's if it was pending. Returns the person's id.
pub(crate) fn confirm_email(call: &mut Call<'_>, token: &str) -> Result<String, Refusal> {
    let found = call
        .realm
        .live_token(token, &[Purpose::Email, Purpose::PendingEmail], call.now)
        .cloned()
        .ok_or_else(|| Refusal::invalid(Text::TokenInvalid))?;
    call.speak_to(&found.user);
    if found.purpose == Purpose::PendingEmail {
        let pending = call.user(&found.user)?.email_pending.clone();
        // Meanwhile the person changed it again, or somebody else took the address.
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
