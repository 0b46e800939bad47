//! Messages between tabs and the stored entry, and how both are written.
//!
//! The JWT is broadcast and never stored; the session id is both. A sign-out is stored as a sign-out: an entry that
//! is missing may have been cleared by anyone, and ends nothing.
//!
//! Both are JSON objects of strings, with a version number. Whatever is of another version, of another app, or broken
//! counts as nothing, because it came from outside.

use crate::{
    Error,
    protocol::{
        claims::Claims,
        failure::Failure,
        json::{Json, Writer},
        secret::{Secret, decimal},
        text::{self, Text},
    },
};
use std::rc::Rc;

/// The version. A change that older pages would read wrongly needs another number.
const VERSION: &str = "1";

/// The codes of the failures for which a tab makes the others wait. To look them up in the table of all codes would add
/// half a kilobyte.
const RATE_LIMITED: &str = "rate_limited";
const SERVER_ERROR: &str = "server_error";

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
        account: Option<Text>,
        /// The JWT.
        token: Secret,
        /// Its claims, which the receiver reads from the JWT.
        claims: Option<Rc<Claims>>,
        /// When it was requested, in epoch seconds. All tabs of a machine share that clock. A frozen tab may read the
        /// message long after that.
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
        /// The failure with which it asked.
        failure: Failure,
    },
    /// A tab that has just opened has this session, and asks for a token of it.
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
        account: Option<Text>,
        /// What its last token said about the person, if that is to be stored: a JSON object.
        profile: Option<Text>,
    },
    /// A sign-out.
    SignedOut,
}

/// What an entry of the store is.
#[derive(Clone, Debug)]
pub enum Entry {
    /// No entry.
    Absent,
    /// A broken entry.
    Unreadable,
    /// An entry that another version of this package wrote and can read. So we must not write over it.
    Foreign,
    /// An entry that we can read.
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
        match entry.text_of("session").filter(|session| !session.expose().is_empty()) {
            Some(session) => {
                let (account, profile) = (entry.string_of("account"), entry.string_of("profile"));
                let profile = profile.filter(|profile| Json::object(profile).is_some());
                Self::Stored(Stored::Session { session, account, profile })
            }
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
        let mut text = Members::new();
        match self {
            Self::Session { session, account, profile } => {
                text.add("session", session.expose());
                text.add_if_any("account", account.as_ref());
                text.add_if_any("profile", profile.as_ref());
            }
            Self::SignedOut => text.add("signed_out", "true"),
        }
        text.finish()
    }
}

impl Message {
    /// Writes a message.
    pub fn to_text(&self) -> Secret {
        let mut text = Members::new();
        match self {
            Self::Token { session, account, token, asked_at, .. } => {
                text.add("session", session.expose());
                text.add_if_any("account", account.as_ref());
                text.add("token", token.expose());
                text.add("asked_at", decimal(*asked_at).expose());
            }
            Self::SignedOut { session, expired } => {
                text.add("session", session.expose());
                text.add("expired", if *expired { "true" } else { "false" });
            }
            Self::Hold { ms, failure } => {
                text.add("hold_ms", decimal(*ms).expose());
                text.add(
                    "code",
                    if failure.error == Error::RateLimited { RATE_LIMITED } else { SERVER_ERROR },
                );
            }
            Self::Ask { session } => {
                text.add("session", session.expose());
                text.add("ask", "true");
            }
        }
        text.finish()
    }

    /// Reads a message; none if it is not one of ours.
    pub fn read(text: &str) -> Option<Self> {
        let message = Json::object(text).filter(|message| is_ours(*message))?;
        let number = |name| text::decimal(message.text_of(name)?.expose());
        if let Some(ms) = number("hold_ms") {
            let error = if message.says("code", RATE_LIMITED) {
                Error::RateLimited
            } else if message.says("code", SERVER_ERROR) {
                Error::ServerError
            } else {
                return None;
            };
            return Some(Self::Hold { ms, failure: Failure::new(error) });
        }
        let session = message.text_of("session")?;
        if let Some(token) = message.text_of("token") {
            // A token that cannot be read, or that is of another session, counts as no message.
            let claims = Some(Claims::of_session(token.expose(), session.expose())?);
            let (account, asked_at) = (message.string_of("account"), number("asked_at")?);
            return Some(Self::Token { session, account, token, claims, asked_at });
        }
        if message.says("ask", "true") {
            return Some(Self::Ask { session });
        }
        let expired = message.text_of("expired")?.expose() == "true";
        Some(Self::SignedOut { session, expired })
    }
}

