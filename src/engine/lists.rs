//! Lists of what goes on: few entries at a time, in the order in which they came.

/// Takes out the first entry that fits.
pub(super) fn take<T>(list: &mut Vec<T>, fits: impl FnMut(&T) -> bool) -> Option<T> {
    let at = list.iter().position(fits)?;
    Some(list.remove(at))
}

/// Takes out all entries that fit.
pub(super) fn take_all<T>(list: &mut Vec<T>, mut fits: impl FnMut(&T) -> bool) -> Vec<T> {
    let mut taken = Vec::new();
    while let Some(entry) = take(list, &mut fits) {
        taken.push(entry);
    }
    taken
}
