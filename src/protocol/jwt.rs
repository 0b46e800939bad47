//! The parts of a JWT in compact form (RFC 7515 §7.1). Nothing here judges their content.

use super::{
    secret::{SecretBytes, Wiped},
    text,
};

/// A JWT, taken apart.
pub struct Jwt<'a> {
    /// The header's JSON.
    pub header: Wiped<String>,
    /// The payload's JSON. It may hold the session id.
    pub payload: Wiped<String>,
    /// The part of the JWT that is signed.
    pub signed: &'a str,
    /// The signature.
    pub signature: SecretBytes,
}

impl<'a> Jwt<'a> {
    /// Takes a JWT apart. None unless it has three parts in strict base64url, and the first two are UTF-8.
    pub fn parse(jwt: &'a str) -> Option<Self> {
        let (signed, signature) = text::rsplit_once(jwt, b'.')?;
        let (header, payload) = text::split_once(signed, b'.')?;
        let json = |part| base64url(part)?.into_text();
        // A JWT with more dots has one in its payload here, which is no base64url.
        Some(Self {
            header: json(header)?,
            payload: json(payload)?,
            signed,
            signature: base64url(signature)?,
        })
    }
}

/// Whether a text has the form of a JWT. The service's one-time tokens (protocol.md#one-time-tokens) never have it.
pub fn is_jwt(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| value(byte) < NO_SYMBOL);
    text::split(text, b'.').count() == 3 && text::split(text, b'.').all(is_part)
}

/// Decodes base64url without padding (RFC 4648 §5). It accepts only one text for the same bytes.
pub(super) fn base64url(text: &str) -> Option<SecretBytes> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = SecretBytes::new(vec![0; text.len() * 3 / 4]);
    let mut places = bytes.expose_mut().iter_mut();
    let (mut buffer, mut bits, mut all) = (0_u32, 0, 0);
    for symbol in text.bytes() {
        let value = value(symbol);
        all |= value;
        buffer = (buffer << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            *places.next()? = (buffer >> bits & 0xff) as u8;
        }
    }
    // The bits that are left over must be zero. Otherwise two different texts would be the same token.
    (all < NO_SYMBOL && buffer & ((1 << bits) - 1) == 0).then_some(bytes)
}

/// The value of a byte that is no symbol. It has a bit that the value of no symbol has.
const NO_SYMBOL: u8 = 64;

/// The value of every byte. A token has about a thousand symbols in a random order, which no processor can predict. So a table is
/// several times as fast as comparisons.
#[expect(clippy::indexing_slicing, reason = "what is out of reach here does not compile")]
const VALUES: [u8; 256] = {
    let symbols = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [NO_SYMBOL; 256];
    let mut value = 0;
    while value < NO_SYMBOL {
        values[symbols[value as usize] as usize] = value;
        value += 1;
    }
    values
};

fn value(symbol: u8) -> u8 {
    VALUES.get(usize::from(symbol)).copied().unwrap_or(NO_SYMBOL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_decoded_strictly() {
        for (text, bytes) in [("", &b""[..]), ("AA", b"\0"), ("_-8", b"\xff\xef"), ("aGVsbG8", b"hello")] {
            assert_eq!(base64url(text).unwrap().expose(), bytes, "{text}");
        }
        for text in ["A", "AB", "aGVsbG9", "aGVs bG8", "aGVsbG8=", "aGVs+G8/", "ñ"] {
            assert!(base64url(text).is_none(), "{text}");
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
