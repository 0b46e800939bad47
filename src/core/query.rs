//! Parameters in a query string, encoded as the official client does (contract §6.1).
//!
//! Names come as they stand there: what nests in JavaScript's objects is flattened where those are read. `null` and
//! `undefined` are dropped, the empty string is kept.

use super::secret::Secret;

/// A parameter's name, and its value as the text that JavaScript would write; none of `null`. Any may be a session id.
pub type Pair = (String, Option<Secret>);

/// Writes pairs as a query string without the question mark; empty when nothing is left to send.
pub fn encode(pairs: &[Pair]) -> Secret {
    let mut query = Secret::default();
    for (name, value) in pairs {
        if let Some(value) = value {
            if !query.expose().is_empty() {
                query.push_str("&");
            }
            push_escaped(&mut query, name);
            query.push_str("=");
            push_escaped(&mut query, value.expose());
        }
    }
    query
}

/// `encodeURIComponent`, except that a space becomes `+` and `: $ , [ ]` stay as they are.
pub(super) fn push_escaped(query: &mut Secret, text: &str) {
    let hex = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble };
    for byte in text.bytes() {
        if byte == b' ' {
            query.push_ascii(b'+');
        } else if byte.is_ascii_alphanumeric() || b"-_.!~*'():$,[]".contains(&byte) {
            query.push_ascii(byte);
        } else {
            query.push_ascii(b'%');
            query.push_ascii(hex(byte >> 4));
            query.push_ascii(hex(byte & 15));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(pairs: &[(&str, Option<&str>)]) -> String {
        let pair = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(Secret::from));
        encode(&pairs.iter().map(pair).collect::<Vec<_>>()).expose().to_owned()
    }

    #[test]
    fn nothing_is_dropped_and_the_empty_string_is_kept() {
        assert_eq!(encoded(&[("a", None), ("b", Some("1")), ("c", Some(""))]), "b=1&c=");
        assert_eq!(encoded(&[("a", None)]), "");
        assert_eq!(encoded(&[]), "");
    }

    #[test]
    fn reserved_characters_are_escaped_as_the_official_client_does() {
        assert_eq!(
            encoded(&[("q", Some("a b+c@d:e[f],$g&h=i%j/k?l#m"))]),
            "q=a+b%2Bc%40d:e[f],$g%26h%3Di%25j%2Fk%3Fl%23m"
        );
        assert_eq!(encoded(&[("ü", Some("日本"))]), "%C3%BC=%E6%97%A5%E6%9C%AC");
        assert_eq!(encoded(&[("d[]", Some("1")), ("e[f]", Some("2"))]), "d[]=1&e[f]=2");
    }
}
