//! The keys of a realm (protocol.md#keys): reading them, and when to ask for them (again). Pure: time comes with each
//! call.

use super::{
    config::Agent,
    endpoint::Method,
    json::Json,
    jwt::base64url,
    request::Request,
    secret::{Builder, Secret},
    text::{Text, trim_end},
    time::Moment,
    url::BaseUrl,
    verify::ALGORITHM,
};
use crate::Error;

/// How long keys are used without asking whether they still are the realm's.
const FRESH_MS: u64 = 600_000;

/// How long they are used while the service cannot be asked.
const USABLE_MS: u64 = 24 * 3_600_000;

/// How long an answer is believed that lacks a key. Whoever makes up key ids causes no more than that.
const MISS_MS: u64 = 60_000;

/// How long a failure is believed.
const FAILURE_MS: u64 = 10_000;

/// The request for a realm's keys, which are below its root and not below `/v2/`. Without a header that would need to be
/// asked for first: nothing is known of which ones are allowed there.
pub fn request(base: &BaseUrl) -> Request {
    Request {
        method: Method::Get,
        url: Secret::of(&[base.root(), "connect/jwks"]),
        agent: Agent::Omitted,
        locale: None,
        additions: None,
        outlives_page: false,
    }
}

/// A public key in one of the two forms in which a realm gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// Modulus and exponent in base64url (RFC 7518 §6.3.1).
    Components {
        /// The modulus.
        n: Text,
        /// The exponent.
        e: Text,
    },
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1) in base64, which the service calls `x5c`.
    Spki(Text),
}

/// Keys by `kid`; of those that cannot be used, why not.
pub type Keys<K> = Vec<(Text, Result<K, Error>)>;

/// The keys of a JWKS (RFC 7517 §5); none if there is no key in it, as in what is no JWKS: a realm always has one. Of two
/// keys with one id the first counts.
pub fn read(jwks: Json<'_>) -> Option<Keys<PublicKey>> {
    read_as(jwks, &mut |key| key)
}

/// The same, with each key as what is to be kept of it.
pub fn read_as<K>(jwks: Json<'_>, kept: &mut dyn FnMut(PublicKey) -> K) -> Option<Keys<K>> {
    let mut keys = Vec::new();
    for (_, key) in jwks.list_of("keys") {
        if let Some(id) = key.string_of("kid") {
            keys.push((id, public_key(key).map(&mut *kept)));
        }
    }
    (!keys.is_empty()).then_some(keys)
}

fn public_key(key: Json<'_>) -> Result<PublicKey, Error> {
    // What is not said is not wrong.
    let is = |member, expected| key.get(member).is_none_or(|value| value.is(expected));
    let may_verify = key.get("key_ops").is_none() || key.list_of("key_ops").any(|(_, op)| op.is("verify"));
    if !is("kty", "RSA") || !is("alg", ALGORITHM) || !is("use", "sig") || !may_verify {
        return Err(Error::UnusableKey);
    }
    let key = match (key.string_of("n"), key.string_of("e")) {
        (Some(n), Some(e)) => Some(PublicKey::Components { n, e }),
        _ => key.strings_of("x5c").into_iter().next().map(PublicKey::Spki),
    };
    key.filter(|key| is_sound(key).unwrap_or_default()).ok_or(Error::UnusableKey)
}

/// The bytes of a modulus: 2048 to 8192 bits.
const MODULUS_BYTES: core::ops::RangeInclusive<usize> = 256..=1024;

/// More than any exponent in use has, in bytes. One of hundreds takes as long as signing.
const MAX_EXPONENT_BYTES: usize = 8;

/// Whether a key is an RSA key that proves something: with an exponent of one, anybody can make signatures. None if it cannot
/// be read.
fn is_sound(key: &PublicKey) -> Option<bool> {
    match key {
        PublicKey::Components { n, e } => Some(are_sound(base64url(n)?.expose(), base64url(e)?.expose())),
        PublicKey::Spki(text) => {
            let mut letters = Builder::default();
            for letter in trim_end(text, b'=').bytes() {
                letters.push_ascii(match letter {
                    b'+' => b'-',
                    b'/' => b'_',
                    letter => letter,
                });
            }
            let der = base64url(letters.finish().expose())?;
            let (n, e) = components(der.expose())?;
            Some(are_sound(n, e))
        }
    }
}

/// Whether these are a modulus and an exponent of an RSA key that proves something.
pub(crate) fn are_sound(n: &[u8], e: &[u8]) -> bool {
    let (n, e) = (number(n), number(e));
    let is_long = n.len() > *MODULUS_BYTES.start() || n.first().is_some_and(|first| *first >= 0x80);
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let is_exponent = e.len() <= MAX_EXPONENT_BYTES && is_odd(e) && e != [1];
    MODULUS_BYTES.contains(&n.len()) && is_long && is_odd(n) && is_exponent
}

