//! Makes signing keys beforehand, on a thread of its own, so that neither the start nor a request waits for more than
//! the very first one.

use std::sync::mpsc::{self, SyncSender};
use std::thread;

use rand_chacha::ChaCha20Rng;
use tokio::sync::watch;

use super::server::Shared;
use crate::SigningKey;

/// Keys kept ready for new realms and rotations.
const SPARE: usize = 2;

/// The thread that makes keys.
#[derive(Clone, Debug)]
pub(super) struct KeyMaker {
    wanted: SyncSender<()>,
    ready: watch::Receiver<bool>,
}

impl KeyMaker {
    /// Starts the thread; it fills the service's pool at once.
    pub(super) fn start(shared: Shared, mut rng: ChaCha20Rng) -> Self {
        let (wanted, orders) = mpsc::sync_channel(1);
        let (announce, ready) = watch::channel(false);
        thread::spawn(move || {
            loop {
                while shared.with(|service, _| service.spare_keys()) < SPARE {
                    let Some(key) = SigningKey::generate(&mut rng) else { return };
                    shared.with(|service, _| service.offer_key(key));
                    announce.send_replace(true);
                }
                if orders.recv().is_err() {
                    return;
                }
            }
        });
        Self { wanted, ready }
    }

    /// Waits for the first key.
    pub(super) async fn first(&self) {
        // An error means that the thread is gone; the service then makes its keys itself.
        let _ = self.ready.clone().wait_for(|ready| *ready).await;
    }

    /// Has the pool filled up.
    pub(super) fn refill(&self) {
        // A full channel means that the order is given already.
        let _ = self.wanted.try_send(());
    }
}
