//! What each effect does. What can be answered at once is, and waits until all effects of the step are done.

use super::{
    Answer, BEGINNING, Browser, Sent,
    page::{Behaviour, Channels, Locking},
    pending::Outcome,
    world::{Channel, Holder, Operation, Task, World},
};
use loginrocket_wasm::{
    engine::{Effect, Id, Input, Signature},
    native::RsaKey,
    protocol::{jwks::PublicKey, jwt::Jwt, request::Request, secret::Secret, text::Text},
};
use std::rc::Rc;

impl Browser {
    pub(super) fn perform(&self, tab: usize, effect: Effect) {
        match effect {
            Effect::Fetch { id, request } => self.fetch(tab, id, &request),
            Effect::Write { id, key, value } => {
                self.interrupt(tab);
                self.world.borrow_mut().operate(tab, id, key, Operation::Write(value));
            }
            Effect::Remove { id, key } => {
                self.interrupt(tab);
                self.world.borrow_mut().operate(tab, id, key, Operation::Remove);
            }
            effect => self.world.borrow_mut().perform(tab, effect),
        }
    }

    /// The app's own store calls back.
    fn interrupt(&self, tab: usize) {
        let page = Rc::clone(&self.world.borrow().tabs[tab].page);
        let interrupting = page.interrupting.take();
        if let Some(interrupt) = interrupting {
            interrupt();
        }
    }

    fn fetch(&self, tab: usize, id: Id, request: &Request) {
        let (sent, scripted, service) = {
            let world = &mut *self.world.borrow_mut();
            let at = BEGINNING + world.now_ms / 1000;
            let state = &mut world.tabs[tab];
            let sent = Sent::of(state.page.number, at, request, state.bodies.remove(&id));
            world.in_flight.push((tab, id));
            world.sent.push(sent.clone());
            (sent, world.answers.pop_front(), world.service.clone())
        };
        let answer: Answer = scripted
            .or_else(|| service.map(|service| service(&sent)))
            .unwrap_or_else(|| panic!("the test scripted no answer for this request"));
        self.world.borrow_mut().soon(Task::Reply { tab, id, answer });
    }
}

impl World {
    fn perform(&mut self, tab: usize, effect: Effect) {
        let state = &mut self.tabs[tab];
        match effect {
            Effect::Settle { ids, answer } => {
                assert!(!ids.is_empty(), "nobody is answered");
                state.settled.push(ids.clone());
                for id in ids {
                    if let Some((fetch, Some(_))) = self.tabs[tab].fetches.remove(&id) {
                        fetch.let_go();
                    }
                    self.settle(tab, id, Outcome::Answer(Box::new(answer.clone())));
                }
            }
            Effect::Abort { id } => {
                let at = self.in_flight.iter().position(|other| *other == (tab, id));
                self.in_flight.remove(at.expect("it aborts what is not under way"));
            }
            Effect::WakeAt { at_ms } => state.wake_at = at_ms,
            Effect::Read { id, key } => self.operate(tab, id, key, Operation::Read),
            Effect::ReadTab { id, key } => {
                let held = state.page.tab_entries.borrow().get(&*key).cloned();
                state.queue.push_back(Input::Stored { id, result: Ok(held) });
            }
            Effect::WriteTab { key, value } => {
                let mut entries = state.page.tab_entries.borrow_mut();
                match value {
                    Some(value) => entries.insert(key.to_string(), value),
                    None => entries.remove(&*key),
                };
            }
            Effect::Lock { id, name } => self.lock(tab, id, name),
            Effect::Unlock { id } => {
                let name = state.locks.remove(&id).expect("it gives back what it has not asked for");
                self.release_lock(Holder::Tab(tab, id), &name);
            }
            Effect::FindSiblings { id, name } => self.soon(Task::LookForSiblings { tab, id, name }),
            Effect::Announce { name } => state.announced = name,
            Effect::Listen { name } => self.listen(tab, name),
            Effect::Post { text } => {
                let number = state.channel.expect("it posts to a channel that is closed");
                let channel = self.channels.iter().find(|channel| channel.number == number);
                // One that could not be opened is closed soon, and what is posted there reaches nobody.
                if let Some(name) = channel.map(|channel| channel.name.clone()) {
                    self.post(number, &name, text.expose());
                }
            }
            Effect::Watch { is_on } => {
                assert_ne!(state.is_watching, is_on, "it watches, or does not, already");
                state.is_watching = is_on;
                if is_on {
                    state.queue.push_back(Input::Visible { is_visible: !state.page.is_hidden.get() });
                    state.queue.push_back(Input::Online { is_online: !state.page.is_offline.get() });
                }
            }
            Effect::Notify => state.version += 1,
            Effect::VerifySignature { .. } if state.page.has_silent_crypto.get() => {}
            Effect::VerifySignature { id, public_key, token, .. } => {
                let signature = if state.page.has_no_crypto.get() {
                    Signature::Unavailable
                } else {
                    verify(&public_key, &token.jwt)
                };
                self.soon(Task::Input { tab, input: Input::Verified { id, signature } });
            }
            Effect::SendAuthorized { id, token } => self.send_authorized(tab, id, token.as_ref()),
            Effect::Release { id } => {
                let (_, status) = state.fetches.remove(&id).expect("it releases what was not asked for");
                self.settle(tab, id, Outcome::Released(status.expect("it was not sent")));
            }
            Effect::ReplaceUrl { url } => state.addresses.push(url.to_string()),
            Effect::Navigate { url } => state.visited.push(url.expose().to_owned()),
            Effect::Fetch { .. } | Effect::Write { .. } | Effect::Remove { .. } => unreachable!(),
        }
    }

