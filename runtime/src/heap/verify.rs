//! A check of the whole reachable graph, for tests and the `verify` option.
//!
//! - Every reference is aligned and points into memory that the heap holds for objects, on the right side of the
//!   generations: a young object in the nursery, a chunk or the young large list, an old one in a
//!   block or the old large list.
//! - No object carries a mark.
//! - An old object that refers to a young one is in the remembered set, and no object of the set has `BARRIER`.
//! - Extents keep the rules of the model.

use std::collections::HashSet;

use super::Heap;
use super::header::flags;
use super::model::{CollectionKind, GRANULE, ObjectModel, RootSet, Tracer, WeakKind};
use super::ptr::{ObjPtr, address_of};
use super::source::BLOCK_SIZE;

/// Checks everything reachable; the error says what is wrong.
///
/// # Safety
/// - As for `Heap::safepoint`.
pub(crate) unsafe fn verify<M: ObjectModel, R: RootSet>(
    heap: &Heap,
    model: &mut M,
    roots: &mut R,
) -> Result<(), String> {
    let mut blocks: HashSet<usize> = heap.old.blocks().iter().map(|block| block.base()).collect();
    heap.pinned.for_each_block(|block| {
        blocks.insert(block.base());
    });
    let mut large = HashSet::new();
    heap.large.for_each(|obj| {
        large.insert(obj);
    });
    let mut checker = Checker {
        heap,
        blocks,
        large,
        seen: HashSet::new(),
        work: Vec::new(),
        holder: None,
        may_refer_to_young: true,
        fault: None,
    };
    // SAFETY: this function's contract.
    unsafe { roots.trace_roots(&mut checker, CollectionKind::Major) };
    while let Some(obj) = checker.work.pop() {
        if checker.fault.is_some() {
            break;
        }
        // SAFETY: checked before it was put on the list.
        let extent = unsafe { M::extent(obj) };
        if !extent.is_valid() {
            return Err(format!("{obj:?} of kind {} has {extent:?}", obj.kind()));
        }
        checker.holder = Some(obj);
        checker.may_refer_to_young = !obj.needs_barrier();
        // SAFETY: checked before it was put on the list.
        let parts = if obj.flags() & flags::LARGE != 0 { unsafe { M::parts(obj) } } else { 0 };
        for part in 0..parts {
            checker.may_refer_to_young = !obj.needs_barrier() || heap.remembered.has_part(obj, part);
            // SAFETY: checked before it was put on the list; one of its parts.
            unsafe { model.trace_part(obj, part, &mut checker) };
        }
        if parts == 0 {
            checker.may_refer_to_young |= heap.remembered.has_parts(obj);
            // SAFETY: checked before it was put on the list.
            unsafe { model.trace(obj, &mut checker) };
        }
    }
    for obj in heap.remembered.objects() {
        if obj.flags() & (flags::BARRIER | flags::OLD) != flags::OLD {
            return Err(format!("{obj:?} is remembered with flags {:x}", obj.flags()));
        }
    }
    checker.fault.map_or(Ok(()), Err)
}

struct Checker<'h> {
    heap: &'h Heap,
    blocks: HashSet<usize>,
    large: HashSet<ObjPtr>,
    seen: HashSet<ObjPtr>,
    work: Vec<ObjPtr>,
    /// The object being visited; none for roots.
    holder: Option<ObjPtr>,
    may_refer_to_young: bool,
    fault: Option<String>,
}

impl Checker<'_> {
    fn place_fault(&self, obj: ObjPtr) -> Option<&'static str> {
        let addr = obj.addr();
        if !addr.is_multiple_of(GRANULE) {
            return Some("is not aligned");
        }
        let nursery = &self.heap.nursery;
        let in_region = (nursery.region().start()..nursery.region().end()).contains(&addr);
        let used =
            nursery.eden().start..if nursery.chunks().is_empty() { self.heap.cursor() } else { nursery.eden().end };
        let in_chunk = nursery.chunks().iter().any(|&chunk| addr.wrapping_sub(address_of(chunk)) < BLOCK_SIZE);
        let in_block = self.blocks.contains(&(addr & !(BLOCK_SIZE - 1)));
        let is_large = self.large.contains(&obj);
        if in_region && !used.contains(&addr) && !nursery.survivors().contains(&addr) {
            return Some("is in an unused part of the nursery");
        }
        if !(in_region || in_chunk || in_block || is_large) {
            return Some("is in no memory of the heap");
        }
        let bits = obj.flags();
        if is_large != (bits & flags::LARGE != 0) {
            return Some("has the wrong large flag");
        }
        if (in_region || in_chunk) && bits & flags::OLD != 0 || in_block && bits & flags::OLD == 0 {
            return Some("is of the wrong generation");
        }
        if bits & flags::MARK != 0 {
            return Some("carries a mark");
        }
        if bits & (flags::OLD | flags::BARRIER) == flags::BARRIER {
            return Some("is young and has the barrier set");
        }
        None
    }
}

impl Tracer for Checker<'_> {
    const WEAK_AS_STRONG: bool = true;

    unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>) {
        // SAFETY: valid, by the contract.
        let Some(obj) = (unsafe { slot.read() }) else { return };
        if self.fault.is_some() {
            return;
        }
        if let Some(fault) = self.place_fault(obj) {
            self.fault = Some(format!("{obj:?}, referred to by {:?}, {fault}", self.holder));
            return;
        }
        if obj.is_young() && !self.may_refer_to_young {
            self.fault = Some(format!("{:?} refers to the young {obj:?} without being remembered", self.holder));
            return;
        }
        if self.seen.insert(obj) {
            self.work.push(obj);
        }
    }

    fn weak(&mut self, _obj: ObjPtr, _kind: WeakKind) {}
}
