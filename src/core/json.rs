//! Writing parameters as JSON (RFC 8259). Browsers have `JSON.stringify` for JavaScript's objects; this is for typed ones,
//! and knows no more than they need.

use super::secret::Secret;

/// Writes members as an object of strings.
pub(crate) fn write(members: &[(&str, Secret)]) -> Secret {
    let mut json = Secret::default();
    json.push_str("{");
    for (index, (name, value)) in members.iter().enumerate() {
        json.push_str(if index == 0 { "" } else { "," });
        push_string(&mut json, name);
        json.push_str(":");
        push_string(&mut json, value.expose());
    }
    json.push_str("}");
    json
}

/// Adds members to an object that has none of these names.
pub(crate) fn extend(object: &Secret, members: &[(&str, Secret)]) -> Secret {
    let mut json = write(members);
    let rest = object.expose().trim_ascii_start().strip_prefix('{').unwrap_or("}");
    if rest.trim_ascii_start().starts_with('}') {
        return json;
    }
    json.pop();
    json.push_str(",");
    json.push_str(rest);
    json
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
