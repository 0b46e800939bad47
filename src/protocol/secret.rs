//! Text that must not be seen: printed as `[secret]`, wiped when dropped, not comparable.

use core::fmt;
use std::rc::Rc;

/// What is wiped when it goes. In the npm module the allocator does that with every block, and once is enough.
#[cfg(not(all(target_arch = "wasm32", feature = "npm")))]
pub(crate) type Wiped<T> = zeroize::Zeroizing<T>;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub(crate) type Wiped<T> = T;

#[cfg(not(all(target_arch = "wasm32", feature = "npm")))]
pub(super) fn wiped<T: zeroize::Zeroize>(secret: T) -> Wiped<T> {
    zeroize::Zeroizing::new(secret)
}
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub(super) fn wiped<T>(secret: T) -> Wiped<T> {
    secret
}

/// A password, a session id, a token, or text that contains one.
///
/// Clones share the text: it is wiped when the last one goes, and a secret is one pointer wherever it stands, which is a
/// tenth of the module.
#[derive(Clone, Default)]
pub struct Secret(Rc<Wiped<String>>);

impl Secret {
    /// Takes the text over; the caller keeps no copy.
    pub fn new(text: String) -> Self {
        Self::from_wiped(wiped(text))
    }

    pub(crate) fn from_wiped(text: Wiped<String>) -> Self {
        Self(Rc::new(text))
    }

    /// Of parts, one after the other.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut whole = Builder::default();
        for part in parts {
            whole.push_str(part);
        }
        whole.finish()
    }

    /// Whether it is the same secret. There is no `==`, so that comparing is a decision.
    pub fn is(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }

    /// What it is recognised by when it must not be held any longer (FNV-1a). Ids and tokens are long and random, so that a
    /// digest gives nothing of them away.
    pub(crate) fn digest(&self) -> u64 {
        let mix = |digest: u64, byte: u8| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.expose().bytes().fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// The text itself. Every use of this is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Bytes of a secret, such as a token's signature: printed as `[secret]`, wiped when dropped.
#[derive(Clone)]
pub struct SecretBytes(Wiped<Vec<u8>>);

impl SecretBytes {
    /// Takes the bytes over.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(wiped(bytes))
    }

    /// The bytes themselves. Every use of this is a place to look at in a review.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The same, to be filled.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The text that they are, if they are UTF-8. What is no text is wiped all the same.
    pub(crate) fn into_text(mut self) -> Option<Wiped<String>> {
        let bytes: &mut Vec<u8> = &mut self.0;
        match String::from_utf8(std::mem::take(bytes)) {
            Ok(text) => Some(wiped(text)),
            Err(error) => {
                drop(Self::new(error.into_bytes()));
                None
            }
        }
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Text in the making, which becomes a secret. Where a `String` would leave its old memory behind when it grows, this wipes
/// it.
#[derive(Default)]
pub(crate) struct Builder(Wiped<String>);

impl Builder {
    /// Appends.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.make_room(text.len());
        self.0.push_str(text);
    }

    fn make_room(&mut self, more: usize) {
        let needed = self.0.len() + more;
        if needed > self.0.capacity() {
            let mut larger = wiped(String::with_capacity(needed.max(self.0.len() * 2).max(256)));
            larger.push_str(&self.0);
            self.0 = larger;
        }
    }

    /// Appends a letter of ASCII: of JSON every other one stands alone.
    pub(crate) fn push_ascii(&mut self, letter: u8) {
        self.push(char::from(letter));
    }

    /// Appends a character.
    pub(crate) fn push(&mut self, character: char) {
        self.make_room(4);
        self.0.push(character);
    }

    /// Appends a number in decimal; formatting it the standard way would take more of the module than all who use this.
    pub(crate) fn push_number(&mut self, number: u64) {
        if number > 9 {
            self.push_number(number / 10);
        }
        self.push_ascii(b'0' + (number % 10) as u8);
    }

    /// The whole.
    pub(crate) fn finish(self) -> Secret {
        Secret::from_wiped(self.0)
    }

    /// The same, which may be moved out of the engine.
    #[cfg(any(not(target_arch = "wasm32"), feature = "npm"))]
    pub(crate) fn into_text(self) -> Wiped<String> {
        self.0
    }
}

/// A JSON text in the making, for a serialiser that writes bytes.
#[cfg(any(feature = "web", feature = "native"))]
#[derive(Default)]
pub(crate) struct Writing(Wiped<Vec<u8>>);

#[cfg(any(feature = "web", feature = "native"))]
impl Writing {
    /// The whole, if it is UTF-8.
    pub(crate) fn finish(self) -> Option<Secret> {
        std::str::from_utf8(&self.0).ok().map(Secret::from)
    }
}

#[cfg(any(feature = "web", feature = "native"))]
impl std::io::Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = wiped(Vec::with_capacity(needed.max(self.0.len() * 2).max(256)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A number in decimal.
pub(crate) fn decimal(number: u64) -> Secret {
    let mut text = Builder::default();
    text.push_number(number);
    text.finish()
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self::new(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_a_secret_never_shows_it() {
        let secret = Secret::new("correct horse".to_owned());
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "[secret] Some([secret])");
        assert_eq!(secret.expose(), "correct horse");
        let bytes = SecretBytes::new(vec![7, 8]);
        assert_eq!((format!("{bytes:?}").as_str(), bytes.expose()), ("[secret]", &[7, 8][..]));
    }

    #[test]
    fn a_digest_tells_secrets_apart() {
        let digests =
            ["kss_sample1", "kss_sample2", "2kss_sample", ""].map(|text| Secret::from(text).digest());
        assert_eq!(digests[0], Secret::from("kss_sample1").digest());
        assert!((1..4).all(|at| !digests[..at].contains(&digests[at])));
    }

    #[cfg(feature = "native")]
    #[test]
    fn bytes_in_the_making_become_a_secret_if_they_are_utf_8() {
        use std::io::Write as _;
        let text = "ab,cdef,ghijklmno,ñ,".repeat(100);
        let mut writing = Writing::default();
        text.as_bytes().chunks(7).for_each(|chunk| writing.write_all(chunk).unwrap());
        assert_eq!(writing.finish().unwrap().expose(), text);
        let mut writing = Writing::default();
        writing.write_all(&[0xff]).unwrap();
        assert!(writing.finish().is_none());
    }

    #[test]
    fn a_text_in_the_making_grows_without_losing_any_of_it() {
        let text = "ab,cdef,ghijklmno,".repeat(100);
        let parts: Vec<_> = text.split_inclusive(',').collect();
        assert_eq!(Secret::of(&parts).expose(), text);
    }
}
