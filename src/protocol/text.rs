//! Shared text, and functions that search a text for a single letter. The standard library could search as well, but its
//! searchers for all kinds of patterns would add 4 kB to the module.

use super::secret::Secret;
use core::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};

/// Text that is no secret. Clones share it, and it is only one pointer, like a [`Secret`]. Half of the values in an engine are
/// text.
#[derive(Clone, Default)]
pub struct Text(Secret);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.expose()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

/// It is compared, ordered and hashed as a `str` is, so that a map with such keys can be searched with a `str`.
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<Secret> for Text {
    fn from(text: Secret) -> Self {
        Self(text)
    }
}

impl AsRef<Secret> for Text {
    fn as_ref(&self) -> &Secret {
        &self.0
    }
}

impl AsRef<Secret> for Secret {
    fn as_ref(&self) -> &Secret {
        self
    }
}

impl From<Text> for Secret {
    fn from(Text(text): Text) -> Self {
        text
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

/// Reads a decimal number without a sign. The standard library would add a separate function for each type of number.
pub(crate) fn decimal(digits: &str) -> Option<u64> {
    if digits.is_empty() { None } else { with_digits(0, digits) }
}

/// Appends more decimal digits to a number. None if they are no digits, or the number is too large.
pub(crate) fn with_digits(number: u64, digits: &str) -> Option<u64> {
    let mut number = number;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        // This is checked before the product. A checked product would need 128 bits, which WebAssembly does not have.
        if digit > 9 || number > u64::MAX / 10 {
            return None;
        }
        number = (number * 10).checked_add(digit.into())?;
    }
    Some(number)
}

/// The position of the first such letter. The standard library's own search in a slice compares whole machine words. That is much
/// code, and our texts are too short for it.
pub(crate) fn find(text: &str, letter: u8) -> Option<usize> {
    text.bytes().position(|other| other == letter)
}

/// Whether the text has such a letter.
pub(crate) fn has(text: &str, letter: u8) -> bool {
    find(text, letter).is_some()
}

/// The text before and after the first such letter, which must be ASCII.
pub(crate) fn split_once(text: &str, letter: u8) -> Option<(&str, &str)> {
    around(text, find(text, letter)?)
}

/// The text before and after the last such letter.
pub(crate) fn rsplit_once(text: &str, letter: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().rposition(|other| other == letter)?)
}

fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.split_at_checked(1)?.1))
}

/// The text before the first such letter. Without such a letter, the whole text.
pub(crate) fn before(text: &str, letter: u8) -> &str {
    split_once(text, letter).map_or(text, |(before, _)| before)
}

/// The parts between such letters. Without such a letter, one part.
pub(crate) fn split(text: &str, letter: u8) -> impl Iterator<Item = &str> {
    Parts { rest: Some(text), letter }
}

struct Parts<'a> {
    rest: Option<&'a str>,
    letter: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        let Some((part, rest)) = split_once(rest, self.letter) else { return Some(rest) };
        self.rest = Some(rest);
        Some(part)
    }
}

/// The text without such letters at its end.
pub(crate) fn trim_end(text: &str, letter: u8) -> &str {
    let mut text = text;
    while let Some((before, "")) = rsplit_once(text, letter) {
        text = before;
    }
    text
}

/// The text without such letters at its start.
pub(crate) fn trim_start(text: &str, letter: u8) -> &str {
    let mut text = text;
    while let Some(("", after)) = split_once(text, letter) {
        text = after;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};

    const SAMPLES: [&str; 5] = ["", "a", "ab", "b", "ñ/日/🚀"];

    #[test]
    fn it_reads_and_prints_as_what_it_was_made_of() {
        for sample in SAMPLES {
            for text in [Text::from(sample), sample.to_owned().into(), Secret::from(sample).into()] {
                assert_eq!(&*text, sample);
                assert_eq!(format!("{text} {text:?}"), format!("{sample} {sample:?}"));
                assert_eq!(Secret::from(text).expose(), sample);
            }
        }
        assert_eq!(Text::default(), "");
    }

    #[test]
    fn it_is_compared_as_what_it_says() {
        for one in SAMPLES {
            for other in SAMPLES {
                let (text, another, owned) = (Text::from(one), Text::from(other), other.to_owned());
                assert_eq!(text == another, one == other, "{one} {other}");
                assert_eq!(text == *other, one == other, "{one} {other}");
                assert_eq!(text == other, one == other, "{one} {other}");
                assert_eq!(text == owned, one == other, "{one} {other}");
                assert_eq!(text.cmp(&another), one.cmp(other), "{one} {other}");
                assert_eq!(text.partial_cmp(&another), one.partial_cmp(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_number_is_decimal_digits_that_fit() {
        for (digits, number) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("99999999999999999999", None),
            ("", None),
            ("+1", None),
            ("-1", None),
            ("1 ", None),
            ("1e3", None),
            ("١", None),
        ] {
            assert_eq!(decimal(digits), number, "{digits}");
        }
    }

    #[test]
    fn it_is_found_in_a_map_by_what_it_says() {
        let numbered = || SAMPLES.into_iter().map(Text::from).zip(0..);
        let (sorted, hashed) =
            (numbered().collect::<BTreeMap<_, _>>(), numbered().collect::<HashMap<_, _>>());
        for (sample, number) in SAMPLES.into_iter().zip(0..) {
            assert_eq!((sorted.get(sample), hashed.get(sample)), (Some(&number), Some(&number)), "{sample}");
        }
        assert_eq!((sorted.get("c"), hashed.get("c")), (None, None));
    }

    #[test]
    fn clones_share_it_and_it_is_one_pointer() {
        let text = Text::from("sample");
        assert!(std::ptr::eq(&raw const *text, &raw const *text.clone()));
        assert_eq!(size_of::<Option<Text>>(), size_of::<usize>());
    }

    #[test]
    fn it_is_as_with_the_standard_library() {
        for text in ["", "/", "//", "a", "a/", "/a", "a/b", "//a//b//", "ñ/日/🚀"] {
            assert_eq!(split_once(text, b'/'), text.split_once('/'), "{text}");
            assert_eq!(rsplit_once(text, b'/'), text.rsplit_once('/'), "{text}");
            assert!(split(text, b'/').eq(text.split('/')), "{text}");
            assert_eq!(before(text, b'/'), text.split('/').next().unwrap(), "{text}");
            assert_eq!(trim_end(text, b'/'), text.trim_end_matches('/'), "{text}");
            assert_eq!(trim_start(text, b'/'), text.trim_start_matches('/'), "{text}");
        }
    }
}
