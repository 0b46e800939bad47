//! The claims of a JWT, read without trust: those that a session needs, and those that an app may show.
//!
//! The first selected account is the current one (protocol.md#accounts-in-a-token). The host maps the claims to the names
//! that an app sees.

use super::{
    json::{Json, Writer},
    jwt::Jwt,
    text::Text,
};
use std::rc::Rc;

/// Claims that are left out of the profile. The session id is a secret. The time of issue differs in each token, though all
/// else may be the same.
const NOT_SHOWN: [&str; 2] = ["iat", "sid"];

/// The claims that a session needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iat`, in epoch seconds by the service's clock.
    pub issued_at: u64,
    /// `exp`, in epoch seconds by the service's clock.
    pub expires_at: u64,
    /// `sub`: the id of the person.
    pub subject: Text,
    /// The current account.
    pub account: Option<Text>,
    /// The payload as a JSON object, without the claims that are not shown.
    pub profile: Text,
}

impl Claims {
    /// Reads a JWT. None if the text is no JWT, or lacks a claim that every token has.
    pub fn of(jwt: &str) -> Option<Rc<Self>> {
        Self::read(Json::object(&Jwt::parse(jwt)?.payload)?)
    }

    /// Reads a JWT. None also if it belongs to another session.
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

    /// The token's whole lifetime, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.issued_at)
    }
}

/// The id of the current account.
pub fn account(payload: Json<'_>) -> Option<Text> {
    current(payload.get("orgs"))?.string_of("oid")
}

/// The entry of the current account among all accounts.
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
