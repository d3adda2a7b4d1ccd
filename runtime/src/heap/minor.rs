//! The minor collection: empties the nursery by copying what lives.
//!
//! Roots, remembered objects and the finalizer queue are visited; a young object met for the first time is copied
//! and put on the work list. The newest quarter goes to the survivor area and stays young for one more
//! cycle, so that what a loop has just made is not promoted; the rest goes to the old generation; a large
//! object becomes old where it is. What must hold at the end: an old object that refers to a young one is in the
//! remembered set. `saw_young` notes while an object is visited whether it does.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Range;

use super::copy::move_object;
use super::finalize::Finalizers;
use super::header::flags;
use super::model::{CollectionKind, Liveness, ObjectModel, RootSet, Tracer, WeakKind};
use super::nursery::FromSpace;
use super::old::OldSpace;
use super::ptr::ObjPtr;
use super::remember::{DirtyParts, RememberedSet};
use super::source::Store;
use super::weak::{self, Collector, WeakTables};

/// What a minor collection works on.
pub(crate) struct Parts<'h> {
    pub(crate) from: FromSpace,
    /// Whether young objects exist outside the nursery's region: in overflow chunks or in the large space.
    pub(crate) outside: bool,
    /// Where young survivors go.
    pub(crate) area: Range<usize>,
    pub(crate) old: &'h mut OldSpace,
    pub(crate) store: &'h mut Store,
    pub(crate) remembered: &'h mut RememberedSet,
    pub(crate) finalizers: &'h mut Finalizers,
    pub(crate) work: Vec<ObjPtr>,
}

/// What a minor collection has done.
pub(crate) struct Outcome {
    /// Where in the area the young survivors end.
    pub(crate) area_end: usize,
    /// Bytes copied to the old generation.
    pub(crate) promoted: usize,
    /// The work list, for reuse.
    pub(crate) work: Vec<ObjPtr>,
}

/// Runs a minor collection. With `KEEP`, weak references count as strong and no finalizer becomes due.
///
/// # Safety
/// - All young objects are in `from`, in chunks or in the large space, and `roots` visits every root.
pub(crate) unsafe fn run<M: ObjectModel, R: RootSet, const KEEP: bool>(
    parts: Parts<'_>,
    model: &mut M,
    roots: &mut R,
) -> Outcome {
    let Parts { from, outside, area, old, store, remembered, finalizers, work } = parts;
    let listed = remembered.take();
    let parts = remembered.take_parts();
    let mut scavenger = Scavenger::<M, KEEP> {
        from,
        outside,
        area_start: area.start,
        area,
        old,
        store,
        remembered,
        work,
        weak: WeakTables::default(),
        saw_young: Cell::new(false),
        promoted: 0,
        reached: 0,
        model: PhantomData,
    };
    for dirty in &parts {
        scavenger.visit_dirty(model, dirty);
    }
    for &obj in &listed {
        scavenger.visit(model, obj);
    }
    // SAFETY: this is a collection.
    unsafe { roots.trace_roots(&mut scavenger, CollectionKind::Minor) };
    finalizers.trace_queue(&mut scavenger);
    if KEEP {
        finalizers.trace_registered(&mut scavenger);
        scavenger.drain(model);
        model.after_mark(&scavenger, CollectionKind::Minor);
    } else {
        weak::complete(&mut scavenger, model, finalizers, CollectionKind::Minor, &mut |_| ());
    }
    let Scavenger { area, promoted, work, .. } = scavenger;
    remembered.reuse(listed);
    Outcome { area_end: area.start, promoted, work }
}

struct Scavenger<'h, M, const KEEP: bool> {
    from: FromSpace,
    outside: bool,
    area_start: usize,
    /// The free part of the area.
    area: Range<usize>,
    old: &'h mut OldSpace,
    store: &'h mut Store,
    remembered: &'h mut RememberedSet,
    work: Vec<ObjPtr>,
    weak: WeakTables,
    saw_young: Cell<bool>,
    promoted: usize,
    reached: usize,
    model: PhantomData<M>,
}

