//! Parameters in a query string, encoded as the official client does (contract §6.1).
//!
//! `null` and `undefined` are dropped, the empty string is kept. What nests is flattened: a list of values under its name
//! with `[]`, all else under the name of each member.

use super::{json::Json, secret::Secret};
use crate::Error;

/// A parameter's name, and its value as the text that JavaScript would write; none of `null`. Any may be a session id.
pub type Pair = (String, Option<Secret>);

const UNSENDABLE: Error = Error::InvalidParams(
    "the parameters cannot be put into a query string: they nest too deep, or hold half a character",
);

/// The pairs of parameters, which are a JSON object.
///
/// Errors: `invalid_params`.
pub fn pairs(params: &Secret) -> Result<Vec<Pair>, Error> {
    let mut pairs = Vec::new();
    let params = Json::object(params.expose()).ok_or(UNSENDABLE)?;
    for (name, value) in params.items() {
        let name = name.text().ok_or(UNSENDABLE)?;
        let name = name.expose();
        let is_plain = |item: Json<'_>| !item.is_object() && !item.is_list();
        if value.is_list() && value.items().all(|(_, item)| is_plain(item)) {
            // A name that says already that it is a list does not say it twice.
            let mut name = name.strip_suffix("[]").unwrap_or(name).to_owned();
            name.push_str("[]");
            for (_, item) in value.items() {
                push(&mut pairs, &name, item)?;
            }
        } else {
            push(&mut pairs, name, value)?;
        }
    }
    Ok(pairs)
}

fn push(pairs: &mut Vec<Pair>, name: &str, value: Json<'_>) -> Result<(), Error> {
    let is_list = value.is_list();
    if is_list || value.is_object() {
        for (number, (key, item)) in value.items().enumerate() {
            let mut index = Secret::default();
            if is_list {
                index.push_number(number as u64);
            } else {
                index = key.text().ok_or(UNSENDABLE)?;
            }
            let mut inner = name.to_owned();
            for part in ["[", index.expose(), "]"] {
                inner.push_str(part);
            }
            push(pairs, &inner, item)?;
        }
        return Ok(());
    }
    let text = if value.is_null() {
        None
    } else if value.as_str().bytes().next() == Some(b'"') {
        Some(value.text().ok_or(UNSENDABLE)?)
    } else {
        Some(value.as_str().into())
    };
    pairs.push((name.to_owned(), text));
    Ok(())
}

/// Adds pairs to a URL that has no query yet, if any is left to send.
pub fn append(url: &mut Secret, pairs: &[Pair]) {
    let query = encode(pairs);
    if !query.expose().is_empty() {
        url.push_str("?");
        url.push_str(query.expose());
    }
}

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
pub(crate) fn push_escaped(query: &mut Secret, text: &str) {
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
    fn what_nests_is_flattened_as_the_official_client_does() {
        let flat = |params: &str| pairs(&params.into()).map(|pairs| encode(&pairs).expose().to_owned());
        for (params, expected) in [
            ("{}", ""),
            (r#"{"a":null,"b":"","c":true,"d":1.5,"e":"x y"}"#, "b=&c=true&d=1.5&e=x+y"),
            (r#"{"d":["1",2,null]}"#, "d[]=1&d[]=2"),
            (r#"{"d[]":["1"]}"#, "d[]=1"),
            (r#"{"d":[]}"#, ""),
            (r#"{"e":{"f":1,"g":{"h":[3]}}}"#, "e[f]=1&e[g][h][0]=3"),
            (r#"{"l":[{"a":1},[2]]}"#, "l[0][a]=1&l[1][0]=2"),
        ] {
            assert_eq!(flat(params).as_deref(), Ok(expected), "{params}");
        }
        let deep = |depth| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(flat(&deep(60)).is_ok());
        for params in [&deep(100), r#"{"a":"\ud800"}"#, r#"{"\ud800":1}"#] {
            assert_eq!(flat(params).map_err(Error::code), Err("invalid_params"));
        }
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
