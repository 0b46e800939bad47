//! `password/forgot` and `password/reset` (protocol.md#forgot-password, #reset-password).

use crate::call::Call;
use crate::fields;
use crate::locale::Text;
use crate::settings::UnknownPerson;
use crate::signin::{self, SignIn};
use crate::state::{MailKind, Purpose};
use crate::wire::Refusal;

/// `POST password/forgot`: mails a token. The reply does not tell whether anybody got it.
pub(crate) fn forgot(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let email = call.need("email", "Email")?;
    let found = call.realm.find_user(&email).filter(|user| !user.inactive);
    let Some((user, address)) = found.and_then(|user| Some((user.id.clone(), user.email.clone()?))) else {
        return match call.realm.settings.assumptions.forgot_unknown_person {
            UnknownPerson::Okay => Ok(SignIn::Okay),
            UnknownPerson::Error => Err(Refusal::invalid(Text::Invalid("Email"))),
        };
    };
    call.speak_to(&user);
    let token = call.realm.issue_token(Purpose::Password, &user, Some(address.clone()), call.now, call.rng);
    call.send_mail(MailKind::PasswordReset, &address, &token);
    Ok(SignIn::Okay)
}

/// `POST password/reset`: sets the password, ends all sessions, and logs in (protocol.md#reset-password,
/// #session-lifetime).
pub(crate) fn reset(call: &mut Call<'_>) -> Result<SignIn, Refusal> {
    let token = call.need("token", "Token")?;
    let account = call.params.filled("account")?;
    let user = call.realm.live_token(&token, &[Purpose::Password], call.now).map(|found| found.user.clone());
    let status = call.realm.settings.assumptions.password_wrong_token_status;
    let user = user.ok_or_else(|| Refusal::with_status(status, Text::TokenInvalid))?;
    call.speak_to(&user);
    let hash = fields::new_password(call, Some(&user))?;
    call.realm.spend_token(&token);
    let person = call.user_mut(&user)?;
    person.password_hash = Some(hash);
    person.failed_logins.clear();
    call.realm.end_sessions(&user, None);
    signin::first_step(call, &user, account.as_deref())
}
