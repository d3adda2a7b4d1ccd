//! The collector's view of Lua objects.
//!
//! **Weak tables.** What `__mode` says stands in the shape. A weak table's trace marks its parts objects with
//! `part_flags`, and each of them (and the table, for its inline slots) is announced as a weak table of its own: the heap
//! then asks to clear them one by one. Strings count as values: they are never taken out of a weak table, so they
//! are visited at once. A dead key leaves the tag [`DEAD_KEY`], so that chains through its node stay whole.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::intern::InternTable;
use super::layout::{
    CLOSURE_CELLS, Cell, Closure, DEAD_KEY, HASH_NODES, Hash, Native, Node, OVERFLOW_PAYLOADS, PARTS_PAYLOADS, Parts,
    Str, TABLE_SLOTS, Table, Thread, Userdata, part_flags, table_size,
};
use super::metamethod;
use super::proto::{AllocSite, Proto};
use super::shape::ShapeTable;
use super::space::{Names, Roots};
use super::{Gc, Kind, RawGc, cell, closure, native, string, table, thread, userdata};
use crate::heap::{
    ClearPhase, CollectionKind, Extent, FIRST_POINTER_TAG, Liveness, ObjPtr, ObjectModel, RootSet, Tracer, WeakKind,
};
use crate::value::Tag;

/// What the collector needs to know of objects.
pub struct LuaModel<'s> {
    shapes: NonNull<ShapeTable>,
    interned: NonNull<InternTable>,
    protos: &'s mut Vec<RawGc<Proto>>,
    sites: &'s mut Vec<*mut AllocSite>,
    free_sites: &'s mut Vec<u16>,
}

impl<'s> LuaModel<'s> {
    pub(super) fn new(
        shapes: NonNull<ShapeTable>,
        interned: NonNull<InternTable>,
        protos: &'s mut Vec<RawGc<Proto>>,
        sites: &'s mut Vec<*mut AllocSite>,
        free_sites: &'s mut Vec<u16>,
    ) -> Self {
        LuaModel { shapes, interned, protos, sites, free_sites }
    }

    #[inline(always)]
    fn shapes<'a>(&mut self) -> &'a mut ShapeTable
    where
        's: 'a,
    {
        // SAFETY: the space is borrowed exclusively for 's; model and roots take the reference for one step each.
        unsafe { self.shapes.as_mut() }
    }
}

/// The kind of an object.
#[inline(always)]
fn kind_of(obj: ObjPtr) -> Kind {
    Kind::from_byte(obj.kind())
}

