//! The grammar of JSON (RFC 8259): where a value ends, and whether it is one. What values say is read one level up.

/// How deep values may nest. Nothing that the service sends comes near it, and a hostile text must not use up the stack.
const MAX_DEPTH: u32 = 64;

/// Walks through a text. A function gives `false` where the text is not what it skips. The scanner is of no more use then, except
/// after [`Scanner::skip_mark`].
pub(super) struct Scanner<'a> {
    /// What it has not gone through yet.
    pub(super) rest: &'a [u8],
}

impl Scanner<'_> {
    /// Skips space, and this letter if it comes after that.
    pub(super) fn skip_mark(&mut self, mark: u8) -> bool {
        while let [first, rest @ ..] = self.rest {
            if *first == mark {
                self.rest = rest;
                return true;
            }
            if !is_space(*first) {
                break;
            }
            self.rest = rest;
        }
        false
    }

    pub(super) fn skip_space(&mut self) {
        while let [first, rest @ ..] = self.rest
            && is_space(*first)
        {
            self.rest = rest;
        }
    }

    /// Skips a value of any kind, and space before it.
    pub(super) fn skip_value(&mut self) -> bool {
        self.skip_value_in(0)
    }

    fn skip_value_in(&mut self, depth: u32) -> bool {
        self.skip_space();
        match self.rest {
            [b'"', ..] => self.skip_string(),
            [b'{', ..] => self.skip_items(depth, b'}'),
            [b'[', ..] => self.skip_items(depth, b']'),
            [b't', ..] => self.skip_word(b"true"),
            [b'f', ..] => self.skip_word(b"false"),
            [b'n', ..] => self.skip_word(b"null"),
            _ => self.skip_number(),
        }
    }

    /// Skips the next letter, whatever it is.
    fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    fn skip_items(&mut self, depth: u32, closing: u8) -> bool {
        if depth == MAX_DEPTH {
            return false;
        }
        self.skip();
        if self.skip_mark(closing) {
            return true;
        }
        loop {
            let is_named = closing == b']' || self.skip_string() && self.skip_mark(b':');
            if !is_named || !self.skip_value_in(depth + 1) {
                return false;
            }
            if !self.skip_mark(b',') {
                return self.skip_mark(closing);
            }
        }
    }

    fn skip_word(&mut self, word: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or_default();
        rest.is_some()
    }

    fn skip_string(&mut self) -> bool {
        if !self.skip_mark(b'"') {
            return false;
        }
        self.rest = self.rest.get(plain_start(self.rest)..).unwrap_or_default();
        loop {
            self.rest = match self.rest {
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return true;
                }
                [b'\\', b'u', digits @ ..] => match digits.split_first_chunk::<4>() {
                    Some((digits, rest)) if digits.iter().all(u8::is_ascii_hexdigit) => rest,
                    _ => return false,
                },
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => rest,
                [] | [b'\\' | 0..=0x1f, ..] => return false,
                [_, rest @ ..] => rest,
            }
        }
    }

    fn skip_number(&mut self) -> bool {
        self.skip_letter(b'-');
        if !self.skip_letter(b'0') && !self.skip_digits() || self.skip_letter(b'.') && !self.skip_digits() {
            return false;
        }
        if let [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            if !self.skip_letter(b'+') {
                self.skip_letter(b'-');
            }
            return self.skip_digits();
        }
        true
    }

    fn skip_letter(&mut self, letter: u8) -> bool {
        let rest = self.rest.strip_prefix(&[letter]);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// At least one digit.
    fn skip_digits(&mut self) -> bool {
        let mut is_any = false;
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
            is_any = true;
        }
        is_any
    }
}

fn is_space(letter: u8) -> bool {
    matches!(letter, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether there is an escape in a string.
#[expect(
    clippy::manual_contains,
    reason = "for that the standard library searches by words of the machine, in more code"
)]
pub(super) fn has_escape(inner: &[u8]) -> bool {
    inner.get(plain_start(inner)..).is_some_and(|rest| rest.iter().any(|letter| *letter == b'\\'))
}

/// How many bytes at the start are plain, counted by whole words; the first byte that is not may come up to seven bytes later. A
/// token has a thousand letters and is scanned several times, so most of it is scanned by words.
pub(super) fn plain_start(rest: &[u8]) -> usize {
    let (words, _) = rest.as_chunks();
    let mut length = 0;
    for word in words {
        if !are_plain(*word) {
            break;
        }
        length += word.len();
    }
    length
}

/// Whether none of these bytes of a string is a quotation mark, a backslash or a control character.
fn are_plain(letters: [u8; 8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let letters = u64::from_ne_bytes(letters);
    // The highest bit of a byte is set if the byte is less, or if a byte below it was. Either way one is less.
    let less = |letters: u64, than: u64| letters.wrapping_sub(EACH * than) & !letters;
    let is_any = |letter: u8| less(letters ^ (EACH * u64::from(letter)), 1);
    (less(letters, 0x20) | is_any(b'"') | is_any(b'\\')) & (EACH * 0x80) == 0
}