    /// Answers somebody who waits. Nobody is answered twice.
    fn settle(&mut self, tab: usize, id: Id, outcome: Outcome) {
        let state = &mut self.tabs[tab];
        state.bodies.remove(&id);
        let slot = state.slots.remove(&id);
        slot.unwrap_or_else(|| panic!("{id} does not wait: {outcome:?}")).replace(Some(outcome));
    }

    fn operate(&mut self, tab: usize, id: Id, key: Text, operation: Operation) {
        let page = Rc::clone(&self.tabs[tab].page);
        let (name, behaviour) = match operation {
            Operation::Read => ("read", &page.reading),
            Operation::Write(_) => ("write", &page.writing),
            Operation::Remove => ("remove", &page.removing),
        };
        page.store.borrow().log(name);
        let result = match behaviour.get() {
            Behaviour::AtOnce => Ok(self.finish_operation(tab, &key, operation)),
            Behaviour::After(ms) => return self.later(ms, Task::Store { tab, id, key, operation }),
            Behaviour::Never => return,
            Behaviour::Fails(fault) => Err(fault),
        };
        self.tabs[tab].queue.push_back(Input::Stored { id, result });
    }

    fn lock(&mut self, tab: usize, id: Id, name: Text) {
        let state = &mut self.tabs[tab];
        match state.page.locking.get() {
            Locking::Fair => {
                state.locks.insert(id, name.clone());
                if self.request_lock(Holder::Tab(tab, id), &name) {
                    self.soon(Task::Granted { tab, id, name });
                }
            }
            Locking::Missing | Locking::Refused => {
                state.queue.push_back(Input::LockSettled { id, is_granted: false });
            }
            Locking::Silent => drop(state.locks.insert(id, name)),
        }
    }

    fn listen(&mut self, tab: usize, name: Option<Text>) {
        let state = &mut self.tabs[tab];
        let old = state.channel.take();
        self.channels.retain(|channel| Some(channel.number) != old);
        let Some(name) = name else { return };
        self.channel_count += 1;
        let number = self.channel_count;
        state.channel = Some(number);
        match state.page.channels.get() {
            Channels::Open => self.channels.push(Channel { number, tab, name }),
            Channels::Missing => panic!("there are no channels"),
            Channels::Failing => state.queue.push_back(Input::ChannelClosed),
        }
    }

    fn send_authorized(&mut self, tab: usize, id: Id, token: Option<&Secret>) {
        let (fetch, status) = self.tabs[tab].fetches.get_mut(&id).expect("it sends what was not asked for");
        fetch.tokens.borrow_mut().push(token.map(|token| token.expose().to_owned()));
        if status.take().is_some() {
            fetch.let_go();
        }
        if fetch.is_held.take() {
            self.held_by_app.push((tab, id));
        } else {
            self.soon(Task::AppReply { tab, id });
        }
    }
}

/// What a signature is. The arithmetic is that of the programs that are in no browser.
fn verify(public_key: &PublicKey, token: &Secret) -> Signature {
    let jwt = Jwt::parse(token.expose()).expect("the engine gives what it has read");
    // It takes no key that is shorter.
    let key_bits = 2048;
    match RsaKey::import(public_key) {
        Ok(key) if key.verifies(jwt.signed, jwt.signature.expose()) => Signature::Good { key_bits },
        Ok(_) => Signature::Bad { key_bits },
        Err(_) => Signature::UnreadableKey,
    }
}