// SAFETY: each kind is traced by its layout, and its extent is computed as where it is allocated, from bytes of its own
// that don't change.
unsafe impl ObjectModel for LuaModel<'_> {
    #[inline]
    unsafe fn extent(obj: ObjPtr) -> Extent {
        let header = obj.header();
        match kind_of(obj) {
            Kind::Str => {
                // SAFETY: an object of this kind.
                let len = unsafe { (*obj.cast::<Str>()).len };
                string::extent(len as usize)
            }
            Kind::Table => Extent::plain(table_size(table::inline_capacity(header))),
            Kind::Closure => closure::extent(header.aux as usize),
            Kind::Native => native::extent(header.aux as usize),
            Kind::Userdata => userdata::EXTENT,
            Kind::Thread => thread::EXTENT,
            Kind::Cell => cell::EXTENT,
            Kind::Parts => table::array::parts_extent(header.hash as usize),
            Kind::Overflow => table::slots::overflow_extent(header.hash as usize),
            Kind::Hash => table::hash::hash_extent(u32::from(header.aux)),
            Kind::Proto => super::proto::EXTENT,
        }
    }

    #[inline]
    unsafe fn trace<T: Tracer>(&mut self, obj: ObjPtr, tracer: &mut T) {
        match kind_of(obj) {
            Kind::Str => {}
            // SAFETY: an object of this kind (caller).
            Kind::Table => unsafe { self.trace_table(obj.cast(), tracer) },
            // SAFETY: an object of this kind (caller).
            Kind::Closure => unsafe { trace_closure(obj.cast(), tracer) },
            Kind::Native => {
                let count = obj.header().aux as usize;
                let payloads = size_of::<Native>();
                // SAFETY: an object of this kind with so many values.
                unsafe { trace_run(obj, payloads, payloads + 8 * count, count, tracer) }
            }
            Kind::Userdata => {
                let userdata = obj.cast::<Userdata>();
                // SAFETY: a field of an object of this kind, null or a live table.
                unsafe { edge(&raw mut (*userdata).metatable, tracer) }
            }
            // SAFETY: an object of this kind (caller).
            Kind::Thread => unsafe { trace_thread(obj.cast(), tracer) },
            Kind::Cell => {
                let cell = obj.cast::<Cell>();
                // SAFETY: an object of this kind.
                let tag = unsafe { (*cell).tag };
                // SAFETY: as above; the payload fits the tag.
                unsafe { tracer.tagged(&raw mut (*cell).bits, tag) }
            }
            // SAFETY: an object of this kind (caller).
            Kind::Parts => unsafe { trace_parts(obj.cast(), tracer) },
            Kind::Overflow => {
                let capacity = obj.header().hash as usize;
                if !T::WEAK_AS_STRONG && obj.flags() & part_flags::WEAK_VALUES != 0 {
                    // SAFETY: an object of this kind with this capacity.
                    unsafe {
                        trace_strings(obj, OVERFLOW_PAYLOADS, OVERFLOW_PAYLOADS + 8 * capacity, capacity, tracer)
                    };
                    tracer.weak(obj, WeakKind::Values);
                } else {
                    // SAFETY: an object of this kind with this capacity.
                    unsafe { trace_run(obj, OVERFLOW_PAYLOADS, OVERFLOW_PAYLOADS + 8 * capacity, capacity, tracer) }
                }
            }
            // SAFETY: an object of this kind (caller).
            Kind::Hash => unsafe { trace_hash(obj.cast(), tracer) },
            // SAFETY: an object of this kind (caller).
            Kind::Proto => unsafe { self.trace_proto(obj, tracer) },
        }
    }

    unsafe fn finalize_native(&mut self, obj: ObjPtr) {
        match kind_of(obj) {
            Kind::Userdata => {
                // SAFETY: a dead object of this kind.
                let payload = unsafe { (*obj.cast::<Userdata>()).payload };
                // SAFETY: the object owned its payload and is gone.
                drop(unsafe { Box::from_raw(payload) });
            }
            Kind::Thread => {
                let thread = obj.cast::<Thread>();
                // SAFETY: a dead object of this kind.
                let state = unsafe { (*thread).state };
                // SAFETY: as above.
                let ops = unsafe { (*thread).ops };
                // SAFETY: the object owned its state and is gone.
                unsafe { (ops.drop)(state) }
            }
            Kind::Proto => {
                // SAFETY: a dead object of this kind.
                let proto = unsafe { RawGc::<Proto>::from_object(obj) };
                super::proto::drop_tables(proto, self.sites, self.free_sites);
            }
            _ => {}
        }
    }

    unsafe fn trace_ephemeron<T: Tracer + Liveness>(&mut self, obj: ObjPtr, tracer: &mut T) {
        // SAFETY: only hash parts are announced as ephemerons.
        for node in unsafe { nodes(obj.cast()) } {
            // SAFETY: a node of a live hash part.
            let Node { key_tag, value_tag, key, .. } = unsafe { node.read() };
            if value_tag < FIRST_POINTER_TAG {
                continue;
            }
            if key_tag >= FIRST_POINTER_TAG {
                // SAFETY: not cleared yet, so its header is intact.
                let Some(key) = tracer.is_live(unsafe { ObjPtr::from_addr(key as usize) }) else { continue };
                // SAFETY: a node of a live hash part.
                unsafe { (*node).key = key.addr() as u64 };
            }
            // SAFETY: a field of a node, whose payload fits its tag.
            unsafe { tracer.tagged(&raw mut (*node).value, value_tag) };
        }
    }

    unsafe fn clear_weak(&mut self, obj: ObjPtr, _kind: WeakKind, phase: ClearPhase, live: &impl Liveness) {
        match kind_of(obj) {
            Kind::Hash => {
                // SAFETY: an object of this kind.
                for node in unsafe { nodes(obj.cast()) } {
                    // SAFETY: a node of a live hash part.
                    unsafe { clear_node(node, phase, live) }
                }
            }
            // Only the values of the other objects are weak.
            _ if phase == ClearPhase::Keys => {}
            Kind::Table => {
                let table = obj.cast::<Table>();
                // SAFETY: an object of this kind.
                let shape = unsafe { (*table).shape };
                let (count, payloads, tags) = inline_run(obj, self.shapes().shape(shape).slots as usize);
                // SAFETY: an object of this kind with so many slots.
                unsafe { clear_run(obj, payloads, tags, count, live) }
            }
            Kind::Overflow => {
                let capacity = obj.header().hash as usize;
                // SAFETY: an object of this kind with this capacity.
                unsafe { clear_run(obj, OVERFLOW_PAYLOADS, OVERFLOW_PAYLOADS + 8 * capacity, capacity, live) }
            }
            Kind::Parts => {
                for index in 0..obj.header().hash as usize {
                    let (payload, tag) = element(obj, index);
                    // SAFETY: an element of the array part.
                    unsafe { clear_value(payload, tag, live) }
                }
            }
            kind => unreachable!("{kind:?} is not weak"),
        }
    }

    fn after_mark(&mut self, live: &impl Liveness, kind: CollectionKind) {
        if kind == CollectionKind::Minor {
            self.shapes().after_minor();
            return;
        }
        // SAFETY: the space is borrowed exclusively.
        unsafe { self.interned.as_mut() }.drop_dead(live);
        let shapes = self.shapes();
        self.protos.retain(|proto| {
            let alive = live.is_live(proto.object()).is_some();
            if alive {
                super::proto::forget_shapes(*proto, |id| !shapes.is_marked(id));
            }
            alive
        });
        shapes.after_major(live);
    }
}

