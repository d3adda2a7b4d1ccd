//! The words that machine code and the heap share.
//!
//! The VM owns one `Mutator` at a stable address, inside the context struct that machine code addresses. Inline
//! allocation moves `cursor` up to `limit`; the heap replaces both when it hands out another chunk. The poll word is the one
//! thing that others may write at any time: another thread, a signal handler. It is changed by atomic operations on single
//! bits, and read by plain loads.

use std::sync::atomic::{AtomicU32, Ordering};

/// The allocation window and the poll word.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Mutator {
    /// Address of the next free byte; a multiple of 8, at most `limit`.
    pub cursor: usize,
    /// End of the window.
    pub limit: usize,
    /// [`Mutator::COLLECT`]: a collection is wanted at the next safepoint. Other bits belong to others.
    pub poll: AtomicU32,
    /// Not zero: machine code has used up its window of allocations that were not made. Machine code tests this word and the
    /// poll word as one, and writes this one only.
    pub sunk_out: u32,
}

const _: () = assert!(std::mem::offset_of!(Mutator, cursor) == 0);
const _: () = assert!(std::mem::offset_of!(Mutator, limit) == 8);
const _: () = assert!(std::mem::offset_of!(Mutator, poll) == 16);
const _: () = assert!(std::mem::offset_of!(Mutator, sunk_out) == 20);

impl Mutator {
    /// The bit of `poll` that the heap sets.
    pub const COLLECT: u32 = 1;

    /// The bit of `poll` that says that the program can tell from now on when garbage is collected.
    pub const OBSERVED: u32 = 16;

    /// The bits that are set.
    #[inline(always)]
    pub fn polled(&self) -> u32 {
        self.poll.load(Ordering::Relaxed)
    }

    /// Sets bits of the poll word; the bits that were set before.
    pub fn request(&self, bits: u32) -> u32 {
        self.poll.fetch_or(bits, Ordering::AcqRel)
    }

    /// Clears bits of the poll word; the bits that were set before.
    pub fn withdraw(&self, bits: u32) -> u32 {
        self.poll.fetch_and(!bits, Ordering::AcqRel)
    }
}
