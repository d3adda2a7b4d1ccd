//! The words that machine code and the heap share.
//!
//! The VM owns one `Mutator` at a stable address, inside the context struct that machine code addresses. Inline
//! allocation moves `cursor` up to `limit`; the heap replaces both when it hands out another chunk.

/// The allocation window and the poll word.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Mutator {
    /// Address of the next free byte; a multiple of 8, at most `limit`.
    pub cursor: usize,
    /// End of the window.
    pub limit: usize,
    /// [`Mutator::COLLECT`]: a collection is wanted at the next safepoint. Other bits belong to others.
    pub poll: u32,
    /// Keeps the struct's size explicit.
    pub reserved: u32,
}

const _: () = assert!(std::mem::offset_of!(Mutator, cursor) == 0);
const _: () = assert!(std::mem::offset_of!(Mutator, limit) == 8);
const _: () = assert!(std::mem::offset_of!(Mutator, poll) == 16);

impl Mutator {
    /// The bit of `poll` that the heap sets.
    pub const COLLECT: u32 = 1;
}