impl LuaModel<'_> {
    /// # Safety
    /// - `table` is a table of the heap that is being collected.
    #[inline]
    unsafe fn trace_table<T: Tracer>(&mut self, table: *mut Table, tracer: &mut T) {
        // SAFETY: a table (caller).
        let id = unsafe { (*table).shape };
        let shapes = self.shapes();
        let shape = shapes.shape(id);
        let (slots, weak) = (shape.slots as usize, shape.weak);
        if !T::WEAK_AS_STRONG {
            shapes.mark(id, tracer);
        }
        // SAFETY: a table (caller).
        let obj = unsafe { ObjPtr::new(NonNull::new_unchecked(table.cast())) };
        // SAFETY: as above.
        let parts = unsafe { (*table).parts };
        if !parts.is_null() {
            if !T::WEAK_AS_STRONG {
                // SAFETY: the parts of a live table, which nobody else refers to, so they have not moved.
                unsafe { set_weak_flags(parts, weak) };
            }
            // SAFETY: a field of the table that holds a live object.
            unsafe { edge(&raw mut (*table).parts, tracer) };
        }
        let (count, payloads, tags) = inline_run(obj, slots);
        if weak & part_flags::WEAK_VALUES != 0 && !T::WEAK_AS_STRONG {
            // SAFETY: an object of this kind with so many slots.
            unsafe { trace_strings(obj, payloads, tags, count, tracer) };
            tracer.weak(obj, WeakKind::Values);
        } else {
            // SAFETY: an object of this kind with so many slots.
            unsafe { trace_run(obj, payloads, tags, count, tracer) }
        }
    }

    /// # Safety
    /// - `obj` is a prototype of the heap that is being collected.
    unsafe fn trace_proto<T: Tracer>(&mut self, obj: ObjPtr, tracer: &mut T) {
        // SAFETY: an object of this kind (caller).
        let proto = unsafe { RawGc::<Proto>::from_object(obj) };
        let shapes = self.shapes();
        // What a prototype refers to is pinned, so a visit changes no slot.
        let visit = |obj: ObjPtr, tracer: &mut T| {
            let mut slot = Some(obj);
            // SAFETY: a live object in a valid slot.
            unsafe { tracer.edge(&raw mut slot) }
        };
        super::proto::for_each_reference(proto, |obj| visit(obj, tracer));
        if !T::WEAK_AS_STRONG {
            super::proto::for_each_site_shape(proto, |id| shapes.mark(id, tracer));
        }
    }
}

/// The roots that belong to the space.
pub struct SpaceRoots<'s> {
    shapes: NonNull<ShapeTable>,
    interned: NonNull<InternTable>,
    roots: &'s mut Roots,
    names: &'s Names,
    gc: PhantomData<&'s mut ShapeTable>,
}

