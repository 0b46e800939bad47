//! Going to the realm's hosted pages, with the session if the page takes one (protocol.md#hosted-pages).

use super::{Answer, Effect, Engine, Event, Id};
use crate::{
    Error,
    protocol::hosted::{Page, Visit},
};

/// A visit to a hosted page that waits until it is known who is signed in.
#[derive(Debug)]
pub(super) struct Departure {
    id: Id,
    visit: Visit,
}

impl Engine {
    pub(super) fn hosted_url(&mut self, id: Id, visit: &Visit) {
        match visit.url(&self.setup.config, None) {
            Ok(url) => self.settle(id, Answer::Url { url }),
            Err(error) => self.fail(id, error),
        }
    }

    pub(super) fn open_hosted(&mut self, id: Id, visit: Visit) {
        if self.is_restoring {
            self.departures.add(Departure { id, visit });
        } else {
            self.depart(id, &visit);
        }
    }

    /// The store has said who is signed in.
    pub(super) fn resume_departures(&mut self) {
        let mut waiting = std::mem::take(&mut self.departures);
        while let Some(departure) = waiting.take_first() {
            self.depart(departure.id, &departure.visit);
        }
    }

    /// Cancels a visit that waits for the store. Gives whether there was one.
    pub(super) fn cancel_departure(&mut self, id: Id) -> bool {
        let is_there = self.departures.take(&|departure| departure.id == id).is_some();
        if is_there {
            self.fail(id, Error::Aborted);
        }
        is_there
    }

    /// Fails all visits that still wait for the store.
    pub(super) fn drop_departures(&mut self, error: Error) {
        while let Some(departure) = self.departures.take_first() {
            self.fail(departure.id, error);
        }
    }

    fn depart(&mut self, id: Id, visit: &Visit) {
        let session = self.session.tracked_id();
        match visit.url(&self.setup.config, session.as_ref()) {
            Ok(url) => {
                let signs_out = visit.page().is_ok_and(|page| page == Page::Logout);
                if signs_out && !self.setup.platform.is_server {
                    self.attach();
                    self.step(Event::SignOut);
                }
                self.emit(Effect::Navigate { url });
                self.settle(id, Answer::Done);
            }
            Err(error) => self.fail(id, error),
        }
    }
}
