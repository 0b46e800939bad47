//! The parts of a JWT in compact form (RFC 7515 §7.1). Nothing here judges what they say.

use super::{secret::SecretBytes, text};
use zeroize::Zeroizing;

/// A JWT, taken apart.
pub struct Jwt<'a> {
    /// The header's JSON.
    pub header: String,
    /// The payload's JSON, which holds the session id.
    pub payload: Zeroizing<String>,
    /// What is signed.
    pub signed: &'a str,
    /// The signature.
    pub signature: SecretBytes,
}

impl<'a> Jwt<'a> {
    /// Takes a JWT apart; none if it is not three parts in strict base64url, the first two of them UTF-8.
    pub fn parse(jwt: &'a str) -> Option<Self> {
        let (signed, signature) = text::rsplit_once(jwt, b'.')?;
        let (header, payload) = text::split_once(signed, b'.')?;
        let json = |part| {
            let bytes = std::mem::take(&mut *base64url(part)?);
            // What is no text is wiped all the same.
            String::from_utf8(bytes).map_err(|error| Zeroizing::new(error.into_bytes())).ok()
        };
        // A dot more in the payload is no base64url.
        Some(Self {
            header: json(header)?,
            payload: Zeroizing::new(json(payload)?),
            signed,
            signature: SecretBytes::new(std::mem::take(&mut *base64url(signature)?)),
        })
    }
}

/// Whether a text has the form of a JWT. One-time tokens of the service (contract §0) never have.
pub fn is_jwt(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| value(byte).is_some());
    text::split(text, b'.').count() == 3 && text::split(text, b'.').all(is_part)
}

/// Decodes base64url without padding (RFC 4648 §5). Each text is the only one for its bytes.
pub(super) fn base64url(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 4 * 3 + 2));
    let (mut buffer, mut bits) = (0_u32, 0);
    for symbol in text.bytes() {
        buffer = (buffer << 6) | u32::from(value(symbol)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    // What is left over must be padding bits of value zero, or two texts would be one token.
    (buffer & ((1 << bits) - 1) == 0).then_some(bytes)
}

fn value(symbol: u8) -> Option<u8> {
    Some(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_decoded_strictly() {
        for (text, bytes) in [("", &b""[..]), ("AA", b"\0"), ("_-8", b"\xff\xef"), ("aGVsbG8", b"hello")] {
            assert_eq!(base64url(text).as_deref().map(Vec::as_slice), Some(bytes), "{text}");
        }
        for text in ["A", "AB", "aGVsbG9", "aGVs bG8", "aGVsbG8=", "aGVs+G8/", "ñ"] {
            assert_eq!(base64url(text), None, "{text}");
        }
    }

    #[test]
    fn a_jwt_is_three_parts_of_which_the_first_two_are_signed() {
        let jwt = Jwt::parse("e30.eyJhIjoxfQ.c2ln").unwrap();
        assert_eq!((jwt.header.as_str(), jwt.payload.as_str()), ("{}", r#"{"a":1}"#));
        assert_eq!((jwt.signed, jwt.signature.expose()), ("e30.eyJhIjoxfQ", &b"sig"[..]));
        for jwt in ["", "a", ".", "e30.e30", "e30.e30.e30.e30", "e30.!.e30", "e30._-8.e30", "_-8.e30.e30"] {
            assert!(Jwt::parse(jwt).is_none(), "{jwt}");
        }
    }

    #[test]
    fn a_one_time_token_has_not_the_form_of_a_jwt() {
        assert!(is_jwt("e30.e30.c2ln"));
        for text in
            ["", "tpw:sample", "kli_sample", "a.b", "a..c", "a.b.c.d", "a.b.c.", "a.b.c%2Fd", "a b.c.d"]
        {
            assert!(!is_jwt(text), "{text}");
        }
    }
}
