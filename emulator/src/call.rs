//! One call to a realm: everything a route needs, gathered.

use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::{HeaderMap, HeaderName};
use rand_core::CryptoRng;

use crate::keys::KeyPool;
use crate::locale::{Locale, Text};
use crate::mail::{self, Links};
use crate::state::{Client, MailKind, Realm, Session, User};
use crate::time::Time;
use crate::wire::{Params, Refusal};

/// A call in progress.
pub(crate) struct Call<'a> {
    pub(crate) realm: &'a mut Realm,
    pub(crate) pool: &'a mut KeyPool,
    pub(crate) links: &'a Links,
    pub(crate) params: Params,
    /// The language that the request asked for. A person's own preference comes first (protocol.md#languages).
    pub(crate) requested_locale: Option<Locale>,
    pub(crate) locale: Locale,
    pub(crate) client: Client,
    pub(crate) now: Time,
    pub(crate) rng: &'a mut dyn CryptoRng,
}

impl Call<'_> {
    /// A parameter that has to be there: 422 without it.
    pub(crate) fn need(&self, name: &'static str, label: &'static str) -> Result<String, Refusal> {
        self.params.filled(name)?.ok_or_else(|| Refusal::invalid(Text::Missing(label)))
    }

    /// The session that the call names: 403 if it is missing, unknown or over, whatever else is wrong
    /// (protocol.md#update-password).
    pub(crate) fn session(&self) -> Result<Session, Refusal> {
        let id = self.params.text("session").ok().flatten().unwrap_or_default();
        self.realm.live_session(&id, self.now).cloned().ok_or(Refusal::no_session())
    }

    /// A person of whom only the id is at hand.
    pub(crate) fn user(&self, id: &str) -> Result<&User, Refusal> {
        self.realm.users.get(id).ok_or(Refusal::broken())
    }

    /// The same, to be changed.
    pub(crate) fn user_mut(&mut self, id: &str) -> Result<&mut User, Refusal> {
        self.realm.users.get_mut(id).ok_or(Refusal::broken())
    }

    /// From here on the person's own language is spoken, if there is one.
    pub(crate) fn speak_to(&mut self, user: &str) {
        let settings = &self.realm.settings;
        let preferred = self.realm.users.get(user).and_then(|user| user.locale.as_deref());
        if let Some(locale) = preferred.and_then(|tag| Locale::lookup(tag, settings)) {
            self.locale = locale;
        }
    }

    /// Puts a mail into the inbox.
    pub(crate) fn send_mail(&mut self, kind: MailKind, to: &str, token: &str) {
        mail::send(self.realm, self.links, (kind, to, token), self.locale, self.now, self.rng);
    }
}

/// Who is calling: the address from the host, the agent from the headers. `LR-Agent` exists for callers that cannot
/// set `User-Agent` (protocol.md#request-headers).
pub(crate) fn client(ip: &str, headers: &HeaderMap) -> Client {
    let read = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let agent = read(HeaderName::from_static("lr-agent")).or_else(|| read(USER_AGENT)).unwrap_or_default();
    Client { ip: ip.to_owned(), agent }
}

/// The language that the request asked for.
pub(crate) fn requested_locale(headers: &HeaderMap, realm: &Realm) -> Option<Locale> {
    let field = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    Locale::negotiate(field, &realm.settings)
}
