//! Passwords: hashing, comparing, and the realm's policy (protocol.md#passwords).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;

use crate::locale::Text;
use crate::settings::{CharKind, Settings};
use crate::state::Secret;

/// Hashes a password with a fresh salt.
pub(crate) fn hash(password: &str, settings: &Settings, rng: &mut dyn CryptoRng) -> Option<Secret> {
    let memory = settings.assumptions.password_hash_kib.max(Params::MIN_M_COST);
    let params = Params::new(memory, 1, 1, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut salt = [0_u8; 16];
    rng.fill_bytes(&mut salt);
    let hash: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(Secret::new(hash.to_string()))
}

/// Whether a password is the one that was hashed. The hash says with which parameters.
pub(crate) fn matches(password: &str, hash: &Secret) -> bool {
    PasswordHash::new(hash.reveal())
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a text is a hash that passwords can be compared with.
pub(crate) fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str().starts_with("argon2"))
}

/// What the realm's policy has against a password. `inputs` are the person's own words, which make a guess easy.
pub(crate) fn objections(password: &str, inputs: &[&str], settings: &Settings) -> Vec<Text> {
    let mut objections = Vec::new();
    let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
    if length < settings.password_min_length {
        objections.push(Text::PasswordTooShort(settings.password_min_length));
    }
    let missing =
        settings.password_required_chars.iter().any(|kind| !password.chars().any(|char| is(char, *kind)));
    if missing {
        objections.push(Text::PasswordLacksCharacters);
    }
    let weak = || u8::from(zxcvbn::zxcvbn(password, inputs).score()) < settings.password_min_complexity;
    if settings.password_min_complexity > 0 && weak() {
        objections.push(Text::PasswordTooSimple);
    }
    objections
}

fn is(char: char, kind: CharKind) -> bool {
    match kind {
        CharKind::Lower => char.is_lowercase(),
        CharKind::Upper => char.is_uppercase(),
        CharKind::Digit => char.is_numeric(),
        CharKind::Symbol => !char.is_alphanumeric(),
    }
}
