//! The references of each kind of object.
//!
//! A table marks its shape, and hands the mode that the shape knows down to its parts, so that each of them can be traced by
//! itself. What a weak object holds weakly is left out, and the object announced; see `weak`.

use std::mem::offset_of;

use super::super::layout::{
    CLOSURE_CELLS, Cell, Closure, HASH_NODES, Hash, NATIVE_VALUES, Node, OVERFLOW_PAYLOADS, PARTS_PAYLOADS, Parts,
    TABLE_SLOTS, Table, Thread, Userdata, part_flags,
};
use super::super::proto::{self, Proto};
use super::super::shape::ShapeTable;
use super::super::{Kind, RawGc, table};
use super::{field, kind_of};
use crate::heap::{FIRST_POINTER_TAG, MAX_SMALL, ObjPtr, Tracer, WeakKind};
use crate::value::Tag;

/// Elements of one part of a large array: the collector remembers stores into it part by part.
pub(in super::super) const SECTION: usize = 512;

/// A run of values inside an object: offsets of payloads and tags.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) payloads: usize,
    pub(super) tags: usize,
    pub(super) count: usize,
}

impl Run {
    /// The slots in use of a table whose shape has so many.
    #[inline(always)]
    pub(super) fn inline(obj: ObjPtr, slots: usize) -> Run {
        let capacity = table::inline_capacity(obj.header());
        Run { payloads: TABLE_SLOTS, tags: TABLE_SLOTS + 8 * capacity, count: slots.min(capacity) }
    }

    /// All slots of an overflow object.
    pub(super) fn overflow(obj: ObjPtr) -> Run {
        let capacity = obj.header().hash as usize;
        Run { payloads: OVERFLOW_PAYLOADS, tags: OVERFLOW_PAYLOADS + 8 * capacity, count: capacity }
    }

    /// # Safety
    /// - The run is inside the object and initialised.
    #[inline(always)]
    unsafe fn trace<T: Tracer>(self, obj: ObjPtr, tracer: &mut T) {
        // SAFETY: initialised values (caller).
        unsafe { tracer.tagged_run(field(obj, self.payloads), field(obj, self.tags), self.count) }
    }

    /// Visits the strings of a run whose values are weak, and announces the object.
    ///
    /// # Safety
    /// - The run is inside the object and initialised.
    unsafe fn trace_weak<T: Tracer>(self, obj: ObjPtr, tracer: &mut T) {
        for index in 0..self.count {
            let payload = field(obj, self.payloads + 8 * index);
            // SAFETY: inside the object (caller).
            unsafe { string(payload, field(obj, self.tags + index), tracer) }
        }
        tracer.weak(obj, WeakKind::Values);
    }
}

/// Visits a value if it is a string.
///
/// # Safety
/// - `payload` and `tag` are a slot of a live object.
#[inline]
pub(super) unsafe fn string<T: Tracer>(payload: *mut u64, tag: *const u8, tracer: &mut T) {
    // SAFETY: a slot (caller).
    let tag = unsafe { tag.read() };
    if tag == Tag::Str as u8 {
        // SAFETY: a slot, whose payload fits its tag (caller).
        unsafe { tracer.tagged(payload, tag) }
    }
}

/// Visits a value.
///
/// # Safety
/// - `payload` and `tag` are a slot of a live object.
#[inline(always)]
unsafe fn value<T: Tracer>(payload: *mut u64, tag: *const u8, tracer: &mut T) {
    // SAFETY: a slot (caller).
    let tag = unsafe { tag.read() };
    // SAFETY: a slot, whose payload fits its tag (caller).
    unsafe { tracer.tagged(payload, tag) }
}

/// Visits a field that holds a pointer to an object, or null.
///
/// # Safety
/// - There is such a field at this offset.
#[inline(always)]
unsafe fn edge<T: Tracer>(obj: ObjPtr, offset: usize, tracer: &mut T) {
    // SAFETY: null or a live object (caller): an Option<ObjPtr> in memory.
    unsafe { tracer.edge(field(obj, offset)) }
}

