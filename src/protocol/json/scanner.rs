//! The grammar of JSON (RFC 8259): where a value ends, and whether it is one. What values say is read one level up.

/// How deep values may nest. Nothing that the service sends comes near it, and a hostile text must not use up the stack.
const MAX_DEPTH: u32 = 64;

/// Goes through a text. Where a function says that something is not there, the scanner is of no more use, except after
/// [`Scanner::skip_letter`].
pub(super) struct Scanner<'a> {
    /// What it has not gone through yet.
    pub(super) rest: &'a [u8],
}

impl Scanner<'_> {
    /// Whatever letter comes.
    pub(super) fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    pub(super) fn skip_letter(&mut self, letter: u8) -> bool {
        let is_it = self.rest.first() == Some(&letter);
        if is_it {
            self.skip();
        }
        is_it
    }

    pub(super) fn skip_space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// A value of any kind.
    pub(super) fn skip_value(&mut self) -> bool {
        self.skip_value_in(0)
    }

    fn skip_value_in(&mut self, depth: u32) -> bool {
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

    fn skip_items(&mut self, depth: u32, closing: u8) -> bool {
        if depth == MAX_DEPTH {
            return false;
        }
        self.skip();
        self.skip_space();
        if self.skip_letter(closing) {
            return true;
        }
        loop {
            if closing == b'}' {
                if !self.skip_string() {
                    return false;
                }
                self.skip_space();
                if !self.skip_letter(b':') {
                    return false;
                }
                self.skip_space();
            }
            if !self.skip_value_in(depth + 1) {
                return false;
            }
            self.skip_space();
            if !self.skip_letter(b',') {
                return self.skip_letter(closing);
            }
            self.skip_space();
        }
    }

    fn skip_word(&mut self, word: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or_default();
        rest.is_some()
    }

    fn skip_string(&mut self) -> bool {
        if !self.skip_letter(b'"') {
            return false;
        }
        self.rest = self.rest.get(plain_start(self.rest)..).unwrap_or_default();
        loop {
            self.rest = match self.rest {
                [b'"', ..] => return self.skip_letter(b'"'),
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

/// Whether there is an escape in a string.
#[expect(
    clippy::manual_contains,
    reason = "for that the standard library searches by words of the machine, in more code"
)]
pub(super) fn has_escape(inner: &[u8]) -> bool {
    inner.get(plain_start(inner)..).is_some_and(|rest| rest.iter().any(|letter| *letter == b'\\'))
}

/// How many bytes of a string's rest, if not more, have nothing in them that [`are_plain`] looks for: a token has a thousand
/// letters, and is gone through several times.
fn plain_start(rest: &[u8]) -> usize {
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
    // The highest bit of a byte that is less, or of one above it, which is no matter: then there is one.
    let less = |letters: u64, than: u64| letters.wrapping_sub(EACH * than) & !letters;
    let is_any = |letter: u8| less(letters ^ (EACH * u64::from(letter)), 1);
    (less(letters, 0x20) | is_any(b'"') | is_any(b'\\')) & (EACH * 0x80) == 0
}
