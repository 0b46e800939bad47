//! What a JWT says, read without trust: what a session needs of it, and what is to be shown of it.
//!
//! The first selected account is the current one (protocol.md#accounts-in-a-token). The mapping for people who read it
//! is the host's.

use super::{
    json::{Json, Writer},
    jwt::Jwt,
    text::Text,
};
use std::rc::Rc;

/// Claims that are nobody's to see: the session id is a secret, and when a token was issued changes nothing of what it says.
const NOT_SHOWN: [&str; 2] = ["iat", "sid"];

/// The claims that a session needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iat`, in epoch seconds by the service's clock.
    pub issued_at: u64,
    /// `exp`, likewise.
    pub expires_at: u64,
    /// `sub`: whose it is.
    pub subject: Text,
    /// The current account.
    pub account: Option<Text>,
    /// The payload as a JSON object, without what is not shown.
    pub profile: Text,
}

impl Claims {
    /// Reads a JWT; none where it is none, or lacks what every token has.
    pub fn of(jwt: &str) -> Option<Rc<Self>> {
        Self::read(Json::object(&Jwt::parse(jwt)?.payload)?)
    }

    /// Reads a JWT; none also where it is not of that session.
    pub fn of_session(jwt: &str, session: &str) -> Option<Rc<Self>> {
        let jwt = Jwt::parse(jwt)?;
        let payload = Json::object(&jwt.payload)?;
        if payload.says("sid", session) { Self::read(payload) } else { None }
    }

    /// Reads the payload of a JWT.
    pub fn read(payload: Json<'_>) -> Option<Rc<Self>> {
        let [issued_at, expires_at, subject, accounts] = payload.find(&["iat", "exp", "sub", "orgs"]);
        Some(Rc::new(Self {
            issued_at: issued_at?.number()?,
            expires_at: expires_at?.number()?,
            subject: subject?.string()?,
            account: current(accounts).and_then(|account| account.string_of("oid")),
            profile: profile(payload),
        }))
    }

    /// Whether the person's address is verified.
    pub fn is_email_verified(&self) -> bool {
        let profile = Json::object(&self.profile);
        profile.and_then(|profile| profile.get("email_verified")).is_some_and(Json::is_true)
    }

    /// How long the token is good for in all, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.issued_at)
    }
}

/// The id of the current account.
pub fn account(payload: Json<'_>) -> Option<Text> {
    current(payload.get("orgs"))?.string_of("oid")
}

/// The entry of the current account among all.
pub(crate) fn current(accounts: Option<Json<'_>>) -> Option<Json<'_>> {
    let mut first = None;
    for (_, account) in accounts.filter(|accounts| accounts.is_list())?.items() {
        if account.get("selected").is_some_and(Json::is_true) {
            return Some(account);
        }
        if account.is_object() {
            first = first.or(Some(account));
        }
    }
    first
}

fn profile(payload: Json<'_>) -> Text {
    let mut writer = Writer::default();
    writer.open(b'{');
    for (name, value) in payload.items() {
        if !NOT_SHOWN.iter().any(|hidden| name.is(hidden)) {
            writer.raw(name.as_str());
            writer.value();
            writer.raw(value.as_str());
        }
    }
    writer.close(b'}');
    writer.finish().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> Option<Rc<Claims>> {
        Claims::read(Json::parse(payload).unwrap())
    }

    #[test]
    fn what_every_token_has_must_be_there_and_of_its_kind() {
        assert!(read(r#"{"iat":1,"exp":2,"sub":"usr_sample123456"}"#).is_some());
        for payload in [
            "{}",
            r#"{"iat":1,"exp":2}"#,
            r#"{"iat":1,"sub":"usr_sample123456"}"#,
            r#"{"exp":2,"sub":"usr_sample123456"}"#,
            r#"{"iat":"1","exp":2,"sub":"usr_sample123456"}"#,
            r#"{"iat":1,"exp":-2,"sub":"usr_sample123456"}"#,
            r#"{"iat":1,"exp":2,"sub":7}"#,
        ] {
            assert!(read(payload).is_none(), "{payload}");
        }
    }

    #[test]
    fn the_selected_account_is_the_current_one_and_without_one_the_first() {
        for (orgs, expected) in [
            ("[]", None),
            ("7", None),
            (r#"{"a":{"oid":"org_a"}}"#, None),
            (r#"[{"oid":"org_a"},{"oid":"org_b"}]"#, Some("org_a")),
            (
                r#"[{"oid":"org_a"},{"oid":"org_b","selected":true},{"oid":"org_c","selected":true}]"#,
                Some("org_b"),
            ),
            (r#"[{"oid":"org_a"},{"oid":"org_b","selected":"true"}]"#, Some("org_a")),
            (r#"[null,{"oid":"org_b"}]"#, Some("org_b")),
            (r#"[{"name":"x"}]"#, None),
        ] {
            let payload = format!(r#"{{"orgs":{orgs}}}"#);
            assert_eq!(account(Json::parse(&payload).unwrap()).as_deref(), expected, "{orgs}");
        }
    }

    #[test]
    fn what_is_shown_has_no_session_id_and_is_the_same_for_the_next_token() {
        let shown = |iat| {
            let payload = format!(
                r#"{{"exp":9,"iat":{iat},"s\u0069d":"kss_sample123456","sub":"usr_sample123456","cs":{{"sid":1}}}}"#
            );
            read(&payload).unwrap().profile.clone()
        };
        assert_eq!(shown(1), r#"{"exp":9,"sub":"usr_sample123456","cs":{"sid":1}}"#);
        assert_eq!(shown(1), shown(2));
    }
}
