//! What holds for every session in every world: tabs, faults and clocks in any order, tried in the hundred thousands.
//!
//! `SESSION_SCHEDULES=1000000 cargo test --test engine_model` tries more; a failure prints the shortest schedule.

#![cfg(not(target_arch = "wasm32"))]

mod engine_tokens;
mod engine_world;

use engine_world::{Action, Said, ServiceMode, Setup, Thaw, World};
use loginrocket_wasm::engine::StorageScope;
use proptest::{collection::vec, prelude::*, sample::select, test_runner::RngAlgorithm};

fn action() -> impl Strategy<Value = Action> {
    let tab = 0..4_usize;
    let mode = select(vec![
        ServiceMode::Well,
        ServiceMode::Down,
        ServiceMode::Limited(7),
        ServiceMode::Limited(90),
        ServiceMode::Silent,
        ServiceMode::Reusing,
    ]);
    prop_oneof![
        4 => (0..120_000_u64).prop_map(Action::Wait),
        3 => (0..50_u64).prop_map(Action::Wait),
        2 => (0..700_000_u64).prop_map(Action::Wait),
        2 => mode.prop_map(Action::Mode),
        6 => (tab.clone(), select(vec![0, 30, 300, 100_000])).prop_map(|(tab, min_validity_seconds)| {
            Action::WantToken { tab, min_validity_seconds }
        }),
        2 => tab.clone().prop_map(|tab| Action::WantRefresh { tab }),
        2 => (tab.clone(), 0..3_u8).prop_map(|(tab, account)| Action::WantAccount { tab, account }),
        4 => tab.clone().prop_map(|tab| Action::SignIn { tab }),
        1 => tab.clone().prop_map(|tab| Action::HalfSignIn { tab }),
        1 => tab.clone().prop_map(|tab| Action::SignOut { tab }),
        2 => (tab.clone(), proptest::option::of(0..3_u8)).prop_map(|(tab, account)| Action::Ask { tab, account }),
        1 => Just(Action::EndOnService),
        1 => (0..2_u8).prop_map(|account| Action::LeaveAccount { account }),
        2 => (tab.clone(), any::<bool>()).prop_map(|(tab, visible)| Action::Visible { tab, visible }),
        1 => any::<bool>().prop_map(Action::Online),
        1 => tab.clone().prop_map(|tab| Action::BelieveOffline { tab }),
        1 => (0..100_000_000_u64).prop_map(Action::Sleep),
        1 => (0..700_000_u64).prop_map(Action::Sleep),
        1 => (-100_000..100_000_i64).prop_map(Action::SetClock),
        1 => (-10_000..10_000_i64).prop_map(Action::SetServiceClock),
        2 => said(),
        1 => Just(Action::WipeStore),
        1 => tab.clone().prop_map(|tab| Action::Reload { tab }),
        1 => tab.clone().prop_map(|tab| Action::BlockStore { tab }),
        2 => tab.clone().prop_map(|tab| Action::Freeze { tab }),
        2 => (tab, thaw()).prop_map(|(tab, how)| Action::Thaw { tab, how }),
        3 => (0..20_000_u64, 0..3_usize).prop_map(|(delay_ms, copies)| Action::Network { delay_ms, copies }),
    ]
}

fn said() -> impl Strategy<Value = Action> {
    (select(Said::ALL.to_vec()), 0..64_usize).prop_map(|(what, which)| Action::Say { what, which })
}

fn thaw() -> impl Strategy<Value = Thaw> {
    any::<[bool; 3]>().prop_map(|[seen_first, keeps_news, keeps_answers]| Thaw {
        seen_first,
        keeps_news,
        keeps_answers,
    })
}

