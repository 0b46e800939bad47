//! Writing parameters as JSON (RFC 8259). Browsers have `JSON.stringify` for JavaScript's objects; this is for typed ones,
//! and knows no more than they need.

use super::{query::Value, secret::Secret};

/// Writes members as an object. What is not set is left out; scalars are strings.
pub(super) fn write(members: &[(String, Value)]) -> Secret {
    let mut json = Secret::default();
    push_object(&mut json, members);
    json
}

fn push(json: &mut Secret, value: &Value) {
    match value {
        Value::Nothing => json.push_str("null"),
        Value::Scalar(text) => push_string(json, text.expose()),
        Value::Map(members) => push_object(json, members),
        Value::List(items) => {
            json.push_str("[");
            for (index, item) in items.iter().enumerate() {
                json.push_str(if index == 0 { "" } else { "," });
                push(json, item);
            }
            json.push_str("]");
        }
    }
}

fn push_object(json: &mut Secret, members: &[(String, Value)]) {
    let present = members.iter().filter(|(_, value)| !matches!(value, Value::Nothing));
    json.push_str("{");
    for (index, (name, value)) in present.enumerate() {
        json.push_str(if index == 0 { "" } else { "," });
        push_string(json, name);
        json.push_str(":");
        push(json, value);
    }
    json.push_str("}");
}

fn push_string(json: &mut Secret, text: &str) {
    json.push_str("\"");
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\0'..='\u{1f}' => {
                json.push_str("\\u00");
                json.push_str(if c < '\u{10}' { "0" } else { "1" });
                let digit = char::from_digit(u32::from(c) % 16, 16).unwrap_or('0');
                json.push_str(digit.encode_utf8(&mut [0; 4]));
            }
            _ => json.push_str(c.encode_utf8(&mut [0; 4])),
        }
    }
    json.push_str("\"");
}
