//! The major collection: marks everything, sweeps in place, and evacuates the sparsest old blocks.
//!
//! It starts with an empty nursery, so there is no young object and nothing is remembered.
//!
//! 1. **Mark** from the roots: a bit in the block's map (a flag on large objects), and live bytes for each block. Roots that depend on
//!    something count from when that is reached.
//! 2. Weak tables, finalizers, side tables.
//! 3. **Sweep** the pinned and the large space, and free the old blocks in which nothing lives.
//! 4. **Choose** the sparsest blocks, as long as what they hold stays within a budget. If too little would be gained, stop here.
//! 5. **Move** their objects, in address order, into the blocks just freed.
//! 6. **Update** every reference: the roots, and every live object, block by block in address order; then free the chosen blocks.
//!
//! Why not copy everything: then the peak is twice what lives. Here it grows by the budget at most, and the
//! second pass over the objects, which reads memory in order, is made only if it frees something.

use std::marker::PhantomData;

use super::block::Block;
use super::copy::move_object;
use super::finalize::Finalizers;
use super::header::flags;
use super::large::LargeSpace;
use super::model::{CollectionKind, Liveness, ObjectModel, RootSet, Tracer, WeakKind};
use super::old::OldSpace;
use super::options::HeapOptions;
use super::pinned::PinnedSpace;
use super::ptr::ObjPtr;
use super::source::{BLOCK_SIZE, Store};
use super::stress::{POISON, Quarantine};
use super::weak::{self, Collector, WeakTables};

/// What a major collection works on.
pub(crate) struct Parts<'h> {
    pub(crate) options: &'h HeapOptions,
    pub(crate) old: &'h mut OldSpace,
    pub(crate) large: &'h mut LargeSpace,
    pub(crate) pinned: &'h mut PinnedSpace,
    pub(crate) store: &'h mut Store,
    pub(crate) finalizers: &'h mut Finalizers,
    pub(crate) quarantine: &'h mut Quarantine,
    pub(crate) work: Vec<ObjPtr>,
}

/// What a major collection has done.
pub(crate) struct Outcome {
    /// Bytes moved by evacuation.
    pub(crate) evacuated: usize,
    /// The work list, for reuse.
    pub(crate) work: Vec<ObjPtr>,
}

/// Runs a major collection.
///
/// # Safety
/// - There is no young object, and `roots` visits every root.
pub(crate) unsafe fn run<M: ObjectModel, R: RootSet>(parts: Parts<'_>, model: &mut M, roots: &mut R) -> Outcome {
    let Parts { options, old, large, pinned, store, finalizers, quarantine, work } = parts;
    old.blocks().iter().for_each(|block| block.clear_marks());
    pinned.clear_marks();

    let mut marker = Marker::<M> {
        work,
        divided: Vec::new(),
        weak: WeakTables::default(),
        reached: 0,
        old_live: 0,
        model: PhantomData,
    };
    // SAFETY: this is a collection.
    unsafe { roots.trace_roots(&mut marker, CollectionKind::Major) };
    finalizers.trace_queue(&mut marker);
    // SAFETY: this is a collection.
    let mut dependent = |marker: &mut Marker<M>| unsafe { roots.trace_dependent(marker) };
    weak::complete(&mut marker, model, finalizers, CollectionKind::Major, &mut dependent);
    roots.drop_dependent(&marker);
    let Marker { mut work, old_live, .. } = marker;
    if work.capacity() > 1 << 16 {
        work = Vec::new();
    }

    // SAFETY: dead: the marking has not reached it.
    pinned.sweep(store, options.poison.then_some(POISON), |obj| unsafe { model.finalize_native(obj) });
    // SAFETY: dead: the marking has not reached it.
    large.sweep_old(store, |obj| unsafe { model.finalize_native(obj) });
    let current = old.current();
    let dead = old.take_blocks(|block| block.live() == 0 && Some(block) != current);
    for block in dead {
        quarantine.leave_block(block.memory(), store);
    }

    let chosen = choose(old, options, old_live, store.room());
    let mut evacuated = 0;
    if !chosen.is_empty() {
        evacuated = move_out::<M>(&chosen, old, store);
        let mut update = Update;
        // SAFETY: this is a collection.
        unsafe { roots.trace_roots(&mut update, CollectionKind::Major) };
        finalizers.trace_queue(&mut update);
        finalizers.trace_registered(&mut update);
        // SAFETY: marked, so it is a live object; those of chosen blocks are not visited.
        let mut visit = |obj: ObjPtr| unsafe { model.trace(obj, &mut update) };
        for block in old.blocks().iter().filter(|block| !block.evacuating()) {
            block.for_each_marked(&mut visit);
        }
        pinned.for_each_block(|block| block.for_each_marked(&mut visit));
        large.for_each_old(&mut visit);
        for block in old.take_blocks(Block::evacuating) {
            quarantine.leave_block(block.memory(), store);
        }
    }
    old.set_bytes(old_live);
    Outcome { evacuated, work }
}

