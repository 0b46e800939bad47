//! Records that belong to somebody. Those of one person are found without a look at everybody else's.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Credential, Membership, Session};

/// Somebody's record.
pub trait HasOwner {
    /// Id of the person. It stays the same as long as the record is there.
    fn owner(&self) -> &str;
}

impl HasOwner for Membership {
    fn owner(&self) -> &str {
        &self.user
    }
}

impl HasOwner for Session {
    fn owner(&self) -> &str {
        &self.user
    }
}

impl HasOwner for Credential {
    fn owner(&self) -> &str {
        &self.user
    }
}

/// Records by id, oldest first, and by the person they belong to. It is read as the map it is.
#[derive(Clone, Debug)]
pub struct Owned<K, T> {
    records: IndexMap<K, T>,
    by_owner: HashMap<String, Vec<K>>,
}

impl<K, T> Default for Owned<K, T> {
    fn default() -> Self {
        Self { records: IndexMap::new(), by_owner: HashMap::new() }
    }
}

impl<K, T> Deref for Owned<K, T> {
    type Target = IndexMap<K, T>;

    fn deref(&self) -> &Self::Target {
        &self.records
    }
}

impl<K: Serialize + Eq + Hash, T: Serialize> Serialize for Owned<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.records.serialize(serializer)
    }
}

impl<'de, K, T> Deserialize<'de> for Owned<K, T>
where
    K: Deserialize<'de> + Clone + Eq + Hash,
    T: Deserialize<'de> + HasOwner,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut owned = Self::default();
        for (id, record) in IndexMap::<K, T>::deserialize(deserializer)? {
            owned.insert(id, record);
        }
        Ok(owned)
    }
}

impl<K: Clone + Eq + Hash, T: HasOwner> Owned<K, T> {
    /// Adds a record, or puts it in the place of the one with the same id.
    pub fn insert(&mut self, id: K, record: T) {
        if let Some(old) = self.records.get(&id) {
            let owner = old.owner().to_owned();
            self.forget(&owner, &id);
        }
        self.by_owner.entry(record.owner().to_owned()).or_default().push(id.clone());
        self.records.insert(id, record);
    }

    /// A record, to be changed in anything but its owner.
    pub fn get_mut<Q>(&mut self, id: &Q) -> Option<&mut T>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.records.get_mut(id)
    }

    /// All records, to be changed in anything but their owner.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.records.values_mut()
    }

    /// Those of one person, oldest first.
    pub fn of(&self, owner: &str) -> impl Iterator<Item = &T> {
        self.by_owner.get(owner).into_iter().flatten().filter_map(|id| self.records.get(id))
    }

    /// Removes a record; the others keep their order.
    pub fn shift_remove<Q>(&mut self, id: &Q) -> Option<T>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let (id, record) = self.records.shift_remove_entry(id)?;
        self.forget(record.owner(), &id);
        Some(record)
    }

    /// Keeps what is to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &T) -> bool) {
        let by_owner = &mut self.by_owner;
        self.records.retain(|id, record| {
            let kept = keep(id, record);
            if !kept {
                remove(by_owner, record.owner(), id);
            }
            kept
        });
    }

    /// Removes all records.
    pub fn clear(&mut self) {
        self.records.clear();
        self.by_owner.clear();
    }

    fn forget(&mut self, owner: &str, id: &K) {
        remove(&mut self.by_owner, owner, id);
    }
}

fn remove<K: Eq>(by_owner: &mut HashMap<String, Vec<K>>, owner: &str, id: &K) {
    if let Some(own) = by_owner.get_mut(owner) {
        own.retain(|other| other != id);
        if own.is_empty() {
            by_owner.remove(owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::Hasher;

    use super::*;

    thread_local! {
        static COMPARED: Cell<u32> = const { Cell::new(0) };
    }

    /// A key that counts how often it is looked at.
    #[derive(Clone, Debug)]
    struct Key(u32);

    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.set(COMPARED.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Key {}

    impl Hash for Key {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    struct Thing(String);

    impl HasOwner for Thing {
        fn owner(&self) -> &str {
            &self.0
        }
    }

    fn things(owners: u32, each: u32) -> Owned<Key, Thing> {
        let mut things = Owned::default();
        for number in 0..owners * each {
            things.insert(Key(number), Thing(format!("usr_{}", number % owners)));
        }
        things
    }

    #[test]
    fn what_one_person_has_is_found_without_a_look_at_the_others() {
        let things = things(1000, 2);
        COMPARED.set(0);
        assert_eq!(things.of("usr_7").count(), 2);
        // Each of the two takes one comparison. The rest is for hashes that collide.
        assert!(COMPARED.get() <= 10, "{}", COMPARED.get());
    }

    #[test]
    fn removed_records_belong_to_nobody() {
        let mut things = things(3, 4);
        things.shift_remove(&Key(0));
        things.retain(|id, _| id.0 != 3);
        assert_eq!(things.of("usr_0").count(), 2);
        things.retain(|_, thing| thing.0 != "usr_1");
        assert!(things.of("usr_1").next().is_none() && !things.by_owner.contains_key("usr_1"));
        things.insert(Key(2), Thing("usr_9".into()));
        assert_eq!((things.of("usr_2").count(), things.of("usr_9").count(), things.len()), (3, 1, 6));
        things.clear();
        assert!(things.of("usr_2").next().is_none() && things.is_empty());
    }
}