/// What happens within moments, where races are.
fn moment() -> impl Strategy<Value = Action> {
    let tab = 0..2_usize;
    prop_oneof![
        6 => (0..40_u64).prop_map(Action::Wait),
        1 => (500..3_000_u64).prop_map(Action::Wait),
        4 => (0..60_u64, 0..3_usize).prop_map(|(delay_ms, copies)| Action::Network { delay_ms, copies }),
        3 => select(vec![ServiceMode::Well, ServiceMode::Well, ServiceMode::Limited(7), ServiceMode::Reusing]).prop_map(Action::Mode),
        1 => tab.clone().prop_map(|tab| Action::WantToken { tab, min_validity_seconds: 100_000 }),
        4 => tab.clone().prop_map(|tab| Action::WantRefresh { tab }),
        2 => (tab.clone(), 0..3_u8).prop_map(|(tab, account)| Action::WantAccount { tab, account }),
        3 => tab.clone().prop_map(|tab| Action::SignIn { tab }),
        1 => tab.clone().prop_map(|tab| Action::SignOut { tab }),
        3 => (tab.clone(), 0..2_u8).prop_map(|(tab, account)| Action::Ask { tab, account: Some(account) }),
        1 => Just(Action::EndOnService),
        1 => (0..2_u8).prop_map(|account| Action::LeaveAccount { account }),
        1 => Just(Action::WipeStore),
        1 => said(),
        1 => tab.clone().prop_map(|tab| Action::Reload { tab }),
        1 => tab.clone().prop_map(|tab| Action::Freeze { tab }),
        1 => (tab, thaw()).prop_map(|(tab, how)| Action::Thaw { tab, how }),
    ]
}

/// Each test tries its third, all at the same time.
fn a_third_of_the_schedules() -> ProptestConfig {
    let schedules = std::env::var("SESSION_SCHEDULES").ok().and_then(|count| count.parse().ok());
    let cases = schedules.unwrap_or(100_000_u32) / 3;
    // Three quarters of the time would go into random numbers of a quality that nobody needs here.
    let rng_algorithm = RngAlgorithm::XorShift;
    ProptestConfig { cases, rng_algorithm, ..ProptestConfig::default() }
}

fn offset() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0_i64), 1 => -700..700_i64, 1 => -100_000..100_000_i64]
}

fn run(setup: &Setup, actions: &[Action]) {
    let mut world = World::new(setup);
    for action in actions {
        world.act(action);
    }
    world.settle();
}

/// Sequences that once broke a rule, by name.
mod found {
    use super::*;

    const TWO_TABS: Setup = Setup {
        tabs: 2,
        scope: StorageScope::Shared,
        has_slow_store: false,
        has_locks: true,
        has_channel: false,
        multi_user: false,
        offset: 0,
        seed: 0,
    };
    const SLOW_STORE: Setup = Setup { has_slow_store: true, ..TWO_TABS };
    const MANY_ACCOUNTS: Setup = Setup { multi_user: true, ..TWO_TABS };
    const ALONE: Setup = Setup { tabs: 1, scope: StorageScope::Tab, ..TWO_TABS };

    #[test]
    fn a_session_may_end_on_the_service_while_its_sign_in_is_answered() {
        for setup in [ALONE, Setup { multi_user: true, ..ALONE }] {
            run(&setup, &[Action::SignIn { tab: 0 }, Action::EndOnService]);
        }
    }

