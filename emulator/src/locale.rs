//! Languages: which one a caller gets, and every sentence the realm says in it (protocol.md#languages).

use crate::settings::Settings;

/// A language the emulator speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Locale {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Japanese.
    Ja,
}

impl Locale {
    /// The primary language subtag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Ja => "ja",
        }
    }

    /// Whether a tag, with or without a region, names a language that a realm can speak at all.
    pub(crate) fn is_spoken(tag: &str) -> bool {
        let language = tag.split('-').next().unwrap_or_default();
        [Self::En, Self::Es, Self::Ja].iter().any(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// Looks a language range up as RFC 4647 §3.4 does: subtags are dropped from the end until one is available.
    pub(crate) fn lookup(range: &str, settings: &Settings) -> Option<Self> {
        let mut range = range.trim().to_ascii_lowercase();
        loop {
            if settings.available_locales.iter().any(|available| available.eq_ignore_ascii_case(&range)) {
                return match range.as_str() {
                    "en" => Some(Self::En),
                    "es" => Some(Self::Es),
                    "ja" => Some(Self::Ja),
                    _ => None,
                };
            }
            range = range.rsplit_once('-')?.0.to_owned();
        }
    }

    /// The best language of an `Accept-Language` field. The field's syntax (RFC 9110 §12.5.4) is a list of ranges with
    /// weights; splitting it takes four lines, and the crates for it bring their own idea of matching.
    pub(crate) fn negotiate(field: &str, settings: &Settings) -> Option<Self> {
        let mut ranges: Vec<(f32, &str)> = field
            .split(',')
            .map(|item| {
                let (range, weight) = item.split_once(';').unwrap_or((item, "q=1"));
                let weight =
                    weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok()).unwrap_or(0.0);
                (weight, range)
            })
            .filter(|&(weight, _)| weight > 0.0)
            .collect();
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranges.into_iter().find_map(|(_, range)| Self::lookup(range, settings))
    }

    /// The realm's own language.
    pub(crate) fn of_realm(settings: &Settings) -> Self {
        Self::lookup(&settings.default_locale, settings).unwrap_or_default()
    }
}

