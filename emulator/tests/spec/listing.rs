//! Long listings: complete, in pieces, and in nobody's way.

use loginrocket_emulator::state::User;
use loginrocket_emulator::{Listener, Listing, PIECE, Progress};
use serde_json::{Value, json};

use crate::support::{ADA, Emulator, answer, request, rng};

/// Ada, and so many people that their list has three pieces.
fn crowded() -> Emulator {
    let mut emulator = Emulator::new();
    for number in 0..3 * PIECE - 1 {
        let user = User { id: format!("usr_{number}"), ..User::default() };
        emulator.realm().users.insert(user.id.clone(), user);
    }
    emulator
}

fn begin(emulator: &mut Emulator, path: &str) -> Listing {
    let request = request(http::Method::GET, path);
    let now = emulator.now;
    match emulator.service.begin(Listener::LoginRocket, &request, "127.0.0.1", now, &mut rng()) {
        Progress::More(listing) => listing,
        Progress::Done(reply) => panic!("there was nothing to wait for: {reply:?}"),
    }
}

/// The same of the Core API.
fn begin_core(emulator: &mut Emulator, path: &str) -> Listing {
    let mut request = request(http::Method::GET, path);
    request.headers_mut().insert("authrocket-api-key", emulator.api_key().parse().unwrap());
    let now = emulator.now;
    match emulator.service.begin(Listener::Core, &request, "127.0.0.1", now, &mut rng()) {
        Progress::More(listing) => listing,
        Progress::Done(reply) => panic!("there was nothing to wait for: {reply:?}"),
    }
}

/// The rest of a listing, and how many pieces it had.
fn rest(emulator: &Emulator, listing: Listing) -> (Vec<Value>, usize) {
    let (body, pieces) = whole(emulator, listing);
    (body["people"].as_array().unwrap().clone(), pieces)
}

fn whole(emulator: &Emulator, mut listing: Listing) -> (Value, usize) {
    let mut pieces = 1;
    loop {
        match emulator.service.go_on(listing, emulator.now) {
            Progress::More(more) => (listing, pieces) = (more, pieces + 1),
            Progress::Done(reply) => return (answer(reply).body, pieces),
        }
    }
}

#[test]
fn a_piece_is_of_a_bounded_number_of_people() {
    let mut emulator = crowded();
    let listing = begin(&mut emulator, "/_emulator/people");
    let (people, pieces) = rest(&emulator, listing);
    assert_eq!((people.len(), pieces), (3 * PIECE, 3));
    assert_eq!(emulator.get("/_emulator/people").body["people"], json!(people), "in one go it is the same");
}

#[test]
fn a_login_between_two_pieces_is_answered() {
    let mut emulator = crowded();
    let listing = begin(&mut emulator, "/_emulator/people");
    emulator.log_in().is_full_login();
    let (people, _) = rest(&emulator, listing);
    assert_eq!((&people[0]["email"], &people[0]["sessions"]), (&json!(ADA), &json!(1)));
}

#[test]
fn who_is_removed_during_a_listing_moves_nobody_out_of_it() {
    let mut emulator = crowded();
    let listing = begin(&mut emulator, "/_emulator/people");
    let Progress::More(listing) = emulator.service.go_on(listing, emulator.now) else { panic!("one piece") };
    // The last that was listed, and others before it.
    for number in [0, 7, PIECE - 2] {
        emulator.realm().remove_user(&format!("usr_{number}"));
    }
    let (people, _) = rest(&emulator, listing);
    let ids: std::collections::BTreeSet<&str> =
        people.iter().map(|person| person["id"].as_str().unwrap()).collect();
    assert_eq!(
        (people.len(), ids.len()),
        (3 * PIECE, 3 * PIECE),
        "everybody once, with those who were there then"
    );
}

#[test]
fn a_listing_of_a_realm_that_is_dropped_meanwhile_ends() {
    let mut emulator = crowded();
    emulator.post("/_emulator/realms", &json!({ "name": "gone" }));
    let listing = begin(&mut emulator, "/_emulator/people?realm=gone");
    emulator.delete("/_emulator/realms?realm=gone");
    assert_eq!(rest(&emulator, listing).0.len(), 0);
}

