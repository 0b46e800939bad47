//! Reading and writing JSON (RFC 8259), without a tree.
//!
//! A [`Json`] is the text of one value, checked as a whole when it was parsed; members are looked for in the text when they
//! are asked for. So a token's payload is judged from the very bytes that were signed, and nothing of it stays behind.

mod scanner;
mod writer;

use scanner::{Scanner, has_escape};
pub use writer::Writer;

use super::{
    secret::{Builder, Secret},
    text::{self, Text},
};

/// The largest whole number that JavaScript's numbers hold exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The text of one JSON value that is well-formed. Of two members with one name the last counts, as in JavaScript.
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a str);

impl Json<'static> {
    /// `null`.
    pub const NULL: Self = Self("null");
}

impl<'a> Json<'a> {
    /// Checks a text; none unless it is one JSON value.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner { rest: text.as_bytes() };
        scanner.skip_space();
        let start = text.len() - scanner.rest.len();
        if !scanner.skip_value() {
            return None;
        }
        let end = text.len() - scanner.rest.len();
        scanner.skip_space();
        if scanner.rest.is_empty() { text.get(start..end).map(Self) } else { None }
    }

    /// The same, if it is an object.
    pub fn object(text: &'a str) -> Option<Self> {
        Self::parse(text).filter(|json| json.starts_with(b'{'))
    }

    /// The text itself.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.starts_with(b'{')
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.starts_with(b'[')
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == "null"
    }

    /// Whether it is `true`.
    pub fn is_true(self) -> bool {
        self.0 == "true"
    }

    fn starts_with(self, letter: u8) -> bool {
        self.0.as_bytes().first() == Some(&letter)
    }

    /// The values of a list, or the values of an object's members with their names; nothing of any other value.
    pub fn items(self) -> Items<'a> {
        Items {
            text: self.0,
            scanner: Scanner { rest: self.0.as_bytes().get(1..).unwrap_or_default() },
            is_object: self.is_object(),
            is_over: !self.is_object() && !self.is_list(),
        }
    }

    /// A member of an object, whatever it holds.
    pub fn get(self, name: &str) -> Option<Json<'a>> {
        let [found] = self.find(&[name]);
        found
    }

    /// Members of an object, whatever they hold: all of them in one go through its text.
    pub fn find<const COUNT: usize>(self, names: &[&str; COUNT]) -> [Option<Json<'a>>; COUNT] {
        let mut found = [None; COUNT];
        self.find_all(names, &mut found);
        found
    }

    fn find_all(self, names: &[&str], found: &mut [Option<Json<'a>>]) {
        if !self.is_object() {
            return;
        }
        for (own, value) in self.items() {
            let inner = own.inner();
            let has_escape = inner.is_some_and(has_escape);
            let is_it = |name: &&str| if has_escape { own.is(name) } else { inner == Some(name.as_bytes()) };
            if let Some(found) = names.iter().position(is_it).and_then(|at| found.get_mut(at)) {
                *found = Some(value);
            }
        }
    }

    /// The text of a string; none of any other value, and of a string that no UTF-8 can hold.
    pub fn text(self) -> Option<Secret> {
        self.inner()?;
        let inner = self.0.get(1..self.0.len() - 1)?;
        if !has_escape(inner.as_bytes()) {
            return Some(Secret::new(inner.to_owned()));
        }
        unescape(inner)
    }

    /// The same as a string, for what is no secret.
    pub fn string(self) -> Option<Text> {
        self.text().map(Text::from)
    }

    /// What stands between the quotation marks of a string.
    fn inner(self) -> Option<&'a [u8]> {
        // Where one opens another one closes: the text was checked.
        if let [b'"', inner @ .., _] = self.0.as_bytes() { Some(inner) } else { None }
    }

    /// Whether it is that string.
    pub fn is(self, text: &str) -> bool {
        match self.inner() {
            // No escape is as short as what it stands for.
            Some(inner) if inner.len() <= text.len() => inner == text.as_bytes() && !text::has(text, b'\\'),
            Some(_) => self.text().is_some_and(|own| own.expose() == text),
            None => false,
        }
    }

    /// A number without sign or fraction, as far as JavaScript's numbers hold it exactly, however it is written.
    pub fn number(self) -> Option<u64> {
        let (mantissa, exponent) = match self.0.bytes().position(|byte| byte == b'e' || byte == b'E') {
            Some(at) => (self.0.get(..at)?, exponent(self.0.get(at + 1..)?)?),
            None => (self.0, 0),
        };
        let (whole, fraction) = text::split_once(mantissa, b'.').unwrap_or((mantissa, ""));
        let fraction = text::trim_end(fraction, b'0');
        let mut scale = exponent - i32::try_from(fraction.len()).ok()?;
        // A sign is no digit.
        let mut number = text::with_digits(text::decimal(whole)?, fraction)?;
        while scale < 0 {
            if !number.is_multiple_of(10) {
                return None;
            }
            number /= 10;
            scale += 1;
        }
        while scale > 0 && number > 0 && number <= MAX_SAFE_INTEGER {
            number *= 10;
            scale -= 1;
        }
        (number <= MAX_SAFE_INTEGER).then_some(number)
    }

    /// A member that is a string.
    pub fn text_of(self, name: &str) -> Option<Secret> {
        self.get(name)?.text()
    }

    /// The same, for what is no secret.
    pub fn string_of(self, name: &str) -> Option<Text> {
        self.get(name)?.string()
    }

    /// Whether a member is that string.
    pub fn says(self, name: &str, text: &str) -> bool {
        self.get(name).is_some_and(|value| value.is(text))
    }

    /// The strings of a member that is a list; none if it is no list.
    pub fn strings_of(self, name: &str) -> Vec<Text> {
        let mut strings = Vec::new();
        for (_, item) in self.list_of(name) {
            if let Some(string) = item.string() {
                strings.push(string);
            }
        }
        strings
    }

    /// The items of a member that is a list; none if it is no list.
    pub fn list_of(self, name: &str) -> Items<'a> {
        self.get(name).filter(|value| value.is_list()).unwrap_or(Json("null")).items()
    }
}

