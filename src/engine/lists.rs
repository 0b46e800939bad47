//! Lists of pending work: few entries at a time, in the order in which they came.

use std::ops::{Deref, DerefMut};

/// A list with a box for each entry. So an entry moves as one pointer, and all lists are the same code whatever they
/// hold. That saves a twentieth of the module.
#[derive(Debug)]
pub(super) struct List<T>(Vec<Box<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = Vec<Box<T>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<T> List<T> {
    /// Adds an entry, in a box or not.
    pub(super) fn add(&mut self, entry: impl Into<Box<T>>) {
        self.0.push(entry.into());
    }

    /// Takes out the first entry that fits. The test is a `dyn` function, so that this code is in the module only once.
    #[inline(never)]
    pub(super) fn take(&mut self, fits: &dyn Fn(&T) -> bool) -> Option<Box<T>> {
        let at = self.0.iter().position(|entry| fits(entry))?;
        Some(self.0.remove(at))
    }

    /// Takes out the first entry.
    #[inline(never)]
    pub(super) fn take_first(&mut self) -> Option<Box<T>> {
        if self.0.is_empty() { None } else { Some(self.0.remove(0)) }
    }

    /// Takes out all entries that fit.
    #[inline(never)]
    pub(super) fn take_all(&mut self, fits: &dyn Fn(&T) -> bool) -> Self {
        let mut taken = Self::default();
        while let Some(entry) = self.take(fits) {
            taken.add(entry);
        }
        taken
    }
}

/// Takes out the first number that fits.
pub(super) fn take_id(ids: &mut Vec<u32>, fits: &dyn Fn(u32) -> bool) -> Option<u32> {
    let at = ids.iter().position(|id| fits(*id))?;
    Some(ids.remove(at))
}
