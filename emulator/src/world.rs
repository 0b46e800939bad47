//! All realms of one emulator, and how one of them is found. How requests are answered is another matter.

use std::collections::HashMap;

use http::header::HOST;
use http::{HeaderMap, Request};
use indexmap::IndexMap;
use rand_core::CryptoRng;

use crate::id;
use crate::keys::{KeyPool, SigningKey};
use crate::mail::Links;
use crate::seed::{self, RealmSeed, Seed};
use crate::state::{Realm, Secret};
use crate::time::Time;

/// The beginning of a path that names its realm.
const BY_PATH: &str = "/_realm/";

/// All realms of one emulator.
#[derive(Debug)]
pub struct Service {
    pub(crate) realms: IndexMap<String, Realm>,
    pub(crate) default_realm: String,
    pub(crate) api_key: Secret,
    pub(crate) pool: KeyPool,
    pub(crate) links: Links,
    /// What a reset of a realm goes back to, by its id.
    pub(crate) origins: HashMap<String, RealmSeed>,
    /// Whether the control API answers hosts and origins from anywhere.
    pub(crate) open_control: bool,
}

impl Service {
    /// Makes the realms of a document.
    pub fn new(seed: &Seed, links: Links, now: Time, rng: &mut dyn CryptoRng) -> Self {
        let api_key = seed.api_key.clone().unwrap_or_else(|| Secret::new(id::fresh("ks", rng)));
        let mut service = Self {
            realms: IndexMap::new(),
            default_realm: String::new(),
            api_key,
            pool: KeyPool::default(),
            links,
            origins: HashMap::new(),
            open_control: false,
        };
        service.replace(seed, now, rng);
        service
    }

    /// Makes the realms of a document in the place of those that are there. A document that names no key of the Core API
    /// leaves it as it is.
    pub(crate) fn replace(&mut self, seed: &Seed, now: Time, rng: &mut dyn CryptoRng) {
        for realm in std::mem::take(&mut self.realms).into_values() {
            self.pool.take_back(realm.keys, rng);
        }
        self.origins.clear();
        for origin in &seed.realms {
            self.add(seed::build_realm(origin, now, rng), origin.clone());
        }
        let first = self.realms.values().next();
        self.default_realm = first.map(|realm| realm.id.clone()).unwrap_or_default();
        self.links.default_realm = first.map(|realm| realm.host.clone()).unwrap_or_default();
        if let Some(key) = &seed.api_key {
            self.api_key = key.clone();
        }
    }

    /// Adds a realm, with what a reset goes back to.
    pub(crate) fn add(&mut self, realm: Realm, origin: RealmSeed) {
        self.origins.insert(realm.id.clone(), origin);
        self.realms.insert(realm.id.clone(), realm);
    }

    /// Drops a realm and everything in it but its keys.
    pub(crate) fn remove(&mut self, id: &str, rng: &mut dyn CryptoRng) {
        self.origins.remove(id);
        if let Some(realm) = self.realms.shift_remove(id) {
            self.pool.take_back(realm.keys, rng);
        }
    }

    /// The document that makes the same realms again.
    pub fn dump(&self) -> Seed {
        Seed {
            api_key: Some(self.api_key.clone()),
            realms: self.realms.values().map(seed::dump_realm).collect(),
        }
    }

    /// Adds a signing key that was made beforehand.
    pub fn offer_key(&mut self, key: SigningKey) {
        self.pool.offer(key);
    }

    /// How many signing keys are left for new realms and rotations.
    pub fn spare_keys(&self) -> usize {
        self.pool.len()
    }

    /// Opens the control API to hosts and origins from anywhere, for an emulator that other machines may reach.
    pub fn open_control(&mut self) {
        self.open_control = true;
    }

    /// The key of the Core API.
    pub fn api_key(&self) -> &Secret {
        &self.api_key
    }

    /// The realm that answers where none is named.
    pub fn default_realm(&self) -> Option<&Realm> {
        self.realms.get(&self.default_realm)
    }

    /// The same, to be changed.
    pub fn default_realm_mut(&mut self) -> Option<&mut Realm> {
        self.realms.get_mut(&self.default_realm)
    }

    /// The realm that a request means, and the path below it where the path names the realm.
    pub(crate) fn find(&self, request: &Request<Vec<u8>>) -> (Option<String>, Option<String>) {
        let Some(below) = request.uri().path().strip_prefix(BY_PATH) else {
            return (realm_id(&self.realms, &self.default_realm, request.headers()), None);
        };
        let (name, rest) = below.split_once('/').unwrap_or((below, ""));
        let realm = self.realms.values().find(|realm| realm.host == name || realm.id == name);
        (realm.map(|realm| realm.id.clone()), Some(format!("/{rest}")))
    }
}

/// The realm that a request's host name means: a domain of the realm, or `<name>.localhost`. A name under `.localhost`
/// that no realm has means no realm. Every other host means the default realm.
pub(crate) fn realm_id(
    realms: &IndexMap<String, Realm>,
    default: &str,
    headers: &HeaderMap,
) -> Option<String> {
    let host = host_name(headers).unwrap_or_default();
    let by_domain = realms.values().find(|realm| realm.domains.values().any(|domain| domain.fqdn == host));
    match (by_domain, host.strip_suffix(".localhost")) {
        (Some(realm), _) => Some(realm.id.clone()),
        (None, Some(name)) => realms.values().find(|realm| realm.host == name).map(|realm| realm.id.clone()),
        (None, None) => Some(default.to_owned()),
    }
}

/// The `Host` field without its port, in lower case.
pub(crate) fn host_name(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    Some(name.to_ascii_lowercase())
}
