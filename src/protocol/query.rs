//! Parameters in a query string, encoded as the official client does (protocol.md#official-calls).
//!
//! `null` and `undefined` are dropped, the empty string is kept. Nested values are flattened. A list of plain values goes under
//! its name with `[]`. The members of anything else go under its name with their own name in brackets.

use super::{
    json::Json,
    secret::{Builder, Secret, decimal},
    text,
};
use crate::{Error, Misuse};

const UNSENDABLE: Error = Error::InvalidParams(Misuse::ParamsNotFlat);

/// A URL in the making. It gets a query if there are parameters. It is a secret, because a parameter may be a session id.
pub struct Query {
    url: Builder,
    separator: u8,
}

impl Query {
    /// Starts with a URL without a query, which is given in parts.
    pub fn of(url: &[&str]) -> Self {
        let mut query = Self { url: Builder::default(), separator: b'?' };
        for part in url {
            query.url.push_str(part);
        }
        query
    }

    /// The whole URL.
    pub fn finish(self) -> Secret {
        self.url.finish()
    }

    /// Adds a segment to the path, in which any letter is allowed. Call it before the first parameter.
    pub fn push_segment(&mut self, text: &str) {
        push_escaped(&mut self.url, text);
    }

    /// Adds a parameter.
    pub fn add(&mut self, name: &str, value: &str) {
        self.url.push_ascii(self.separator);
        self.separator = b'&';
        push_escaped(&mut self.url, name);
        self.url.push_ascii(b'=');
        push_escaped(&mut self.url, value);
    }

    /// Adds the members of a JSON object as parameters.
    ///
    /// Errors: `invalid_params`.
    pub fn add_all(&mut self, params: &Secret) -> Result<(), Error> {
        let params = Json::object(params.expose()).ok_or(UNSENDABLE)?;
        for (name, value) in params.items() {
            let name = name.text().ok_or(UNSENDABLE)?;
            let name = name.expose();
            let is_plain = |item: Json<'_>| !item.is_object() && !item.is_list();
            if value.is_list() && value.items().all(|(_, item)| is_plain(item)) {
                // A name that ends in `[]` already does not get it a second time.
                let name = Secret::of(&[name.strip_suffix("[]").unwrap_or(name), "[]"]);
                for (_, item) in value.items() {
                    self.add_value(name.expose(), item)?;
                }
            } else {
                self.add_value(name, value)?;
            }
        }
        Ok(())
    }

    fn add_value(&mut self, name: &str, value: Json<'_>) -> Result<(), Error> {
        let is_list = value.is_list();
        if is_list || value.is_object() {
            for (number, (key, item)) in (0..).zip(value.items()) {
                let key = if is_list { decimal(number) } else { key.text().ok_or(UNSENDABLE)? };
                self.add_value(Secret::of(&[name, "[", key.expose(), "]"]).expose(), item)?;
            }
        } else if value.as_str().bytes().next() == Some(b'"') {
            self.add(name, value.text().ok_or(UNSENDABLE)?.expose());
        } else if !value.is_null() {
            self.add(name, value.as_str());
        }
        Ok(())
    }
}

/// A parameter's name, and its value if it has one.
pub type Pair = (String, Option<Secret>);

/// Writes pairs as a query string without the question mark; empty when nothing is left to send.
pub fn encode(pairs: &[Pair]) -> Secret {
    let mut query = Query::of(&[]);
    for (name, value) in pairs {
        if let Some(value) = value {
            query.add(name, value.expose());
        }
    }
    query.finish().expose().trim_start_matches('?').into()
}

/// `encodeURIComponent`, except that a space becomes `+` and `: $ , [ ]` stay as they are.
fn push_escaped(query: &mut Builder, text: &str) {
    let hex = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble };
    for byte in text.bytes() {
        if byte == b' ' {
            query.push_ascii(b'+');
        } else if byte.is_ascii_alphanumeric() || text::has("-_.!~*'():$,[]", byte) {
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

    fn encoded(pairs: &[(&str, &str)]) -> String {
        let mut query = Query::of(&["/"]);
        for (name, value) in pairs {
            query.add(name, value);
        }
        query.finish().expose().to_owned()
    }

    #[test]
    fn nothing_is_dropped_and_the_empty_string_is_kept() {
        assert_eq!(encoded(&[("b", "1"), ("c", "")]), "/?b=1&c=");
        assert_eq!(encoded(&[]), "/");
    }

    #[test]
    fn what_nests_is_flattened_as_the_official_client_does() {
        let flat = |params: &str| {
            let mut query = Query::of(&["/"]);
            query.add_all(&params.into()).map(|()| query.finish().expose().to_owned())
        };
        for (params, expected) in [
            ("{}", "/"),
            (r#"{"a":null}"#, "/"),
            (r#"{"a":null,"b":"","c":true,"d":1.5,"e":"x y"}"#, "/?b=&c=true&d=1.5&e=x+y"),
            (r#"{"d":["1",2,null]}"#, "/?d[]=1&d[]=2"),
            (r#"{"d[]":["1"]}"#, "/?d[]=1"),
            (r#"{"d":[]}"#, "/"),
            (r#"{"e":{"f":1,"g":{"h":[3]}}}"#, "/?e[f]=1&e[g][h][0]=3"),
            (r#"{"l":[{"a":1},[2]]}"#, "/?l[0][a]=1&l[1][0]=2"),
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
            encoded(&[("q", "a b+c@d:e[f],$g&h=i%j/k?l#m")]),
            "/?q=a+b%2Bc%40d:e[f],$g%26h%3Di%25j%2Fk%3Fl%23m"
        );
        assert_eq!(encoded(&[("ü", "日本")]), "/?%C3%BC=%E6%97%A5%E6%9C%AC");
        assert_eq!(encoded(&[("d[]", "1"), ("e[f]", "2")]), "/?d[]=1&e[f]=2");
    }
}
