//! Mails: what they say, and where their links lead. Nothing is ever sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand_core::CryptoRng;

use crate::id;
use crate::locale::Locale;
use crate::state::{Mail, MailKind, Realm, Secret};
use crate::time::Time;

/// Where links lead. With the real service this is a matter of a realm's mail templates: they point to the hosted
/// pages, or into the app.
#[derive(Clone, Debug)]
pub struct Links {
    /// Port of the LoginRocket listener.
    pub port: u16,
    /// Root of the LoginRocket listener, with the address it is bound to.
    pub root: String,
    /// Root of the Core listener, where there is one.
    pub core: Option<String>,
    /// Root of the app that is served beside it.
    pub app: Option<String>,
    /// Host label of the realm that the root means.
    pub default_realm: String,
}

/// A query and a fragment may have a colon as it is (RFC 3986 §3.4, §3.5). So people can read the tokens in links.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b':').remove(b'-').remove(b'_').remove(b'.');

impl Links {
    /// The root URL that chooses a realm.
    pub fn realm_root(&self, realm: &Realm) -> String {
        if realm.host == self.default_realm {
            self.root.clone()
        } else {
            format!("http://{}.localhost:{}/", realm.host, self.port)
        }
    }

    /// The URL of a realm for clients that know no host names below `.localhost`: calls and keys, no pages.
    pub fn realm_url(&self, realm: &Realm) -> String {
        if realm.host == self.default_realm {
            self.root.clone()
        } else {
            format!("{}_realm/{}/", self.root, realm.host)
        }
    }

    fn to(&self, realm: &Realm, kind: MailKind, token: &str) -> String {
        let (page, parameter) = match kind {
            MailKind::PasswordReset => ("reset", "token"),
            MailKind::EmailVerification => ("verify-email", "token"),
            MailKind::Invitation => ("signup", "invitation"),
        };
        let token = utf8_percent_encode(token, KEPT).to_string();
        let template = match (&realm.settings.mail_link, &self.app) {
            (Some(template), _) => template.clone(),
            (None, Some(app)) => format!("{app}#/{{page}}?{{parameter}}={{token}}"),
            (None, None) => format!("{}{{page}}?{{parameter}}={{token}}", self.realm_root(realm)),
        };
        template.replace("{page}", page).replace("{parameter}", parameter).replace("{token}", &token)
    }
}

/// Most mails an inbox keeps; a test run that never looks should not grow the process.
const INBOX_LIMIT: usize = 1000;

/// Puts a mail into the realm's inbox.
pub(crate) fn send(
    realm: &mut Realm,
    links: &Links,
    (kind, to, token): (MailKind, &str, &str),
    locale: Locale,
    now: Time,
    rng: &mut dyn CryptoRng,
) {
    let link = links.to(realm, kind, token);
    let (subject, text) = words(kind, locale);
    if realm.mails.len() >= INBOX_LIMIT {
        realm.mails.remove(0);
    }
    realm.mails.push(Mail {
        id: id::fresh("mail", rng),
        to: to.to_owned(),
        kind,
        subject: subject.to_owned(),
        text: Secret::new(format!("{text}\n\n{link}\n")),
        link: Secret::new(link),
        token: Secret::new(token),
        sent_at: now,
    });
}

fn words(kind: MailKind, locale: Locale) -> (&'static str, &'static str) {
    match (kind, locale) {
        (MailKind::PasswordReset, Locale::En) => {
            ("Reset your password", "Someone asked to reset your password. If it was you, follow this link:")
        }
        (MailKind::PasswordReset, Locale::Es) => (
            "Restablezca su contraseña",
            "Alguien ha pedido restablecer su contraseña. Si ha sido usted, siga este enlace:",
        ),
        (MailKind::PasswordReset, Locale::Ja) => (
            "パスワードの再設定",
            "パスワードの再設定が申請されました。お心当たりがある場合は、次のリンクを開いてください。",
        ),
        (MailKind::EmailVerification, Locale::En) => {
            ("Verify your email address", "Follow this link to verify your email address:")
        }
        (MailKind::EmailVerification, Locale::Es) => {
            ("Verifique su correo electrónico", "Siga este enlace para verificar su correo electrónico:")
        }
        (MailKind::EmailVerification, Locale::Ja) => {
            ("メールアドレスの確認", "次のリンクを開いて、メールアドレスを確認してください。")
        }
        (MailKind::Invitation, Locale::En) => ("You are invited", "Follow this link to sign up:"),
        (MailKind::Invitation, Locale::Es) => {
            ("Ha recibido una invitación", "Siga este enlace para registrarse:")
        }
        (MailKind::Invitation, Locale::Ja) => ("招待のお知らせ", "次のリンクから登録してください。"),
    }
}
