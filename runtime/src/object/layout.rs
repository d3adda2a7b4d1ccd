//! The layouts of heap objects, in one place because machine code relies on them.
//!
//! **Table.** `{x=1,y=2}` is 48 bytes and one bump:
//! ```text
//!   Table     header 8 | shape 4 | array_len 4 | parts 8 | payload × cap | tag × cap, padded to 8
//! ```
//! `cap`, the inline capacity, is a property of the *shape*, so a shape check fixes the offset of every inline field.
//! Fields past it (slot number >= cap) stand in the overflow object. Everything else hangs off the parts object:
//! ```text
//!   Parts     tag × cap reversed, padded to 8 (prefix) | header 8 (hash field = cap) | overflow 8 | hash 8 | payload × cap
//! ```
//! Element `i` (zero-based) of the array part has its payload at `parts + 24 + 8*i` and its tag at `parts - 1 - i`:
//! both independent of the capacity. Elements `0 .. array_len` are in use (some may be nil); if `array_len > 0`, the
//! last of them is not nil, and the hash part never holds an integer key from 1 to `array_len + 1`: so `array_len` is a border.
//! (Only in a weak table a collection may have cleared the last elements; such a table has a metatable.)
//! The tags of elements past `array_len` are nil, their payloads arbitrary.
//! A table without array, overflow and hash part has the null pointer as `parts`.
//!
//! **String keys** of a table are either all named slots of its shape, or, if the shape is a *dictionary* shape, all in
//! the hash part. All other keys are in the array part or in the hash part.
//!
//! **Strings** that are interned are pinned (they never move), so caches, shapes and machine code hold their addresses.

use std::mem::offset_of;

use super::{Kind, Object};
use crate::heap::header::Header;
use crate::native::NativeDef;
use crate::value::{Raw, Tag};

/// A string: `len` bytes follow. `header.hash` is its hash when [`str_flags::HASHED`] is set.
#[repr(C)]
pub struct Str {
    /// Object header.
    pub header: Header,
    /// Length in bytes.
    pub len: u32,
    /// Interned strings: 1 + number of the metamethod that it names, or 0.
    pub metamethod: u8,
    /// What tells a long string from others with the same bytes, for `%p`: given at the first use; 0 until then.
    pub identity: [u8; 3],
}

/// Offset of a string's first byte.
pub const STR_BYTES: usize = 16;
const _: () = assert!(size_of::<Str>() == STR_BYTES);

/// Flags in the header of a string (bits that the heap leaves to the model).
pub mod str_flags {
    /// The string is interned: pinned, and equal to another interned string only if it is the same object.
    pub const INTERNED: u8 = 1 << 4;
    /// The hash in the header is valid.
    pub const HASHED: u8 = 1 << 5;
}

/// Flags in the header of a parts, an overflow or a hash object whose table is weak. `setmetatable` and the collector, when it
/// visits the table, keep them up to date from the table's shape.
pub mod part_flags {
    /// Keys of the hash part are weak.
    pub const WEAK_KEYS: u8 = 1 << 4;
    /// Values are weak.
    pub const WEAK_VALUES: u8 = 1 << 5;
    /// Both bits.
    pub const WEAK: u8 = WEAK_KEYS | WEAK_VALUES;
}

/// Flags in the header of a table.
pub mod table_flags {
    /// The table is some table's metatable: storing under a metamethod's name advances the metamethod epoch.
    pub const IS_METATABLE: u8 = 1 << 4;
    /// The table is registered for finalisation. Userdata have the same flag.
    pub const HAS_FINALIZER: u8 = 1 << 5;
}

/// A table. See the head of this file.
#[repr(C)]
pub struct Table {
    /// Object header; `aux` is its allocation site's number (0 for none) times 16 plus the number of its inline
    /// capacity in [`INLINE_CAPS`]; `hash` its identity hash, 0 for none yet.
    pub header: Header,
    /// Its shape.
    pub shape: ShapeId,
    /// Elements of the array part in use; a border.
    pub array_len: u32,
    /// Out-of-line parts, or null.
    pub parts: *mut Parts,
}

/// The inline capacities that a table can have. The number of a table's capacity stays with it for life: it stands in
/// the header and says how large the object is; its shape has the same capacity unless it is a dictionary.
pub const INLINE_CAPS: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32];

/// Bits of a table's `header.aux` that hold the number of the inline capacity; the site's number is above them.
pub const CAP_BITS: u32 = 4;

/// The largest number of an allocation site.
pub const MAX_SITE: u16 = u16::MAX >> CAP_BITS;

/// The number in [`INLINE_CAPS`] of the smallest capacity for that many fields; the largest one if there is none.
pub const fn cap_number(fields: usize) -> u8 {
    let mut number = 0;
    while number < INLINE_CAPS.len() - 1 && (INLINE_CAPS[number] as usize) < fields {
        number += 1;
    }
    number as u8
}

/// Size of a table with this inline capacity.
#[inline(always)]
pub const fn table_size(cap: usize) -> usize {
    TABLE_SLOTS + 8 * cap + cap.next_multiple_of(8)
}

/// Offset of the first inline payload of a table.
pub const TABLE_SLOTS: usize = 24;
const _: () = assert!(size_of::<Table>() == TABLE_SLOTS && offset_of!(Table, shape) == 8);
const _: () = assert!(offset_of!(Table, array_len) == 12 && offset_of!(Table, parts) == 16);

