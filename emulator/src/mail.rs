//! Mails: what they say, where their links lead, and the inbox they end in. Nothing is ever sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::id;
use crate::locale::Locale;
use crate::state::{Realm, Secret};
use crate::time::Time;

/// Kinds of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Someone forgot a password.
    PasswordReset,
    /// An e-mail is to be verified.
    EmailVerification,
    /// Someone is invited, or signs up by mail.
    Invitation,
}

/// A mail in the inbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// `mail_…`, the emulator's own.
    pub id: String,
    /// To whom.
    pub to: String,
    /// Its kind.
    pub kind: MailKind,
    /// Subject line.
    pub subject: String,
    /// The whole text, with the link.
    pub text: Secret,
    /// The link alone.
    pub link: Secret,
    /// The one-time token in that link.
    pub token: Secret,
    /// When.
    pub sent_at: Time,
}

/// A mail as the inbox shows it, secrets included: that is what an inbox is for.
#[derive(Debug, Serialize)]
pub struct MailView<'a> {
    pub(crate) id: &'a str,
    pub(crate) to: &'a str,
    pub(crate) kind: MailKind,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) link: &'a str,
    pub(crate) token: &'a str,
    pub(crate) sent_at: u64,
}

impl Mail {
    /// The mail for the inbox.
    pub fn view(&self) -> MailView<'_> {
        MailView {
            id: &self.id,
            to: &self.to,
            kind: self.kind,
            subject: &self.subject,
            text: self.text.reveal(),
            link: self.link.reveal(),
            token: self.token.reveal(),
            sent_at: self.sent_at.seconds(),
        }
    }
}

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

/// Query and fragment take a colon as it is (RFC 3986 §3.4, §3.5), and people read tokens in links.
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
