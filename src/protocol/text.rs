//! Looking for single letters in text. The standard library's patterns do the same, with searchers for everything that a
//! pattern can be: 4 kB of the module.

/// The text before the first such letter, which is ASCII, and after it.
pub(crate) fn split_once(text: &str, letter: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().position(|other| other == letter)?)
}

/// The text before the last such letter and after it.
pub(crate) fn rsplit_once(text: &str, letter: u8) -> Option<(&str, &str)> {
    around(text, text.bytes().rposition(|other| other == letter)?)
}

fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.split_at_checked(1)?.1))
}

/// The text before the first such letter, or all of it.
pub(crate) fn before(text: &str, letter: u8) -> &str {
    split_once(text, letter).map_or(text, |(before, _)| before)
}

/// The parts between such letters; one if there are none.
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
