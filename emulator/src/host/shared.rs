//! The service behind its lock, and how it is asked so that nobody waits longer than needed: outside the lock for a signing
//! key, and between the pieces of a long answer. What comes over sockets belongs to `server`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;
use rand_chacha::ChaCha20Rng;

use super::keys::{KeyMaker, SPARE};
use crate::dispatch::Listener;
use crate::listing::Progress;
use crate::time::Time;
use crate::wire::Reply;
use crate::world::Service;

/// The service with its randomness, shared by all connections.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    inside: Arc<Mutex<(Service, ChaCha20Rng)>>,
    #[cfg(test)]
    locked: Arc<std::sync::atomic::AtomicUsize>,
}

impl Shared {
    /// Shares a service.
    pub(super) fn new(service: Service, rng: ChaCha20Rng) -> Self {
        Self {
            inside: Arc::new(Mutex::new((service, rng))),
            #[cfg(test)]
            locked: Arc::default(),
        }
    }

    /// How often somebody had the lock.
    #[cfg(test)]
    fn times_locked(&self) -> usize {
        self.locked.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// Works on the service. Nothing waits inside, so that a plain lock is enough.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Service, &mut ChaCha20Rng) -> T) -> T {
        #[cfg(test)]
        self.locked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut guard = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (service, rng) = &mut *guard;
        work(service, rng)
    }
}

/// Has the service answer. A request that needs a signing key while none is left waits for it here, without the lock, so that
/// it keeps nobody else waiting.
pub(super) async fn ask(
    request: Request<Vec<u8>>,
    side: Listener,
    address: String,
    shared: Shared,
    keys: KeyMaker,
) -> Option<Reply> {
    let asked = Arc::new((request, address));
    let mut may_wait = true;
    loop {
        let mut made = keys.watch();
        let (asked, service) = (Arc::clone(&asked), shared.clone());
        let work = move || {
            service.with(|service, rng| {
                let (request, address) = &*asked;
                if may_wait && service.lacks_key(side, request) {
                    return None;
                }
                Some((service.begin(side, request, address, now(), rng), service.spare_keys()))
            })
        };
        // Hashing and signing take milliseconds: not on the threads that serve the sockets.
        let answered = tokio::task::spawn_blocking(work).await.ok()?;
        if answered.as_ref().is_none_or(|(_, spare)| *spare < SPARE) {
            keys.refill();
        }
        if let Some((progress, _)) = answered {
            return finish(progress, shared).await;
        }
        // An error means that the thread is gone; the service then makes its keys itself.
        may_wait = made.changed().await.is_ok();
    }
}

/// Has a long answer finished. Between two pieces the lock is free, and whoever waits for it has it.
async fn finish(mut progress: Progress, shared: Shared) -> Option<Reply> {
    loop {
        match progress {
            Progress::Done(reply) => return Some(reply),
            Progress::More(listing) => {
                let shared = shared.clone();
                let work = move || shared.with(|service, _| service.go_on(listing, now()));
                progress = tokio::task::spawn_blocking(work).await.ok()?;
            }
        }
    }
}

/// The time by the machine's clock.
pub(super) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use http::StatusCode;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;
    use crate::mail::Links;
    use crate::seed::Seed;
    use crate::{PIECE, SigningKey};

    /// Realms `r0`, `r1` and so on, none of which has a key.
    fn shared(realms: usize) -> Shared {
        let names: Vec<_> =
            (0..realms).map(|index| serde_json::json!({ "name": format!("r{index}") })).collect();
        let seed = Seed::parse(&serde_json::json!({ "realms": names }).to_string()).unwrap();
        let links = Links {
            port: 4400,
            root: "http://127.0.0.1:4400/".into(),
            core: None,
            app: None,
            default_realm: String::new(),
        };
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let service = Service::new(&seed, links, now(), &mut rng);
        Shared::new(service, rng)
    }

    async fn keys_of(realm: String, shared: Shared, keys: KeyMaker) -> StatusCode {
        let request = Request::get("/connect/jwks").header("host", format!("{realm}.localhost"));
        let request = request.body(Vec::new()).unwrap();
        let reply = ask(request, Listener::LoginRocket, "127.0.0.1".into(), shared, keys).await;
        reply.unwrap().response.status()
    }

    #[tokio::test]
    async fn realms_that_all_need_a_key_at_once_wait_for_the_maker_outside_the_lock() {
        let shared = shared(3 * SPARE);
        let key = SigningKey::generate(&mut ChaCha20Rng::seed_from_u64(2)).unwrap();
        let (release, released) = mpsc::channel();
        let keys = KeyMaker::start(shared.clone(), move || {
            released.recv().ok()?;
            Some(key.clone())
        });
        release.send(()).unwrap();
        assert_eq!(keys_of("r0".into(), shared.clone(), keys.clone()).await, 200);
        let others: Vec<_> = (1..3 * SPARE)
            .map(|index| tokio::spawn(keys_of(format!("r{index}"), shared.clone(), keys.clone())))
            .collect();
        // The maker is stuck, and whoever needs no key is answered all the same.
        assert_eq!(keys_of("r0".into(), shared.clone(), keys.clone()).await, 200);
        assert!(others.iter().all(|other| !other.is_finished()));
        for _ in 0..4 * SPARE {
            release.send(()).unwrap();
        }
        for other in others {
            assert_eq!(other.await.unwrap(), 200);
        }
        assert_eq!(shared.with(|service, _| service.pool.improvised()), 0);
    }

    #[tokio::test]
    async fn a_long_listing_gives_the_lock_back_after_every_piece() {
        let shared = shared(1);
        shared.with(|service, _| {
            let realm = service.default_realm_mut().unwrap();
            for number in 0..3 * PIECE {
                let user = crate::state::User { id: format!("usr_{number}"), ..Default::default() };
                realm.users.insert(user.id.clone(), user);
            }
        });
        let keys = KeyMaker::start(shared.clone(), || None);
        let locked = shared.times_locked();
        let request = Request::get("/_emulator/people").header("host", "localhost").body(Vec::new()).unwrap();
        let reply = ask(request, Listener::LoginRocket, "127.0.0.1".into(), shared.clone(), keys).await;
        let body: serde_json::Value = serde_json::from_slice(reply.unwrap().response.body()).unwrap();
        assert_eq!(body["people"].as_array().unwrap().len(), 3 * PIECE);
        assert!(shared.times_locked() - locked >= 4, "once to begin, and once for each piece");
    }
}