/// A number without leading zeros.
fn number(mut bytes: &[u8]) -> &[u8] {
    while let Some((0, rest)) = bytes.split_first() {
        bytes = rest;
    }
    bytes
}

/// The modulus and the exponent in a `SubjectPublicKeyInfo` (RFC 5280 §4.1, RFC 8017 §A.1.1). Whether it is of RSA, whoever
/// imports it finds out.
fn components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (info, _) = part(der, 0x30)?;
    let (_, key) = part(info, 0x30)?;
    let (key, _) = part(key, 0x03)?;
    let (numbers, _) = part(key.split_first()?.1, 0x30)?;
    let (n, rest) = part(numbers, 0x02)?;
    Some((n, part(rest, 0x02)?.0))
}

/// What is in the first part of that kind, and what comes after it.
fn part(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, mut rest) = rest.split_first()?;
    let mut length = usize::from(*length);
    if length >= 0x80 {
        // So many bytes say how long it is; two are enough for any key.
        let (bytes, after) = rest.split_at_checked((length - 0x80).min(3))?;
        length = bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte));
        rest = after;
    }
    rest.split_at_checked(length).filter(|_| *first == tag)
}

/// Names one request for the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

/// What to do for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<K> {
    /// Here it is, or why it cannot be used.
    Found(Result<K, Error>),
    /// Ask the service, and say [`Cache::fetched`] whatever comes.
    Fetch(Ticket),
    /// Somebody asks already.
    Wait,
    /// The realm has no such key, as far as is known; asking again makes sense in so many milliseconds.
    Unknown(u64),
    /// The service could not be asked; likewise.
    Unavailable(u64),
}

/// Keys, and when they came.
#[derive(Debug)]
pub struct Cache<K> {
    keys: Keys<K>,
    fetched: Option<Moment>,
    /// The request under way. One at a time, so that an older answer never comes after a newer one.
    under_way: Option<Ticket>,
    tickets: u32,
    /// When the service was asked last, and for how long it is not asked again.
    asked: Option<(Moment, u64)>,
    has_failed: bool,
}

impl<K> Default for Cache<K> {
    fn default() -> Self {
        Self { keys: Vec::new(), fetched: None, under_way: None, tickets: 0, asked: None, has_failed: false }
    }
}

impl<K: Clone> Cache<K> {
    /// Looks for a key.
    pub fn look_up(&mut self, id: &str, now: Moment) -> Lookup<K> {
        let age = self.fetched.map_or(u64::MAX, |at| now.since(at));
        let known = self.keys.iter().find(|(known, _)| known == id).map(|(_, key)| key.clone());
        match known {
            Some(key) if age < FRESH_MS => return Lookup::Found(key),
            _ if self.under_way.is_some() => return Lookup::Wait,
            _ => {}
        }
        let pause = self.asked.map_or(0, |(at, pause)| pause.saturating_sub(now.since(at)));
        if pause == 0 {
            self.tickets += 1;
            let ticket = Ticket(self.tickets);
            self.under_way = Some(ticket);
            return Lookup::Fetch(ticket);
        }
        match known {
            Some(key) if age < USABLE_MS => Lookup::Found(key),
            _ if self.has_failed => Lookup::Unavailable(pause),
            _ => Lookup::Unknown(pause),
        }
    }

    /// Forgets everything: the realm is another one.
    pub fn clear(&mut self) {
        *self = Self { tickets: self.tickets, ..Self::default() };
    }