/// A sentence of the realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    /// Wrong password or unknown person.
    LoginFailed,
    /// Too many wrong passwords.
    TooManyAttempts,
    /// The login waits for the e-mail to be verified.
    EmailUnverified,
    /// The old password is wrong.
    CurrentPasswordWrong,
    /// The second password differs.
    ConfirmationDiffers,
    /// Fewer characters than asked for.
    PasswordTooShort(u32),
    /// Too easy to guess.
    PasswordTooSimple,
    /// A kind of character is missing.
    PasswordLacksCharacters,
    /// A parameter is missing.
    Missing(&'static str),
    /// A parameter is not what it should be.
    Invalid(&'static str),
    /// Someone has that e-mail.
    EmailTaken,
    /// Someone has that username.
    UsernameTaken,
    /// A one-time token is unknown, used or too old.
    TokenInvalid,
    /// The second factor's code is wrong.
    CodeWrong,
    /// Nobody can sign up.
    SignupClosed,
    /// Signing up takes an invitation.
    InvitationNeeded,
    /// The invitation is unknown, used or too old.
    InvitationInvalid,
    /// Nobody can request an invitation.
    RequestsClosed,
}

impl Text {
    /// Every sentence once.
    pub(crate) const ALL: &[Self] = &[
        Self::LoginFailed,
        Self::TooManyAttempts,
        Self::EmailUnverified,
        Self::CurrentPasswordWrong,
        Self::ConfirmationDiffers,
        Self::PasswordTooShort(0),
        Self::PasswordTooSimple,
        Self::PasswordLacksCharacters,
        Self::Missing(""),
        Self::Invalid(""),
        Self::EmailTaken,
        Self::UsernameTaken,
        Self::TokenInvalid,
        Self::CodeWrong,
        Self::SignupClosed,
        Self::InvitationNeeded,
        Self::InvitationInvalid,
        Self::RequestsClosed,
    ];

    /// The name under which a realm can replace the sentence.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::LoginFailed => "login_failed",
            Self::TooManyAttempts => "too_many_attempts",
            Self::EmailUnverified => "email_unverified",
            Self::CurrentPasswordWrong => "current_password_wrong",
            Self::ConfirmationDiffers => "confirmation_differs",
            Self::PasswordTooShort(_) => "password_too_short",
            Self::PasswordTooSimple => "password_too_simple",
            Self::PasswordLacksCharacters => "password_lacks_characters",
            Self::Missing(_) => "missing",
            Self::Invalid(_) => "invalid",
            Self::EmailTaken => "email_taken",
            Self::UsernameTaken => "username_taken",
            Self::TokenInvalid => "token_invalid",
            Self::CodeWrong => "code_wrong",
            Self::SignupClosed => "signup_closed",
            Self::InvitationNeeded => "invitation_needed",
            Self::InvitationInvalid => "invitation_invalid",
            Self::RequestsClosed => "requests_closed",
        }
    }

    /// The sentence in a language. `Login failed`, `Error al iniciar sesión`, `Current password does not match` and
    /// `Verification failed` are the service's own words (protocol.md#languages, #calls), the rest is the emulator's.
    pub(crate) fn say(&self, locale: Locale, settings: &Settings) -> String {
        if let Some(text) = settings.assumptions.texts.get(self.name()) {
            return text.clone();
        }
        let [en, es, ja] = match self {
            Self::LoginFailed => ["Login failed", "Error al iniciar sesión", "ログインに失敗しました"],
            Self::TooManyAttempts => [
                "Too many failed logins; try again later",
                "Demasiados intentos fallidos; inténtelo más tarde",
                "ログインの失敗が多すぎます。後でもう一度お試しください",
            ],
            Self::EmailUnverified => [
                "Verify your email first",
                "Verifique primero su correo electrónico",
                "先にメールアドレスを確認してください",
            ],
            Self::CurrentPasswordWrong => [
                "Current password does not match",
                "La contraseña actual no coincide",
                "現在のパスワードが一致しません",
            ],
            Self::ConfirmationDiffers => [
                "Password confirmation does not match",
                "La confirmación de la contraseña no coincide",
                "パスワードの確認が一致しません",
            ],
            Self::PasswordTooShort(least) => {
                return match locale {
                    Locale::En => format!("Password is too short (minimum is {least} characters)"),
                    Locale::Es => format!("La contraseña es demasiado corta (mínimo {least} caracteres)"),
                    Locale::Ja => format!("パスワードが短すぎます（{least}文字以上）"),
                };
            }
            Self::PasswordTooSimple => [
                "Password is too easy to guess",
                "La contraseña es demasiado fácil de adivinar",
                "パスワードが推測されやすいものです",
            ],
            Self::PasswordLacksCharacters => [
                "Password lacks a required kind of character",
                "A la contraseña le falta un tipo de carácter obligatorio",
                "パスワードに必要な種類の文字が含まれていません",
            ],
            Self::Missing(field) => {
                return match locale {
                    Locale::En => format!("{field} can't be blank"),
                    Locale::Es => format!("{field} no puede estar en blanco"),
                    Locale::Ja => format!("{field}を入力してください"),
                };
            }
            Self::Invalid(field) => {
                return match locale {
                    Locale::En => format!("{field} is invalid"),
                    Locale::Es => format!("{field} no es válido"),
                    Locale::Ja => format!("{field}が正しくありません"),
                };
            }
            Self::EmailTaken => [
                "Email has already been taken",
                "El correo electrónico ya está en uso",
                "メールアドレスはすでに使われています",
            ],
            Self::UsernameTaken => [
                "Username has already been taken",
                "El nombre de usuario ya está en uso",
                "ユーザー名はすでに使われています",
            ],
            Self::TokenInvalid => [
                "Token is invalid or has expired",
                "El enlace no es válido o ha caducado",
                "トークンが無効か、期限切れです",
            ],
            Self::CodeWrong => ["Verification failed", "La verificación ha fallado", "確認に失敗しました"],
            Self::SignupClosed => {
                ["Signup is closed", "El registro está cerrado", "新規登録は受け付けていません"]
            }
            Self::InvitationNeeded => [
                "Signup requires an invitation",
                "El registro requiere una invitación",
                "登録には招待が必要です",
            ],
            Self::InvitationInvalid => [
                "Invitation is invalid or has expired",
                "La invitación no es válida o ha caducado",
                "招待が無効か、期限切れです",
            ],
            Self::RequestsClosed => [
                "Invitations can't be requested",
                "No se pueden solicitar invitaciones",
                "招待のリクエストは受け付けていません",
            ],
        };
        match locale {
            Locale::En => en,
            Locale::Es => es,
            Locale::Ja => ja,
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;
    use crate::settings::Settings;

    #[test]
    fn a_region_falls_back_to_its_language() {
        assert_eq!(Locale::negotiate("es-MX", &Settings::default()), Some(Locale::Es));
    }

    #[test]
    fn the_heaviest_available_range_wins() {
        assert_eq!(Locale::negotiate("fr, ja;q=0.4, es;q=0.7", &Settings::default()), Some(Locale::Es));
    }

    #[test]
    fn a_weight_of_zero_means_not_at_all() {
        assert_eq!(Locale::negotiate("ja;q=0", &Settings::default()), None);
    }

    #[test]
    fn a_language_the_realm_does_not_offer_is_not_spoken() {
        let settings = Settings { available_locales: vec!["en".into()], ..Settings::default() };
        assert_eq!(Locale::negotiate("ja, en;q=0.1", &settings), Some(Locale::En));
    }
}
