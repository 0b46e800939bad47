//! Performs effects with the Web APIs of the other files, and reports their results to the engine.

use super::{
    authorized::discard,
    channel::Channel,
    fetch,
    host::{Host, Settled},
    locks, page,
    page::Change,
    storage::{Answered, Operation, Storage, settled},
};
use crate::{
    engine::{Effect, Id, Input},
    protocol::{
        request::Request,
        response::{Body, Reply},
        secret::Secret,
    },
};
use std::future::Future;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

impl Host {
    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Settle { ids, answer } => {
                for id in ids {
                    let answer = answer.clone();
                    self.settle(id, |waiter| Some(Settled::Answer(answer, waiter.body.take())));
                }
            }
            Effect::Fetch { id, request } => self.fetch(id, request),
            Effect::Abort { id } => {
                if let Some(controller) = self.exchanges.borrow_mut().remove(&id) {
                    controller.abort();
                }
            }
            Effect::WakeAt { at_ms } => self.timer.set(at_ms),
            Effect::Read { id, key } => self.store(&self.storage, id, &key, Operation::Read),
            Effect::Write { id, key, value } => self.store(&self.storage, id, &key, Operation::Write(&value)),
            Effect::Remove { id, key } => self.store(&self.storage, id, &key, Operation::Remove),
            Effect::ReadTab { id, key } => self.store(&Storage::Session, id, &key, Operation::Read),
            Effect::WriteTab { key, value } => {
                let operation = value.as_ref().map_or(Operation::Remove, Operation::Write);
                drop(Storage::Session.perform(&key, operation));
            }
            Effect::Lock { id, name } => {
                let me = self.weak();
                let hold = locks::request(&name, move |is_granted| {
                    if let Some(host) = me.upgrade() {
                        host.say(Input::LockSettled { id, is_granted });
                    }
                });
                self.locks.borrow_mut().insert(id, hold);
            }
            Effect::Unlock { id } => drop(self.locks.borrow_mut().remove(&id)),
            Effect::FindSiblings { id, name } => self
                .later(async move { locks::are_announced(&name).await }, move |are_there| {
                    Input::SiblingsFound { id, are_there }
                }),
            Effect::Announce { name } => {
                *self.announcement.borrow_mut() = name.map(|name| locks::announce(&name));
            }
            Effect::Listen { name } => self.listen(name.as_deref()),
            Effect::Post { text } => {
                if let Some(channel) = &*self.channel.borrow() {
                    channel.post(&text);
                }
            }
            Effect::Watch { is_on } => self.watch(is_on),
            Effect::Notify => self.listeners.changed(),
            Effect::VerifySignature { id, key, public_key, token } => {
                let keys = self.keys.clone();
                self.later(
                    async move { keys.verify(key, &public_key, &token.jwt).await },
                    move |signature| Input::Verified { id, signature },
                );
            }
            Effect::SendAuthorized { id, token } => self.send_authorized(id, token),
            Effect::Release { id } => self.settle(id, |waiter| waiter.response.take().map(Settled::Response)),
            Effect::ReplaceUrl { url } => page::replace_url(&url),
            Effect::Navigate { url } => page::navigate(url.expose()),
        }
    }

    /// Reports the result of a future to the engine, if the client still exists then.
    fn later<T: 'static>(
        &self,
        work: impl Future<Output = T> + 'static,
        report: impl FnOnce(T) -> Input + 'static,
    ) {
        let me = self.weak();
        spawn_local(async move {
            let done = work.await;
            if let Some(host) = me.upgrade() {
                host.say(report(done));
            }
        });
    }

    fn fetch(&self, id: Id, request: Request) {
        let Ok(controller) = AbortController::new() else {
            return self.say(Input::Unanswered { id, is_misuse: false });
        };
        let own = self.with_waiter(id, |waiter| waiter.params.take()).flatten();
        let body = request.additions.as_ref().map(|additions| with_additions(additions, own.as_ref()));
        self.exchanges.borrow_mut().insert(id, controller.clone());
        let me = self.weak();
        spawn_local(async move {
            let reply = fetch::exchange(request, body, controller).await;
            let Some(host) = me.upgrade() else { return };
            let is_wanted = host.exchanges.borrow_mut().remove(&id).is_some();
            if is_wanted {
                host.answered(id, reply);
            }
        });
    }

    fn answered(&self, id: Id, reply: Option<Reply>) {
        let Some(reply) = reply else { return self.say(Input::Unanswered { id, is_misuse: false }) };
        if let Body::Text(text) = &reply.body {
            self.with_waiter(id, |waiter| waiter.body = Some(text.clone()));
        }
        self.say(Input::Replied { id, reply });
    }

    fn store(&self, storage: &Storage, id: Id, key: &str, operation: Operation<'_>) {
        match storage.perform(key, operation) {
            Answered::Now(result) => self.say(Input::Stored { id, result }),
            Answered::Later(answer) => {
                self.later(settled(answer), move |result| Input::Stored { id, result });
            }
        }
    }

    fn listen(&self, name: Option<&str>) {
        drop(self.channel.take());
        let Some(name) = name else { return };
        let me = self.weak();
        let channel = Channel::open(name, move |text| {
            if let Some(host) = me.upgrade() {
                host.say(Input::Message { text });
            }
        });
        let is_open = channel.is_some();
        *self.channel.borrow_mut() = channel;
        if !is_open {
            self.say(Input::ChannelClosed);
        }
    }

    fn watch(&self, is_on: bool) {
        drop(self.watch.take());
        if !is_on {
            return;
        }
        let me = self.weak();
        let listeners = page::watch(&self.storage, move |change| {
            let Some(host) = me.upgrade() else { return };
            host.say(match change {
                Change::Visible(is_visible) => Input::Visible { is_visible },
                Change::Online(is_online) => Input::Online { is_online },
                Change::Stored(key) => Input::StorageChanged { key: key.map(Into::into) },
            });
        });
        *self.watch.borrow_mut() = listeners;
    }

    fn send_authorized(&self, id: Id, token: Option<Secret>) {
        let started = self.with_waiter(id, |waiter| {
            if let Some(response) = waiter.response.take() {
                discard(response);
            }
            waiter.request.clone()
        });
        let Some(Some(request)) = started else { return self.say(Input::Authorized { id, status: 0 }) };
        let me = self.weak();
        spawn_local(async move {
            let response = request.send(token).await;
            let Some(host) = me.upgrade() else { return };
            let status = response.as_ref().map_or(0, web_sys::Response::status);
            host.with_waiter(id, |waiter| waiter.response = Some(response));
            host.say(Input::Authorized { id, status });
        });
    }
}

/// A body with additional members in front of its own. Both are JSON objects, and no name occurs in both.
fn with_additions(additions: &Secret, own: Option<&Secret>) -> Secret {
    let (additions, own) = (additions.expose(), own.map_or("{}", Secret::expose));
    match (additions.strip_suffix('}'), own.strip_prefix('{')) {
        (Some(start), Some(rest)) if start != "{" && rest != "}" => Secret::of(&[start, ",", rest]),
        (Some("{"), _) => own.into(),
        _ => additions.into(),
    }
}
