//! Function prototypes: linked code with its constants, caches, counters and debug information.
//!
//! A prototype is a pinned heap object: closures, frames on the VM stack and machine code point straight at it and at
//! its instructions. Its tables are Rust allocations that it owns; dropping it (when a major collection finds it dead)
//! frees them.

use std::sync::Arc;

use super::layout::{ConstantSlot, ShapeId, Str};
use super::RawGc;
use crate::bytecode::Inst;
use crate::bytecode::function::{FunctionCode, LocalInfo, UpvalueDesc};
use crate::heap::header::Header;

/// A linked function prototype. The first group of fields is read by the interpreter's fast paths.
#[repr(C)]
pub struct Proto {
    /// Object header.
    pub header: Header,
    /// First instruction.
    pub code: *mut Inst,
    /// First constant.
    pub constants: *mut ConstantSlot,
    /// First field cache.
    pub fields: *mut FieldCache,
    /// First hot site; the last one, at index `hot_sites`, is the function's entry.
    pub sites: *mut HotSite,
    /// First allocation site.
    pub tables: *mut AllocSite,
    /// Calls until the function is hot.
    pub call_counter: u32,
    /// Fixed parameters.
    pub num_params: u8,
    /// Slots above the base.
    pub frame_size: u8,
    /// Whether it takes extra arguments.
    pub is_vararg: bool,
    /// Number of upvalues.
    pub num_upvalues: u8,
    /// Inner prototypes.
    pub children: Box<[RawGc<Proto>]>,
    /// Upvalue descriptions.
    pub upvalues: Box<[UpvalueDesc]>,
    /// Line of each instruction.
    pub lines: Box<[u32]>,
    /// Local variables.
    pub locals: Box<[LocalInfo]>,
    /// Chunk name.
    pub source: Arc<[u8]>,
    /// First line.
    pub line_defined: u32,
    /// Last line.
    pub last_line: u32,
    /// What was linked: the owner of nothing that runs, kept for dumping and for liveness.
    pub unlinked: Box<FunctionCode>,
    /// Liveness, computed at first need: see `bytecode::liveness`.
    pub liveness: std::cell::OnceCell<crate::bytecode::liveness::Liveness>,
}

/// An inline cache of a field access. One belongs to one instruction.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FieldCache {
    /// The key: an interned, so pinned, string.
    pub key: RawGc<Str>,
    /// Shape of the receiver for which the cache holds.
    pub shape: ShapeId,
    /// Shape after the access: for [`CacheKind::Add`]; shape of the holder for [`CacheKind::Index`].
    pub other: ShapeId,
    /// Byte offset of the payload from the object that has the slot (table or overflow object); node index for a
    /// dictionary.
    pub payload: u32,
    /// Byte offset of the tag, likewise.
    pub tag: u32,
    /// What the cache says.
    pub kind: CacheKind,
}

/// What a field cache has learned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CacheKind {
    /// Nothing yet.
    Empty,
    /// The receiver has the key in an inline slot.
    Own,
    /// The receiver has the key in its overflow object.
    OwnOverflow,
    /// Neither the receiver has the key nor has it a metatable: nil.
    Absent,
    /// The receiver lacks it; the table in `__index` of its metatable (`Shape::index_table`), of shape `other`, has it inline.
    Index,
    /// As `Index`, in the holder's overflow object.
    IndexOverflow,
    /// Store: the receiver lacks the key; it becomes an inline slot and the shape becomes `other`.
    Add,
    /// The receiver is a dictionary; the key was last seen in node `payload`.
    Dictionary,
}

/// A place where code can get hot: a loop's back edge or a function's entry.
#[repr(C)]
pub struct HotSite {
    /// Passes until it is hot.
    pub counter: u32,
    /// Number of the trace that belongs to it, when `entry` is set.
    pub trace: u32,
    /// Machine code, or null. Called as `extern "sysv64" fn(*mut VmContext, *mut Raw base) -> u64` (an exit number).
    pub entry: *const u8,
    /// For a function entry: the instruction that `JitEnter` replaced.
    pub replaced: Inst,
    /// Failed attempts to compile, for back-off; `u32::MAX`: never again.
    pub failures: u32,
}

/// An allocation site of tables: what it will create next time, learned from what became of earlier ones.
pub struct AllocSite {
    /// Shape of a fresh table: the keys' shape for a record, else an empty root of the learned capacity.
    pub shape: ShapeId,
    /// Array capacity of a fresh table.
    pub array: u32,
    /// Number of the site in the VM, stored in `header.aux` of tables; 0: the VM has too many sites, none is kept.
    pub number: u16,
}
