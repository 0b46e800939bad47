//! An allocator that knows every block, and looks for marks in them: in those that are given back, and on demand in all that
//! are not.

#![allow(unsafe_code, reason = "an allocator gives out memory, which no safe code can")]
#![allow(clippy::cast_ptr_alignment, reason = "every block is aligned to more than a head is")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

/// How many bytes of a text are enough to know it by.
pub const MARK: usize = 16;

const MOST_MARKS: usize = 16;

/// Marks are kept so that they are none themselves.
const KEY: u8 = 0x5a;

/// In front of every block, and as long as keeps it aligned.
#[repr(C)]
struct Head {
    before: *mut Head,
    after: *mut Head,
    size: usize,
}

struct State {
    first: *mut Head,
    marks: [[u8; MARK]; MOST_MARKS],
    count: usize,
}

pub struct Watch {
    is_locked: AtomicBool,
    state: UnsafeCell<State>,
    /// How many blocks were given back with a mark in them.
    dirty: AtomicUsize,
    which: AtomicUsize,
}

// SAFETY: what is in the cell is touched under the lock alone.
unsafe impl Sync for Watch {}

impl Watch {
    pub const fn new() -> Self {
        let state = State { first: ptr::null_mut(), marks: [[0; MARK]; MOST_MARKS], count: 0 };
        Self {
            is_locked: AtomicBool::new(false),
            state: UnsafeCell::new(state),
            dirty: AtomicUsize::new(0),
            which: AtomicUsize::new(0),
        }
    }

    fn with<T>(&self, what: impl FnOnce(&mut State) -> T) -> T {
        while self.is_locked.compare_exchange(false, true, SeqCst, SeqCst).is_err() {
            std::hint::spin_loop();
        }
        // SAFETY: this thread has the lock, and nothing in here allocates.
        let done = what(unsafe { &mut *self.state.get() });
        self.is_locked.store(false, SeqCst);
        done
    }

    /// From now on these bytes are looked for, and no others.
    pub fn look_for(&self, marks: &[[u8; MARK]]) {
        self.with(|state| {
            for (own, mark) in state.marks.iter_mut().zip(marks) {
                *own = mark.map(|byte| byte ^ KEY);
            }
            state.count = marks.len().min(MOST_MARKS);
        });
        self.dirty.store(0, SeqCst);
    }

    /// How many blocks were given back with a mark in them, and the number of the last mark.
    pub fn dirty(&self) -> (usize, usize) {
        (self.dirty.load(SeqCst), self.which.load(SeqCst))
    }

    /// The numbers of the marks that are in blocks that are not given back.
    pub fn held(&self) -> [bool; MOST_MARKS] {
        self.with(|state| {
            let mut held = [false; MOST_MARKS];
            let mut next = state.first;
            while !next.is_null() {
                // SAFETY: a head in the list is that of a block that is not given back.
                let (block, size, after) = unsafe { (block_of(next), (*next).size, (*next).after) };
                for (number, held) in held.iter_mut().enumerate() {
                    // SAFETY: the block is so long.
                    *held |= unsafe { state.has(block, size, number) };
                }
                next = after;
            }
            held
        })
    }
}

/// The space for a head: a multiple of every alignment that is watched.
const SPACE: usize = 64;

fn block_of(head: *mut Head) -> *mut u8 {
    head.cast::<u8>().wrapping_add(SPACE)
}

fn whole(layout: Layout) -> Layout {
    Layout::from_size_align(layout.size() + SPACE, SPACE).unwrap_or(layout)
}

impl State {
    unsafe fn has(&self, block: *const u8, size: usize, number: usize) -> bool {
        if number >= self.count {
            return false;
        }
        let mark = &self.marks[number];
        let mut at = 0;
        while at + MARK <= size {
            let mut same = 0;
            // SAFETY: `at + MARK` is within the block.
            while same < MARK && unsafe { block.add(at + same).read() } ^ KEY == mark[same] {
                same += 1;
            }
            if same == MARK {
                return true;
            }
            at += 1;
        }
        false
    }
}

// SAFETY: the system's allocator gives out all of it; a block begins behind its head.
unsafe impl GlobalAlloc for Watch {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > SPACE {
            // SAFETY: as it was asked for.
            return unsafe { System.alloc(layout) };
        }
        // SAFETY: the layout is not empty.
        let head = unsafe { System.alloc_zeroed(whole(layout)) }.cast::<Head>();
        if head.is_null() {
            return head.cast();
        }
        self.with(|state| {
            // SAFETY: the head is this block's, and the first one is in the list.
            unsafe {
                *head = Head { before: ptr::null_mut(), after: state.first, size: layout.size() };
                if !state.first.is_null() {
                    (*state.first).before = head;
                }
            }
            state.first = head;
        });
        block_of(head)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.align() > SPACE {
            // SAFETY: as it was given out.
            return unsafe { System.dealloc(block, layout) };
        }
        let head = block.wrapping_sub(SPACE).cast::<Head>();
        self.with(|state| {
            for number in 0..state.count {
                // SAFETY: the block is so long, and still the caller's.
                if unsafe { state.has(block, layout.size(), number) } {
                    self.dirty.fetch_add(1, SeqCst);
                    self.which.store(number, SeqCst);
                }
            }
            // SAFETY: its neighbours are in the list.
            unsafe {
                let Head { before, after, .. } = *head;
                if before.is_null() {
                    state.first = after;
                } else {
                    (*before).after = after;
                }
                if !after.is_null() {
                    (*after).before = before;
                }
            }
        });
        // SAFETY: as it was given out.
        unsafe { System.dealloc(head.cast(), whole(layout)) }
    }
}
