//! The array part of tables, and tables born in the bump window.
//!
//! Layout and invariants stand in `object::layout`: element `i` has its payload behind the parts object's header and its
//! tag before it; the last element in use is not nil; the hash part holds no integer key up to `array_len + 1`.

use super::access::{self, address, bump};
use super::machine::Machine;
use crate::object::Kind;
use crate::object::layout::{CAP_BITS, PARTS_PAYLOADS, Parts, TABLE_SLOTS, Table, table_size};
use crate::object::proto::AllocSite;
use crate::value::{Raw, Tag, Value};

/// Where element `index` has its payload and its tag.
#[inline(always)]
fn place(parts: *mut Parts, index: usize) -> (*mut u64, *mut u8) {
    let payload = parts.wrapping_byte_add(PARTS_PAYLOADS + 8 * index).cast();
    (payload, parts.cast::<u8>().wrapping_sub(1 + index))
}

/// The element with this key, if `value` is a table, has it in its array part, and it is not nil.
#[inline(always)]
pub(crate) fn load(value: Raw, key: i64) -> Option<Raw> {
    if value.tag_byte() != Tag::Table as u8 {
        return None;
    }
    let table = address::<Table>(value);
    let index = (key as u64).wrapping_sub(1);
    // SAFETY: a live table.
    if index >= unsafe { (*table).array_len } as u64 {
        return None;
    }
    // SAFETY: a live table; one with elements has parts.
    let parts = unsafe { (*table).parts };
    let (payload, tag) = place(parts, index as usize);
    // SAFETY: an element in use.
    let tag = unsafe { *tag };
    if tag == Tag::Nil as u8 {
        return None;
    }
    // SAFETY: an element in use.
    Some(Value::from_parts(unsafe { *payload }, tag))
}

/// Replaces an element that is not nil by a value that is not nil; false (and nothing changed) if that is not the case,
/// or if the barrier has to act.
#[inline(always)]
pub(crate) fn store(value: Raw, key: i64, new: Raw) -> bool {
    if value.tag_byte() != Tag::Table as u8 || new.is_nil() {
        return false;
    }
    let table = address::<Table>(value);
    let index = (key as u64).wrapping_sub(1);
    // SAFETY: a live table.
    if index >= unsafe { (*table).array_len } as u64 {
        return false;
    }
    // SAFETY: a live table; one with elements has parts.
    let parts = unsafe { (*table).parts };
    let (payload, tag) = place(parts, index as usize);
    // SAFETY: an element in use.
    if unsafe { *tag } == Tag::Nil as u8 || access::needs_barrier(parts, new) {
        return false;
    }
    // SAFETY: an element in use.
    unsafe { *payload = new.bits() };
    // SAFETY: an element in use.
    unsafe { *tag = new.tag_byte() };
    true
}

/// Stores where [`store`] does not, if the table has no metatable: into an element that is nil, or right behind the last one
/// when there is room and no hash part that could hold the key after it.
#[inline(always)]
pub(crate) fn append(m: Machine, value: Raw, key: i64, new: Raw) -> bool {
    if value.tag_byte() != Tag::Table as u8 || new.is_nil() {
        return false;
    }
    let table = address::<Table>(value);
    // SAFETY: a live table.
    let (len, parts) = (unsafe { (*table).array_len }, unsafe { (*table).parts });
    let index = (key as u64).wrapping_sub(1);
    if parts.is_null() || index > len as u64 || !access::is_plain(m, table) || access::needs_barrier(parts, new) {
        return false;
    }
    if index == len as u64 {
        // SAFETY: live parts; `header.hash` is the capacity.
        let capacity = unsafe { (*parts).header.hash };
        // SAFETY: live parts.
        if len >= capacity || !unsafe { (*parts).hash }.is_null() {
            return false;
        }
        // SAFETY: a live table.
        unsafe { (*table).array_len = len + 1 };
    }
    let (payload, tag) = place(parts, index as usize);
    // SAFETY: below the capacity.
    unsafe { *payload = new.bits() };
    // SAFETY: below the capacity.
    unsafe { *tag = new.tag_byte() };
    true
}

/// An allocation site of the running function.
#[inline(always)]
pub(crate) fn site(m: Machine, index: usize) -> *mut AllocSite {
    // SAFETY: the frame's prototype is live.
    let tables = unsafe { (*m.proto).tables };
    // SAFETY: index operands lie in their tables (invariant of `Machine`).
    unsafe { tables.add(index) }
}

/// A new empty table without array part in the bump window, if there is room and the site asks for no more.
#[inline(always)]
pub(crate) fn bump_empty(m: Machine, index: usize) -> Option<u64> {
    let site = site(m, index);
    // SAFETY: a site of the running prototype.
    let site = unsafe { &*site };
    if site.array != 0 {
        return None;
    }
    new_in_window(m, site).map(|table| table as u64)
}

/// A new table with the keys of a site and the values of `count` registers from `r` on in the bump window, if there is
/// room and all fields are inline.
#[inline(always)]
pub(crate) fn bump_record(m: Machine, index: usize, r: usize, count: usize) -> Option<u64> {
    let site = site(m, index);
    // SAFETY: a site of the running prototype.
    let site = unsafe { &*site };
    let cap = capacity(m, site);
    if site.array != 0 || count > cap {
        return None;
    }
    let table = new_in_window(m, site)?;
    for i in 0..count {
        let value = m.get(r + i);
        let payload = std::ptr::with_exposed_provenance_mut::<u64>(table + TABLE_SLOTS + 8 * i);
        let tag = std::ptr::with_exposed_provenance_mut::<u8>(table + TABLE_SLOTS + 8 * cap + i);
        // SAFETY: slot `i` of the new table. NO-BARRIER: a fresh object.
        unsafe { *payload = value.bits() };
        // SAFETY: as above.
        unsafe { *tag = value.tag_byte() };
    }
    Some(table as u64)
}

/// Inline capacity of a site's tables.
#[inline(always)]
fn capacity(m: Machine, site: &AllocSite) -> usize {
    // SAFETY: the context is live while the interpreter runs.
    let shapes = unsafe { (*m.cx).shapes };
    // SAFETY: a site's shape is in the table of shapes.
    let shape = unsafe { &*shapes.wrapping_add(site.shape.0 as usize) };
    shape.inline_cap as usize
}

/// A new table of a site's shape, whose slots the caller writes.
#[inline(always)]
fn new_in_window(m: Machine, site: &AllocSite) -> Option<usize> {
    // SAFETY: the context is live while the interpreter runs.
    let shapes = unsafe { (*m.cx).shapes };
    // SAFETY: a site's shape is in the table of shapes.
    let shape = unsafe { &*shapes.wrapping_add(site.shape.0 as usize) };
    let address = bump(m, table_size(shape.inline_cap as usize))?;
    let aux = site.number << CAP_BITS | u16::from(shape.cap_number);
    let words = std::ptr::with_exposed_provenance_mut::<u64>(address);
    // SAFETY: memory that was just taken from the window: header (kind and aux; flags and hash are 0) ...
    unsafe { words.write(Kind::Table as u64 | u64::from(aux) << 16) };
    // SAFETY: ... shape and `array_len` ...
    unsafe { words.wrapping_add(1).write(u64::from(site.shape.0)) };
    // SAFETY: ... and no parts.
    unsafe { words.wrapping_add(2).write(0) };
    Some(address)
}
