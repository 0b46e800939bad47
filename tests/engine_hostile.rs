//! What an engine is worth where its environment is not: a host that says anything at any time, and browsers and services
//! in which everything may fail.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

mod engine_clients;
mod engine_inputs;
mod engine_tokens;

use engine_clients::{Clients, Fault, Flow};
use engine_inputs::{START, passing, report, setup, want};
use engine_tokens::reply;
use loginrocket_wasm::{
    engine::{Effect, Engine, Id, Input, Setup, Signature, StorageScope, TokenPolicy},
    protocol::time::Moment,
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use std::collections::{BTreeMap, BTreeSet};

// ---------------------------------------------------------------------------------------------- an engine and its host

/// An engine, who waits for it, and what it waits for.
struct Host {
    engine: Engine,
    now: Moment,
    /// How often somebody of that id waits and has no answer.
    waiting: BTreeMap<Id, i64>,
    /// Of those, who has a request of the app's sent: it ends when its answer is released.
    authorized: BTreeSet<Id>,
    /// What is to be reported, and how.
    outstanding: BTreeMap<Id, Input>,
    wake_at: Option<u64>,
    asked: usize,
}

impl Host {
    fn new(setup: Setup) -> Self {
        let now = Moment { mono_ms: 1_000_000, wall: START };
        let (engine, effects) = Engine::new(now, setup);
        let mut host = Self {
            engine,
            now,
            waiting: BTreeMap::new(),
            authorized: BTreeSet::new(),
            outstanding: BTreeMap::new(),
            wake_at: None,
            asked: 0,
        };
        host.take_all(effects);
        host
    }

    fn pass(&mut self, (ms, seconds): (u64, i64)) {
        self.now.mono_ms += ms;
        self.now.wall = self.now.wall.saturating_add_signed(seconds);
    }

    fn say(&mut self, input: Input) {
        if let Some(id) = waiter(&input) {
            *self.waiting.entry(id).or_default() += 1;
            self.asked += 1;
            if matches!(input, Input::Authorize { .. }) {
                self.authorized.insert(id);
            }
        }
        self.outstanding.retain(|id, report| !is_report_of(*id, report, &input));
        let effects = self.engine.handle(self.now, input);
        let most = 16 + 4 * (self.asked + self.outstanding.len());
        assert!(effects.len() <= most, "{} effects of one input: {effects:?}", effects.len());
        self.take_all(effects);
    }

    fn take_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.take(effect);
        }
    }

    fn take(&mut self, effect: Effect) {
        let answer = match effect {
            Effect::Settle { ids, .. } => {
                for id in ids {
                    *self.waiting.entry(id).or_default() -= 1;
                }
                return;
            }
            Effect::Release { id } => {
                // A host may say that what it has not sent was answered; then it is released twice.
                if self.authorized.contains(&id) {
                    self.waiting.insert(id, 0);
                }
                return;
            }
            Effect::WakeAt { at_ms } => {
                self.wake_at = at_ms;
                return;
            }
            Effect::Abort { id } | Effect::Unlock { id } => {
                self.outstanding.remove(&id);
                return;
            }
            Effect::Fetch { id, .. } => (id, Input::Replied { id, reply: reply(503, "") }),
            Effect::Read { id, .. } | Effect::Write { id, .. } | Effect::Remove { id, .. } => {
                (id, Input::Stored { id, result: Ok(None) })
            }
            Effect::Lock { id, .. } => (id, Input::LockSettled { id, is_granted: true }),
            Effect::FindSiblings { id, .. } => (id, Input::SiblingsFound { id, are_there: false }),
            Effect::VerifySignature { id, .. } => {
                (id, Input::Verified { id, signature: Signature::Good { key_bits: 2048 } })
            }
            Effect::SendAuthorized { id, .. } => (id, Input::Authorized { id, status: 200 }),
            _ => return,
        };
        self.outstanding.insert(answer.0, answer.1);
    }

    /// Disposes of the engine, and answers whatever it has asked.
    fn dispose(&mut self) {
        self.say(Input::Dispose);
        for _ in 0..1_000 {
            let Some((_, report)) = self.outstanding.pop_first() else { return };
            self.say(report);
        }
        panic!("it asks without end");
    }
}

/// Whose wait an input begins.
fn waiter(input: &Input) -> Option<Id> {
    match input {
        Input::Call { id, .. }
        | Input::Want { id, .. }
        | Input::Authorize { id, .. }
        | Input::SignOut { id }
        | Input::Adopt { id, .. }
        | Input::VerifyToken { id, .. }
        | Input::DecodeToken { id, .. }
        | Input::HostedUrl { id, .. }
        | Input::OpenHosted { id, .. }
        | Input::Snapshot { id }
        | Input::Explain { id }
        | Input::Misuse { id, .. }
        | Input::Url { id }
        | Input::SetUrl { id, .. }
        | Input::Locale { id }
        | Input::SetLocale { id, .. } => Some(*id),
        _ => None,
    }
}

