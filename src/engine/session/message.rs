//! What tabs say to each other, what is stored, and how both are written.
//!
//! The JWT is broadcast, never stored; the session id is both. A sign-out is stored as such: an entry that is merely gone may
//! have been cleared by anyone, and ends nothing.
//!
//! Both forms are JSON objects of strings with the version of the form. What is of another version, of another app, or
//! broken reads as nothing: it came from outside, and nothing follows from it.

use crate::{
    Error,
    protocol::{
        claims::Claims,
        failure::Failure,
        json::{self, Json},
        secret::Secret,
    },
};

/// The form's version. One that older pages would read wrongly needs another number.
const VERSION: &str = "1";

/// What a tab says to its siblings.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Message {
    /// A token came.
    Token {
        /// The session id.
        session: Secret,
        /// The account that it is for.
        account: Option<String>,
        /// The JWT.
        token: Secret,
        /// What it says; read by the receiver.
        claims: Option<Claims>,
        /// When it was asked for, in epoch seconds by the clock that all tabs of a machine share: a message can wait for
        /// long before a frozen tab reads it.
        asked_at: u64,
    },
    /// A session ended.
    SignedOut {
        /// Its id.
        session: Secret,
        /// Whether the service said so, not the person.
        expired: bool,
    },
    /// The service asked to wait.
    Hold {
        /// How long from now, in milliseconds.
        ms: u64,
        /// What it said.
        failure: Failure,
    },
    /// A tab that has just opened has this session and no token of it.
    Ask {
        /// The session id, as it was stored.
        session: Secret,
    },
}

/// What is stored.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A session.
    Session {
        /// Its id.
        session: Secret,
        /// The selected account.
        account: Option<String>,
    },
    /// A sign-out.
    SignedOut,
}

/// What a store's entry is found to be.
#[derive(Clone, Debug)]
pub enum Entry {
    /// Nothing.
    Absent,
    /// What nobody can read.
    Unreadable,
    /// What another version of this package wrote, and can read. That is not for us to write over.
    Foreign,
    /// What we can read.
    Stored(Stored),
}

impl Entry {
    /// Reads an entry.
    pub fn read(text: Option<&Secret>) -> Self {
        let Some(text) = text else { return Self::Absent };
        let Some(entry) = Json::object(text.expose()) else { return Self::Unreadable };
        if !is_ours(entry) {
            return if entry.text_of("v").is_some() { Self::Foreign } else { Self::Unreadable };
        }
        match entry.text_of("session") {
            Some(session) => Self::Stored(Stored::Session { session, account: entry.string_of("account") }),
            None if entry.text_of("signed_out").is_some() => Self::Stored(Stored::SignedOut),
            None => Self::Unreadable,
        }
    }

    /// What can be read of it.
    pub fn known(self) -> Option<Stored> {
        match self {
            Self::Stored(stored) => Some(stored),
            Self::Absent | Self::Unreadable | Self::Foreign => None,
        }
    }
}

impl Stored {
    /// Writes an entry.
    pub fn to_text(&self) -> Secret {
        match self {
            Self::Session { session, account } => {
                write(&[("session", Some(session.expose())), ("account", account.as_deref())])
            }
            Self::SignedOut => write(&[("signed_out", Some("true"))]),
        }
    }
}

impl Message {
    /// Writes a message.
    pub fn to_text(&self) -> Secret {
        match self {
            Self::Token { session, account, token, asked_at, .. } => write(&[
                ("session", Some(session.expose())),
                ("account", account.as_deref()),
                ("token", Some(token.expose())),
                ("asked_at", Some(decimal(*asked_at).expose())),
            ]),
            Self::SignedOut { session, expired } => write(&[
                ("session", Some(session.expose())),
                ("expired", Some(if *expired { "true" } else { "false" })),
            ]),
            Self::Hold { ms, failure } => {
                write(&[("hold_ms", Some(decimal(*ms).expose())), ("code", Some(failure.error.code()))])
            }
            Self::Ask { session } => write(&[("session", Some(session.expose())), ("ask", Some("true"))]),
        }
    }

    /// Reads a message; none where it is none of ours.
    pub fn read(text: &str) -> Option<Self> {
        let message = Json::object(text).filter(|message| is_ours(*message))?;
        let number = |name| message.text_of(name)?.expose().parse().ok();
        if let Some(ms) = number("hold_ms") {
            let error = Error::ALL.into_iter().find(|error| message.says("code", error.code()))?;
            return Some(Self::Hold { ms, failure: Failure::new(error) });
        }
        let session = message.text_of("session")?;
        if let Some(token) = message.text_of("token") {
            let (claims, asked_at) = (Claims::of(token.expose()), number("asked_at")?);
            return Some(Self::Token {
                session,
                account: message.string_of("account"),
                token,
                claims,
                asked_at,
            });
        }
        if message.says("ask", "true") {
            return Some(Self::Ask { session });
        }
        let expired = message.text_of("expired")?.expose() == "true";
        Some(Self::SignedOut { session, expired })
    }
}

fn write(members: &[(&str, Option<&str>)]) -> Secret {
    let members = members.iter().filter_map(|(name, text)| Some((*name, (*text)?)));
    json::object(&std::iter::once(("v", VERSION)).chain(members).collect::<Vec<_>>())
}

fn decimal(number: u64) -> Secret {
    let mut text = Secret::default();
    text.push_number(number);
    text
}

fn is_ours(json: Json<'_>) -> bool {
    json.says("v", VERSION)
}
