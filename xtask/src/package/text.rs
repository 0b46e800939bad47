//! Writes bytes as text that a script can hold and that compresses well.
//!
//! The commonest bytes are one letter each, the others two: in hexadecimal digits every byte is two, and compressing does
//! not make up for it (4 % of the package with brotli, 10 % with gzip). `pkg/bytes.js` reads it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// Printable, and nothing that ends or escapes a string or a script, whatever quotes a minifier takes.
fn letters() -> Vec<u8> {
    (b' '..=b'~').filter(|letter| !b"\"$'<\\`".contains(letter)).collect()
}

/// So many letters begin the name of a rarer byte; each other letter is a common one.
const PREFIXES: usize = 2;

/// The text: first one letter for each common byte in ascending order, the number of rarer bytes before it since the last
/// one; then the bytes.
pub(super) fn encode(bytes: &[u8]) -> Result<String> {
    let letters = letters();
    let (prefixes, singles) = letters.split_at(PREFIXES);
    let (common, rare) = by_frequency(bytes, singles.len());

    let mut text = Vec::with_capacity(bytes.len() * 3 / 2);
    let mut next = 0;
    for byte in &common {
        let Some(gap) = letters.get(usize::from(byte - next)) else {
            bail!("{} rare bytes in a row: the alphabet has no letter for that number", byte - next);
        };
        text.push(*gap);
        next = byte.wrapping_add(1);
    }
    let pairs = prefixes.iter().flat_map(|prefix| letters.iter().map(|letter| vec![*prefix, *letter]));
    let names: BTreeMap<u8, Vec<u8>> = common
        .into_iter()
        .zip(singles.iter().map(|letter| vec![*letter]))
        .chain(rare.into_iter().zip(pairs))
        .collect();
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

    /// As `pkg/bytes.js` does it.
    fn decode(text: &str) -> Vec<u8> {
        let letters = letters();
        let mut numbers =
            text.bytes().map(|letter| letters.iter().position(|known| *known == letter).unwrap());
        let (mut common, mut rare) = (Vec::new(), Vec::new());
        let mut bytes = 0..=u8::MAX;
        for _ in PREFIXES..letters.len() {
            rare.extend(bytes.by_ref().take(numbers.next().unwrap()));
            common.extend(bytes.next());
        }
        rare.extend(bytes);
        let mut decoded = Vec::new();
        while let Some(number) = numbers.next() {
            decoded.push(match number.checked_sub(PREFIXES) {
                Some(number) => common[number],
                None => rare[number * letters.len() + numbers.next().unwrap()],
            });
        }
        decoded
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
        assert_eq!(text.len(), letters().len() - PREFIXES + bytes.len());
        assert!(text.bytes().all(|letter| letters().contains(&letter)), "{text}");
        assert!(!text.contains(['"', '\'', '\\', '$', '`', '<', '\n']), "{text}");
    }
}