    #[test]
    fn a_reload_during_a_sign_out_and_a_wipe_leaves_no_disagreement() {
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Wait(7),
            Action::SignOut { tab: 0 },
            Action::Reload { tab: 0 },
            Action::WipeStore,
        ];
        run(&TWO_TABS, &actions);
    }

    #[test]
    fn a_lost_account_and_an_old_token_do_not_stop_what_comes_after_sleep() {
        let actions = [
            Action::Mode(ServiceMode::Reusing),
            Action::SignIn { tab: 1 },
            Action::LeaveAccount { account: 0 },
            Action::Wait(965),
            Action::WantAccount { tab: 1, account: 2 },
            Action::Wait(20),
            Action::Sleep(250_455),
        ];
        run(&TWO_TABS, &actions);
    }

    #[test]
    fn an_answer_about_one_session_does_not_hold_another_tab_from_signing_in() {
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Wait(5),
            Action::Ask { tab: 0, account: None },
            Action::Wait(13),
            Action::SignIn { tab: 1 },
        ];
        run(&TWO_TABS, &actions);
    }

    #[test]
    fn a_sign_in_that_is_answered_late_does_not_replace_the_one_after_it() {
        run(
            &MANY_ACCOUNTS,
            &[
                Action::Network { delay_ms: 30, copies: 0 },
                Action::SignIn { tab: 0 },
                Action::EndOnService,
                Action::SignIn { tab: 0 },
                Action::Wait(7),
                Action::Network { delay_ms: 0, copies: 0 },
                Action::Network { delay_ms: 0, copies: 1 },
                Action::WantRefresh { tab: 0 },
                Action::Wait(23),
            ],
        );
    }

    #[test]
    fn a_session_that_was_replaced_may_end_with_the_one_that_replaced_it() {
        run(
            &MANY_ACCOUNTS,
            &[
                Action::Network { delay_ms: 26, copies: 1 },
                Action::SignIn { tab: 0 },
                Action::SignIn { tab: 1 },
                Action::EndOnService,
                Action::Wait(7),
                Action::SignIn { tab: 1 },
                Action::WantRefresh { tab: 0 },
                Action::Network { delay_ms: 17, copies: 0 },
                Action::Network { delay_ms: 12, copies: 0 },
                Action::SignIn { tab: 1 },
                Action::Network { delay_ms: 0, copies: 1 },
                Action::Wait(19),
            ],
        );
    }

    #[test]
    fn the_end_of_a_session_is_not_stored_where_another_one_was_wiped() {
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Wait(500),
            Action::Network { delay_ms: 38, copies: 0 },
            Action::EndOnService,
            Action::Reload { tab: 0 },
            Action::SignIn { tab: 1 },
            Action::Wait(39),
            Action::WipeStore,
        ];
        run(&TWO_TABS, &actions);
    }

    #[test]
    fn an_answer_that_waited_for_a_frozen_tab_does_not_measure_the_clock() {
        let how = Thaw { seen_first: false, keeps_news: false, keeps_answers: true };
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Sleep(400_367),
            Action::Freeze { tab: 0 },
            Action::Wait(85_558),
            Action::Network { delay_ms: 10_000, copies: 0 },
            Action::Mode(ServiceMode::Reusing),
            Action::Wait(114_075),
            Action::Thaw { tab: 0, how },
            Action::Wait(479_001),
        ];
        // The seed decides when the tab tries again.
        for seed in 0..64_u64 {
            run(&Setup { seed: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), ..ALONE }, &actions);
        }
    }

    #[test]
    fn a_session_may_be_replaced_by_one_that_waited_for_a_frozen_tab() {
        let how = Thaw { seen_first: false, keeps_news: false, keeps_answers: true };
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Freeze { tab: 0 },
            Action::EndOnService,
            Action::SignIn { tab: 1 },
            Action::Wait(7),
            Action::WipeStore,
            Action::Thaw { tab: 0, how },
            Action::Freeze { tab: 1 },
            Action::Wait(40),
        ];
        run(&Setup { tabs: 3, ..TWO_TABS }, &actions);
    }

    #[test]
    fn what_was_read_before_a_sign_in_is_stored_does_not_undo_it() {
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Wait(5),
            Action::Network { delay_ms: 25, copies: 0 },
            Action::SignIn { tab: 1 },
            Action::Ask { tab: 0, account: Some(1) },
        ];
        run(&SLOW_STORE, &actions);
    }

    #[test]
    fn what_was_read_before_a_switch_is_stored_does_not_undo_it() {
        let actions = [
            Action::SignIn { tab: 0 },
            Action::Wait(24),
            Action::WantAccount { tab: 0, account: 1 },
            Action::WantToken { tab: 0, min_validity_seconds: 0 },
            Action::Wait(24),
        ];
        run(&SLOW_STORE, &actions);
    }
}

/// Nearly always a tab has locks, and a store that answers at once.
fn mostly() -> impl Strategy<Value = bool> {
    prop_oneof![9 => Just(true), 1 => Just(false)]
}

