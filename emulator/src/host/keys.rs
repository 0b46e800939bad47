//! Makes signing keys beforehand, on a thread of its own, so that neither the start nor the lock around the service
//! waits for one.

use std::sync::mpsc::{self, SyncSender};
use std::thread;

use tokio::sync::watch;

use super::shared::Shared;
use crate::SigningKey;

/// Keys kept ready for new realms and rotations. A run of tests that makes a realm each should seldom find none.
pub(super) const SPARE: usize = 4;

/// The thread that makes keys.
#[derive(Clone, Debug)]
pub(super) struct KeyMaker {
    wanted: SyncSender<()>,
    made: watch::Receiver<u64>,
}

impl KeyMaker {
    /// Starts the thread; it fills the service's pool at once, with what `generate` makes.
    pub(super) fn start(
        shared: Shared,
        mut generate: impl FnMut() -> Option<SigningKey> + Send + 'static,
    ) -> Self {
        let (wanted, orders) = mpsc::sync_channel(1);
        let (announce, made) = watch::channel(0);
        thread::spawn(move || {
            loop {
                while shared.with(|service, _| service.spare_keys()) < SPARE {
                    let Some(key) = generate() else { return };
                    shared.with(|service, _| service.offer_key(key));
                    announce.send_modify(|count| *count += 1);
                }
                if orders.recv().is_err() {
                    return;
                }
            }
        });
        Self { wanted, made }
    }

    /// Begins to watch for keys: one that is made from now on is not missed.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        let mut made = self.made.clone();
        made.mark_unchanged();
        made
    }

    /// Has the pool filled up.
    pub(super) fn refill(&self) {
        // A full channel means that the order is given already.
        let _ = self.wanted.try_send(());
    }
}
