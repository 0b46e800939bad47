//! Mails, as records of the inbox they end in.

use serde::{Deserialize, Serialize};

use super::Secret;
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