/// The out-of-line parts of a table: array elements around the header, pointers to the others.
#[repr(C)]
pub struct Parts {
    /// Object header; `hash` is the array capacity.
    pub header: Header,
    /// Fields past the inline capacity, or null.
    pub overflow: *mut Overflow,
    /// The hash part, or null.
    pub hash: *mut Hash,
}

/// Offset of the payload of the first array element from its parts object.
pub const PARTS_PAYLOADS: usize = 24;
const _: () = assert!(size_of::<Parts>() == PARTS_PAYLOADS);

/// Named fields past the inline capacity: payloads, then tags. `header.hash` is the capacity, which is
/// [`overflow_capacity`] of the number of fields in it: so the table's shape fixes the offset of every field in it. The
/// tags of fields not in use are `Nil`.
#[repr(C)]
pub struct Overflow {
    /// Object header.
    pub header: Header,
}

/// Offset of the first payload of an overflow object.
pub const OVERFLOW_PAYLOADS: usize = 8;

/// Capacity of the overflow object of a table with `used` fields past its inline capacity.
pub const fn overflow_capacity(used: usize) -> usize {
    if used <= 4 { 4 } else { used.next_power_of_two() }
}

/// The hash part: `1 << log2` nodes follow. Chained scatter with Brent's variation (the idea is `ltable.c`'s).
#[repr(C)]
pub struct Hash {
    /// Object header; `aux` is log2 of the number of nodes; `hash` is 1 if an integer key may be in it, else 0.
    pub header: Header,
    /// Nodes at and above this index are taken: where the search for a free node starts, downwards.
    pub last_free: u32,
    /// Not used.
    pub reserved: u32,
}

/// Offset of the first node.
pub const HASH_NODES: usize = 16;
const _: () = assert!(size_of::<Hash>() == HASH_NODES);

/// A node of a hash part.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Node {
    /// Payload of the key.
    pub key: u64,
    /// Payload of the value.
    pub value: u64,
    /// Distance in nodes to the next node of the chain; 0 ends it.
    pub next: i32,
    /// Tag of the key; `Nil` if the node was never used, [`DEAD_KEY`] if its key has gone.
    pub key_tag: u8,
    /// Tag of the value; `Nil` if the key is absent.
    pub value_tag: u8,
    /// Not used.
    pub reserved: u16,
}
const _: () = assert!(size_of::<Node>() == 24);

/// Key tag of a node whose key was weak and died, or is an element of the array part now. It equals no key's tag.
pub const DEAD_KEY: u8 = 7;

/// Number of a shape in the table of shapes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(transparent)]
pub struct ShapeId(pub u32);

/// The cell of a captured local variable.
#[repr(C)]
pub struct Cell {
    /// Object header.
    pub header: Header,
    /// Payload of the value.
    pub bits: u64,
    /// Tag of the value.
    pub tag: u8,
}
const _: () = assert!(size_of::<Cell>() == 24 && offset_of!(Cell, tag) == 16);

/// A Lua function: a prototype and one cell for each upvalue, as pointers that follow. `header.aux` is their number.
#[repr(C)]
pub struct Closure {
    /// Object header.
    pub header: Header,
    /// Its prototype (pinned).
    pub proto: *mut super::proto::Proto,
}

/// Offset of the first cell pointer of a closure.
pub const CLOSURE_CELLS: usize = 16;
const _: () = assert!(size_of::<Closure>() == CLOSURE_CELLS);

/// A function in Rust: its definition and `header.aux` values of its own, which follow as payloads, then tags.
#[repr(C)]
pub struct Native {
    /// Object header.
    pub header: Header,
    /// What to call.
    pub def: &'static NativeDef,
}

/// Offset of the first payload of a native function's own values.
pub const NATIVE_VALUES: usize = 16;
const _: () = assert!(size_of::<Native>() == NATIVE_VALUES);

/// A full userdata: a Rust value behind a box (its address is stable), a metatable.
#[repr(C)]
pub struct Userdata {
    /// Object header.
    pub header: Header,
    /// Its metatable, or null.
    pub metatable: *mut Table,
    /// The owned Rust value, dropped when the object dies. Pinned space: `finalize_native` runs for it.
    pub payload: *mut Box<dyn std::any::Any>,
}

/// A coroutine: what it is made of belongs to the interpreter. See `object::thread`.
#[repr(C)]
pub struct Thread {
    /// Object header.
    pub header: Header,
    /// What the interpreter keeps for it.
    pub state: *mut u8,
    /// How the collector treats `state`.
    pub ops: &'static super::thread::ThreadOps,
}

macro_rules! objects {
    ($($type:ty => $kind:ident, $tag:ident;)*) => {
        $(
            // SAFETY: the type is `repr(C)` and starts with a `Header`; objects of the kind are made by its module only.
            unsafe impl Object for $type {
                const KIND: Kind = Kind::$kind;
                const TAG: Tag = Tag::$tag;
            }
        )*
    };
}
objects! {
    Str => Str, Str;
    Table => Table, Table;
    Closure => Closure, Closure;
    Native => Native, Native;
    Userdata => Userdata, Userdata;
    Cell => Cell, Cell;
    Thread => Thread, Thread;
    Parts => Parts, Nil;
    Overflow => Overflow, Nil;
    Hash => Hash, Nil;
    super::proto::Proto => Proto, Nil;
}

/// A constant as it stands in a prototype: a slot of 16 bytes.
pub type ConstantSlot = Raw;
