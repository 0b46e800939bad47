//! Writes bytes as text that a script can hold and that compresses well.
//!
//! The commonest bytes are one letter each, the others two: in hexadecimal digits every byte is two, and compressing does
//! not make up for it (4 % of the package with brotli, 10 % with gzip). The format, and its reader, is `pkg/unpack`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::Result;
use loginrocket_unpack::{BITS, LETTERS, PREFIXES, is_letter};

/// The text for these bytes.
pub(super) fn encode(bytes: &[u8]) -> Result<String> {
    let letters: Vec<u8> = (0..=u8::MAX).filter(|byte| is_letter(*byte)).collect();
    let (prefixes, singles) = letters.split_at(PREFIXES);
    let singles = singles.iter().map(|letter| vec![*letter]);
    let pairs = prefixes.iter().flat_map(|prefix| letters.iter().map(|letter| vec![*prefix, *letter]));
    let (common, rare) = by_frequency(bytes, LETTERS - PREFIXES);

    let mut text = Vec::with_capacity(bytes.len() * 3 / 2);
    let all: Vec<u8> = (0..=u8::MAX).collect();
    for group in all.chunks(BITS) {
        let number = group.iter().rev().fold(0, |bits, byte| bits << 1 | usize::from(common.contains(byte)));
        text.extend(letters.get(number));
    }
    let names: BTreeMap<u8, Vec<u8>> =
        common.into_iter().zip(singles).chain(rare.into_iter().zip(pairs)).collect();
    text.extend(bytes.iter().filter_map(|byte| names.get(byte)).flatten());
    Ok(String::from_utf8(text)?)
}

/// The `count` commonest bytes and the others, each in ascending order.
fn by_frequency(bytes: &[u8], count: usize) -> (Vec<u8>, Vec<u8>) {
    let mut uses: BTreeMap<u8, usize> = (0..=u8::MAX).map(|byte| (byte, 0)).collect();
    for byte in bytes {
        uses.entry(*byte).and_modify(|uses| *uses += 1);
    }
    let mut order: Vec<u8> = uses.keys().copied().collect();
    order.sort_by_key(|byte| Reverse(uses.get(byte)));
    let mut rare = order.split_off(count);
    order.sort_unstable();
    rare.sort_unstable();
    (order, rare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loginrocket_unpack::unletter;

    fn decode(text: &str) -> Vec<u8> {
        let mut bytes = vec![0; text.len()];
        let length = unletter(text.as_bytes(), &mut bytes);
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn every_byte_comes_back() {
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.extend(b"a module has some bytes more often than others: \0\0\0\0\x20\x20\x20\x41\x41");
        let text = encode(&bytes).unwrap();
        assert_eq!(decode(&text), bytes);
        assert_eq!(decode(&encode(b"").unwrap()), b"");
    }

    #[test]
    fn common_bytes_are_one_letter_and_none_needs_quoting() {
        let bytes = [[7_u8; 100], [90; 100]].concat();
        let text = encode(&bytes).unwrap();
        assert_eq!(text.len(), 256_usize.div_ceil(BITS) + bytes.len());
        assert!(text.bytes().all(is_letter), "{text}");
        assert!(!text.contains(['"', '\'', '\\', '$', '`', '<', '\n']), "{text}");
    }

    #[test]
    fn a_text_that_is_cut_gives_less_and_does_no_harm() {
        let text = encode(b"a module").unwrap();
        for length in 0..text.len() {
            assert!(decode(text.get(..length).unwrap()).len() < 8);
        }
        assert_eq!(unletter(text.as_bytes(), &mut []), 8);
    }
}
