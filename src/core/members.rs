//! Members of objects that leave: one type for all kinds, so that one loop writes them.

use serde::{Serialize, Serializer};

/// A member; serialised as what it holds.
#[derive(Clone, Copy)]
pub enum Member<'a> {
    /// A string.
    Text(&'a str),
    /// Strings.
    Texts(&'a [String]),
    /// A list of one string.
    One(&'a str),
    /// A boolean.
    Flag(bool),
    /// A number without sign or fraction.
    Count(u32),
    /// Any other number.
    Number(f64),
    /// An object.
    Members(&'a [(&'a str, Member<'a>)]),
    /// Not there.
    Absent,
}

impl<'a> From<&'a Option<String>> for Member<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().map_or(Member::Absent, Member::Text)
    }
}

impl From<Option<u32>> for Member<'_> {
    fn from(count: Option<u32>) -> Self {
        count.map_or(Member::Absent, Member::Count)
    }
}

impl From<Option<f64>> for Member<'_> {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Member::Absent, Member::Number)
    }
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Member::Text(text) => serializer.serialize_str(text),
            Member::Texts(texts) => serializer.collect_seq(*texts),
            Member::One(text) => serializer.collect_seq([text]),
            Member::Flag(flag) => serializer.serialize_bool(*flag),
            Member::Count(count) => serializer.serialize_u32(*count),
            Member::Number(number) => serializer.serialize_f64(*number),
            Member::Members(members) => write(serializer, members),
            Member::Absent => serializer.serialize_unit(),
        }
    }
}

/// Writes the members that are there.
pub fn write<S: Serializer>(serializer: S, members: &[(&str, Member<'_>)]) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().filter(|(_, member)| !matches!(member, Member::Absent)).copied())
}