impl<M: ObjectModel, const KEEP: bool> Scavenger<'_, M, KEEP> {
    #[inline(always)]
    fn visit(&mut self, model: &mut M, obj: ObjPtr) {
        if obj.flags() & flags::LARGE != 0 {
            return self.visit_large(model, obj);
        }
        self.visit_whole(model, obj);
    }

    /// A large object with parts remembers those that refer to young objects.
    #[cold]
    fn visit_large(&mut self, model: &mut M, obj: ObjPtr) {
        // SAFETY: an initialised object.
        let parts = unsafe { M::parts(obj) };
        if parts == 0 {
            return self.visit_whole(model, obj);
        }
        (0..parts).for_each(|part| self.visit_part(model, obj, part));
    }

    /// The model may have ceased to divide the object since.
    fn visit_dirty(&mut self, model: &mut M, dirty: &DirtyParts) {
        // SAFETY: an initialised object.
        let parts = unsafe { M::parts(dirty.obj) };
        if parts == 0 {
            return self.visit_whole(model, dirty.obj);
        }
        dirty.iter().filter(|&part| part < parts).for_each(|part| self.visit_part(model, dirty.obj, part));
    }

    fn visit_part(&mut self, model: &mut M, obj: ObjPtr, part: usize) {
        self.saw_young.set(false);
        // SAFETY: an initialised object, and one of its parts.
        unsafe { model.trace_part(obj, part, self) };
        if self.saw_young.get() {
            self.remembered.add_part(obj, part);
        }
    }

    #[inline(always)]
    fn visit_whole(&mut self, model: &mut M, obj: ObjPtr) {
        self.saw_young.set(false);
        // SAFETY: the object was copied or has been old, so it is initialised.
        unsafe { model.trace(obj, self) };
        self.settle(obj);
    }

    #[inline]
    fn settle(&mut self, obj: ObjPtr) {
        if self.saw_young.get() {
            self.remembered.add(obj);
        }
    }

    #[inline]
    fn in_nursery(&self, obj: ObjPtr) -> bool {
        obj.addr().wrapping_sub(self.from.start) < self.from.len
    }

    /// Whether `addr` is in the part of the area that this collection has filled.
    #[inline]
    fn in_area(&self, obj: ObjPtr) -> bool {
        obj.addr().wrapping_sub(self.area_start) < self.area.start - self.area_start
    }

    /// The new place of a young object of the nursery or a chunk.
    #[inline]
    fn evacuate(&mut self, obj: ObjPtr, outside: bool) -> ObjPtr {
        if obj.flags() & flags::MARK != 0 {
            // SAFETY: a moving object with the mark, set by this collection.
            let to = unsafe { obj.forward() };
            if self.in_area(to) {
                self.saw_young.set(true);
            }
            return to;
        }
        // SAFETY: an object of this model that has not been moved.
        let extent = unsafe { M::extent(obj) };
        debug_assert!(extent.is_valid());
        let newest = obj.addr().wrapping_sub(self.from.newest) < self.from.newest_end - self.from.newest;
        self.reached += 1;
        let to = if (newest || outside) && extent.size <= self.area.len() {
            let start = self.area.start;
            self.area.start += extent.size;
            self.saw_young.set(true);
            // SAFETY: not moved, and room was just taken in the area.
            unsafe { move_object(obj, extent, start) }
        } else {
            let start = self.old.allocate(extent, self.store);
            self.promoted += extent.size;
            // SAFETY: not moved, and room was just taken in the old generation.
            let to = unsafe { move_object(obj, extent, start) };
            to.set_flags(to.flags() | flags::OLD | flags::BARRIER);
            to
        };
        self.work.push(to);
        to
    }

    /// A reference that leaves the nursery's region while there are young objects outside it.
    #[cold]
    fn evacuate_outside(&mut self, obj: ObjPtr) -> ObjPtr {
        let bits = obj.flags();
        if bits & flags::OLD != 0 {
            obj
        } else if bits & flags::LARGE != 0 {
            obj.set_flags(bits | flags::OLD | flags::BARRIER);
            self.reached += 1;
            self.work.push(obj);
            obj
        } else if self.in_area(obj) {
            self.saw_young.set(true);
            obj
        } else {
            self.evacuate(obj, true)
        }
    }
}

impl<M: ObjectModel, const KEEP: bool> Tracer for Scavenger<'_, M, KEEP> {
    const WEAK_AS_STRONG: bool = KEEP;

    #[inline]
    unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>) {
        // SAFETY: valid, by the contract.
        let Some(obj) = (unsafe { slot.read() }) else { return };
        if self.in_nursery(obj) {
            let to = self.evacuate(obj, false);
            // SAFETY: valid, by the contract.
            unsafe { slot.write(Some(to)) };
        } else if self.outside {
            let to = self.evacuate_outside(obj);
            // SAFETY: valid, by the contract.
            unsafe { slot.write(Some(to)) };
        }
    }

    fn weak(&mut self, obj: ObjPtr, kind: WeakKind) {
        self.weak.add(obj, kind);
    }
}

impl<M: ObjectModel, const KEEP: bool> Liveness for Scavenger<'_, M, KEEP> {
    fn is_live(&self, obj: ObjPtr) -> Option<ObjPtr> {
        let bits = obj.flags();
        if bits & flags::OLD != 0 {
            return Some(obj);
        }
        if bits & flags::LARGE != 0 {
            return None;
        }
        if self.in_area(obj) {
            self.saw_young.set(true);
            return Some(obj);
        }
        if bits & flags::MARK == 0 {
            return None;
        }
        // SAFETY: a moving object with the mark, set by this collection.
        let to = unsafe { obj.forward() };
        if self.in_area(to) {
            self.saw_young.set(true);
        }
        Some(to)
    }
}

impl<M: ObjectModel, const KEEP: bool> Collector<M> for Scavenger<'_, M, KEEP> {
    fn weak_tables(&self) -> &WeakTables {
        &self.weak
    }

    #[inline]
    fn drain(&mut self, model: &mut M) {
        while let Some(obj) = self.work.pop() {
            self.visit(model, obj);
        }
    }

    fn reached(&self) -> usize {
        self.reached
    }

    fn begin_visit(&mut self) {
        self.saw_young.set(false);
    }

    fn end_visit(&mut self, obj: ObjPtr) {
        self.settle(obj);
    }
}
