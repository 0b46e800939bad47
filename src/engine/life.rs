//! The life of an engine: opening, attaching, events of the page, another URL, and disposal.

use super::{
    Due, Effect, Engine, Event, Id, Resumed, Setup, StorageScope, Want,
    input::CallOptions,
    locks::MESSAGE_MS,
    session::{self, Session, message::Message},
    store::Task,
};
use crate::{
    Error,
    protocol::{secret::Secret, url::BaseUrl},
};

/// How long a refresh may take, from asking for the lock to its answer.
const REFRESH_CAP_MS: u64 = 30_000;

/// The settings of the session of a realm. Each realm's session has random numbers of its own.
pub(super) fn settings(setup: &Setup, generation: u32) -> session::Settings {
    let platform = &setup.platform;
    session::Settings {
        shared: platform.scope == StorageScope::Shared,
        keeps_profile: setup.keeps_profile,
        has_siblings: platform.has_locks && platform.has_channel,
        refresh_cap_ms: REFRESH_CAP_MS,
        seed: platform.seed.wrapping_add(u64::from(generation)),
    }
}

impl Engine {
    pub(super) fn start(&mut self) {
        if self.setup.platform.is_server {
            return;
        }
        self.recall_challenge();
        if self.setup.platform.scope == StorageScope::Memory {
            // The schedule does nothing until somebody uses the session: see `attach`.
            self.step(Event::Visible(false));
            self.step(Event::Restored(None));
        } else if self.store_key().is_some() {
            self.is_restoring = true;
            self.attach();
            self.store(Task::Restore);
        } else {
            // Without a realm there is no session.
            self.step(Event::Restored(None));
        }
    }

    pub(super) fn attach(&mut self) {
        if self.setup.platform.is_server || self.is_disposed || std::mem::replace(&mut self.is_attached, true)
        {
            return;
        }
        self.emit(Effect::Watch { is_on: true });
        self.open_channel();
        // The session may have asked for a wake-up already. None was set then.
        self.set_session_deadline(self.session.wake_at());
    }

    fn open_channel(&mut self) {
        let name = self.shared_name().filter(|_| self.setup.platform.has_channel);
        let is_open = name.is_some();
        if is_open || self.is_channel_open {
            self.emit(Effect::Listen { name });
        }
        self.is_channel_open = is_open;
    }

    pub(super) fn set_session_deadline(&mut self, at_ms: Option<u64>) {
        match at_ms.filter(|_| self.is_attached) {
            Some(at_ms) => self.deadlines.set(Due::Session, at_ms),
            None => self.deadlines.clear(Due::Session),
        }
    }

    /// The wait for the store is over. Whatever waited for it goes on.
    pub(super) fn resume_restored(&mut self) {
        self.show_challenge();
        self.resume_deferred();
        self.resume_departures();
        self.resume_adoptions();
        self.resume_authorizations();
    }

    /// A waiter of the engine's own has its token, or cannot have it. If it asked for the next caller, nothing is left to
    /// do: the session keeps the token.
    pub(super) fn resume_answered(&mut self, own: Id, answer: session::Answer) {
        if !self.resume_asked_adoption(own) {
            self.resume_authorization(own, answer);
        }
    }

    pub(super) fn want(&mut self, id: Id, want: Want, options: &CallOptions) {
        if self.is_disposed {
            return self.fail(id, Error::Disposed);
        }
        if self.setup.platform.is_server {
            return self.fail(id, Error::NotSignedIn);
        }
        if options.is_aborted {
            return self.fail(id, Error::Aborted);
        }
        if let Err(error) = self.setup.config.usable_url() {
            return self.fail(id, error);
        }
        self.attach();
        self.wait_for(id, want, options.timeout.map(|timeout| u64::from(timeout.as_ms())));
    }

    // ------------------------------------------------------------------------------------------ events around the engine

    /// Asks the service again when the page becomes visible. Meanwhile the person may have cleared a condition elsewhere.
    pub(super) fn look_again(&mut self) {
        if self.is_attached && !self.is_disposed && self.session.is_worth_another_look(self.now) {
            self.want_unattended(Want::Refresh);
        }
    }

    /// Tells the session about the page. That counts only from `attach` on.
    pub(super) fn happened(&mut self, event: Event) {
        if self.is_attached && !self.is_disposed {
            self.step(event);
        }
    }

    pub(super) fn on_message(&mut self, text: &Secret) {
        if let Some(message) = Message::read(text.expose()).filter(|_| self.is_channel_open) {
            self.step(Event::Message(message));
        }
    }

    pub(super) fn storage_changed(&mut self, key: Option<&str>) {
        let is_ours = key.is_none() || key == self.store_key();
        if !is_ours || !self.is_attached || self.is_disposed {
            return;
        }
        if self.is_channel_open {
            self.deadlines.set(Due::Read, self.now.mono_ms + MESSAGE_MS);
        } else {
            self.store(Task::Read);
        }
    }

    // ------------------------------------------------------------------------------------------ another realm, disposal

    pub(super) fn set_url(&mut self, url: Option<BaseUrl>) {
        if self.setup.config.url == url {
            return;
        }
        self.setup.config.url = url;
        if self.is_disposed {
            return;
        }
        self.generation += 1;
        if self.setup.platform.is_server {
            return self.forget_keys();
        }
        self.step(Event::Disposed(Error::Aborted));
        self.drop_deferred(Error::Aborted);
        self.drop_departures(Error::Aborted);
        self.drop_authorizations(Error::Aborted);
        self.drop_locks();
        self.forget_keys();
        self.let_go_of_secrets();
        self.deadlines.clear(Due::Session);
        self.deadlines.clear(Due::Read);
        self.looking = None;
        self.is_restoring = false;
        // Adoptions that wait for the store go on, and fail because the realm has changed.
        self.resumed.add(Resumed::Restored);
        self.change_store();
        self.session = Session::new(settings(&self.setup, self.generation));
        self.emit(Effect::Notify);
        self.start();
        if self.is_attached {
            self.open_channel();
            self.step(Event::Online(self.is_online));
            self.step(Event::Visible(self.is_visible));
        }
    }

    pub(super) fn dispose(&mut self) {
        if std::mem::replace(&mut self.is_disposed, true) {
            return;
        }
        self.step(Event::Disposed(Error::Disposed));
        self.dispose_calls();
        self.drop_departures(Error::Disposed);
        self.drop_authorizations(Error::Disposed);
        self.dispose_judgements();
        self.drop_locks();
        self.let_go_of_secrets();
        self.forget_entries();
        self.looking = None;
        self.is_restoring = false;
        self.resumed.add(Resumed::Restored);
        // The store still gets its pending writes, and the service is still told of a sign-out.
        self.deadlines.retain(|due| matches!(due, Due::Store(_) | Due::Request(_)));
        if std::mem::take(&mut self.is_channel_open) {
            self.emit(Effect::Listen { name: None });
        }
        if std::mem::take(&mut self.is_attached) {
            self.emit(Effect::Watch { is_on: false });
        }
    }

    fn let_go_of_secrets(&mut self) {
        self.sign_out_caller = None;
        self.pending_logout = None;
        self.last_verified = None;
        self.refused = None;
        self.pending_switch = None;
        self.unverified = None;
        self.challenge = None;
        self.recalling = None;
    }
}