/// The values in a list, or in an object with their names.
pub struct Items<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    is_object: bool,
    is_over: bool,
}

impl<'a> Items<'a> {
    /// The value that comes next; the text was checked.
    fn value(&mut self) -> Option<Json<'a>> {
        self.scanner.skip_space();
        let start = self.at();
        if !self.scanner.skip_value() {
            return None;
        }
        self.text.get(start..self.at()).map(Json)
    }

    fn at(&self) -> usize {
        self.text.len() - self.scanner.rest.len()
    }
}

impl<'a> Iterator for Items<'a> {
    /// The name, which is the text of a string (of a list's item, the item itself), and the value.
    type Item = (Json<'a>, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        // Where a list or an object is empty, there is no value.
        let first = self.value()?;
        let mut value = first;
        if self.is_object {
            self.scanner.skip_mark(b':');
            value = self.value()?;
        }
        self.is_over = !self.scanner.skip_mark(b',');
        Some((first, value))
    }
}

/// An exponent; one that is out of every reach is as good as none that fits.
fn exponent(text: &str) -> Option<i32> {
    // The text was checked: one sign stands there at most.
    let is_negative = text::has(text, b'-');
    let digits = text::trim_start(text::trim_start(text, b'-'), b'+');
    let size = i32::try_from(text::decimal(digits)?).ok().filter(|size| *size <= 400)?;
    Some(if is_negative { -size } else { size })
}

/// The text of a string between its quotation marks; none where half a character is left over.
fn unescape(inner: &str) -> Option<Secret> {
    let mut text = Builder::default();
    let mut rest = inner;
    while let Some(at) = text::find(rest, b'\\') {
        text.push_str(rest.get(..at)?);
        let (letter, after) = (*rest.as_bytes().get(at + 1)?, rest.get(at + 2..)?);
        rest = after;
        let plain = match letter {
            b'u' => {
                let (character, after) = escaped(rest)?;
                text.push(character);
                rest = after;
                continue;
            }
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            other => other,
        };
        text.push_ascii(plain);
    }
    text.push_str(rest);
    Some(text.finish())
}

