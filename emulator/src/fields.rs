//! Rules for the fields of a person, shared by signing up, changing a profile, resetting a password and the Core API.

use crate::call::Call;
use crate::locale::Text;
use crate::password;
use crate::settings::{PasswordField, Settings};
use crate::state::{Secret, normalise};
use crate::wire::Refusal;

/// What is wrong with an e-mail. Not a full grammar: one `@`, something on both sides, no blanks, as mail forms check.
pub(crate) fn check_email(email: &str) -> Option<Text> {
    let parts = email.split_once('@');
    let plausible = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !domain.starts_with('.')
    });
    let plain = !email.chars().any(|char| char.is_whitespace() || char.is_control()) && email.len() <= 254;
    (!plausible || !plain).then_some(Text::Invalid("Email"))
}

/// What is wrong with a username. Some characters are refused (protocol.md#sign-up); `@` would make it look like an
/// e-mail, `usr_` like an id.
pub(crate) fn check_username(username: &str) -> Option<Text> {
    let plain = username.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '+'));
    (!plain || username.is_empty() || username.starts_with("usr_")).then_some(Text::Invalid("Username"))
}

/// What is wrong with an e-mail as the new one of a person, given in its stored form.
pub(crate) fn email_objection(call: &Call<'_>, email: &str, owner: Option<&str>) -> Option<Text> {
    check_email(email).or_else(|| call.realm.email_is_taken(email, owner).then_some(Text::EmailTaken))
}

/// What is wrong with a username as the new one of a person, given in its stored form.
pub(crate) fn username_objection(call: &Call<'_>, username: &str, owner: Option<&str>) -> Option<Text> {
    check_username(username)
        .or_else(|| call.realm.username_is_taken(username, owner).then_some(Text::UsernameTaken))
}

/// An identifier parameter in its stored form.
pub(crate) fn identifier(call: &Call<'_>, name: &'static str) -> Result<Option<String>, Refusal> {
    Ok(call.params.filled(name)?.map(|text| normalise(&text)))
}

/// Reads, checks and hashes a new `password` (with `password_confirmation`): 422 with everything that is wrong.
pub(crate) fn new_password(call: &mut Call<'_>, owner: Option<&str>) -> Result<Secret, Refusal> {
    let Some(password) = call.params.text("password")?.filter(|password| !password.is_empty()) else {
        return Err(Refusal::invalid(Text::Missing("Password")));
    };
    let confirmation = call.params.text("password_confirmation")?;
    let owner = owner.and_then(|id| call.realm.users.get(id));
    let words: Vec<&str> = owner
        .into_iter()
        .flat_map(|user| [&user.email, &user.username, &user.first_name, &user.last_name])
        .flatten()
        .map(String::as_str)
        .collect();
    let objections = password_objections(&password, confirmation.as_deref(), &words, &call.realm.settings);
    if objections.is_empty() {
        password::hash(&password, &call.realm.settings, call.rng).ok_or(Refusal::broken())
    } else {
        Err(Refusal::all_invalid(objections))
    }
}

/// Everything that is wrong with a password and its repetition.
pub(crate) fn password_objections(
    password: &str,
    confirmation: Option<&str>,
    words: &[&str],
    settings: &Settings,
) -> Vec<Text> {
    let mut objections = password::objections(password, words, settings);
    let wanted = settings.password_field == PasswordField::Twice;
    if confirmation.map_or(wanted, |confirmation| confirmation != password) {
        objections.push(Text::ConfirmationDiffers);
    }
    objections
}
