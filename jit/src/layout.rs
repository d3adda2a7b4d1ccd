//! Where things stand: offsets and kinds that machine code embeds, all taken from the runtime's own structs.

use std::mem::offset_of;

use moonset_runtime::context::{EXIT_VALUES, VmContext};
use moonset_runtime::heap::{Header, Mutator, flags};
use moonset_runtime::object::Kind;
use moonset_runtime::object::layout as rt;
use moonset_runtime::object::shape::Shape;
use moonset_runtime::value::{TAG_OFFSET, Tag};

/// The allocation cursor in the context.
pub(crate) const CTX_CURSOR: i32 = (offset_of!(VmContext, mutator) + offset_of!(Mutator, cursor)) as i32;
/// The end of the allocation window in the context.
pub(crate) const CTX_LIMIT: i32 = (offset_of!(VmContext, mutator) + offset_of!(Mutator, limit)) as i32;
/// The poll word in the context.
pub(crate) const CTX_POLL: i32 = (offset_of!(VmContext, mutator) + offset_of!(Mutator, poll)) as i32;
/// The word after the poll word in the context: not zero when the window of sunk allocations is used up.
pub(crate) const CTX_SUNK_OUT: i32 = (offset_of!(VmContext, mutator) + offset_of!(Mutator, sunk_out)) as i32;
const _: () = assert!(CTX_SUNK_OUT == CTX_POLL + 4);
/// What is left of that window.
pub(crate) const CTX_SUNK_WINDOW: i32 = offset_of!(VmContext, sunk_window) as i32;
/// The base of the running frame in the context.
pub(crate) const CTX_BASE: i32 = offset_of!(VmContext, base) as i32;
/// How far frames may reach, in the context.
pub(crate) const CTX_STACK_LIMIT: i32 = offset_of!(VmContext, stack_limit) as i32;
/// How far the native stack may grow by calls of machine code, in the context.
pub(crate) const CTX_NATIVE_LIMIT: i32 = offset_of!(VmContext, native_limit) as i32;
/// The shape table, in the context.
pub(crate) const CTX_SHAPES: i32 = offset_of!(VmContext, shapes) as i32;
/// Bytes of a shape in the shape table.
pub(crate) const SHAPE_SIZE: i64 = size_of::<Shape>() as i64;
/// The metatable of a shape.
pub(crate) const SHAPE_METATABLE: i32 = offset_of!(Shape, metatable) as i32;
/// The number of the exit that was taken, in the context.
pub(crate) const CTX_EXIT: i32 = offset_of!(VmContext, exit) as i32;
/// The exit area in the context.
pub(crate) const CTX_EXIT_VALUES: i32 = offset_of!(VmContext, exit_values) as i32;
/// The two words of the exit area where a stub finds a value.
pub(crate) const CTX_STUB_VALUE: i32 = CTX_EXIT_VALUES + 8 * (EXIT_VALUES as i32 - 2);

/// Bytes of a stack slot.
pub(crate) const SLOT: i32 = size_of::<moonset_runtime::value::Raw>() as i32;
/// Bytes of an instruction.
pub(crate) const INST: usize = size_of::<moonset_runtime::bytecode::Inst>();
/// The machine code of a site.
pub(crate) const SITE_ENTRY: usize = offset_of!(moonset_runtime::object::proto::HotSite, entry);
/// The tag byte of a stack slot.
pub(crate) const STACK_TAG: i32 = TAG_OFFSET as i32;

/// The flags in a header.
pub(crate) const HEADER_FLAGS: i32 = offset_of!(Header, flags) as i32;
/// The hash field of a header: capacity of parts and overflow objects.
pub(crate) const HEADER_HASH: i32 = offset_of!(Header, hash) as i32;
/// The flag that asks for the write barrier.
pub(crate) const BARRIER: u8 = flags::BARRIER;

/// The shape of a table.
pub(crate) const TABLE_SHAPE: i32 = offset_of!(rt::Table, shape) as i32;
/// The length of a table's array part. It follows the shape, so that one word initialises both.
pub(crate) const TABLE_ARRAY_LEN: i32 = offset_of!(rt::Table, array_len) as i32;
const _: () = assert!(TABLE_ARRAY_LEN == TABLE_SHAPE + 4);
/// The out-of-line parts of a table.
pub(crate) const TABLE_PARTS: i32 = offset_of!(rt::Table, parts) as i32;
/// The first payload of a table's inline slots.
pub(crate) const TABLE_SLOTS: i32 = rt::TABLE_SLOTS as i32;
/// The overflow object of parts.
pub(crate) const PARTS_OVERFLOW: i32 = offset_of!(rt::Parts, overflow) as i32;
/// The hash part of parts.
pub(crate) const PARTS_HASH: i32 = offset_of!(rt::Parts, hash) as i32;
/// The first element's payload of parts.
pub(crate) const PARTS_PAYLOADS: i32 = rt::PARTS_PAYLOADS as i32;

/// The payload of a cell.
pub(crate) const CELL_PAYLOAD: i32 = offset_of!(rt::Cell, bits) as i32;
/// The tag of a cell's contents.
pub(crate) const CELL_TAG_OFFSET: i32 = offset_of!(rt::Cell, tag) as i32;
/// Bytes of a cell.
pub(crate) const CELL_SIZE: i64 = size_of::<rt::Cell>() as i64;
/// The tag of a register that holds a cell.
pub(crate) const CELL_TAG: u8 = Tag::Cell as u8;

/// The prototype of a closure.
pub(crate) const CLOSURE_PROTO: i32 = offset_of!(rt::Closure, proto) as i32;
/// The first cell of a closure.
pub(crate) const CLOSURE_CELLS: i32 = rt::CLOSURE_CELLS as i32;
/// The length of a string.
pub(crate) const STR_LEN: i32 = offset_of!(rt::Str, len) as i32;

/// Header kinds of the objects that machine code makes.
pub(crate) const TABLE_KIND: u8 = Kind::Table as u8;
pub(crate) const PARTS_KIND: u8 = Kind::Parts as u8;
pub(crate) const CELL_KIND: u8 = Kind::Cell as u8;
pub(crate) const CLOSURE_KIND: u8 = Kind::Closure as u8;

/// Bytes of a table with so many inline slots.
pub(crate) const fn table_size(inline_cap: usize) -> usize {
    rt::table_size(inline_cap)
}

/// The `aux` field of the header of a table with this inline capacity, of no allocation site.
pub(crate) const fn table_aux(inline_cap: usize) -> u16 {
    rt::cap_number(inline_cap) as u16
}

/// Bytes before the header of parts with so many array elements: their tags.
pub(crate) const fn parts_prefix(array_cap: usize) -> usize {
    array_cap.next_multiple_of(8)
}

/// All bytes of parts with so many array elements.
pub(crate) const fn parts_size(array_cap: usize) -> usize {
    parts_prefix(array_cap) + rt::PARTS_PAYLOADS + 8 * array_cap
}