/// The character of an escape after its `\u`, which may need a second one, and what comes after it.
fn escaped(text: &str) -> Option<(char, &str)> {
    // The text was checked: these are hexadecimal digits.
    let digit = |letter: u8| u32::from(letter & 15) + if letter > b'9' { 9 } else { 0 };
    let unit = |text: &str| Some(text.get(..4)?.bytes().fold(0, |unit, letter| unit << 4 | digit(letter)));
    let (first, rest) = (unit(text)?, text.get(4..)?);
    if !(0xd800..0xe000).contains(&first) {
        return Some((char::from_u32(first)?, rest));
    }
    let second = rest.strip_prefix("\\u")?;
    let low = unit(second).filter(|unit| (0xdc00..0xe000).contains(unit))?;
    let high = first.checked_sub(0xd800).filter(|high| *high < 0x400)?;
    Some((char::from_u32(0x1_0000 + (high << 10) + (low - 0xdc00))?, second.get(4..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn json(text: &str) -> Json<'_> {
        Json::parse(text).unwrap()
    }

    #[test]
    fn every_letter_at_every_place_of_a_string_is_judged_as_by_serde() {
        for letter in (0..0x100).filter_map(char::from_u32) {
            for place in 0..18 {
                let mut text = "x".repeat(18);
                text.insert(place, letter);
                let text = format!("[\"{text}\",1]");
                let expected = serde_json::from_str::<Value>(&text).is_ok();
                assert_eq!(Json::parse(&text).is_some(), expected, "{letter:?} at {place}");
            }
        }
    }

    #[test]
    fn well_formed_values_parse_and_others_do_not() {
        for text in [
            "{}",
            " [ ] ",
            "null",
            "0",
            "-0.5e+7",
            "\"\"",
            "{\"a\":[1,{\"b\":null}]}",
            "\"\\u00e9\\n\"",
            "[1 , 2]",
        ] {
            assert!(Json::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            " ",
            "{",
            "}",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "nul",
            "tru",
            "'a'",
            "\"a",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "[] []",
            "{\"a\":1,}",
            "[1 2]",
            "NaN",
            "\u{feff}{}",
        ] {
            assert!(Json::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_use_up_the_stack() {
        assert!(Json::parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_some());
        assert!(Json::parse(&format!("{}{}", "[".repeat(65), "]".repeat(65))).is_none());
        assert!(Json::parse(&"[".repeat(1_000_000)).is_none());
    }

    #[test]
    fn the_last_of_two_members_with_one_name_counts_and_names_may_be_escaped() {
        let object = json(r#"{"a":1,"b":"x","a":2,"\u0063":3,"d\"":4}"#);
        let number = |name| object.get(name).and_then(Json::number);
        assert_eq!([number("a"), number("c"), number("d\""), number("x")], [Some(2), Some(3), Some(4), None]);
        assert!(object.says("b", "x") && !object.says("b", "y") && !object.says("a", "2"));
        assert!(json("[1]").get("0").is_none());
    }

    #[test]
    fn strings_are_unescaped_and_half_characters_are_none() {
        for (text, expected) in [
            (r#""a\"\\\/\b\f\n\r\t""#, Some("a\"\\/\u{8}\u{c}\n\r\t")),
            (r#""\u00e9\ud83d\ude80x""#, Some("é🚀x")),
            (r#""日本""#, Some("日本")),
            (r#""\ud83d""#, None),
            (r#""\ud83dx""#, None),
            (r#""\ude80""#, None),
            (r#""\ud83d\u0041""#, None),
            ("7", None),
        ] {
            assert_eq!(json(text).string().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_and_exact_however_they_are_written() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1790000000", Some(1_790_000_000)),
            ("1790000000.0", Some(1_790_000_000)),
            ("1.79e9", Some(1_790_000_000)),
            ("17900000000E-1", Some(1_790_000_000)),
            ("9007199254740991", Some(9_007_199_254_740_991)),
            ("0e999999999", None),
            ("9007199254740992", None),
            ("1e400", None),
            ("0e400", Some(0)),
            ("7.000000000000000000000000000000", Some(7)),
            ("70000000000000000000000000000e-28", None),
            ("1.5", None),
            ("15e-1", None),
            ("-1", None),
            ("99999999999999999999999999", None),
            ("\"1\"", None),
            ("true", None),
        ] {
            assert_eq!(json(text).number(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let mut writer = Writer::default();
        writer.open(b'[');
        writer.number(7);
        writer.open(b'{');
        writer.member("a\"b\\c\n\u{1f}\0", "日本 ñ 🚀");
        writer.name("list");
        writer.open(b'[');
        writer.close(b']');
        writer.close(b'}');
        writer.raw("null");
        writer.text("");
        writer.close(b']');
        let expected = serde_json::json!([7, { "a\"b\\c\n\u{1f}\0": "日本 ñ 🚀", "list": [] }, null, ""]);
        assert_eq!(serde_json::from_str::<Value>(writer.finish().expose()).unwrap(), expected);
    }

    /// What another reader makes of a value, as far as this one says it.
    fn agrees(json: Json<'_>, value: &Value) -> bool {
        match value {
            Value::Null => json.is_null(),
            Value::Bool(flag) => json.is_true() == *flag,
            Value::Number(number) => {
                json.number() == number.as_u64().filter(|number| *number <= MAX_SAFE_INTEGER)
            }
            Value::String(text) => json.string().as_deref() == Some(text.as_str()) && json.is(text),
            Value::Array(list) => {
                json.items().count() == list.len()
                    && json.items().zip(list).all(|((_, own), value)| agrees(own, value))
            }
            Value::Object(map) => map.iter().all(|(name, value)| agrees(json.get(name).unwrap(), value)),
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_what_another_library_writes(value in value()) {
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert!(agrees(Json::parse(&text).unwrap(), &value), "{}", text);
            }
        }

        #[test]
        fn it_takes_nothing_that_another_library_refuses(text in r#"[\[\]{}:,"\\0-9a-f.eE+\- ]{0,12}"#) {
            if Json::parse(&text).is_some() {
                prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
            }
        }
    }
}
