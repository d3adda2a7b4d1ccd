//! One block of the old or the pinned space: 64 KiB, aligned, with its metadata at the start.
//!
//! The block of an object is found by masking its address, and each block has a bit for every granule in which
//! a header may lie, so marking writes no object and the live ones of a block can be walked in address order in spite of
//! prefixes. Pinned blocks have a second bit map that says where objects are. What must hold: the
//! header of every object of these spaces lies in the data part of its block.

use std::ptr::NonNull;

use super::model::GRANULE;
use super::ptr::{ObjPtr, address_of, pointer_at};
use super::source::BLOCK_SIZE;

const WORDS: usize = BLOCK_SIZE / GRANULE / 64;

/// One bit for each granule of a block.
type Bits = [u64; WORDS];

#[repr(C)]
struct BlockHeader {
    /// Bytes of the marked objects.
    live: u32,
    /// Pinned: size of a cell.
    cell: u32,
    /// Pinned: cells in use.
    occupied: u32,
    /// Old: the block is being left.
    evacuating: bool,
    /// Pinned: first free cell, or 0.
    free: usize,
    reserved: usize,
    marks: Bits,
    /// Pinned only: in an old block the objects begin here.
    starts: Bits,
}

const OLD_DATA: usize = std::mem::offset_of!(BlockHeader, starts);
const PINNED_DATA: usize = size_of::<BlockHeader>();

const _: () = assert!(OLD_DATA.is_multiple_of(16) && PINNED_DATA.is_multiple_of(16));

/// The metadata of a block that this heap holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block(NonNull<BlockHeader>);

macro_rules! field {
    ($get:ident, $set:ident, $name:ident, $type:ty) => {
        #[inline]
        pub(crate) fn $get(self) -> $type {
            // SAFETY: the type's invariant: the metadata of a block that is held.
            unsafe { (*self.0.as_ptr()).$name }
        }

        #[inline]
        pub(crate) fn $set(self, value: $type) {
            // SAFETY: the type's invariant: the metadata of a block that is held; no Rust reference to it exists.
            unsafe { (*self.0.as_ptr()).$name = value }
        }
    };
}

impl Block {
    /// Makes the metadata of an old block in fresh memory.
    ///
    /// # Safety
    /// - `memory` is a block of the source that nothing else uses as long as this value or a copy of it is used.
    pub(crate) unsafe fn new_old(memory: NonNull<u8>) -> Block {
        let block = Block(memory.cast());
        // SAFETY: the metadata of an old block ends before `starts`; fresh memory, zero is valid for each field.
        unsafe { memory.write_bytes(0, OLD_DATA) };
        address_of(memory);
        block
    }

    /// Makes the metadata of a pinned block in fresh memory.
    ///
    /// # Safety
    /// - `memory` is a block of the source that nothing else uses as long as this value or a copy of it is used.
    pub(crate) unsafe fn new_pinned(memory: NonNull<u8>, cell: usize) -> Block {
        let block = Block(memory.cast());
        // SAFETY: the metadata fits in a block; fresh memory, zero is valid for each field.
        unsafe { memory.write_bytes(0, PINNED_DATA) };
        address_of(memory);
        block.set_cell(cell as u32);
        block
    }

    /// The block of an object of the old or the pinned space.
    ///
    /// # Safety
    /// - `obj` is an object of one of these spaces.
    #[inline]
    pub(crate) unsafe fn of(obj: ObjPtr) -> Block {
        let base = pointer_at(obj.addr() & !(BLOCK_SIZE - 1));
        // SAFETY: blocks are aligned to their size and hold the headers of their objects, so base is not null.
        Block(unsafe { NonNull::new_unchecked(base.cast()) })
    }

    pub(crate) fn memory(self) -> NonNull<u8> {
        self.0.cast()
    }

    #[inline]
    pub(crate) fn base(self) -> usize {
        address_of(self.memory())
    }

    pub(crate) fn end(self) -> usize {
        self.base() + BLOCK_SIZE
    }

    /// Where the objects of an old block begin.
    pub(crate) fn old_data(self) -> usize {
        self.base() + OLD_DATA
    }

    /// Where the cells of a pinned block begin.
    pub(crate) fn pinned_data(self) -> usize {
        self.base() + PINNED_DATA
    }

    field!(live, set_live, live, u32);
    field!(cell, set_cell, cell, u32);
    field!(occupied, set_occupied, occupied, u32);
    field!(evacuating, set_evacuating, evacuating, bool);
    field!(free, set_free, free, usize);

    /// Sets the mark bit; says whether it was clear.
    #[inline]
    pub(crate) fn mark(self, obj: ObjPtr) -> bool {
        let index = (obj.addr() % BLOCK_SIZE) / GRANULE;
        // SAFETY: the type's invariant: the metadata of a block that is held.
        let word = unsafe { &mut (*self.0.as_ptr()).marks[index / 64] };
        let bit = 1 << (index % 64);
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    }

    #[inline]
    pub(crate) fn is_marked(self, obj: ObjPtr) -> bool {
        let index = (obj.addr() % BLOCK_SIZE) / GRANULE;
        // SAFETY: the type's invariant: the metadata of a block that is held.
        let word = unsafe { (*self.0.as_ptr()).marks[index / 64] };
        word >> (index % 64) & 1 != 0
    }

    pub(crate) fn clear_marks(self) {
        self.set_live(0);
        // SAFETY: the type's invariant: the metadata of a block that is held.
        unsafe { (*self.0.as_ptr()).marks = [0; WORDS] }
    }

    fn marks_word(self, word: usize) -> u64 {
        // SAFETY: the type's invariant: the metadata of a block that is held.
        unsafe { (*self.0.as_ptr()).marks[word] }
    }

    fn starts_word(self, word: usize) -> u64 {
        // SAFETY: the type's invariant, for a pinned block, which has this bit map.
        unsafe { (*self.0.as_ptr()).starts[word] }
    }

    /// Pinned: notes that a header lies at `obj`, or no longer.
    pub(crate) fn set_start(self, obj: ObjPtr, present: bool) {
        let index = (obj.addr() % BLOCK_SIZE) / GRANULE;
        // SAFETY: the type's invariant, for a pinned block, which has this bit map.
        let word = unsafe { &mut (*self.0.as_ptr()).starts[index / 64] };
        *word = *word & !(1 << (index % 64)) | u64::from(present) << (index % 64);
    }

    /// Calls `visit` for each marked object in address order.
    pub(crate) fn for_each_marked(self, mut visit: impl FnMut(ObjPtr)) {
        for word in 0..WORDS {
            self.for_each_in(word, self.marks_word(word), &mut visit);
        }
    }

    /// Pinned: calls `visit` for each object that is not marked.
    pub(crate) fn for_each_dead(self, mut visit: impl FnMut(ObjPtr)) {
        for word in 0..WORDS {
            self.for_each_in(word, self.starts_word(word) & !self.marks_word(word), &mut visit);
        }
    }

    /// Pinned: calls `visit` for each object.
    pub(crate) fn for_each_start(self, mut visit: impl FnMut(ObjPtr)) {
        for word in 0..WORDS {
            self.for_each_in(word, self.starts_word(word), &mut visit);
        }
    }

    #[inline]
    fn for_each_in(self, word: usize, mut bits: u64, visit: &mut impl FnMut(ObjPtr)) {
        while bits != 0 {
            let index = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            // SAFETY: the bit maps hold bits for headers of objects only, and the block is held.
            visit(unsafe { ObjPtr::from_addr(self.base() + index * GRANULE) });
        }
    }
}
