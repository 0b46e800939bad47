//! Listings that may be long, made piece by piece: between two pieces the host can let others have their answer.

use std::hash::Hash;

use http::Response;
use indexmap::IndexMap;
use serde::Serialize;

use super::people::{session_view, view};
use crate::state::{Realm, Secret};
use crate::time::Time;
use crate::wire::Reply;

/// Most records that one piece is made of.
pub const PIECE: usize = 256;

/// How far an answer is.
#[derive(Debug)]
pub enum Progress {
    /// The answer.
    Done(Reply),
    /// A listing of which more is to come by `Service::go_on`.
    More(Listing),
}

/// An answer that is being written: a JSON object whose only member is a list.
pub struct Listing {
    response: Response<Vec<u8>>,
    realm: String,
    content: Content,
}

enum Content {
    People(Seen<String>),
    Sessions(Seen<Secret>),
}

/// What is listed already, oldest first.
struct Seen<K>(Vec<K>);

impl Listing {
    /// Lists the people of a realm.
    pub(super) fn of_people(realm: &str, response: Response<Vec<u8>>) -> Self {
        Self::begin("people", realm, response, Content::People(Seen(Vec::new())))
    }

    /// Lists the sessions of a realm that have not ended.
    pub(super) fn of_sessions(realm: &str, response: Response<Vec<u8>>) -> Self {
        Self::begin("sessions", realm, response, Content::Sessions(Seen(Vec::new())))
    }

    fn begin(name: &str, realm: &str, mut response: Response<Vec<u8>>, content: Content) -> Self {
        *response.body_mut() = format!("{{\"{name}\":[").into_bytes();
        Self { response, realm: realm.to_owned(), content }
    }

    /// Id of the realm.
    pub(crate) fn realm(&self) -> &str {
        &self.realm
    }

    /// The answer as it will be sent, which so far has only what is listed already.
    pub(crate) fn response_mut(&mut self) -> &mut Response<Vec<u8>> {
        &mut self.response
    }

    /// Adds the next piece. Whether there may be more.
    pub(crate) fn go_on(&mut self, realm: &Realm, now: Time) -> bool {
        let body = self.response.body_mut();
        match &mut self.content {
            Content::People(seen) => {
                seen.next(&realm.users, |user| push(body, Some(&view(realm, user, now))))
            }
            Content::Sessions(seen) => seen.next(&realm.sessions, |session| {
                let live = session.expires_at > now;
                push(body, live.then(|| session_view(realm, session)).as_ref());
            }),
        }
    }

    /// The whole answer.
    pub(crate) fn finish(mut self) -> Response<Vec<u8>> {
        self.response.body_mut().extend_from_slice(b"]}");
        self.response
    }
}

impl<K: Clone + Eq + Hash> Seen<K> {
    /// Visits the records after the newest one that was visited and is still there: what was removed meanwhile moves none of
    /// the others out of the list, nor into it twice.
    fn next<T>(&mut self, records: &IndexMap<K, T>, mut visit: impl FnMut(&T)) -> bool {
        let last = self.0.iter().rev().find_map(|id| records.get_index_of(id));
        let start = last.map_or(0, |last| last + 1);
        for (id, record) in records.iter().skip(start).take(PIECE) {
            visit(record);
            self.0.push(id.clone());
        }
        start + PIECE < records.len()
    }
}

fn push(body: &mut Vec<u8>, item: Option<&impl Serialize>) {
    let Some(item) = item else { return };
    if body.last() != Some(&b'[') {
        body.push(b',');
    }
    // The items are plain structures with text keys, for which writing to memory cannot fail.
    let _ = serde_json::to_writer(body, item);
}

/// Bodies hold names and addresses of people, so they are not shown.
impl std::fmt::Debug for Listing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Listing").field("realm", &self.realm).finish_non_exhaustive()
    }
}
