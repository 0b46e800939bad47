//! Text that nobody may see. It is printed as `[secret]`, wiped when it is dropped, and has no `==`.

use core::fmt;
use std::rc::Rc;

/// A value that is wiped when it is dropped. In the npm module the allocator wipes every block, so there this does nothing.
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
/// Clones share the text, which is wiped when the last clone is dropped. So a secret is only one pointer, which makes the module a
/// tenth smaller.
#[derive(Clone, Default)]
pub struct Secret(Rc<Wiped<String>>);

impl Secret {
    /// Takes over the text, so that the caller keeps no copy.
    pub fn new(text: String) -> Self {
        Self::from_wiped(wiped(text))
    }

    pub(crate) fn from_wiped(text: Wiped<String>) -> Self {
        Self(Rc::new(text))
    }

    /// Joins parts into one secret.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut whole = Builder::default();
        for part in parts {
            whole.push_str(part);
        }
        whole.finish()
    }

    /// Whether it is the same secret. There is no `==`, so that no secret is compared by accident.
    pub fn is(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }

    /// A digest (FNV-1a), which recognises the secret after the secret itself was wiped. Ids and tokens are long and random, so a
    /// digest reveals nothing of them.
    pub(crate) fn digest(&self) -> u64 {
        let mix = |digest: u64, byte: u8| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.expose().bytes().fold(0xcbf2_9ce4_8422_2325, mix)
    }

    /// The text itself. A review must look at every use of this.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Bytes of a secret, such as a token's signature: printed as `[secret]`, wiped when dropped.
#[derive(Clone)]
pub struct SecretBytes(Wiped<Vec<u8>>);

impl SecretBytes {
    /// Takes over the bytes.
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(wiped(bytes))
    }

    /// The bytes themselves. A review must look at every use of this.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, for writing.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// The bytes as text. None if they are not UTF-8; then they are wiped.
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

/// A text in the making, which becomes a secret. When a `String` grows, its old memory keeps a copy of the text. This wipes the
/// old memory.
#[derive(Default)]
pub(crate) struct Builder(Wiped<String>);

impl Builder {
    /// Appends a text.
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

    /// Appends one ASCII letter.
    pub(crate) fn push_ascii(&mut self, letter: u8) {
        self.push(char::from(letter));
    }

    /// Appends a character.
    pub(crate) fn push(&mut self, character: char) {
        self.make_room(4);
        self.0.push(character);
    }

    /// Appends a number in decimal. The standard library's formatting would be larger than all code that uses this.
    pub(crate) fn push_number(&mut self, number: u64) {
        if number > 9 {
            self.push_number(number / 10);
        }
        self.push_ascii(b'0' + (number % 10) as u8);
    }

    /// The finished text.
    pub(crate) fn finish(self) -> Secret {
        Secret::from_wiped(self.0)
    }

    /// The finished text, as a value that may be moved out of the engine.
    #[cfg(any(not(target_arch = "wasm32"), feature = "npm"))]
    pub(crate) fn into_text(self) -> Wiped<String> {
        self.0
    }
}

/// A text in the making, for code that writes bytes, such as a serialiser.
#[cfg(any(feature = "web", feature = "native"))]
#[derive(Default)]
pub(crate) struct Writing(Wiped<Vec<u8>>);

#[cfg(any(feature = "web", feature = "native"))]
impl Writing {
    /// The finished text. None if it is not UTF-8.
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
