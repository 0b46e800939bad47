//! Parameters in a query string, encoded as the official client does (contract §6.1).
//!
//! `null` and `undefined` are dropped, the empty string is kept; a flat list becomes `d[]=1&d[]=2`, anything deeper
//! `e[f]=1`.

use super::secret::Secret;

/// One parameter's value. Scalars are the text JavaScript would write; any of them may be a session id.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null` and `undefined`.
    Nothing,
    /// A string, number, boolean, or date in ISO form.
    Scalar(Secret),
    /// An array.
    List(Vec<Value>),
    /// A plain object, in its own order.
    Map(Vec<(String, Value)>),
}

/// Writes a map as a query string without the question mark; empty when nothing is left to send.
pub fn encode(members: &[(String, Value)]) -> Secret {
    let mut query = Secret::default();
    for (name, value) in members {
        match value {
            Value::List(items)
                if items.iter().all(|item| matches!(item, Value::Nothing | Value::Scalar(_))) =>
            {
                // A name that says already that it is a list is not told again.
                let name = name.strip_suffix("[]").unwrap_or(name);
                for item in items {
                    push(&mut query, &[name, "[]"], item);
                }
            }
            _ => push(&mut query, &[name], value),
        }
    }
    query
}

/// Appends `value` under the joined `name`, and what it holds under names that end in `[key]`.
fn push(query: &mut Secret, name: &[&str], value: &Value) {
    match value {
        Value::Nothing => {}
        Value::Map(members) => {
            for (key, value) in members {
                push(query, &below(name, key), value);
            }
        }
        Value::List(items) => {
            for (index, value) in items.iter().enumerate() {
                push(query, &below(name, &decimal(index)), value);
            }
        }
        Value::Scalar(text) => {
            if !query.expose().is_empty() {
                query.push_str("&");
            }
            for part in name {
                push_escaped(query, part);
            }
            query.push_str("=");
            push_escaped(query, text.expose());
        }
    }
}

/// The name of a member below `name`.
fn below<'a>(name: &[&'a str], key: &'a str) -> Vec<&'a str> {
    name.iter().copied().chain(["[", key, "]"]).collect()
}

/// `index` in decimal; `to_string` would pull the formatting machinery into the module, about 3 kB.
fn decimal(mut index: usize) -> String {
    let mut digits = String::new();
    loop {
        let digit = u32::try_from(index % 10).ok().and_then(|digit| char::from_digit(digit, 10));
        digits.insert(0, digit.unwrap_or('0'));
        index /= 10;
        if index == 0 {
            return digits;
        }
    }
}

/// `encodeURIComponent`, except that a space becomes `+` and `: $ , [ ]` stay as they are.
pub(super) fn push_escaped(query: &mut Secret, text: &str) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let hex = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
    for byte in text.bytes() {
        let mut room = [0; 4];
        if byte == b' ' {
            query.push_str("+");
        } else if byte.is_ascii_alphanumeric() || b"-_.!~*'():$,[]".contains(&byte) {
            query.push_str(char::from(byte).encode_utf8(&mut room));
        } else {
            query.push_str("%");
            query.push_str(hex(byte >> 4).encode_utf8(&mut room));
            query.push_str(hex(byte & 15).encode_utf8(&mut room));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> Value {
        Value::Scalar(Secret::new(text.to_owned()))
    }

    fn encoded(members: &[(&str, Value)]) -> String {
        let members: Vec<_> =
            members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        encode(&members).expose().to_owned()
    }

    #[test]
    fn nothing_is_dropped_and_the_empty_string_is_kept() {
        assert_eq!(encoded(&[("a", Value::Nothing), ("b", scalar("1")), ("c", scalar(""))]), "b=1&c=");
        assert_eq!(encoded(&[("a", Value::Nothing)]), "");
        assert_eq!(encoded(&[]), "");
    }

    #[test]
    fn lists_and_maps_are_written_with_brackets() {
        let list = Value::List(vec![scalar("1"), Value::Nothing, scalar("2")]);
        assert_eq!(encoded(&[("d", list.clone())]), "d[]=1&d[]=2");
        assert_eq!(encoded(&[("d[]", list.clone())]), "d[]=1&d[]=2");
        let map = Value::Map(vec![("f".to_owned(), scalar("1")), ("g".to_owned(), list)]);
        assert_eq!(encoded(&[("e", map.clone())]), "e[f]=1&e[g][0]=1&e[g][2]=2");
        assert_eq!(
            encoded(&[("h", Value::List(vec![scalar("0"), map]))]),
            "h[0]=0&h[1][f]=1&h[1][g][0]=1&h[1][g][2]=2"
        );
        let many = Value::Map(vec![("l".to_owned(), Value::List(vec![scalar("x"); 11]))]);
        assert!(encoded(&[("m", many)]).ends_with("&m[l][10]=x"));
    }

    #[test]
    fn reserved_characters_are_escaped_as_the_official_client_does() {
        assert_eq!(
            encoded(&[("q", scalar("a b+c@d:e[f],$g&h=i%j/k?l#m"))]),
            "q=a+b%2Bc%40d:e[f],$g%26h%3Di%25j%2Fk%3Fl%23m"
        );
        assert_eq!(encoded(&[("ü", scalar("日本"))]), "%C3%BC=%E6%97%A5%E6%9C%AC");
    }
}
