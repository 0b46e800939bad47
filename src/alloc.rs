//! The allocator of the npm module. It wipes what is freed, so no secret stays in memory: neither of the engine, nor
//! of the strings that cross, nor of what was copied when it grew.
//!
//! Blocks have sizes of powers of two and go back into a list of their size. That is less code than an allocator that
//! merges blocks, and an engine that does the same again and again never grows.

#![expect(unsafe_code, reason = "an allocator gives out memory, which no safe code can")]
#![expect(clippy::cast_ptr_alignment, reason = "every block is aligned to more than an address is")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32,
    cell::UnsafeCell,
    ptr,
};

const PAGE: usize = 65_536;

/// The smallest block, and what every block is aligned to.
const SMALLEST: usize = 16;

/// One list for each size up to the whole memory.
const SIZES: usize = 28;

struct Memory {
    /// Of each size the first block that is free; each free block begins with the address of the next.
    free: [*mut u8; SIZES],
    /// What was never given out, up to the end of the memory.
    fresh: usize,
    end: usize,
}

impl Memory {
    /// Where the next block of that size begins and ends; none where that is beyond all addresses.
    fn place(&self, size: usize, align: usize) -> Option<(usize, usize)> {
        let start = self.fresh.checked_next_multiple_of(align)?;
        Some((start, start.checked_add(size)?))
    }
}

struct WipingAllocator(UnsafeCell<Memory>);

// SAFETY: a module without threads has one.
unsafe impl Sync for WipingAllocator {}

#[global_allocator]
static ALLOCATOR: WipingAllocator =
    WipingAllocator(UnsafeCell::new(Memory { free: [ptr::null_mut(); SIZES], fresh: 0, end: 0 }));

/// The size of the block for a layout.
fn block_size(layout: Layout) -> usize {
    layout.size().max(layout.align()).max(SMALLEST).next_power_of_two()
}

fn list_of(size: usize) -> usize {
    (size.trailing_zeros() - SMALLEST.trailing_zeros()) as usize
}

// SAFETY: a block is as large as its layout asks and aligned to at least 16, or to its own size where more is asked for; it
// is given out once until it comes back.
unsafe impl GlobalAlloc for WipingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = block_size(layout);
        // SAFETY: nobody else has it: there is one thread, and nothing in here allocates.
        let memory = unsafe { &mut *self.0.get() };
        let Some(first) = memory.free.get_mut(list_of(size)) else { return ptr::null_mut() };
        // What was given out for less may not be aligned to more.
        if !first.is_null() && first.addr() & (layout.align() - 1) == 0 {
            let block = *first;
            // SAFETY: a free block holds the address of the next one.
            unsafe {
                *first = block.cast::<*mut u8>().read();
                block.cast::<*mut u8>().write(ptr::null_mut());
            }
            return block;
        }
        if memory.end == 0 {
            // What the linker put there ends at the end of the memory as it is at the start.
            memory.end = wasm32::memory_size(0) * PAGE;
            memory.fresh = memory.end;
        }
        let Some((start, end)) = memory.place(size, layout.align().max(SMALLEST)) else {
            return ptr::null_mut();
        };
        if end > memory.end {
            let pages = (end - memory.end).div_ceil(PAGE);
            // The last page of four gigabytes has no end that is an address.
            let Some(grown) = memory.end.checked_add(pages * PAGE) else { return ptr::null_mut() };
            if wasm32::memory_grow(0, pages) == usize::MAX {
                return ptr::null_mut();
            }
            memory.end = grown;
        }
        memory.fresh = end;
        ptr::with_exposed_provenance_mut(start)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`; the block is the caller's until now, and as large as its layout says.
        unsafe {
            wipe(block.cast(), layout.size());
            let memory = &mut *self.0.get();
            if let Some(first) = memory.free.get_mut(list_of(block_size(layout))) {
                block.cast::<*mut u8>().write(*first);
                *first = block;
            }
        }
    }

    /// What grows or shrinks within its block stays where it is: so does most text when it is complete.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller gives a size that is one of a layout.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let kept = size.min(layout.size());
        if block_size(new) == block_size(layout) {
            // SAFETY: both sizes are within the block. What is cut off would not be wiped when the rest comes back.
            unsafe { block.add(kept).write_bytes(0, layout.size() - kept) };
            return block;
        }
        // SAFETY: as in `alloc` and `dealloc`; the new block is another one.
        unsafe {
            let moved = self.alloc(new);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, kept);
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// Zeros a block word by word, in a way that no optimiser leaves out though nobody reads it again: most blocks are a few words,
/// for which engines need longer to find their own way of filling memory.
unsafe fn wipe(start: *mut u64, size: usize) {
    for at in 0..size.div_ceil(size_of::<u64>()) {
        // SAFETY: a block has a whole number of words.
        unsafe { start.add(at).write_volatile(0) };
    }
}
