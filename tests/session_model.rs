//! What holds for every session in every world: tabs, faults and clocks in any order, tried in the hundred thousands.
//!
//! `SESSION_SCHEDULES=1000000 cargo test --test session_model` tries more; a failure prints the shortest schedule.

#![cfg(not(target_arch = "wasm32"))]

mod session_world;

use proptest::{collection::vec, prelude::*, sample::select};
use session_world::{Action, Mood, World};

fn action() -> impl Strategy<Value = Action> {
    let tab = 0..4_usize;
    let mood = select(vec![
        Mood::Well,
        Mood::Down,
        Mood::Limited(7),
        Mood::Limited(90),
        Mood::Silent,
        Mood::Reusing,
    ]);
    prop_oneof![
        4 => (0..120_000_u64).prop_map(Action::Wait),
        2 => (0..700_000_u64).prop_map(Action::Wait),
        2 => mood.prop_map(Action::Mood),
        6 => (tab.clone(), select(vec![0, 30, 300, 100_000])).prop_map(|(tab, min_validity_seconds)| Action::WantToken {
            tab,
            min_validity_seconds,
        }),
        2 => tab.clone().prop_map(|tab| Action::WantRefresh { tab }),
        2 => (tab.clone(), 0..3_u8).prop_map(|(tab, account)| Action::WantAccount { tab, account }),
        4 => tab.clone().prop_map(|tab| Action::SignIn { tab }),
        1 => tab.clone().prop_map(|tab| Action::SignOut { tab }),
        1 => Just(Action::EndOnService),
        1 => (0..2_u8).prop_map(|account| Action::LeaveAccount { account }),
        2 => (tab.clone(), any::<bool>()).prop_map(|(tab, visible)| Action::Visible { tab, visible }),
        1 => any::<bool>().prop_map(Action::Online),
        1 => (0..100_000_000_u64).prop_map(Action::Sleep),
        1 => (-100_000..100_000_i64).prop_map(Action::SetClock),
        1 => Just(Action::WipeStore),
        1 => tab.prop_map(|tab| Action::Reload { tab }),
        3 => (0..20_000_u64, 0..3_usize).prop_map(|(delay_ms, copies)| Action::Network { delay_ms, copies }),
    ]
}

fn schedules() -> u32 {
    std::env::var("SESSION_SCHEDULES").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: schedules(), max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn no_schedule_breaks_a_session(
        tabs in 1..4_usize, shared: bool, has_channel: bool, seed: u64, actions in vec(action(), 1..40),
    ) {
        let mut world = World::new(tabs, shared, has_channel, seed);
        for action in &actions {
            world.act(action);
        }
        world.settle();
    }
}
