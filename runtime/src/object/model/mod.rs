//! The collector's view of Lua objects.
//!
//! ```text
//!   mod    the model: extents, dispatch on the kind, side tables; the roots of a space
//!   trace  references of each kind of object
//!   weak   entries of weak tables
//! ```
//!
//! This folder owns the agreement between layouts and collector: a reference that `trace` misses dangles after the
//! next collection.

mod trace;
mod weak;

pub(super) use trace::{SECTION, hand_down, parts_of};

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::intern::InternTable;
use super::layout::{Str, Thread, Userdata};
use super::proto::{AllocSite, Proto};
use super::shape::ShapeTable;
use super::space::{Names, Roots};
use super::{Gc, Kind, RawGc, cell, closure, native, string, table, thread, userdata};
use crate::heap::{ClearPhase, CollectionKind, Extent, Liveness, ObjPtr, ObjectModel, RootSet, Tracer, WeakKind};
use crate::object::layout::ShapeId;
use crate::value::Value;

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

    /// The shapes, for one step.
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

/// A field of an object.
#[inline(always)]
fn field<T>(obj: ObjPtr, offset: usize) -> *mut T {
    obj.cast::<u8>().wrapping_add(offset).cast()
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
            Kind::Table => Extent::plain(super::layout::table_size(table::inline_capacity(header))),
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
        // SAFETY: of the kind that its header says (caller).
        unsafe { trace::object(self.shapes(), obj, tracer) }
    }

    unsafe fn parts(obj: ObjPtr) -> usize {
        trace::parts_of(obj)
    }

    unsafe fn trace_part<T: Tracer>(&mut self, obj: ObjPtr, part: usize, tracer: &mut T) {
        // SAFETY: only objects with an array part are divided (caller).
        unsafe { trace::array_section(obj, part, tracer) }
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
        unsafe { weak::trace_ephemeron(obj, tracer) }
    }

    unsafe fn clear_weak<C: Tracer + Liveness>(
        &mut self,
        obj: ObjPtr,
        kind: WeakKind,
        phase: ClearPhase,
        collector: &mut C,
    ) {
        // SAFETY: announced in this collection (caller).
        unsafe { weak::clear(self.shapes(), obj, kind, phase, collector) }
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

    /// Keeps a shape, and with it its metatable, through the collection that is marking.
    pub fn mark_shape<T: Tracer>(&mut self, id: ShapeId, tracer: &mut T) {
        // SAFETY: the space is borrowed exclusively; model and roots take the reference for one step each.
        unsafe { self.shapes.as_mut() }.mark(id, tracer);
    }
}

impl RootSet for SpaceRoots<'_> {
    unsafe fn trace_roots<T: Tracer>(&mut self, tracer: &mut T, kind: CollectionKind) {
        let error = self.roots.error;
        let mut bits = error.bits();
        // SAFETY: a value's payload fits its tag.
        unsafe { tracer.tagged(&raw mut bits, error.tag_byte()) };
        self.roots.error = Value::from_parts(bits, error.tag_byte());
        root(&mut self.roots.registry, tracer);
        root(&mut self.roots.globals, tracer);
        self.roots.metatables.iter_mut().flatten().for_each(|table| root(table, tracer));
        // SAFETY: the space is borrowed exclusively; model and roots take the reference for one step each.
        let shapes = unsafe { self.shapes.as_mut() };
        if T::WEAK_AS_STRONG {
            shapes.trace_all(tracer);
            // SAFETY: as above.
            let interned = unsafe { self.interned.as_ref() };
            interned.for_each(|string| root_pinned(string, tracer));
        } else if kind == CollectionKind::Minor {
            // What is pinned is old.
            shapes.trace_young(tracer);
            return;
        }
        let names = self.names;
        names.metamethods.iter().chain(&names.bytes).for_each(|name| root_pinned(name.object(), tracer));
        root_pinned(names.empty.object(), tracer);
        root_pinned(names.no_memory.object(), tracer);
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
