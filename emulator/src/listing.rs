//! Listings that may be long, made piece by piece: between two pieces the host can let others have their answer.

use std::hash::Hash;

use http::Response;
use indexmap::IndexMap;
use serde::Serialize;

use crate::state::Realm;
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

/// An answer that is being written: a JSON object with a list.
pub struct Listing {
    response: Response<Vec<u8>>,
    realm: String,
    list: List,
    /// Whether the object says if there was more than it lists.
    tells_more: bool,
    content: Content,
}

/// What is listed, record by record.
pub(crate) struct Content(Box<dyn Piecewise>);

/// The list as far as it is written.
pub(crate) struct List {
    json: Vec<u8>,
    count: usize,
    limit: usize,
    more: bool,
}

trait Piecewise: Send {
    /// Adds the next piece. Whether there may be more.
    fn next(&mut self, realm: &Realm, now: Time, list: &mut List) -> bool;
}

/// Records of one kind, oldest first.
struct Records<K, T, V> {
    of: fn(&Realm) -> &IndexMap<K, T>,
    visit: V,
    /// Ids of those that were visited.
    seen: Vec<K>,
}

impl Content {
    /// Records of one kind. `visit` adds each to the list, or does not.
    pub(crate) fn of<K, T>(
        of: fn(&Realm) -> &IndexMap<K, T>,
        visit: impl FnMut(&Realm, &T, Time, &mut List) + Send + 'static,
    ) -> Self
    where
        K: Clone + Eq + Hash + Send + 'static,
        T: 'static,
    {
        Self(Box::new(Records { of, visit, seen: Vec::new() }))
    }
}

impl<K, T, V> Piecewise for Records<K, T, V>
where
    K: Clone + Eq + Hash + Send,
    V: FnMut(&Realm, &T, Time, &mut List) + Send,
{
    /// Visits the records after the newest visited one that is still there. So records that are removed meanwhile make no other
    /// one appear twice or not at all.
    fn next(&mut self, realm: &Realm, now: Time, list: &mut List) -> bool {
        let records = (self.of)(realm);
        let newest = self.seen.iter().rev().find_map(|id| records.get_index_of(id));
        let start = newest.map_or(0, |newest| newest + 1);
        for (id, record) in records.iter().skip(start).take(PIECE) {
            (self.visit)(realm, record, now, list);
            self.seen.push(id.clone());
        }
        start + PIECE < records.len()
    }
}

impl List {
    /// Adds an item, unless there are as many as were asked for.
    pub(crate) fn push(&mut self, item: &impl Serialize) {
        if self.count == self.limit {
            self.more = true;
            return;
        }
        if self.count > 0 {
            self.json.push(b',');
        }
        self.count += 1;
        // The items are plain structures with text keys, for which writing to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.json, item);
    }
}

impl Listing {
    /// A list of a realm under a name, as the body of a response.
    pub(crate) fn new(name: &str, realm: &str, response: Response<Vec<u8>>, content: Content) -> Self {
        let json = format!("{{\"{name}\":[").into_bytes();
        let list = List { json, count: 0, limit: usize::MAX, more: false };
        Self { response, realm: realm.to_owned(), list, tells_more: false, content }
    }

    /// The same with no more than that many items, and `more_results`.
    pub(crate) fn limited(mut self, limit: usize) -> Self {
        self.list.limit = limit;
        self.tells_more = true;
        self
    }

    /// Id of the realm.
    pub(crate) fn realm(&self) -> &str {
        &self.realm
    }

    /// The answer as it will be sent, but for its body.
    pub(crate) fn response_mut(&mut self) -> &mut Response<Vec<u8>> {
        &mut self.response
    }

    /// Adds the next piece. Whether there may be more.
    pub(crate) fn go_on(&mut self, realm: &Realm, now: Time) -> bool {
        self.content.0.next(realm, now, &mut self.list) && !self.list.more
    }

    /// The whole answer.
    pub(crate) fn finish(mut self) -> Response<Vec<u8>> {
        let List { mut json, more, .. } = self.list;
        json.push(b']');
        if self.tells_more {
            json.extend_from_slice(format!(",\"more_results\":{more}").as_bytes());
        }
        json.push(b'}');
        *self.response.body_mut() = json;
        self.response
    }
}

/// Bodies hold names and addresses of people, so they are not shown.
impl std::fmt::Debug for Listing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Listing").field("realm", &self.realm).finish_non_exhaustive()
    }
}
