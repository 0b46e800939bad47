//! Writes JSON into one text. When the text grows, its old memory is wiped.

use super::{
    super::secret::{Builder, Secret},
    scanner::plain_start,
};

/// Writes one JSON value after the other, with the commas between them.
#[derive(Default)]
pub struct Writer {
    json: Builder,
    /// Whether the next value needs a comma before it.
    is_after: bool,
}

impl Writer {
    /// The finished text.
    pub fn finish(self) -> Secret {
        self.json.finish()
    }

    /// The finished text, as it is passed to a script.
    #[cfg(any(not(target_arch = "wasm32"), feature = "npm"))]
    pub fn into_text(self) -> super::super::secret::Wiped<String> {
        self.json.into_text()
    }

    fn separate(&mut self) {
        if self.is_after {
            self.json.push_ascii(b',');
        }
        self.is_after = true;
    }

    /// Opens a list or an object.
    pub fn open(&mut self, bracket: u8) {
        self.separate();
        self.json.push_ascii(bracket);
        self.is_after = false;
    }

    /// Closes a list or an object.
    pub fn close(&mut self, bracket: u8) {
        self.json.push_ascii(bracket);
        self.is_after = true;
    }

    /// Writes a member's name. Its value must follow.
    pub fn name(&mut self, name: &str) {
        self.text(name);
        self.value();
    }

    /// Marks the text that was written last as a name. Its value must follow.
    pub fn value(&mut self) {
        self.json.push_ascii(b':');
        self.is_after = false;
    }

    /// Writes a string.
    pub fn text(&mut self, text: &str) {
        self.separate();
        push_string(&mut self.json, text);
    }

    /// Writes a number without sign or fraction.
    pub fn number(&mut self, number: u64) {
        self.separate();
        self.json.push_number(number);
    }

    /// Writes a whole number below zero, which is given without its sign.
    pub fn negative(&mut self, amount: u64) {
        self.separate();
        self.json.push_ascii(b'-');
        self.json.push_number(amount);
    }

    /// Writes a text that is JSON already, such as `null`.
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.json.push_str(json);
    }

    /// Writes a member whose value is a string.
    pub fn member(&mut self, name: &str, text: &str) {
        self.name(name);
        self.text(text);
    }
}

/// Where the first letter is that must be escaped.
fn first_special(text: &[u8]) -> Option<usize> {
    let start = plain_start(text);
    let is_special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
    text.get(start..)?.iter().position(is_special).map(|at| start + at)
}

fn push_string(json: &mut Builder, text: &str) {
    json.push_ascii(b'"');
    let mut rest = text;
    while let Some(at) = first_special(rest.as_bytes()) {
        let Some((plain, after)) = rest.split_at_checked(at) else { break };
        json.push_str(plain);
        let Some((special, after)) = after.split_at_checked(1) else { break };
        for byte in special.bytes() {
            json.push_ascii(b'\\');
            if byte < b' ' {
                json.push_str(if byte < 16 { "u000" } else { "u001" });
                let digit = byte % 16;
                json.push_ascii(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
            } else {
                json.push_ascii(byte);
            }
        }
        rest = after;
    }
    json.push_str(rest);
    json.push_ascii(b'"');
}
