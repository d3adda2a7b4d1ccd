//! Aids for testing: poison, and memory that was left but is kept inaccessible for a while.
//!
//! A stale reference into memory that a collection has left goes unnoticed as long as the memory happens to
//! hold the old bytes. Poisoned, it holds nonsense; guarded, it faults, in machine code as well.

use std::alloc::Layout;
use std::collections::VecDeque;
use std::ops::Range;
use std::ptr::NonNull;

use rustix::mm::{MprotectFlags, mprotect};

use super::ptr::pointer_at;
use super::source::Store;

/// The byte that poisoned memory is filled with. A word of it is no canonical address.
pub const POISON: u8 = 0xdb;

/// How many pieces of memory stay inaccessible before the oldest is given back.
const KEPT: usize = 64;

/// Memory that was left, on its way back to the store.
pub(crate) struct Quarantine {
    poison: bool,
    guard: bool,
    kept: VecDeque<(NonNull<u8>, Layout)>,
}

impl Quarantine {
    pub(crate) fn new(poison: bool, guard: bool) -> Quarantine {
        Quarantine { poison, guard, kept: VecDeque::new() }
    }

    pub(crate) fn guards(&self) -> bool {
        self.guard
    }

    /// Takes a block of the store that nobody uses any more.
    pub(crate) fn leave_block(&mut self, block: NonNull<u8>, store: &mut Store) {
        if self.guard {
            self.leave(block, Store::block_layout(), store);
            return;
        }
        if self.poison {
            fill(block, Store::block_layout().size());
        }
        // SAFETY: a block of the store that nobody uses, by this function's contract.
        unsafe { store.free_block(block) };
    }

    /// Takes whole pages of the store that nobody uses any more.
    pub(crate) fn leave(&mut self, memory: NonNull<u8>, layout: Layout, store: &mut Store) {
        if !self.guard {
            // SAFETY: memory of the store that nobody uses, by this function's contract.
            return unsafe { store.free(memory, layout) };
        }
        protect(memory, layout, MprotectFlags::empty());
        self.kept.push_back((memory, layout));
        if self.kept.len() > KEPT {
            self.give_back_oldest(store);
        }
    }

    fn give_back_oldest(&mut self, store: &mut Store) {
        if let Some((memory, layout)) = self.kept.pop_front() {
            protect(memory, layout, MprotectFlags::READ | MprotectFlags::WRITE);
            // SAFETY: memory of the store that nobody has used since it was left.
            unsafe { store.free(memory, layout) };
        }
    }

    /// Gives everything back.
    pub(crate) fn empty(&mut self, store: &mut Store) {
        while !self.kept.is_empty() {
            self.give_back_oldest(store);
        }
    }

    /// Poisons memory that objects are to be allocated in, if that is wanted.
    pub(crate) fn prepare(&self, range: Range<usize>) {
        if let Some(memory) = NonNull::new(pointer_at(range.start)).filter(|_| self.poison) {
            fill(memory, range.len());
        }
    }
}

fn fill(memory: NonNull<u8>, size: usize) {
    // SAFETY: callers pass memory of the store in which no object is.
    unsafe { memory.write_bytes(POISON, size) };
}

fn protect(memory: NonNull<u8>, layout: Layout, access: MprotectFlags) {
    // SAFETY: whole pages of the store that nobody uses.
    let result = unsafe { mprotect(memory.as_ptr().cast(), layout.size(), access) };
    assert!(result.is_ok(), "the guard option needs a block source that gives whole pages");
}
