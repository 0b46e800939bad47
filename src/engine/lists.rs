//! Lists of what goes on: few entries at a time, in the order in which they came.
//!
//! Not generic over how an entry is recognised, so that each kind of list is in the module once.

/// Takes out the first entry that fits.
#[inline(never)]
pub(super) fn take<T>(list: &mut Vec<T>, fits: &dyn Fn(&T) -> bool) -> Option<T> {
    let at = list.iter().position(fits)?;
    Some(list.remove(at))
}

/// Takes out all entries that fit.
pub(super) fn take_all<T>(list: &mut Vec<T>, fits: &dyn Fn(&T) -> bool) -> Vec<T> {
    let mut taken = Vec::new();
    while let Some(entry) = take(list, fits) {
        taken.push(entry);
    }
    taken
}
