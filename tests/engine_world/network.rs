//! Between the world's tabs and its service: requests, and answers that come late, twice or never.

use super::{
    World,
    browser::Event,
    service::Served,
    truth::{Live, Waited},
};
use crate::engine_tokens::parameter;
use loginrocket_wasm::{
    engine::{Id, Input, OWN_IDS},
    protocol::{endpoint::Method, request::Request},
};

impl World {
    pub(super) fn fetch(&mut self, tab: usize, id: Id, request: &Request) {
        let url = request.url.expose();
        let session = parameter(url, "session").unwrap_or_default();
        match request.method {
            Method::Delete => self.end_session(tab, id, session),
            Method::Post => self.sign_in(tab, id),
            _ if id >= OWN_IDS => {
                self.requests += 1;
                self.check_request(tab, session);
                self.ask_about(tab, id, session, parameter(url, "account"));
            }
            _ => self.ask_about(tab, id, session, parameter(url, "account")),
        }
    }

    fn end_session(&mut self, tab: usize, id: Id, session: &str) {
        let served = self.service.trouble().unwrap_or(Served::Done);
        if self.online && self.service.mode.is_well() {
            self.service.end(session);
        }
        self.answer(tab, id, served, 20, 1);
    }

    /// Of a password that is right.
    fn sign_in(&mut self, tab: usize, id: Id) {
        if let Some((Waited::HalfSignIn, _)) = self.tabs[tab].page.waiting.get(&id) {
            return self.answer(tab, id, Served::Half, 5, 1);
        }
        let served = match self.service.trouble() {
            Some(trouble) => trouble,
            None if !self.online => Served::Silence,
            None => {
                self.count += 1;
                let session = format!("kss_{}", self.count);
                self.service.begin(&session);
                self.begun.insert(session.clone(), (tab, self.count));
                self.service.serve(&session, None)
            }
        };
        let delay = self.delays.pop_front().map_or(5, |(delay, _)| delay);
        self.answer(tab, id, served, delay, 1);
    }

    fn ask_about(&mut self, tab: usize, id: Id, session: &str, account: Option<&str>) {
        let is_known = self.service.is_alive(session);
        let served = if self.online { self.service.serve(session, account) } else { Served::Silence };
        let (delay, copies) = self.delays.pop_front().unwrap_or((20, 1));
        let live = Live { is_refresh: id >= OWN_IDS, is_known, served: served.clone() };
        self.tabs[tab].page.live.insert(id, live);
        self.answer(tab, id, served, delay, copies);
    }

    fn answer(&mut self, tab: usize, id: Id, served: Served, delay: u64, copies: usize) {
        if !self.online {
            return self.later(tab, delay, Event::Input(Input::Unanswered { id, is_misuse: false }));
        }
        if copies == 0 {
            return;
        }
        let Some(reply) = self.service.reply(&served) else { return };
        for copy in 1..copies {
            let input = Input::Replied { id, reply: reply.clone() };
            self.later(tab, delay + copy as u64, Event::Input(input));
        }
        self.later(tab, delay, Event::Input(Input::Replied { id, reply }));
    }
}
