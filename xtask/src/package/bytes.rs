//! The bytes of the module as text in a script: printable ASCII and nothing else, so that it is the same in whatever encoding a
//! page has its scripts read, and whatever a minifier makes of escapes. `pkg/src/bytes.ts` reads it.

/// What bytes are mixed with. Of all numbers this leaves the text smallest after brotli: the commonest bytes of a module are in
/// the first group then.
const MASK: u8 = 9;

/// The letter that stands for the first byte of a group: before it are the quotes, and what begins other groups.
const FIRST: u8 = b'(';

/// How many bytes a group has: letters up to `}`.
const GROUP: u8 = 86;

/// The letters in front of one of the second and of the third group.
const SECOND: u8 = b'~';
const THIRD: u8 = b'!';

/// The script that holds the text.
pub(super) fn module_script(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 5 / 4);
    for byte in bytes {
        let mixed = byte ^ MASK;
        match mixed / GROUP {
            0 => {}
            1 => text.push(char::from(SECOND)),
            _ => text.push(char::from(THIRD)),
        }
        let letter = char::from(mixed % GROUP + FIRST);
        if letter == '\\' {
            text.push(letter);
        }
        text.push(letter);
    }
    let numbers = [("MASK", MASK), ("FIRST", FIRST), ("GROUP", GROUP), ("SECOND", SECOND), ("THIRD", THIRD)];
    let numbers = numbers.map(|(name, number)| format!("export const {name} = {number}\n")).concat();
    format!("{numbers}export const text = '{text}'\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(mixed: &[u8]) -> String {
        let script = module_script(&mixed.iter().map(|byte| byte ^ MASK).collect::<Vec<_>>());
        script.split_once("text = '").unwrap().1.trim_end().trim_end_matches('\'').to_owned()
    }

    #[test]
    fn a_byte_is_a_letter_with_one_before_it_unless_it_is_of_the_first_group() {
        assert_eq!(text_of(&[0, 85, 86, 171, 172, 255]), "(}~(~}!(!{");
        assert_eq!(text_of(&[b'\\' - FIRST]), r"\\");
    }

    #[test]
    fn every_byte_has_a_text_of_its_own_that_no_encoding_reads_otherwise() {
        let texts: std::collections::BTreeSet<_> = (0..=255).map(|byte| text_of(&[byte])).collect();
        assert_eq!(texts.len(), 256);
        assert!(
            texts
                .iter()
                .flat_map(|text| text.chars())
                .all(|letter| (' '..='~').contains(&letter) && letter != '\'')
        );
    }
}
