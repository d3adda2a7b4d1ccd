//! Shapes: hidden classes of tables.
//!
//! A shape says which string keys a table has and in which slot, how many slots are inline, and the metatable, so that
//! one comparison of a shape number answers all of them. Shapes form a tree of transitions from a root for each pair
//! of inline capacity and metatable; tables that get the same keys in the same order share shapes. A *dictionary*
//! shape has no slots: all keys of its tables are in the hash part.
//!
//! Shapes don't move; they are numbers into one table that machine code and caches refer to. A shape is alive while a
//! live table, a live cache site template or a compiled trace has it; major collections free the others.

use super::RawGc;
use super::layout::{ShapeId, Str, Table};

/// What the interpreter and machine code read of a shape. The other facts stand beside it in the shape table.
#[repr(C)]
pub struct Shape {
    /// The metatable, or null.
    pub metatable: *mut Table,
    /// `__index` of the metatable when that is a table, valid while `index_epoch` equals the VM's metamethod epoch.
    pub index_table: *mut Table,
    /// The metamethod epoch at which `index_table` was read; 0: never.
    pub index_epoch: u32,
    /// Slots in use.
    pub slots: u16,
    /// Slots that are inline in the table.
    pub inline_cap: u8,
    /// Whether this is a dictionary shape.
    pub dictionary: bool,
}
const _: () = assert!(size_of::<Shape>() == 24);

/// Named slots that a shape may have; a table with more becomes a dictionary.
pub const MAX_SLOTS: usize = 256;

/// The empty shape without metatable and inline slots.
pub const EMPTY: ShapeId = ShapeId(0);

/// One key of a shape: the pinned string and its slot.
#[derive(Clone, Copy)]
pub struct Property {
    /// The key.
    pub key: RawGc<Str>,
    /// The slot.
    pub slot: u16,
}
