//! What the script calls. It asks for room, writes the text there, and finds the module behind it.
#![expect(unsafe_code, reason = "a script can only hand over addresses")]

use core::arch::wasm32::memory_grow;
use core::slice;

const PAGE: usize = 1 << 16;

/// How much room there is, in lengths of the text: one for the text itself, one for the bytes that its letters stand for,
/// which are fewer, and the rest for the module, of which what was left out is less than what was not.
const SHARES: usize = 4;

/// Makes room for a text of this length; gives the address where it is to be written.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn room(length: usize) -> usize {
    memory_grow::<0>((SHARES * length).div_ceil(PAGE)).wrapping_mul(PAGE)
}

/// Unpacks the text of this length at the address that `room` gave for it; gives the length of the module, whose address
/// is two lengths of the text further. 0 if it comes to another length than
/// the text says.
///
/// # Safety
///
/// The address and the length are those of a call of [`room`], and nothing else is done with that room meanwhile.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn unpack(address: usize, length: usize) -> usize {
    // SAFETY: as the caller promises, it is room of the module's own, which nobody else has.
    let room = unsafe { slice::from_raw_parts_mut(address as *mut u8, SHARES * length) };
    let (text, room) = room.split_at_mut_checked(length).unwrap_or_default();
    let (bytes, module) = room.split_at_mut_checked(length).unwrap_or_default();
    let sorted = crate::unletter(text, bytes);
    crate::unsort(bytes.get(..sorted).unwrap_or_default(), module)
}