/// Whether an input is the report that is owed under an id, or another one of its kind.
fn is_report_of(id: Id, owed: &Input, input: &Input) -> bool {
    match (owed, input) {
        (Input::Replied { .. }, Input::Replied { id: other, .. } | Input::Unanswered { id: other, .. })
        | (Input::Stored { .. }, Input::Stored { id: other, .. })
        | (Input::LockSettled { .. }, Input::LockSettled { id: other, .. })
        | (Input::SiblingsFound { .. }, Input::SiblingsFound { id: other, .. })
        | (Input::Verified { .. }, Input::Verified { id: other, .. })
        | (Input::Authorized { .. }, Input::Authorized { id: other, .. }) => id == *other,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn no_host_makes_an_engine_panic_or_flood_it(
        setup in setup(),
        inputs in vec((passing(), prop_oneof![4 => want(0..8_u32), 6 => report()]), 1..60),
    ) {
        let mut host = Host::new(setup);
        for (passing, input) in inputs {
            host.pass(passing);
            host.say(input);
        }
        host.dispose();
        prop_assert_eq!((host.engine.session().waiting(), host.wake_at), (0, None));
    }

    #[test]
    fn an_engine_that_is_disposed_of_leaves_nobody_waiting(
        setup in setup(),
        inputs in vec((passing(), prop_oneof![4 => want(Just(0)), 6 => report()]), 1..60),
        answers in vec(any::<bool>(), 60),
    ) {
        let mut host = Host::new(setup);
        for (number, ((passing, input), answers)) in (1..).zip(inputs.into_iter().zip(answers)) {
            host.pass(passing);
            host.say(with_id(input, number));
            // Now and then the host does what it should.
            if answers && let Some((_, report)) = host.outstanding.pop_first() {
                host.say(report);
            }
        }
        host.dispose();
        let left: Vec<_> = host.waiting.iter().filter(|(_, count)| **count != 0).collect();
        prop_assert!(left.is_empty(), "answered too often, or never: {:?}", left);
        prop_assert_eq!((host.engine.session().waiting(), host.wake_at), (0, None));
        host.pass((100_000, 100));
        let effects = host.engine.handle(host.now, Input::Woke);
        prop_assert!(effects.is_empty(), "it goes on: {:?}", effects);
    }

    #[test]
    fn whatever_fails_everyone_is_answered_once_and_in_time(
        scope in select(vec![StorageScope::Memory, StorageScope::Tab, StorageScope::Shared]),
        policies in vec(select(vec![TokenPolicy::Off, TokenPolicy::Lazy, TokenPolicy::Strict]), 1..4),
        faults in vec(fault(), 1..40),
        flows in vec((wait(), 0..3_usize, flow()), 1..12),
        rest in prop_oneof![Just(0_u64), 0..60_000_u64],
    ) {
        let count = policies.len();
        let mut clients = Clients::new(scope, &policies, faults);
        for (wait, client, flow) in &flows {
            clients.run_for(*wait);
            clients.begin(*client, flow);
        }
        clients.run_for(rest);
        clients.heal();
        // What comes next works at once, here and elsewhere, whatever still hangs.
        for client in 0..count {
            clients.expect_sign_in(client);
        }
        clients.run_for(120_000);
        prop_assert!(clients.waiting().is_empty(), "never answered: {:?}", clients.waiting());
        for client in 0..count {
            clients.expect_sign_in(client);
        }
        for flow in [Flow::Token { timeout_ms: None }, Flow::Refresh] {
            clients.run_for(61_000);
            for client in 0..count {
                clients.expect_token(client, &flow);
            }
        }
    }
}

/// The same in the name of another one who waits.
fn with_id(mut input: Input, number: Id) -> Input {
    match &mut input {
        Input::Call { id, .. }
        | Input::Want { id, .. }
        | Input::Authorize { id, .. }
        | Input::SignOut { id }
        | Input::Adopt { id, .. }
        | Input::VerifyToken { id, .. }
        | Input::DecodeToken { id, .. }
        | Input::HostedUrl { id, .. }
        | Input::OpenHosted { id, .. }
        | Input::Snapshot { id }
        | Input::Explain { id }
        | Input::Misuse { id, .. }
        | Input::Url { id }
        | Input::SetUrl { id, .. }
        | Input::SetLocale { id, .. } => *id = number,
        _ => {}
    }
    input
}

// ---------------------------------------------------------------------------------------------- clients in a bad world

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        3 => any::<u8>().prop_map(Fault::Fails),
        2 => Just(Fault::Silent),
        2 => (0..40_000_u64).prop_map(Fault::Late),
        1 => Just(Fault::Twice),
    ]
}

fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..100_u64, 2 => 0..5_000_u64, 1 => 0..700_000_u64]
}

fn flow() -> impl Strategy<Value = Flow> {
    let timeout = option::of(1..20_000_u16);
    prop_oneof![
        4 => timeout.clone().prop_map(|timeout_ms| Flow::SignIn { timeout_ms }),
        2 => Just(Flow::Ask),
        3 => timeout.prop_map(|timeout_ms| Flow::Token { timeout_ms }),
        2 => Just(Flow::Refresh),
        2 => (0..3_u8).prop_map(Flow::Switch),
        1 => Just(Flow::SignOut),
        3 => any::<[bool; 2]>().prop_map(|[is_other_user, switch_user]| Flow::Adopt { is_other_user, switch_user }),
        2 => Just(Flow::Verify),
        3 => any::<bool>().prop_map(|is_repeatable| Flow::Authorize { is_repeatable }),
        1 => select(vec!["profile", "logout"]).prop_map(|page| Flow::Open { page }),
        1 => (0..3_u8).prop_map(Flow::SetUrl),
        1 => Just(Flow::Dispose),
        1 => any::<usize>().prop_map(Flow::Cancel),
        1 => any::<bool>().prop_map(Flow::Visible),
        1 => any::<bool>().prop_map(Flow::Online),
    ]
}
