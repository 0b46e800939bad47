//! Ids and opaque tokens in the forms of protocol.md#identifiers.
//!
//! Callers may rely on the prefix only; the rest is random.

use rand_core::CryptoRng;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The first two of the 22 characters: real ids are ordered by time and begin like this.
const GENERATION: &str = "0w";

/// A new id: `usr` gives `usr_0w…`.
pub(crate) fn fresh(prefix: &str, rng: &mut dyn CryptoRng) -> String {
    format!("{prefix}_{GENERATION}{}", random(20, rng))
}

/// A new opaque one-time token: `tpw` gives `tpw:…`.
pub(crate) fn opaque(prefix: &str, rng: &mut dyn CryptoRng) -> String {
    format!("{prefix}:{GENERATION}{}", random(30, rng))
}

/// That many random characters out of 62, each equally likely.
pub(crate) fn random(length: usize, rng: &mut dyn CryptoRng) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0_u8; 32];
        rng.fill_bytes(&mut bytes);
        // Six bits of each byte; 62 and 63 name no character and are drawn again.
        let characters = bytes.iter().filter_map(|byte| BASE62.get(usize::from(byte & 63)));
        text.extend(characters.take(length - text.len()).map(|&character| char::from(character)));
    }
    text
}