impl<'s> SpaceRoots<'s> {
    pub(super) fn new(
        shapes: NonNull<ShapeTable>,
        interned: NonNull<InternTable>,
        roots: &'s mut Roots,
        names: &'s Names,
    ) -> Self {
        SpaceRoots { shapes, interned, roots, names, gc: PhantomData }
    }
}

impl RootSet for SpaceRoots<'_> {
    unsafe fn trace_roots<T: Tracer>(&mut self, tracer: &mut T, kind: CollectionKind) {
        let error = self.roots.error;
        let mut bits = error.bits();
        // SAFETY: a value's payload fits its tag.
        unsafe { tracer.tagged(&raw mut bits, error.tag_byte()) };
        self.roots.error = crate::value::Value::from_parts(bits, error.tag_byte());
        root(&mut self.roots.registry, tracer);
        root(&mut self.roots.globals, tracer);
        self.roots.metatables.iter_mut().flatten().for_each(|table| root(table, tracer));
        // SAFETY: the space is borrowed exclusively; model and roots take the reference for one step each.
        let shapes = unsafe { self.shapes.as_mut() };
        if T::WEAK_AS_STRONG {
            shapes.trace_all(tracer);
            // SAFETY: as above.
            let interned = unsafe { self.interned.as_mut() };
            interned.for_each(|string| root_pinned(string, tracer));
        } else if kind == CollectionKind::Minor {
            shapes.trace_young(tracer);
            return;
        } else {
            shapes.trace_pinned(tracer);
        }
        for number in 0..metamethod::COUNT {
            root_pinned(self.names.metamethods[number].object(), tracer);
        }
        root_pinned(self.names.empty.object(), tracer);
        self.names.bytes.iter().for_each(|string| root_pinned(string.object(), tracer));
    }
}

fn root<T, V: Tracer>(slot: &mut Gc<'static, T>, tracer: &mut V) {
    // SAFETY: a root holds a live object; the slot is a non-null pointer, so an Option<ObjPtr> in memory.
    unsafe { tracer.edge(std::ptr::from_mut(slot).cast::<Option<ObjPtr>>()) }
}

fn root_pinned<V: Tracer>(obj: ObjPtr, tracer: &mut V) {
    let mut slot = Some(obj);
    // SAFETY: a live object in a valid slot.
    unsafe { tracer.edge(&raw mut slot) }
}

/// Visits a pointer field.
///
/// # Safety
/// - `slot` is a field that holds null or a live object.
#[inline(always)]
unsafe fn edge<O, T: Tracer>(slot: *mut *mut O, tracer: &mut T) {
    // SAFETY: by this function's contract: an Option<ObjPtr> in memory.
    unsafe { tracer.edge(slot.cast::<Option<ObjPtr>>()) }
}

/// Visits `count` values whose payloads and tags start at these offsets.
///
/// # Safety
/// - The runs are inside the object and initialised.
#[inline(always)]
unsafe fn trace_run<T: Tracer>(obj: ObjPtr, payloads: usize, tags: usize, count: usize, tracer: &mut T) {
    let base = obj.cast::<u8>();
    // SAFETY: inside the object (caller).
    let payloads = unsafe { base.add(payloads) };
    // SAFETY: inside the object (caller).
    let tags = unsafe { base.add(tags) };
    // SAFETY: initialised values (caller).
    unsafe { tracer.tagged_run(payloads.cast(), tags, count) }
}

/// Visits the strings among `count` values.
///
/// # Safety
/// - As for `trace_run`.
unsafe fn trace_strings<T: Tracer>(obj: ObjPtr, payloads: usize, tags: usize, count: usize, tracer: &mut T) {
    for index in 0..count {
        let payload = obj.cast::<u8>().wrapping_add(payloads + 8 * index).cast();
        let tag = obj.cast::<u8>().wrapping_add(tags + index);
        // SAFETY: inside the object (caller).
        unsafe { visit_string(payload, tag.read(), tracer) }
    }
}

/// # Safety
/// - `payload` holds a payload that fits `tag`.
#[inline]
unsafe fn visit_string<T: Tracer>(payload: *mut u64, tag: u8, tracer: &mut T) {
    if tag == Tag::Str as u8 {
        // SAFETY: a reference in a valid word (caller).
        unsafe { tracer.tagged(payload, tag) }
    }
}

/// Number of inline slots in use, and offsets of payloads and tags.
#[inline(always)]
fn inline_run(obj: ObjPtr, slots: usize) -> (usize, usize, usize) {
    let capacity = table::inline_capacity(obj.header());
    (slots.min(capacity), TABLE_SLOTS, TABLE_SLOTS + 8 * capacity)
}

