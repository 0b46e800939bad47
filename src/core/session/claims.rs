//! What a JWT says, read without trust: for showing, and for knowing when to ask for the next one.
//!
//! The mapping is that of the official SDKs (contract §3.5); the first selected account is the current one (§3.4).

use crate::core::response::Record;

/// The claims that a session needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iat`, in epoch seconds by the service's clock.
    pub issued_at: u64,
    /// `exp`, likewise.
    pub expires_at: u64,
    /// Who.
    pub user: User,
    /// In which account, and with which permissions.
    pub membership: Option<Membership>,
}

impl Claims {
    /// How long the token is good for in all, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.expires_at.saturating_sub(self.issued_at)
    }
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// `usr_…`
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    /// Whether the e-mail is verified; absent means not.
    pub email_verified: bool,
    /// If set.
    pub username: Option<String>,
    /// If set.
    pub first_name: Option<String>,
    /// If set.
    pub last_name: Option<String>,
    /// If set.
    pub locale: Option<String>,
}

/// A person's place in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// `mb_…`
    pub id: Option<String>,
    /// `org_…`
    pub account_id: String,
    /// The account's name.
    pub account_name: Option<String>,
    /// What the person may do there.
    pub permissions: Vec<String>,
}

/// Reads the payload of a JWT; none where it lacks what every token has.
pub fn read(payload: &impl Record) -> Option<Claims> {
    let text = |member| payload.text(member).map(|text| text.expose().to_owned());
    Some(Claims {
        issued_at: payload.number("iat")?,
        expires_at: payload.number("exp")?,
        user: User {
            id: text("sub")?,
            name: text("name"),
            email: text("email"),
            email_verified: payload.flag("email_verified"),
            username: text("preferred_username"),
            first_name: text("given_name"),
            last_name: text("family_name"),
            locale: text("locale"),
        },
        membership: membership(payload),
    })
}

fn membership(payload: &impl Record) -> Option<Membership> {
    let accounts = payload.records("orgs");
    let current = accounts.iter().find(|account| account.flag("selected")).or(accounts.first())?;
    let text = |member| current.text(member).map(|text| text.expose().to_owned());
    Some(Membership {
        id: text("mid"),
        account_id: text("oid")?,
        account_name: text("name"),
        permissions: current.texts("perm"),
    })
}

/// The payload's JSON out of a JWT in compact form (RFC 7515 §7.1), without looking at the signature.
pub fn payload(jwt: &str) -> Option<String> {
    let mut parts = jwt.split('.');
    let payload = parts.nth(1)?;
    if parts.next().is_none() || parts.next().is_some() {
        return None;
    }
    String::from_utf8(base64url(payload)?).ok()
}

/// Decodes base64url without padding (RFC 4648 §5).
fn base64url(text: &str) -> Option<Vec<u8>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut buffer, mut bits) = (0_u32, 0);
    for symbol in text.bytes() {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    // What is left over must be padding bits of value zero, or two texts would be one token.
    (buffer & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_decoded_strictly() {
        for (text, bytes) in [("", &b""[..]), ("AA", b"\0"), ("_-8", b"\xff\xef"), ("aGVsbG8", b"hello")] {
            assert_eq!(base64url(text).as_deref(), Some(bytes), "{text}");
        }
        for text in ["A", "AB", "aGVsbG9", "aGVs bG8", "aGVsbG8=", "aGVs+G8/", "ñ"] {
            assert_eq!(base64url(text), None, "{text}");
        }
    }

    #[test]
    fn a_payload_is_the_middle_of_three_parts() {
        assert_eq!(payload("e30.eyJhIjoxfQ.c2ln").as_deref(), Some(r#"{"a":1}"#));
        for jwt in ["", "a", "e30.e30", "e30.e30.e30.e30", "e30.!.e30", "e30._-8.e30"] {
            assert_eq!(payload(jwt), None, "{jwt}");
        }
    }
}