/// An object of strings, with the version.
struct Members(Writer);

impl Members {
    fn new() -> Self {
        let mut members = Self(Writer::default());
        members.0.open(b'{');
        members.add("v", VERSION);
        members
    }

    fn add(&mut self, name: &str, text: &str) {
        self.0.member(name, text);
    }

    fn add_if_any(&mut self, name: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.add(name, text);
        }
    }

    fn finish(mut self) -> Secret {
        self.0.close(b'}');
        self.0.finish()
    }
}

fn is_ours(json: Json<'_>) -> bool {
    json.says("v", VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::failure::Facts;

    /// `{"iat":1,"exp":2,"sub":"usr_sample123456","sid":"kss_sample123456"}`
    const JWT: &str =
        "e30.eyJpYXQiOjEsImV4cCI6Miwic3ViIjoidXNyX3NhbXBsZTEyMzQ1NiIsInNpZCI6Imtzc19zYW1wbGUxMjM0NTYifQ.c2ln";

    /// Texts that need escaping, or look like something else.
    const ODD: [&str; 5] = ["kss_sample123456", "\"}\\", "\n\u{1f}\0", "ñ 日本 🚀", "true"];

    fn read(message: &Message) -> Option<Message> {
        Message::read(message.to_text().expose())
    }

    #[test]
    fn a_token_arrives_as_it_was_sent_with_its_claims() {
        for (account, asked_at) in [(None, 0), (Some("org_1\""), u64::MAX)] {
            let sent = token_of("kss_sample123456", account, JWT, asked_at);
            let Some(Message::Token { session: own, account: its, token: jwt, claims, asked_at: asked }) =
                read(&sent)
            else {
                panic!("no token")
            };
            assert_eq!((own.expose(), its.as_deref(), jwt.expose()), ("kss_sample123456", account, JWT));
            assert_eq!((asked, claims), (asked_at, Claims::of(JWT)));
        }
        assert_eq!(Claims::of(JWT).map(|claims| claims.expires_at), Some(2));
    }

    fn token_of(session: &str, account: Option<&str>, token: &str, asked_at: u64) -> Message {
        let (session, account, token) = (session.into(), account.map(Into::into), token.into());
        Message::Token { session, account, token, claims: None, asked_at }
    }

    #[test]
    fn a_token_that_cannot_be_read_or_is_of_another_session_is_no_message() {
        assert!(read(&token_of("kss_sample654321", None, JWT, 0)).is_none());
        for token in ["a.b.c", "", "e30.e30.c2ln"] {
            assert!(read(&token_of("kss_sample123456", None, token, 0)).is_none(), "{token}");
        }
    }

    #[test]
    fn a_sign_out_and_a_question_arrive_as_they_were_sent() {
        for session in ODD {
            for is_expired in [false, true] {
                let sent = Message::SignedOut { session: session.into(), expired: is_expired };
                let Some(Message::SignedOut { session: own, expired }) = read(&sent) else { panic!("none") };
                assert_eq!((own.expose(), expired), (session, is_expired));
            }
            let Some(Message::Ask { session: own }) = read(&Message::Ask { session: session.into() }) else {
                panic!("no question")
            };
            assert_eq!(own.expose(), session);
        }
    }

    #[test]
    fn a_hold_arrives_with_its_code_and_without_what_else_was_said() {
        for error in [Error::RateLimited, Error::ServerError] {
            let failure = Facts { status: Some(429), retry_after: Some(9), ..Facts::new(error) }.into();
            let Some(Message::Hold { ms, failure }) = read(&Message::Hold { ms: 30_000, failure }) else {
                panic!("no hold")
            };
            assert_eq!((ms, failure), (30_000, Failure::new(error)));
        }
    }

    #[test]
    fn what_is_of_another_version_or_broken_is_no_message() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"v":"1"}"#,
            r#"{"v":"1","session":7,"ask":"true"}"#,
            r#"{"v":"1","session":"kss_1"}"#,
            r#"{"v":"1","session":"kss_1","ask":true}"#,
            r#"{"v":"1","session":"kss_1","ask":"yes"}"#,
            r#"{"v":"1","session":"kss_1","expired":false}"#,
            r#"{"v":"1","session":"kss_1","token":"a.b.c"}"#,
            r#"{"v":"1","session":"kss_1","token":"a.b.c","asked_at":9}"#,
            r#"{"v":"1","session":"kss_1","token":"a.b.c","asked_at":"-9"}"#,
            r#"{"v":"1","token":"a.b.c","asked_at":"9"}"#,
            r#"{"v":"1","hold_ms":"9"}"#,
            r#"{"v":"1","hold_ms":"9","code":"nonsense"}"#,
            r#"{"v":"1","hold_ms":"9","code":"not_found"}"#,
            r#"{"v":"1","hold_ms":9,"code":"rate_limited"}"#,
            r#"{"v":1,"session":"kss_1","ask":"true"}"#,
            r#"{"v":"2","session":"kss_1","ask":"true"}"#,
            r#"{"session":"kss_1","ask":"true"}"#,
            r#"{"v":"1","session":"kss_1","ask":"true"}}"#,
        ] {
            assert!(Message::read(text).is_none(), "{text}");
        }
        assert!(Message::read(r#"{"v":"1","session":"kss_1","ask":"true","more":{}}"#).is_some());
    }

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        for session in ODD {
            for (account, profile) in [
                (None, None),
                (Some("org_1"), Some(r#"{"sub":"usr_1","name":"\u0041\"{"}"#)),
                (Some(""), Some("{}")),
            ] {
                let (id, of_whom) = (account.map(Into::into), profile.map(Into::into));
                let stored = Stored::Session { session: session.into(), account: id, profile: of_whom };
                let entry = Entry::read(Some(&stored.to_text()));
                let Some(Stored::Session { session: own, account: its, profile: shown }) = entry.known()
                else {
                    panic!("no session")
                };
                assert_eq!((own.expose(), its.as_deref(), shown.as_deref()), (session, account, profile));
            }
        }
        let entry = Entry::read(Some(&Stored::SignedOut.to_text()));
        assert!(matches!(entry, Entry::Stored(Stored::SignedOut)));
    }

    #[test]
    fn an_entry_that_is_not_ours_says_whose_it_is() {
        let kind = |text: Option<&str>| match Entry::read(text.map(Secret::from).as_ref()) {
            Entry::Absent => "absent",
            Entry::Unreadable => "unreadable",
            Entry::Foreign => "foreign",
            Entry::Stored(Stored::Session { .. }) => "session",
            Entry::Stored(Stored::SignedOut) => "signed_out",
        };
        assert_eq!(kind(None), "absent");
        for (text, expected) in [
            ("", "unreadable"),
            ("kss_1", "unreadable"),
            ("[]", "unreadable"),
            ("{}", "unreadable"),
            (r#"{"session":"kss_1"}"#, "unreadable"),
            (r#"{"v":1,"session":"kss_1"}"#, "unreadable"),
            (r#"{"v":"1"}"#, "unreadable"),
            (r#"{"v":"1","session":null}"#, "unreadable"),
            (r#"{"v":"1","session":""}"#, "unreadable"),
            (r#"{"v":"1","signed_out":true}"#, "unreadable"),
            (r#"{"v":"2","session":"kss_1"}"#, "foreign"),
            (r#"{"v":"","anything":1}"#, "foreign"),
            (r#"{"v":"1","session":"","signed_out":"true"}"#, "signed_out"),
            (r#"{"v":"1","session":"kss_1","signed_out":"true"}"#, "session"),
            (r#"{"v":"1","session":"kss_1","account":7,"more":[]}"#, "session"),
        ] {
            assert_eq!(kind(Some(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_profile_that_is_no_object_is_none() {
        for profile in ["7", "\"[]\"", "\"x\"", "\"\"", "null"] {
            let text = format!(r#"{{"v":"1","session":"kss_1","profile":{profile}}}"#);
            let entry = Entry::read(Some(&text.as_str().into())).known();
            assert!(matches!(entry, Some(Stored::Session { profile: None, .. })), "{profile}");
        }
    }

    #[test]
    fn the_token_is_sent_and_never_stored() {
        let account = Some("org_1".into());
        let stored = Stored::Session { session: "kss_1".into(), account, profile: None };
        assert_eq!(stored.to_text().expose(), r#"{"v":"1","session":"kss_1","account":"org_1"}"#);
        assert_eq!(Stored::SignedOut.to_text().expose(), r#"{"v":"1","signed_out":"true"}"#);
    }
}