/// The object that a field refers to.
///
/// # Safety
/// - There is a field at this offset that holds a pointer to an object, or null.
unsafe fn target(obj: ObjPtr, offset: usize) -> Option<ObjPtr> {
    // SAFETY: null or an object (caller): an Option<ObjPtr> in memory.
    unsafe { field::<Option<ObjPtr>>(obj, offset).read() }
}

/// Visits the references of an object.
///
/// # Safety
/// - The object is initialised and of the kind that its header says.
#[inline]
pub(super) unsafe fn object<T: Tracer>(shapes: &mut ShapeTable, obj: ObjPtr, tracer: &mut T) {
    match kind_of(obj) {
        Kind::Str => {}
        // SAFETY: an object of this kind.
        Kind::Table => unsafe { table(shapes, obj, tracer) },
        // SAFETY: an object of this kind.
        Kind::Closure => unsafe { closure(obj, tracer) },
        Kind::Native => {
            let count = obj.header().aux as usize;
            let run = Run { payloads: NATIVE_VALUES, tags: NATIVE_VALUES + 8 * count, count };
            // SAFETY: an object of this kind with so many values.
            unsafe { run.trace(obj, tracer) }
        }
        // SAFETY: a field of an object of this kind.
        Kind::Userdata => unsafe { edge(obj, offset_of!(Userdata, metatable), tracer) },
        // SAFETY: an object of this kind.
        Kind::Thread => unsafe { thread(obj, tracer) },
        // SAFETY: an object of this kind: its one slot.
        Kind::Cell => unsafe { value(field(obj, offset_of!(Cell, bits)), field(obj, offset_of!(Cell, tag)), tracer) },
        Kind::Parts => {
            for section in 0..sections(obj).max(1) {
                // SAFETY: an object of this kind.
                unsafe { array_section(obj, section, tracer) }
            }
        }
        Kind::Overflow if !T::WEAK_AS_STRONG && obj.flags() & part_flags::WEAK_VALUES != 0 => {
            // SAFETY: all slots of an overflow object are initialised.
            unsafe { Run::overflow(obj).trace_weak(obj, tracer) }
        }
        // SAFETY: all slots of an overflow object have a tag.
        Kind::Overflow => unsafe { Run::overflow(obj).trace(obj, tracer) },
        // SAFETY: an object of this kind.
        Kind::Hash => unsafe { hash(obj, tracer) },
        // SAFETY: an object of this kind.
        Kind::Proto => unsafe { prototype(shapes, obj, tracer) },
    }
}

/// # Safety
/// - `obj` is a table.
#[inline]
unsafe fn table<T: Tracer>(shapes: &mut ShapeTable, obj: ObjPtr, tracer: &mut T) {
    // SAFETY: a table (caller).
    let id = unsafe { (*obj.cast::<Table>()).shape };
    let shape = shapes.shape(id);
    let (run, weak) = (Run::inline(obj, shape.slots as usize), shape.weak);
    let parts = offset_of!(Table, parts);
    if T::WEAK_AS_STRONG {
        // SAFETY: a field of a table.
        unsafe { edge(obj, parts, tracer) };
        // SAFETY: the slots of its shape are initialised.
        return unsafe { run.trace(obj, tracer) };
    }
    shapes.mark(id, tracer);
    // SAFETY: a table (caller). Nobody else refers to its parts, so they have not moved.
    unsafe { hand_down(obj, weak) };
    // SAFETY: a field of a table.
    unsafe { edge(obj, parts, tracer) };
    if weak & part_flags::WEAK_VALUES != 0 {
        // SAFETY: the slots of its shape are initialised.
        unsafe { run.trace_weak(obj, tracer) }
    } else {
        // SAFETY: the slots of its shape are initialised.
        unsafe { run.trace(obj, tracer) }
    }
}

