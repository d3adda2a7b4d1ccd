//! The eight bytes at the head of every object, and what its flag bits mean.
//!
//! `kind`, `aux`, `hash` and the upper half of `flags` belong to the object model. The lower half of
//! `flags` belongs to the heap, and an object born in the nursery has all of it zero, so that machine code
//! writes the header as one constant. What must hold: `OLD` and `LARGE` never change but by a
//! collection (and `OLD` by `Heap::age_large`); `BARRIER` is set exactly on the old objects that are not in the remembered set.

/// The head of an object; a reference points to it. Bytes of the object may lie before it (its prefix).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// What the object is: the model's numbering.
    pub kind: u8,
    /// `flags::*` in bits 0..4; bits 4..8 are the model's.
    pub flags: u8,
    /// The model's.
    pub aux: u16,
    /// The model's; meant for an identity hash or the cached hash of a string.
    pub hash: u32,
}

const _: () = assert!(size_of::<Header>() == 8);
const _: () = assert!(std::mem::offset_of!(Header, kind) == 0);
const _: () = assert!(std::mem::offset_of!(Header, flags) == 1);
const _: () = assert!(std::mem::offset_of!(Header, aux) == 2);
const _: () = assert!(std::mem::offset_of!(Header, hash) == 4);

/// The bits of [`Header::flags`] that the heap owns.
pub mod flags {
    /// A store of a reference into this object must first call `Heap::remember`.
    pub const BARRIER: u8 = 1 << 0;
    /// The object has left the young generation.
    pub const OLD: u8 = 1 << 1;
    /// Set within a collection only. On a large object: reached. On another, in a place that is being left:
    /// moved, and the word after the header holds the new address.
    pub const MARK: u8 = 1 << 2;
    /// The object lives in the large space, where nothing moves.
    pub const LARGE: u8 = 1 << 3;
    /// All bits of the heap; the rest is the model's.
    pub const HEAP: u8 = 0x0f;
}
