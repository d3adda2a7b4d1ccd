//! Weak tables.
//!
//! What `__mode` says stands in the shape. Each object that belongs to a weak table (the table for its inline slots, its
//! overflow object, its array part, its hash part) is announced as a weak table of its own, and the heap asks to clear
//! them one by one. Strings count as values: they are never taken out of a weak table, so tracing visits them at once, but for two
//! that an entry does not keep alive: the key of an entry without a value, and, where all is weak, the key of an entry whose value may
//! die in this collection. A hash part that is not weak is announced if it has entries without a value, for it does not keep their keys
//! alive either. A dead key leaves the tag [`DEAD_KEY`], so that chains through its node stay whole.

use std::mem::offset_of;

use super::super::Kind;
use super::super::layout::{DEAD_KEY, Node, Table};
use super::super::shape::ShapeTable;
use super::trace::{Run, element, nodes, string};
use super::{field, kind_of};
use crate::heap::{ClearPhase, FIRST_POINTER_TAG, Liveness, ObjPtr, Tracer, WeakKind};
use crate::value::Tag;

/// Visits the values of a hash part whose keys are alive.
///
/// # Safety
/// - `obj` is a hash part that was announced in this collection.
pub(super) unsafe fn trace_ephemeron<T: Tracer + Liveness>(obj: ObjPtr, tracer: &mut T) {
    for node in nodes(obj) {
        // SAFETY: a node of a live hash part.
        let Node { key_tag, value_tag, key, .. } = unsafe { node.read() };
        if value_tag < FIRST_POINTER_TAG {
            continue;
        }
        if key_tag >= FIRST_POINTER_TAG {
            // SAFETY: not cleared yet, so its header is intact.
            let key = unsafe { ObjPtr::from_addr(key as usize) };
            let Some(key) = tracer.is_live(key) else { continue };
            // SAFETY: a node of a live hash part.
            unsafe { (*node).key = key.addr() as u64 };
        }
        let value = node.cast::<u8>().wrapping_add(offset_of!(Node, value)).cast();
        // SAFETY: a field of a node, whose payload fits its tag.
        unsafe { tracer.tagged(value, value_tag) };
    }
}

/// Drops what is dead from an object of a weak table.
///
/// # Safety
/// - `obj` was announced in this collection.
pub(super) unsafe fn clear<C: Tracer + Liveness>(
    shapes: &ShapeTable,
    obj: ObjPtr,
    kind: WeakKind,
    phase: ClearPhase,
    collector: &mut C,
) {
    match kind_of(obj) {
        Kind::Hash => {
            for node in nodes(obj) {
                if phase == ClearPhase::Values {
                    // SAFETY: a node of a hash part that was announced.
                    unsafe { clear_node_value(node, kind, collector) };
                }
                if matches!(kind, WeakKind::Ephemeron | WeakKind::Both) || !has_value(node) {
                    // SAFETY: as above. Before the phase of the keys only entries without a value may lose theirs.
                    unsafe { clear_key(node, phase == ClearPhase::Keys, collector) };
                }
            }
        }
        // Only the values of the other objects are weak.
        _ if phase == ClearPhase::Keys => {}
        Kind::Table => {
            // SAFETY: an object of this kind.
            let shape = unsafe { (*obj.cast::<Table>()).shape };
            // SAFETY: the slots of its shape.
            unsafe { clear_run(obj, Run::inline(obj, shapes.shape(shape).slots as usize), collector) }
        }
        // SAFETY: the slots of the object.
        Kind::Overflow => unsafe { clear_run(obj, Run::overflow(obj), collector) },
        Kind::Parts => {
            for index in 0..obj.header().hash as usize {
                let (payload, tag) = element(obj, index);
                // SAFETY: an element of the array part.
                unsafe { clear_value(payload, tag, collector) }
            }
        }
        kind => unreachable!("{kind:?} is not weak"),
    }
}

/// # Safety
/// - `run` is a run of slots of `obj`.
unsafe fn clear_run(obj: ObjPtr, run: Run, live: &impl Liveness) {
    for index in 0..run.count {
        // SAFETY: inside the object (caller).
        unsafe { clear_value(field(obj, run.payloads + 8 * index), field(obj, run.tags + index), live) }
    }
}

/// Replaces a dead value by nil, redirects a live one.
///
/// # Safety
/// - `payload` and `tag` are a slot of a weak object that was announced.
unsafe fn clear_value(payload: *mut u64, tag: *mut u8, live: &impl Liveness) {
    // SAFETY: a slot (caller).
    if unsafe { tag.read() } < FIRST_POINTER_TAG {
        return;
    }
    // SAFETY: as above.
    let addr = unsafe { payload.read() } as usize;
    // SAFETY: no memory has been reused since the value was alive, so its header is intact.
    let found = live.is_live(unsafe { ObjPtr::from_addr(addr) });
    // SAFETY: a slot (caller).
    unsafe { payload.write(found.map_or(0, |obj| obj.addr() as u64)) };
    if found.is_none() {
        // SAFETY: a slot (caller).
        unsafe { tag.write(Tag::Nil as u8) };
    }
}

fn has_value(node: *mut Node) -> bool {
    // SAFETY: a node of a live hash part.
    unsafe { (*node).value_tag != Tag::Nil as u8 }
}

/// Replaces a dead value by nil. A value that lives keeps the string alive that is its key.
///
/// # Safety
/// - `node` is a node of a weak hash part that was announced.
unsafe fn clear_node_value<C: Tracer + Liveness>(node: *mut Node, kind: WeakKind, collector: &mut C) {
    let place = |offset: usize| node.cast::<u8>().wrapping_add(offset);
    let (payload, tag) = (place(offset_of!(Node, value)).cast(), place(offset_of!(Node, value_tag)));
    // SAFETY: a slot of a node.
    unsafe { clear_value(payload, tag, collector) };
    if kind == WeakKind::Both && has_value(node) {
        // SAFETY: the key of a node, as long as its object has not died.
        unsafe { string(place(offset_of!(Node, key)).cast(), place(offset_of!(Node, key_tag)), collector) };
    }
}

/// Takes a dead key out of its node, redirects a live one.
///
/// # Safety
/// - `node` is a node of a weak hash part that was announced.
unsafe fn clear_key(node: *mut Node, with_value: bool, live: &impl Liveness) {
    // SAFETY: a node (caller).
    let mut copy = unsafe { node.read() };
    if copy.key_tag < FIRST_POINTER_TAG || (has_value(node) && !with_value) {
        return;
    }
    // SAFETY: no memory has been reused since the key was alive, so its header is intact.
    match live.is_live(unsafe { ObjPtr::from_addr(copy.key as usize) }) {
        Some(key) => copy.key = key.addr() as u64,
        None => {
            copy.key = 0;
            copy.key_tag = DEAD_KEY;
            copy.value = 0;
            copy.value_tag = Tag::Nil as u8;
        }
    }
    // SAFETY: a node (caller).
    unsafe { node.write(copy) };
}