/// Gives the parts of a table the flags of its mode.
///
/// # Safety
/// - `table` is a table, whose parts have not moved.
#[inline]
pub(in super::super) unsafe fn hand_down(table: ObjPtr, weak: u8) {
    // SAFETY: a field of a table.
    let Some(parts) = (unsafe { target(table, offset_of!(Table, parts)) }) else { return };
    if parts.flags() & part_flags::WEAK == weak {
        return;
    }
    set_weak(parts, weak);
    // SAFETY: a field of the parts.
    unsafe { target(parts, offset_of!(Parts, hash)) }.into_iter().for_each(|obj| set_weak(obj, weak));
    // SAFETY: a field of the parts.
    unsafe { target(parts, offset_of!(Parts, overflow)) }.into_iter().for_each(|obj| set_weak(obj, weak));
}

fn set_weak(obj: ObjPtr, weak: u8) {
    let flags = obj.flags() & !part_flags::WEAK | weak;
    // SAFETY: the header of an object.
    unsafe { (*obj.as_ptr()).flags = flags }
}

/// Payload and tag of an element of an array part.
#[inline(always)]
pub(super) fn element(parts: ObjPtr, index: usize) -> (*mut u64, *mut u8) {
    (field(parts, PARTS_PAYLOADS + 8 * index), parts.cast::<u8>().wrapping_sub(1 + index))
}

fn sections(obj: ObjPtr) -> usize {
    (obj.header().hash as usize).div_ceil(SECTION)
}

/// Into how many parts the collector divides an object.
pub(in super::super) fn parts_of(obj: ObjPtr) -> usize {
    let divided = kind_of(obj) == Kind::Parts
        && obj.header().hash as usize > MAX_SMALL / 9
        && obj.flags() & part_flags::WEAK_VALUES == 0;
    if divided { sections(obj) } else { 0 }
}

/// Visits one section of an array part; the first has the pointers to the other parts of the table with it.
///
/// # Safety
/// - `obj` is a parts object.
#[inline]
pub(super) unsafe fn array_section<T: Tracer>(obj: ObjPtr, section: usize, tracer: &mut T) {
    let weak = !T::WEAK_AS_STRONG && obj.flags() & part_flags::WEAK_VALUES != 0;
    if section == 0 {
        // SAFETY: a field of a parts object.
        unsafe { edge(obj, offset_of!(Parts, overflow), tracer) };
        // SAFETY: a field of a parts object.
        unsafe { edge(obj, offset_of!(Parts, hash), tracer) };
        if weak {
            tracer.weak(obj, WeakKind::Values);
        }
    }
    let capacity = obj.header().hash as usize;
    let (first, end) = (section * SECTION, capacity.min((section + 1) * SECTION));
    let mut index = first;
    while index < end {
        let (payload, tag) = element(obj, index);
        if index % 8 == 0 && end - index >= 8 {
            // SAFETY: the tags of eight elements, the last one's first.
            let eight = unsafe { tag.wrapping_sub(7).cast::<u64>().read_unaligned() };
            if eight & u64::from_ne_bytes([!(FIRST_POINTER_TAG - 1); 8]) == 0 {
                index += 8;
                continue;
            }
        }
        if weak {
            // SAFETY: an element; those not in use have the tag of nil.
            unsafe { string(payload, tag, tracer) };
        } else {
            // SAFETY: as above.
            unsafe { value(payload, tag, tracer) };
        }
        index += 1;
    }
}

/// The nodes of a hash part.
pub(super) fn nodes(hash: ObjPtr) -> impl Iterator<Item = *mut Node> {
    let count = 1usize << hash.header().aux;
    let first = field::<Node>(hash, HASH_NODES);
    (0..count).map(move |index| first.wrapping_add(index))
}

/// Whether an entry of a weak hash part, with a value of this tag, keeps a string alive that is its key: see `weak`.
fn keeps_key(flags: u8, value_tag: u8) -> bool {
    let may_die = flags == part_flags::WEAK && value_tag >= FIRST_POINTER_TAG && value_tag != Tag::Str as u8;
    value_tag != Tag::Nil as u8 && !may_die
}

