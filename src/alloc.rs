//! The allocator of the npm module. It wipes every block that is freed, so that no secret stays in memory: not the engine's
//! own, not the strings that cross to the script, and not the old copies of a text that grew.
//!
//! The size of a block is a power of two. A freed block goes into the list of its size. That is less code than an allocator
//! that merges blocks. An engine that does the same work again and again reuses its blocks, so its memory does not grow.

#![expect(unsafe_code, reason = "an allocator gives out memory, which no safe code can")]
#![expect(clippy::cast_ptr_alignment, reason = "every block is aligned to more than an address is")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32,
    cell::UnsafeCell,
    ptr,
};

const PAGE: usize = 65_536;

/// The size of the smallest block, and the least alignment of every block.
const SMALLEST: usize = 16;

/// The number of lists: one for each size up to the whole memory.
const SIZES: usize = 28;

struct Memory {
    /// The first free block of each size. Each free block begins with the address of the next one.
    free: [*mut u8; SIZES],
    /// Where the memory begins that was never given out. It ends at `end`.
    fresh: usize,
    end: usize,
}

impl Memory {
    /// Where the next block of that size would begin and end. None if that is beyond the last address.
    fn place(&self, size: usize, align: usize) -> Option<(usize, usize)> {
        let start = self.fresh.checked_next_multiple_of(align)?;
        Some((start, start.checked_add(size)?))
    }
}

struct WipingAllocator(UnsafeCell<Memory>);

// SAFETY: the module has no threads, so only one thread uses the allocator.
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

// SAFETY: a block is at least as large as its layout asks, and aligned as its layout asks. It is not given out again before it
// is freed.
unsafe impl GlobalAlloc for WipingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = block_size(layout);
        // SAFETY: there is no other reference to it: there is one thread, and no code in here allocates.
        let memory = unsafe { &mut *self.0.get() };
        let Some(first) = memory.free.get_mut(list_of(size)) else { return ptr::null_mut() };
        // A free block may have been made for a smaller alignment than the one that is needed now.
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
            // The linker's own data ends at the end of the initial memory.
            memory.end = wasm32::memory_size(0) * PAGE;
            memory.fresh = memory.end;
        }
        let Some((start, end)) = memory.place(size, layout.align().max(SMALLEST)) else {
            return ptr::null_mut();
        };
        if end > memory.end {
            let pages = (end - memory.end).div_ceil(PAGE);
            // The end of the last page of four gigabytes is no valid address.
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
        // SAFETY: as in `alloc`. Until now the block belongs to the caller, and it is as large as its layout says.
        unsafe {
            wipe(block.cast(), layout.size());
            let memory = &mut *self.0.get();
            if let Some(first) = memory.free.get_mut(list_of(block_size(layout))) {
                block.cast::<*mut u8>().write(*first);
                *first = block;
            }
        }
    }

    /// A value that grows or shrinks within its block stays where it is. Most texts do so when they are complete.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller gives a size that is valid for a layout.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let kept = size.min(layout.size());
        if block_size(new) == block_size(layout) {
            // SAFETY: both sizes are within the block. The part that is cut off is wiped here, because `dealloc` would not wipe it.
            unsafe { block.add(kept).write_bytes(0, layout.size() - kept) };
            return block;
        }
        // SAFETY: as in `alloc` and `dealloc`. The new block does not overlap the old one.
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

/// Zeros a block word by word. The writes are volatile, because the optimiser would leave out writes that nobody reads. Most
/// blocks are a few words long, for which this is faster than the instruction that fills memory.
unsafe fn wipe(start: *mut u64, size: usize) {
    for at in 0..size.div_ceil(size_of::<u64>()) {
        // SAFETY: a block has a whole number of words.
        unsafe { start.add(at).write_volatile(0) };
    }
}
