//! Writing JSON (RFC 8259): parameters of typed calls, what is stored and told, and what leaves as JavaScript's objects.
//!
//! An object that leaves is written here and parsed there: one loop for all of them, where setting member by member would
//! be a call through the boundary for each.

use super::{members::Member, secret::Secret};

/// Writes the members that are there as an object.
pub(crate) fn object(members: &[(&str, Member<'_>)]) -> Secret {
    let mut json = Secret::default();
    push_object(&mut json, members);
    json
}

/// Adds members to an object that has none of these names.
pub(crate) fn extend(object: &Secret, members: &[(&str, Member<'_>)]) -> Secret {
    let mut json = self::object(members);
    let rest = object.expose().trim_ascii_start().strip_prefix("{").unwrap_or("}");
    if rest.trim_ascii_start().bytes().next() == Some(b'}') {
        return json;
    }
    json.pop();
    json.push_str(",");
    json.push_str(rest);
    json
}

fn push_object(json: &mut Secret, members: &[(&str, Member<'_>)]) {
    json.push_ascii(b'{');
    let mut is_first = true;
    for (name, member) in members {
        if matches!(member, Member::Absent) {
            continue;
        }
        if !is_first {
            json.push_ascii(b',');
        }
        is_first = false;
        push_string(json, name);
        json.push_ascii(b':');
        push_member(json, *member);
    }
    json.push_ascii(b'}');
}

fn push_member(json: &mut Secret, member: Member<'_>) {
    match member {
        Member::Text(text) => push_string(json, text),
        Member::One(text) => {
            json.push_ascii(b'[');
            push_string(json, text);
            json.push_ascii(b']');
        }
        Member::Texts(texts) => {
            json.push_ascii(b'[');
            for (index, text) in texts.iter().enumerate() {
                if index > 0 {
                    json.push_ascii(b',');
                }
                push_string(json, text);
            }
            json.push_ascii(b']');
        }
        Member::Flag(flag) => json.push_str(if flag { "true" } else { "false" }),
        Member::Count(count) => json.push_number(count.into()),
        Member::Number(number) => push_number(json, number),
        Member::Members(members) => push_object(json, members),
        Member::Absent => json.push_str("null"),
    }
}

/// A number to its thousandths: no number that leaves is finer.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of what is told, none is larger"
)]
fn push_number(json: &mut Secret, number: f64) {
    if number < 0.0 {
        json.push_ascii(b'-');
    }
    let thousandths = (number.abs() * 1000.0) as u64;
    json.push_number(thousandths / 1000);
    if !thousandths.is_multiple_of(1000) {
        json.push_ascii(b'.');
        json.push_ascii(b'0' + (thousandths / 100 % 10) as u8);
        json.push_ascii(b'0' + (thousandths / 10 % 10) as u8);
        json.push_ascii(b'0' + (thousandths % 10) as u8);
    }
}

fn push_string(json: &mut Secret, text: &str) {
    json.push_ascii(b'"');
    let mut rest = text;
    while let Some((clean, special)) =
        rest.bytes().position(needs_escape).and_then(|at| rest.split_at_checked(at))
    {
        json.push_str(clean);
        let (special, after) = special.split_at_checked(1).unwrap_or_default();
        for letter in special.bytes() {
            json.push_ascii(b'\\');
            if letter < b' ' {
                json.push_str(if letter < 16 { "u000" } else { "u001" });
                let digit = letter % 16;
                json.push_ascii(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
            } else {
                json.push_ascii(letter);
            }
        }
        rest = after;
    }
    json.push_str(rest);
    json.push_ascii(b'"');
}

fn needs_escape(letter: u8) -> bool {
    letter < b' ' || letter == b'"' || letter == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_is_what_is_read() {
        let texts = ["a\"b\\c\n\u{1f}\0".to_owned(), "日本 ñ 🚀".to_owned(), String::new()];
        let inner = [("é", Member::Flag(true))];
        let written = object(&[
            ("text", Member::Text(&texts[0])),
            ("texts", Member::Texts(&texts)),
            ("one", Member::One("x")),
            ("flag", Member::Flag(false)),
            ("count", Member::Count(u32::MAX)),
            ("number", Member::Number(-1_790_000_000.0)),
            ("fraction", Member::Number(12.05)),
            ("members", Member::Members(&inner)),
            ("absent", Member::Absent),
        ]);
        let expected = json!({
            "text": texts[0], "texts": texts, "one": ["x"], "flag": false, "count": u32::MAX, "number": -1_790_000_000,
            "fraction": 12.05, "members": { "é": true },
        });
        assert_eq!(serde_json::from_str::<Value>(written.expose()).unwrap(), expected);
        assert_eq!(object(&[("absent", Member::Absent)]).expose(), "{}");
    }

    #[test]
    fn members_are_added_to_whatever_object_there_is() {
        for (own, extended) in
            [("{}", r#"{"a":"1"}"#), (" { } ", r#"{"a":"1"}"#), (r#"{"b":2}"#, r#"{"a":"1","b":2}"#)]
        {
            assert_eq!(extend(&own.into(), &[("a", Member::Text("1"))]).expose(), extended, "{own}");
        }
    }
}
