//! The keys of a realm (contract §3.7): reading them, and when to ask for them (again). Pure: time comes with each call.

use super::{
    config::Agent, endpoint::Method, json::Json, request::Request, secret::Secret, text::Text, time::Moment,
    url::BaseUrl, verify::ALGORITHM,
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
    if !is("kty", "RSA") || !is("alg", ALGORITHM) || !is("use", "sig") {
        return Err(Error::UnusableKey);
    }
    match (key.string_of("n"), key.string_of("e")) {
        (Some(n), Some(e)) => Ok(PublicKey::Components { n, e }),
        _ => key.strings_of("x5c").into_iter().next().map(PublicKey::Spki).ok_or(Error::UnusableKey),
    }
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
            Err(seconds) => FAILURE_MS.max(u64::from(seconds.unwrap_or(0)) * 1000),
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