/// Payload and tag of an element of an array part.
#[inline(always)]
fn element(parts: ObjPtr, index: usize) -> (*mut u64, *mut u8) {
    let base = parts.cast::<u8>();
    (base.wrapping_add(PARTS_PAYLOADS + 8 * index).cast(), base.wrapping_sub(1 + index))
}

/// # Safety
/// - `parts` and what it refers to have not moved.
unsafe fn set_weak_flags(parts: *mut Parts, weak: u8) {
    // SAFETY: live parts (caller).
    let flags = unsafe { &mut (*parts).header.flags };
    if *flags & part_flags::WEAK == weak {
        return;
    }
    *flags = *flags & !part_flags::WEAK | weak;
    // SAFETY: as above.
    let hash = unsafe { (*parts).hash };
    if !hash.is_null() {
        // SAFETY: as above.
        let flags = unsafe { &mut (*hash).header.flags };
        *flags = *flags & !part_flags::WEAK | weak;
    }
    // SAFETY: as above.
    let overflow = unsafe { (*parts).overflow };
    if !overflow.is_null() {
        // SAFETY: as above.
        let flags = unsafe { &mut (*overflow).header.flags };
        *flags = *flags & !part_flags::WEAK | weak;
    }
}

/// # Safety
/// - `parts` is an array part of the heap that is being collected.
#[inline]
unsafe fn trace_parts<T: Tracer>(parts: *mut Parts, tracer: &mut T) {
    // SAFETY: a field that holds null or a live object.
    unsafe { edge(&raw mut (*parts).overflow, tracer) };
    // SAFETY: a field that holds null or a live object.
    unsafe { edge(&raw mut (*parts).hash, tracer) };
    // SAFETY: live parts (caller).
    let obj = unsafe { ObjPtr::new(NonNull::new_unchecked(parts.cast())) };
    let capacity = obj.header().hash as usize;
    let weak = !T::WEAK_AS_STRONG && obj.flags() & part_flags::WEAK_VALUES != 0;
    for index in 0..capacity {
        let (payload, tag) = element(obj, index);
        // SAFETY: an element of the array part; elements not in use have the tag of nil.
        let tag = unsafe { tag.read() };
        if weak {
            // SAFETY: as above.
            unsafe { visit_string(payload, tag, tracer) };
        } else if tag >= FIRST_POINTER_TAG {
            // SAFETY: as above.
            unsafe { tracer.tagged(payload, tag) };
        }
    }
    if weak && capacity > 0 {
        tracer.weak(obj, WeakKind::Values);
    }
}

/// The nodes of a hash part.
///
/// # Safety
/// - `hash` is a live hash part.
#[inline]
unsafe fn nodes(hash: *mut Hash) -> impl Iterator<Item = *mut Node> {
    // SAFETY: a live hash part (caller).
    let count = 1usize << unsafe { (*hash).header.aux };
    let first = hash.cast::<u8>().wrapping_add(HASH_NODES).cast::<Node>();
    (0..count).map(move |index| first.wrapping_add(index))
}

/// # Safety
/// - `hash` is a hash part of the heap that is being collected.
#[inline]
unsafe fn trace_hash<T: Tracer>(hash: *mut Hash, tracer: &mut T) {
    // SAFETY: a live hash part (caller).
    let flags = unsafe { (*hash).header.flags };
    let flags = if T::WEAK_AS_STRONG { 0 } else { flags & part_flags::WEAK };
    // SAFETY: as above.
    for node in unsafe { nodes(hash) } {
        // SAFETY: a node of a live hash part.
        let key_tag = unsafe { (*node).key_tag };
        // SAFETY: as above.
        let value_tag = unsafe { (*node).value_tag };
        if key_tag >= FIRST_POINTER_TAG && (flags & part_flags::WEAK_KEYS == 0 || key_tag == Tag::Str as u8) {
            // SAFETY: a field of a node, whose payload fits its tag.
            unsafe { tracer.tagged(&raw mut (*node).key, key_tag) };
        }
        if value_tag >= FIRST_POINTER_TAG && (flags == 0 || value_tag == Tag::Str as u8) {
            // SAFETY: a field of a node, whose payload fits its tag.
            unsafe { tracer.tagged(&raw mut (*node).value, value_tag) };
        }
    }
    let kind = match flags {
        0 => return,
        part_flags::WEAK_KEYS => WeakKind::Ephemeron,
        part_flags::WEAK_VALUES => WeakKind::Values,
        _ => WeakKind::Both,
    };
    // SAFETY: a live hash part (caller).
    tracer.weak(unsafe { ObjPtr::new(NonNull::new_unchecked(hash.cast())) }, kind);
}