/// # Safety
/// - `obj` is a hash part.
#[inline]
unsafe fn hash<T: Tracer>(obj: ObjPtr, tracer: &mut T) {
    let flags = if T::WEAK_AS_STRONG { 0 } else { obj.flags() & part_flags::WEAK };
    debug_assert!(offset_of!(Hash, header) == 0);
    let mut has_erased = false;
    for node in nodes(obj) {
        let place = |offset: usize| node.cast::<u8>().wrapping_add(offset);
        let (key, key_tag) = (place(offset_of!(Node, key)).cast(), place(offset_of!(Node, key_tag)));
        // SAFETY: a node of a live hash part.
        let holds = unsafe { (*node).value_tag };
        if T::WEAK_AS_STRONG || (flags & part_flags::WEAK_KEYS == 0 && holds != Tag::Nil as u8) {
            // SAFETY: a slot of a node.
            unsafe { value(key, key_tag, tracer) };
        } else if flags == 0 {
            // SAFETY: a slot of a node.
            has_erased |= unsafe { key_tag.read() } >= FIRST_POINTER_TAG;
        } else if keeps_key(flags, holds) {
            // SAFETY: a slot of a node.
            unsafe { string(key, key_tag, tracer) };
        }
        let (payload, tag) = (place(offset_of!(Node, value)).cast(), place(offset_of!(Node, value_tag)));
        if flags == 0 {
            // SAFETY: a slot of a node.
            unsafe { value(payload, tag, tracer) };
        } else {
            // SAFETY: a slot of a node.
            unsafe { string(payload, tag, tracer) };
        }
    }
    match flags {
        0 if has_erased => tracer.weak(obj, WeakKind::Erased),
        0 => {}
        part_flags::WEAK_KEYS => tracer.weak(obj, WeakKind::Ephemeron),
        part_flags::WEAK_VALUES => tracer.weak(obj, WeakKind::Values),
        _ => tracer.weak(obj, WeakKind::Both),
    }
}

/// # Safety
/// - `obj` is a closure.
#[inline]
unsafe fn closure<T: Tracer>(obj: ObjPtr, tracer: &mut T) {
    // SAFETY: a field of a closure.
    unsafe { edge(obj, offset_of!(Closure, proto), tracer) };
    for index in 0..obj.header().aux as usize {
        // SAFETY: a cell of the closure.
        unsafe { edge(obj, CLOSURE_CELLS + 8 * index, tracer) };
    }
}

/// # Safety
/// - `obj` is a coroutine.
unsafe fn thread<T: Tracer>(obj: ObjPtr, tracer: &mut T) {
    // SAFETY: a coroutine (caller).
    let state = unsafe { (*obj.cast::<Thread>()).state };
    // SAFETY: as above.
    let ops = unsafe { (*obj.cast::<Thread>()).ops };
    // SAFETY: the payload fits its tag (contract of `ThreadOps::trace`).
    let mut visit = |payload: *mut u64, tag: u8| unsafe { tracer.tagged(payload, tag) };
    // SAFETY: `ops` fits `state` (contract of `Cx::thread`).
    unsafe { (ops.trace)(state, &mut visit) }
}

/// # Safety
/// - `obj` is a prototype.
unsafe fn prototype<T: Tracer>(shapes: &mut ShapeTable, obj: ObjPtr, tracer: &mut T) {
    // SAFETY: a prototype (caller).
    let proto = unsafe { RawGc::<Proto>::from_object(obj) };
    // What a prototype refers to is pinned, so a visit changes no slot.
    proto::for_each_reference(proto, |obj| super::root_pinned(obj, tracer));
    if !T::WEAK_AS_STRONG {
        proto::for_each_site_shape(proto, |id| shapes.mark(id, tracer));
    }
}