/// The blocks to evacuate: the sparsest ones; a limit leaves `room` bytes for their copies.
fn choose(old: &mut OldSpace, options: &HeapOptions, old_live: usize, room: Option<usize>) -> Vec<Block> {
    if options.evacuate_all {
        old.close_current();
    }
    let current = old.current();
    let most = BLOCK_SIZE * options.evacuate_below / 100;
    let mut sparse: Vec<Block> = old.blocks().iter().copied().filter(|&block| Some(block) != current).collect();
    if !options.evacuate_all {
        sparse.retain(|block| (block.live() as usize) < most);
        sparse.sort_by_key(|block| block.live());
        let mut budget = (old_live / 4).max(16 * BLOCK_SIZE).min(room.unwrap_or(usize::MAX));
        let within = sparse.iter().take_while(|block| {
            let fits = block.live() as usize <= budget;
            budget = budget.saturating_sub(block.live() as usize);
            fits
        });
        let count = within.count();
        sparse.truncate(count);
        let gain: usize = sparse.iter().map(|block| BLOCK_SIZE - block.live() as usize).sum();
        if gain * 10 < old.blocks().len() * BLOCK_SIZE {
            sparse.clear();
        }
    }
    for block in &sparse {
        block.set_evacuating(true);
    }
    sparse
}

/// Copies the live objects of the chosen blocks, and marks the copies so that the update visits them.
fn move_out<M: ObjectModel>(chosen: &[Block], old: &mut OldSpace, store: &mut Store) -> usize {
    let mut moved = 0;
    for block in chosen {
        block.for_each_marked(|obj| {
            // SAFETY: marked, so it is a live object, and it has not been moved.
            let extent = unsafe { M::extent(obj) };
            let start = old.allocate(extent, store);
            // SAFETY: not moved, and room was just taken in the old generation.
            let to = unsafe { move_object(obj, extent, start) };
            // SAFETY: it was just put into an old block.
            let home = unsafe { Block::of(to) };
            home.mark(to);
            home.set_live(home.live() + extent.size as u32);
            moved += extent.size;
        });
    }
    moved
}

struct Marker<M> {
    work: Vec<ObjPtr>,
    /// Large objects of which the parts below the number are still to be visited. One part at a time, so that the work list
    /// does not grow to the length of a long array.
    divided: Vec<(ObjPtr, usize)>,
    weak: WeakTables,
    reached: usize,
    /// Bytes reached in the old blocks.
    old_live: usize,
    model: PhantomData<M>,
}

impl<M: ObjectModel> Marker<M> {
    /// Visits parts until one has put something on the work list; returns that.
    #[cold]
    fn next_part(&mut self, model: &mut M) -> Option<ObjPtr> {
        while let Some((obj, left)) = self.divided.last_mut() {
            let obj = *obj;
            *left -= 1;
            let part = *left;
            if part == 0 {
                self.divided.pop();
            }
            // SAFETY: an initialised object, and one of its parts; nothing moves while marking.
            unsafe { model.trace_part(obj, part, self) };
            if let Some(obj) = self.work.pop() {
                return Some(obj);
            }
        }
        None
    }
}

impl<M: ObjectModel> Tracer for Marker<M> {
    #[inline]
    unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>) {
        // SAFETY: valid, by the contract.
        let Some(obj) = (unsafe { slot.read() }) else { return };
        let bits = obj.flags();
        debug_assert!(bits & flags::OLD != 0);
        let fresh = if bits & flags::LARGE == 0 {
            // SAFETY: old and not large: in a block.
            unsafe { Block::of(obj) }.mark(obj)
        } else {
            obj.set_flags(bits | flags::MARK);
            bits & flags::MARK == 0
        };
        if fresh {
            self.work.push(obj);
        }
    }

    fn weak(&mut self, obj: ObjPtr, kind: WeakKind) {
        self.weak.add(obj, kind);
    }
}

impl<M: ObjectModel> Liveness for Marker<M> {
    fn is_live(&self, obj: ObjPtr) -> Option<ObjPtr> {
        let bits = obj.flags();
        let live = if bits & flags::LARGE == 0 {
            // SAFETY: old and not large: in a block.
            unsafe { Block::of(obj) }.is_marked(obj)
        } else {
            bits & flags::MARK != 0
        };
        live.then_some(obj)
    }
}

impl<M: ObjectModel> Collector<M> for Marker<M> {
    fn weak_tables(&self) -> &WeakTables {
        &self.weak
    }

    fn drain(&mut self, model: &mut M) {
        while let Some(obj) = self.work.pop().or_else(|| self.next_part(model)) {
            self.reached += 1;
            if obj.flags() & flags::LARGE == 0 {
                // SAFETY: an initialised object.
                let size = unsafe { M::extent(obj) }.size;
                // SAFETY: old and not large: in a block.
                let block = unsafe { Block::of(obj) };
                block.set_live(block.live() + size as u32);
                if block.cell() == 0 {
                    self.old_live += size;
                }
            } else {
                // SAFETY: an initialised object.
                let parts = unsafe { M::parts(obj) };
                if parts > 0 {
                    self.divided.push((obj, parts));
                    continue;
                }
            }
            // SAFETY: an initialised object; nothing moves while marking.
            unsafe { model.trace(obj, self) };
        }
    }

    fn reached(&self) -> usize {
        self.reached
    }

    fn begin_visit(&mut self) {}

    fn end_visit(&mut self, _obj: ObjPtr) {}
}

/// Redirects references into the blocks that are being left.
struct Update;

impl Tracer for Update {
    const WEAK_AS_STRONG: bool = true;

    #[inline]
    unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>) {
        // SAFETY: valid, by the contract.
        let Some(obj) = (unsafe { slot.read() }) else { return };
        if obj.flags() & flags::MARK != 0 {
            // SAFETY: large objects have been swept, so a mark says moved.
            let to = unsafe { obj.forward() };
            // SAFETY: valid, by the contract.
            unsafe { slot.write(Some(to)) };
        }
    }

    fn weak(&mut self, _obj: ObjPtr, _kind: WeakKind) {}
}
