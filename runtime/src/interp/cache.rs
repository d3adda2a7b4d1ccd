//! Inline caches of field accesses.
//!
//! A cache belongs to one instruction and says where the instruction's key is in tables of one shape: one comparison of
//! shape numbers stands for the lookup. What kinds there are stands at [`CacheKind`]. A slot that holds nil counts as
//! absent, so every reader looks at the tag: `__index` may have to act. Facts about metatables hold as long as the
//! metamethod epoch stands where it stood when they were read.

use super::access::{address, needs_barrier};
use super::machine::Machine;
use crate::context::VmContext;
use crate::object::layout::Table;
use crate::object::proto::{CacheKind, FieldCache};
use crate::object::shape::Shape;
use crate::value::{Raw, Tag, Value};

/// The table in `value`, if the cache is for its shape.
#[inline(always)]
fn receiver(value: Raw, field: *const FieldCache) -> Option<*mut Table> {
    if value.tag_byte() != Tag::Table as u8 {
        return None;
    }
    let table = address::<Table>(value);
    // SAFETY: a live table, and a cache of the running prototype.
    (unsafe { (*table).shape } == unsafe { (*field).shape }).then_some(table)
}

/// The value in the slot of `object` that the cache names, unless it is nil.
#[inline(always)]
fn read(object: *const u8, field: *const FieldCache) -> Option<Raw> {
    // SAFETY: a cache of the running prototype.
    let payload = unsafe { (*field).payload };
    // SAFETY: as above.
    let tag = unsafe { (*field).tag };
    // SAFETY: the shape says that the slot is there.
    let tag = unsafe { *object.wrapping_add(tag as usize) };
    if tag == Tag::Nil as u8 {
        return None;
    }
    // SAFETY: the shape says that the slot is there.
    Some(Value::from_parts(unsafe { *object.wrapping_add(payload as usize).cast::<u64>() }, tag))
}

/// Writes the slot of `object` that the cache names.
#[inline(always)]
fn write(object: *mut u8, field: *const FieldCache, value: Raw) {
    // SAFETY: a cache of the running prototype.
    let payload = unsafe { (*field).payload };
    // SAFETY: as above.
    let tag = unsafe { (*field).tag };
    // SAFETY: the shape says that the slot is there.
    unsafe { *object.wrapping_add(payload as usize).cast::<u64>() = value.bits() };
    // SAFETY: the shape says that the slot is there.
    unsafe { *object.wrapping_add(tag as usize) = value.tag_byte() };
}

#[inline(always)]
fn kind(field: *const FieldCache) -> CacheKind {
    // SAFETY: a cache of the running prototype.
    unsafe { (*field).kind }
}

/// The overflow object of a table that has one.
#[inline(always)]
fn overflow(table: *mut Table) -> *mut u8 {
    // SAFETY: a live table with fields past its inline capacity has parts.
    let parts = unsafe { (*table).parts };
    // SAFETY: ... and those have an overflow object.
    unsafe { (*parts).overflow.cast() }
}

/// The field of a receiver that has it inline.
#[inline(always)]
pub(crate) fn load_own(m: Machine, value: Raw, index: usize) -> Option<Raw> {
    let field = m.field(index);
    let table = receiver(value, field)?;
    if kind(field) != CacheKind::Own {
        return None;
    }
    read(table.cast(), field)
}

/// The table in which the metatable of the cache's shape looks fields up, if its shape is the one that the cache knows.
#[inline(always)]
fn holder(m: Machine, field: *const FieldCache) -> Option<*mut Table> {
    let cx = m.cx;
    // SAFETY: a cache of the running prototype.
    let shape = unsafe { (*field).shape };
    // SAFETY: as above.
    let other = unsafe { (*field).other };
    let shape = shape_at(cx, shape.0);
    // SAFETY: a live shape; the context is live.
    if unsafe { (*shape).index_epoch } != unsafe { (*cx).metamethod_epoch } {
        return None;
    }
    // SAFETY: a live shape.
    let table = unsafe { (*shape).index_table };
    // There was a table when the cache was filled; meanwhile there may be a function.
    if table.is_null() {
        return None;
    }
    // SAFETY: what a shape knows in the present epoch is alive.
    (unsafe { (*table).shape } == other).then_some(table)
}

#[inline(always)]
fn shape_at(cx: *const VmContext, number: u32) -> *const Shape {
    // SAFETY: the context is live while the interpreter runs.
    let shapes = unsafe { (*cx).shapes };
    // SAFETY: shapes of caches and tables are in the table of shapes.
    unsafe { shapes.add(number as usize) }
}

/// The method of a receiver whose class has it inline.
#[inline(always)]
pub(crate) fn load_method(m: Machine, value: Raw, index: usize) -> Option<Raw> {
    let field = m.field(index);
    receiver(value, field)?;
    if kind(field) != CacheKind::Index {
        return None;
    }
    read(holder(m, field)?.cast(), field)
}

/// What the cache says, for all kinds but the first.
#[inline(always)]
pub(crate) fn load_other(m: Machine, value: Raw, index: usize) -> Option<Raw> {
    let field = m.field(index);
    let table = receiver(value, field)?;
    match kind(field) {
        CacheKind::Index => read(holder(m, field)?.cast(), field),
        CacheKind::OwnOverflow => read(overflow(table), field),
        CacheKind::IndexOverflow => read(overflow(holder(m, field)?), field),
        CacheKind::Absent => Some(Raw::NIL),
        CacheKind::Own | CacheKind::Empty | CacheKind::Add | CacheKind::Dictionary => None,
    }
}

/// Replaces the field of a receiver that has it inline; false (and nothing changed) if the cache does not say so, the
/// field is nil, or the barrier has to act.
#[inline(always)]
pub(crate) fn store_own(m: Machine, value: Raw, index: usize, new: Raw) -> bool {
    let field = m.field(index);
    let Some(table) = receiver(value, field) else { return false };
    if kind(field) != CacheKind::Own || needs_barrier(table, new) || read(table.cast(), field).is_none() {
        return false;
    }
    write(table.cast(), field, new);
    true
}

/// What the cache says, for all kinds but the first.
#[inline(always)]
pub(crate) fn store_other(m: Machine, value: Raw, index: usize, new: Raw) -> bool {
    let field = m.field(index);
    let Some(table) = receiver(value, field) else { return false };
    match kind(field) {
        CacheKind::Add => {
            if new.is_nil() || needs_barrier(table, new) {
                return false;
            }
            write(table.cast(), field, new);
            // SAFETY: a live table and a cache of the running prototype. NO-BARRIER: shapes are no objects.
            let shape = unsafe { (*field).other };
            // SAFETY: as above. NO-BARRIER: shapes are no objects.
            unsafe { (*table).shape = shape };
            true
        }
        CacheKind::OwnOverflow => {
            let overflow = overflow(table);
            if needs_barrier(overflow, new) || read(overflow, field).is_none() {
                return false;
            }
            write(overflow, field, new);
            true
        }
        _ => false,
    }
}