fn shared(tabs: usize) -> impl Strategy<Value = Setup> {
    let platform = (mostly(), mostly(), any::<bool>(), any::<bool>(), any::<u64>());
    platform.prop_map(move |(has_fast_store, has_locks, has_channel, multi_user, seed)| Setup {
        tabs,
        scope: StorageScope::Shared,
        has_slow_store: !has_fast_store,
        has_locks,
        has_channel,
        multi_user,
        offset: 0,
        seed,
    })
}

fn alone() -> impl Strategy<Value = Setup> {
    (shared(1), select(vec![StorageScope::Tab, StorageScope::Memory]))
        .prop_map(|(setup, scope)| Setup { scope, ..setup })
}

proptest! {
    #![proptest_config(a_third_of_the_schedules())]

    #[test]
    fn no_schedule_breaks_a_session_that_tabs_share(
        tabs in 1..4_usize, setup in shared(1), offset in offset(), actions in vec(action(), 1..32),
    ) {
        run(&Setup { tabs, offset, ..setup }, &actions);
    }

    #[test]
    fn no_schedule_breaks_a_session_of_one_tab(
        tabs in 1..3_usize, setup in alone(), offset in offset(), actions in vec(action(), 1..32),
    ) {
        run(&Setup { tabs, offset, ..setup }, &actions);
    }

    #[test]
    fn no_race_breaks_a_session_that_tabs_share(setup in shared(2), actions in vec(moment(), 1..40)) {
        run(&setup, &actions);
    }
}

/// Tabs that spare each other requests.
mod siblings {
    use super::*;

    fn with(tabs: usize, seed: u64) -> World {
        let setup = Setup {
            tabs,
            scope: StorageScope::Shared,
            has_slow_store: false,
            has_locks: true,
            has_channel: true,
            multi_user: false,
            offset: 0,
            seed,
        };
        let mut world = World::new(&setup);
        world.act(&Action::SignIn { tab: 0 });
        world.act(&Action::Wait(1_000));
        assert_eq!(world.requests(), 0);
        world
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn tabs_that_open_make_one_request_at_most(
            first in 0..2_usize, tabs in 2..8_usize, seed: u64, waits in vec(0..150_u64, 8), at_once: bool,
        ) {
            let mut world = with(tabs, seed);
            // Where the first one opens anew as well, it may be that nobody has a token any more.
            for (tab, wait) in (first..tabs).zip(waits) {
                world.act(&Action::Reload { tab });
                world.act(&Action::Wait(if at_once { 0 } else { wait }));
            }
            world.act(&Action::Wait(1_000));
            prop_assert!(world.requests() <= 1, "{} requests", world.requests());
            prop_assert!(first == 0 || world.requests() == 0, "the token was there");
            prop_assert!((0..tabs).all(|tab| world.is_signed_in(tab)));
            world.settle();
        }

        #[test]
        fn tabs_whose_token_is_over_make_one_request(tabs in 1..8_usize, seed: u64, want: bool) {
            let mut world = with(tabs, seed);
            world.act(&Action::Sleep(700_000));
            for tab in (0..tabs).filter(|_| want) {
                world.act(&Action::WantToken { tab, min_validity_seconds: 30 });
            }
            world.act(&Action::Wait(1_000));
            prop_assert_eq!(world.requests(), 1);
            prop_assert!((0..tabs).all(|tab| world.is_signed_in(tab)));
            world.settle();
        }

        #[test]
        fn a_frozen_sibling_holds_a_tab_that_opens_for_a_tenth_of_a_second(seed: u64, wait in 0..5_000_u64) {
            let mut world = with(2, seed);
            world.act(&Action::Freeze { tab: 0 });
            world.act(&Action::Wait(wait));
            world.act(&Action::Reload { tab: 1 });
            world.act(&Action::Wait(99));
            prop_assert_eq!(world.requests(), 0);
            world.act(&Action::Wait(1));
            prop_assert_eq!(world.requests(), 1);
            world.act(&Action::Wait(20));
            prop_assert!(world.is_signed_in(1));
            world.settle();
        }
    }
}
