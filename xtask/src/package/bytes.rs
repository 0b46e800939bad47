//! The bytes of the module as text in a script.

/// What turns the commonest bytes of a module into letters that need no escape in a script.
const MASK: u8 = 0x40;

/// The bytes as text: one letter for each, which one line reads. No letter is above U+00FF, so that engines keep the whole
/// script in one byte a letter.
pub(super) fn module_script(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut bytes = bytes.iter().map(|byte| char::from(byte ^ MASK)).peekable();
    while let Some(letter) = bytes.next() {
        match letter {
            '\\' | '\'' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            // A digit after it would make it another escape.
            '\0' if bytes.peek().is_some_and(char::is_ascii_digit) => text.push_str("\\x00"),
            '\0' => text.push_str("\\0"),
            letter => text.push(letter),
        }
    }
    format!("export const MASK = {MASK}\nexport const text = '{text}'\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_one_letter_and_what_ends_a_text_is_escaped() {
        let masked = |letters: &str| letters.bytes().map(|byte| byte ^ MASK).collect::<Vec<_>>();
        assert!(module_script(&masked("aé")).contains("text = 'aÃ©'"));
        assert!(module_script(&masked("\\'\n\r")).contains(r"text = '\\\'\n\r'"));
        assert!(module_script(&masked("\0a\u{0}1")).contains(r"text = '\0a\x001'"));
    }
}