    /// Takes in what the service answered: its keys, or for how long it asks to be left alone, if it does.
    pub fn fetched(&mut self, ticket: Ticket, answer: Result<Keys<K>, Option<u32>>, now: Moment) {
        if self.under_way.take_if(|under_way| *under_way == ticket).is_none() {
            return;
        }
        self.has_failed = answer.is_err();
        let pause = match answer {
            Ok(keys) => {
                self.keys = keys;
                self.fetched = Some(now);
                MISS_MS
            }
            Err(seconds) => FAILURE_MS.max(u64::from(seconds.unwrap_or(0)) * 1000).min(USABLE_MS),
        };
        self.asked = Some((now, pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment { mono_ms: seconds * 1000, wall: 1_790_000_000 + seconds }
    }

    /// Of so many bytes, in base64url.
    fn encoded(bytes: &[u8]) -> String {
        const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
            (0..=chunk.len()).for_each(|at| {
                text.push(char::from(SYMBOLS[(bits >> (18 - 6 * at)) as usize & 63]));
            });
        }
        text
    }

    /// A number of so many bits, which is odd or not.
    fn modulus(bits: usize, is_odd: bool) -> Vec<u8> {
        let mut bytes = vec![0x55; bits.div_ceil(8)];
        bytes[0] = 1 << ((bits + 7) % 8);
        *bytes.last_mut().unwrap() = 0x54 + u8::from(is_odd);
        bytes
    }

    /// `SubjectPublicKeyInfo`, with a length in two bytes wherever that is possible.
    fn spki(n: &[u8], e: &[u8]) -> Vec<u8> {
        let part = |tag: u8, content: &[u8]| {
            let [_, _, high, low] = u32::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x82, high, low][..], content].concat()
        };
        let numbers = [part(0x02, &[&[0], n].concat()), part(0x02, e)].concat();
        let key = part(0x03, &[&[0][..], &part(0x30, &numbers)].concat());
        let algorithm = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
        part(0x30, &[part(0x30, &algorithm), key].concat())
    }

    fn reads(jwk: &str) -> Option<bool> {
        let jwks = format!(r#"{{"keys":[{jwk}]}}"#);
        let keys = read(Json::parse(&jwks).unwrap())?;
        keys.first().map(|(_, key)| key.is_ok())
    }

    #[test]
    fn a_key_that_proves_nothing_is_unusable_in_either_form() {
        let many = |length: usize| [vec![1; length - 1], vec![3]].concat();
        for (n, e, is_usable) in [
            (modulus(2048, true), vec![1, 0, 1], true),
            (modulus(2048, true), vec![0, 0, 1, 0, 1], true),
            (modulus(2048, true), vec![3], true),
            (modulus(2056, true), vec![1, 0, 1], true),
            (modulus(3072, true), vec![1, 0, 1], true),
            (modulus(8192, true), many(8), true),
            (modulus(2048, true), vec![1], false),
            (modulus(2048, true), vec![0, 0, 1], false),
            (modulus(2048, true), vec![0], false),
            (modulus(2048, true), vec![], false),
            (modulus(2048, true), vec![2], false),
            (modulus(2048, true), vec![1, 0, 0], false),
            (modulus(2048, true), many(9), false),
            (modulus(2048, true), many(256), false),
            (modulus(2048, false), vec![1, 0, 1], false),
            (modulus(2047, true), vec![1, 0, 1], false),
            (modulus(1024, true), vec![1, 0, 1], false),
            ([vec![0; 128], modulus(1024, true)].concat(), vec![1, 0, 1], false),
            (vec![3], vec![3], false),
            (vec![], vec![1, 0, 1], false),
            (modulus(8193, true), vec![1, 0, 1], false),
            (modulus(65_536, true), vec![1, 0, 1], false),
        ] {
            let jwk = format!(r#"{{"kid":"a","n":"{}","e":"{}"}}"#, encoded(&n), encoded(&e));
            assert_eq!(reads(&jwk), Some(is_usable), "{} bits, exponent {e:?}", n.len() * 8);
            let x5c = encoded(&spki(&n, &e)).replace('-', "+").replace('_', "/");
            for padding in ["", "=", "=="] {
                let jwk = format!(r#"{{"kid":"a","x5c":["{x5c}{padding}"]}}"#);
                assert_eq!(reads(&jwk), Some(is_usable), "{} bits, exponent {e:?}, x5c", n.len() * 8);
            }
        }
    }

    #[test]
    fn a_key_that_is_cut_or_garbled_is_unusable_and_no_more() {
        let whole = spki(&modulus(2048, true), &[1, 0, 1]);
        for length in 0..whole.len() {
            let jwk = format!(r#"{{"kid":"a","x5c":["{}"]}}"#, encoded(&whole[..length]));
            assert_eq!(reads(&jwk), Some(false), "{length}");
        }
        for at in 0..24 {
            for bits in [0x01, 0x80, 0xff] {
                let mut garbled = whole.clone();
                garbled[at] ^= bits;
                reads(&format!(r#"{{"kid":"a","x5c":["{}"]}}"#, encoded(&garbled)));
            }
        }
        for jwk in
            [r#"{"kid":"a","n":"!","e":"AQAB"}"#, r#"{"kid":"a","x5c":["%%%"]}"#, r#"{"kid":"a","x5c":[7]}"#]
        {
            assert_eq!(reads(jwk), Some(false), "{jwk}");
        }
    }

    #[test]
    fn what_a_key_says_of_its_use_counts() {
        let n = encoded(&modulus(2048, true));
        for (says, is_usable) in [
            ("", true),
            (r#","kty":"RSA","alg":"RS256","use":"sig","key_ops":["verify"]"#, true),
            (r#","key_ops":["sign","verify"]"#, true),
            (r#","key_ops":[]"#, false),
            (r#","key_ops":["sign"]"#, false),
            (r#","key_ops":["encrypt","wrapKey"]"#, false),
            (r#","key_ops":"verify""#, false),
            (r#","key_ops":{"verify":true}"#, false),
            (r#","key_ops":null"#, false),
            (r#","use":"enc""#, false),
            (r#","use":null"#, false),
            (r#","alg":"RS512""#, false),
            (r#","alg":"PS256""#, false),
            (r#","alg":["RS256"]"#, false),
            (r#","kty":"EC""#, false),
        ] {
            let jwk = format!(r#"{{"kid":"a","n":"{n}","e":"AQAB"{says}}}"#);
            assert_eq!(reads(&jwk), Some(is_usable), "{says}");
        }
    }

    fn keys(ids: &[&str]) -> Keys<u32> {
        ids.iter().zip(1..).map(|(id, key)| ((*id).into(), Ok(key))).collect()
    }

    fn fetch(cache: &mut Cache<u32>, id: &str, now: u64) -> Ticket {
        match cache.look_up(id, at(now)) {
            Lookup::Fetch(ticket) => ticket,
            other => panic!("{other:?}"),
        }
    }

    fn filled() -> Cache<u32> {
        let mut cache = Cache::default();
        let ticket = fetch(&mut cache, "a", 0);
        cache.fetched(ticket, Ok(keys(&["a", "b"])), at(0));
        cache
    }

    #[test]
    fn whoever_asks_while_somebody_asks_already_waits() {
        let mut cache = Cache::<u32>::default();
        let ticket = fetch(&mut cache, "a", 0);
        assert_eq!(cache.look_up("a", at(0)), Lookup::Wait);
        assert_eq!(cache.look_up("other", at(1)), Lookup::Wait);
        cache.fetched(ticket, Ok(keys(&["a"])), at(1));
        assert_eq!(cache.look_up("a", at(1)), Lookup::Found(Ok(1)));
    }

    #[test]
    fn made_up_key_ids_cause_one_request_a_minute() {
        let mut cache = filled();
        let mut requests = 0;
        for second in 1..=600 {
            if let Lookup::Fetch(ticket) = cache.look_up("forged", at(second)) {
                requests += 1;
                cache.fetched(ticket, Ok(keys(&["a", "b"])), at(second));
            }
        }
        assert_eq!(requests, 10);
        assert_eq!(cache.look_up("forged", at(610)), Lookup::Unknown(50_000));
        assert_eq!(cache.look_up("a", at(610)), Lookup::Found(Ok(1)));
    }

    #[test]
    fn a_new_key_is_found_and_one_that_was_rotated_away_is_gone() {
        let mut cache = filled();
        let ticket = fetch(&mut cache, "c", 61);
        cache.fetched(ticket, Ok(keys(&["c"])), at(61));
        assert_eq!(cache.look_up("c", at(61)), Lookup::Found(Ok(1)));
        assert_eq!(cache.look_up("a", at(62)), Lookup::Unknown(59_000));
    }

    #[test]
    fn keys_are_asked_for_again_after_ten_minutes_and_outlast_an_outage_of_a_day() {
        let mut cache = filled();
        assert_eq!(cache.look_up("a", at(599)), Lookup::Found(Ok(1)));
        for second in [600, 700, 86_390] {
            let ticket = fetch(&mut cache, "a", second);
            cache.fetched(ticket, Err(None), at(second));
            assert_eq!(cache.look_up("a", at(second)), Lookup::Found(Ok(1)), "{second}");
        }
        assert_eq!(cache.look_up("unheard-of", at(86_391)), Lookup::Unavailable(9_000));
        let ticket = fetch(&mut cache, "a", 86_400);
        cache.fetched(ticket, Err(Some(30)), at(86_400));
        assert_eq!(cache.look_up("a", at(86_401)), Lookup::Unavailable(29_000));
    }

    #[test]
    fn a_failure_is_believed_for_ten_seconds() {
        let mut cache = Cache::<u32>::default();
        let ticket = fetch(&mut cache, "a", 0);
        cache.fetched(ticket, Err(None), at(0));
        assert_eq!(cache.look_up("a", at(9)), Lookup::Unavailable(1_000));
        let ticket = fetch(&mut cache, "a", 10);
        cache.fetched(ticket, Ok(keys(&["a"])), at(10));
        assert_eq!(cache.look_up("a", at(10)), Lookup::Found(Ok(1)));
    }

    #[test]
    fn an_answer_that_nobody_asked_for_changes_nothing() {
        let mut cache = Cache::<u32>::default();
        let old = fetch(&mut cache, "a", 0);
        cache.fetched(old, Ok(keys(&["a", "b"])), at(0));
        let new = fetch(&mut cache, "c", 60);
        cache.fetched(old, Ok(keys(&[])), at(61));
        assert_eq!(cache.look_up("c", at(61)), Lookup::Wait);
        cache.fetched(new, Ok(keys(&["a", "b", "c"])), at(62));
        cache.fetched(old, Ok(keys(&[])), at(63));
        assert_eq!(cache.look_up("c", at(63)), Lookup::Found(Ok(3)));
    }
}