#[test]
fn sessions_are_listed_in_pieces_without_those_that_are_over() {
    let mut emulator = Emulator::new();
    emulator.log_in();
    emulator.advance_minutes(1441);
    emulator.log_in();
    let listing = begin(&mut emulator, "/_emulator/sessions");
    let Progress::Done(reply) = emulator.service.go_on(listing, emulator.now) else {
        panic!("more than one")
    };
    assert_eq!(answer(reply).body["sessions"].as_array().unwrap().len(), 1);
}

#[test]
fn adding_a_person_checks_nobody_else() {
    let mut emulator = crowded();
    // These people have neither an e-mail nor a username, with which nobody can be added.
    let bob = json!({ "id": "usr_bob", "email": "bob@example.com", "sessions": [], "memberships": [{ "id": "mb_1", "account": "A" }] });
    assert_eq!(emulator.post("/_emulator/people", &bob).body["email"], "bob@example.com");
    for (double, field) in [
        (json!({ "id": "usr_bob", "email": "x@example.com" }), "field `id`"),
        (json!({ "email": "bob@example.com" }), "field `email`"),
        (
            json!({ "email": "x@example.com", "memberships": [{ "account": "A" }, { "id": "mb_1", "account": "A" }] }),
            "field `memberships[1].id`",
        ),
    ] {
        emulator.post("/_emulator/people", &double).is_refused(409, field);
    }
    let twice = json!({ "email": "x@example.com", "memberships": [{ "id": "mb_2", "account": "A" }, { "id": "mb_2", "account": "B" }] });
    emulator.post("/_emulator/people", &twice).is_refused(409, "field `memberships[1].id`");
}

#[test]
fn the_page_shows_the_first_people_and_says_how_many_more_there_are() {
    let mut emulator = crowded();
    let page = emulator.get("/_emulator/").text();
    assert!(page.contains("usr_198</code>") && !page.contains("usr_199</code>"));
    assert!(page.contains(&format!("And {} more", 3 * PIECE - 200)));
}

#[test]
fn the_core_api_lists_in_pieces_and_others_are_answered_meanwhile() {
    let mut emulator = crowded();
    let now = emulator.now;
    for number in 0..PIECE {
        let id = emulator.realm().add_org(&format!("Account {number}"), "usr_1", now, &mut rng_of(number));
        assert!(id.starts_with("org_"));
    }
    for (path, pieces, count) in [
        ("/v2/users", 3, 3 * PIECE),
        ("/v2/users?email=ada@example.com", 3, 1),
        ("/v2/orgs", 2, PIECE + 1),
        ("/v2/memberships", 2, PIECE + 1),
        ("/v2/memberships?user_id=usr_1", 2, PIECE),
    ] {
        let listing = begin_core(&mut emulator, path);
        emulator.log_in().is_full_login();
        let (body, made) = whole(&emulator, listing);
        assert_eq!((made, body["collection"].as_array().unwrap().len()), (pieces, count), "{path}");
        assert_eq!(body["more_results"], false, "{path}");
    }
}

#[test]
fn a_limited_list_of_the_core_api_says_that_there_is_more() {
    let mut emulator = crowded();
    for (most, listed, more) in [("2", 2, true), ("0", 0, true), ("768", 768, false)] {
        let listing = begin_core(&mut emulator, &format!("/v2/users?max_results={most}"));
        let (body, _) = whole(&emulator, listing);
        let count = body["collection"].as_array().unwrap().len();
        assert_eq!((count, &body["more_results"]), (listed, &json!(more)), "{most}");
    }
}

#[test]
fn what_has_ended_is_dropped_before_it_fills_the_memory() {
    let mut emulator = Emulator::new();
    emulator.settings().session_minutes = 1;
    for _ in 0..500 {
        emulator.log_in().is_full_login();
        emulator.advance_minutes(2);
    }
    assert!(emulator.realm().sessions.len() <= 65, "{}", emulator.realm().sessions.len());
}

fn rng_of(number: usize) -> rand_chacha::ChaCha20Rng {
    rand_chacha::rand_core::SeedableRng::seed_from_u64(number as u64)
}