/// # Safety
/// - `node` is a node of a weak hash part that was announced.
unsafe fn clear_node(node: *mut Node, phase: ClearPhase, live: &impl Liveness) {
    match phase {
        // SAFETY: fields of a node.
        ClearPhase::Values => unsafe { clear_value(&raw mut (*node).value, &raw mut (*node).value_tag, live) },
        ClearPhase::Keys => {
            // SAFETY: a node.
            let Node { key, key_tag, .. } = unsafe { node.read() };
            if key_tag < FIRST_POINTER_TAG {
                return;
            }
            // SAFETY: no memory has been reused since the key was alive, so its header is intact.
            match live.is_live(unsafe { ObjPtr::from_addr(key as usize) }) {
                // SAFETY: a node.
                Some(key) => unsafe { (*node).key = key.addr() as u64 },
                None => {
                    // SAFETY: a node.
                    let node = unsafe { &mut *node };
                    node.key = 0;
                    node.key_tag = DEAD_KEY;
                    node.value = 0;
                    node.value_tag = Tag::Nil as u8;
                }
            }
        }
    }
}

/// Replaces a dead value by nil, redirects a live one.
///
/// # Safety
/// - `payload` and `tag` are a slot of a weak object that was announced.
unsafe fn clear_value(payload: *mut u64, tag: *mut u8, live: &impl Liveness) {
    // SAFETY: a valid slot (caller).
    if unsafe { tag.read() } < FIRST_POINTER_TAG {
        return;
    }
    // SAFETY: as above.
    let addr = unsafe { payload.read() };
    // SAFETY: no memory has been reused since the value was alive, so its header is intact.
    match live.is_live(unsafe { ObjPtr::from_addr(addr as usize) }) {
        // SAFETY: a valid slot (caller).
        Some(obj) => unsafe { payload.write(obj.addr() as u64) },
        None => {
            // SAFETY: a valid slot (caller).
            unsafe { payload.write(0) };
            // SAFETY: as above.
            unsafe { tag.write(Tag::Nil as u8) };
        }
    }
}

/// # Safety
/// - The runs are inside the object, which was announced as weak.
unsafe fn clear_run(obj: ObjPtr, payloads: usize, tags: usize, count: usize, live: &impl Liveness) {
    for index in 0..count {
        let payload = obj.cast::<u8>().wrapping_add(payloads + 8 * index).cast();
        let tag = obj.cast::<u8>().wrapping_add(tags + index);
        // SAFETY: inside the object (caller).
        unsafe { clear_value(payload, tag, live) }
    }
}

/// # Safety
/// - `closure` is a closure of the heap that is being collected.
#[inline]
unsafe fn trace_closure<T: Tracer>(closure: *mut Closure, tracer: &mut T) {
    // SAFETY: a field that holds a live object.
    unsafe { edge(&raw mut (*closure).proto, tracer) };
    // SAFETY: a closure (caller).
    let count = unsafe { (*closure).header.aux } as usize;
    let first = closure.cast::<u8>().wrapping_add(CLOSURE_CELLS).cast::<*mut Cell>();
    for index in 0..count {
        // SAFETY: a cell slot of the closure.
        unsafe { edge(first.wrapping_add(index), tracer) };
    }
}

/// # Safety
/// - `thread` is a coroutine of the heap that is being collected.
unsafe fn trace_thread<T: Tracer>(thread: *mut Thread, tracer: &mut T) {
    // SAFETY: a coroutine (caller).
    let state = unsafe { (*thread).state };
    // SAFETY: as above.
    let ops = unsafe { (*thread).ops };
    // SAFETY: the payload fits its tag (contract of `ThreadOps::trace`).
    let mut visit = |payload: *mut u64, tag: u8| unsafe { tracer.tagged(payload, tag) };
    // SAFETY: `ops` fits `state` (contract of `Cx::thread`).
    unsafe { (ops.trace)(state, &mut visit) }
}
