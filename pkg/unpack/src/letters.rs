//! Bytes as letters that a script can hold in quotes: the commonest are one letter each, the others two.
//!
//! The number of a letter is its place in the alphabet. The text begins with which bytes are the common ones: six to a
//! letter, the least first, a bit of its number each. Then come the bytes.

/// So many letters begin the name of a rarer byte; each other letter is a common one, in ascending order.
pub const PREFIXES: usize = 2;

/// So many bits does a letter hold of what the text begins with.
pub const BITS: usize = 6;

/// Letters are printable, and none ends or escapes a string or a script, whatever quotes a minifier takes.
pub const fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'$' | b'\'' | b'<' | b'\\' | b'`')
}

/// How many letters there are.
pub const LETTERS: usize = alphabet().1;

static NUMBERS: [u8; 128] = alphabet().0;

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "checked by the compiler, which runs it"
)]
const fn alphabet() -> ([u8; 128], usize) {
    let mut numbers = [0; 128];
    let mut count = 0;
    let mut letter = 0;
    while letter < 128 {
        if is_letter(letter as u8) {
            numbers[letter] = count as u8;
            count += 1;
        }
        letter += 1;
    }
    (numbers, count)
}

/// Reads a text into `bytes`; gives how many they are.
pub fn unletter(text: &[u8], bytes: &mut [u8]) -> usize {
    let mut letters = text.iter();
    let mut number = || {
        let letter = letters.next()?;
        NUMBERS.get(usize::from(*letter)).map(|number| usize::from(*number))
    };
    // What each letter stands for, and behind that what two of them do.
    let mut meanings = [0_u8; 1 << 9];
    let mut ends = [LETTERS, PREFIXES];
    let mut bits = 0;
    for byte in 0..=u8::MAX {
        if usize::from(byte) % BITS == 0 {
            bits = number().unwrap_or(0);
        }
        if let Some(end) = ends.get_mut(bits & 1) {
            if let Some(meaning) = meanings.get_mut(*end) {
                *meaning = byte;
            }
            *end += 1;
        }
        bits >>= 1;
    }
    let mut length = 0;
    while let Some(mut meaning) = number() {
        if meaning < PREFIXES {
            meaning = LETTERS * (meaning + 1) + number().unwrap_or(0);
        }
        if let (Some(byte), Some(meaning)) = (bytes.get_mut(length), meanings.get(meaning)) {
            *byte = *meaning;
        }
        length += 1;
    }
    length
}
