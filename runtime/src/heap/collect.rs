//! The heap's collecting side: safepoints, the two collections, and the bookkeeping around them.
//!
//! Everything here that collects is `unsafe` for one reason: objects move and die, so the caller must hold no
//! reference that its root set does not visit.

use std::time::Instant;

use super::major;
use super::minor;
use super::model::{CollectionKind, ObjectModel, RootSet};
use super::nursery::{Nursery, Region};
use super::options::Stress;
use super::pacer::Pacer;
use super::ptr::ObjPtr;
use super::source::{BLOCK_SIZE, Demand};
use super::stats::HeapStats;
use super::{Heap, verify};

impl Heap {
    /// Collects if the poll bit asks for it or a stress option says so. Returns what it did.
    ///
    /// # Safety
    /// - The caller uses no reference afterwards that `roots` and `model` did not visit.
    /// - All objects are initialised.
    #[inline]
    pub unsafe fn safepoint<M: ObjectModel, R: RootSet>(
        &mut self,
        model: &mut M,
        roots: &mut R,
    ) -> Option<CollectionKind> {
        if !self.wants_collection() {
            return None;
        }
        // SAFETY: this function's contract.
        unsafe { self.safepoint_slow(model, roots) }
    }

    /// # Safety
    /// - As for `safepoint`.
    #[cold]
    unsafe fn safepoint_slow<M: ObjectModel, R: RootSet>(
        &mut self,
        model: &mut M,
        roots: &mut R,
    ) -> Option<CollectionKind> {
        if !self.running && !self.is_pressed() {
            // The window goes on in overflow chunks. A stopped collector stays stopped under stress: programs wait for the memory in use
            // to grow.
            self.wanted = false;
            self.set_poll(self.options.stress != Stress::Off);
            return None;
        }
        let mut kind = self.stress_demand();
        if self.nursery_demand() {
            let due = self.running && (self.pacer.major_due(self.old_bytes()) || self.cycle_due());
            let major = due || kind == Some(CollectionKind::Major);
            kind = Some(if major { CollectionKind::Major } else { CollectionKind::Minor });
        }
        match kind {
            // SAFETY: this function's contract.
            Some(CollectionKind::Minor) => unsafe { self.collect_minor(model, roots) },
            // SAFETY: this function's contract.
            Some(CollectionKind::Major) => unsafe { self.collect_major(model, roots) },
            None => {}
        }
        kind
    }

    /// Whether so little memory is left that even a stopped collector has to work.
    fn is_pressed(&self) -> bool {
        self.store.room().is_some_and(|room| room < 4 * BLOCK_SIZE)
    }

    /// Whether something other than stress has set the poll bit.
    fn nursery_demand(&self) -> bool {
        self.wanted || self.options.stress == Stress::Off
    }

    /// What the stress option makes of this safepoint.
    fn stress_demand(&mut self) -> Option<CollectionKind> {
        let Stress::Every { minor, major } = self.options.stress else { return None };
        self.safepoints += 1;
        if !self.safepoints.is_multiple_of(u64::from(minor.max(1))) {
            return None;
        }
        let collections = self.safepoints / u64::from(minor.max(1));
        let is_major = self.running && collections.is_multiple_of(u64::from(major.max(1)));
        Some(if is_major { CollectionKind::Major } else { CollectionKind::Minor })
    }

    /// Copies what lives out of the nursery.
    ///
    /// # Safety
    /// - As for [`Heap::safepoint`].
    pub unsafe fn collect_minor<M: ObjectModel, R: RootSet>(&mut self, model: &mut M, roots: &mut R) {
        let start = Instant::now();
        // SAFETY: this function's contract.
        unsafe { self.check(model, roots) };
        // SAFETY: this function's contract.
        unsafe { self.empty_nursery(model, roots, false) };
        // SAFETY: this function's contract.
        unsafe { self.check(model, roots) };
        self.stats.minor += 1;
        self.stats.minor_pauses.record(start.elapsed());
    }

    /// Collects everything.
    ///
    /// # Safety
    /// - As for [`Heap::safepoint`].
    pub unsafe fn collect_major<M: ObjectModel, R: RootSet>(&mut self, model: &mut M, roots: &mut R) {
        let start = Instant::now();
        // SAFETY: this function's contract.
        unsafe { self.check(model, roots) };
        // SAFETY: this function's contract.
        unsafe { self.empty_nursery(model, roots, true) };
        let parts = major::Parts {
            options: &self.options,
            old: &mut self.old,
            large: &mut self.large,
            pinned: &mut self.pinned,
            store: &mut self.store,
            finalizers: &mut self.finalizers,
            quarantine: &mut self.quarantine,
            work: std::mem::take(&mut self.work),
        };
        // SAFETY: the nursery has just been emptied with promotion of all; this function's contract.
        let outcome = unsafe { major::run(parts, model, roots) };
        self.work = outcome.work;
        self.stats.evacuated += outcome.evacuated as u64;
        let live = self.old_bytes();
        let room = self.store.room();
        self.pacer.after_major(live, room, &self.options);
        self.store.release_blocks(self.pacer.spare_blocks(live));
        self.notice_room();
        // SAFETY: this function's contract.
        unsafe { self.check(model, roots) };
        self.allocated_at_major = self.allocated_bytes() + self.sunk;
        self.doubtful = false;
        self.stats.major += 1;
        self.stats.major_pauses.record(start.elapsed());
    }

    /// The work of a minor collection; with `promote_all` no object stays young, and what is weakly reachable or to be
    /// finalised is kept, for the major collection that follows to judge together with the old objects.
    ///
    /// # Safety
    /// - As for [`Heap::safepoint`].
    unsafe fn empty_nursery<M: ObjectModel, R: RootSet>(&mut self, model: &mut M, roots: &mut R, promote_all: bool) {
        let cursor = self.cursor();
        let used = self.nursery.used(cursor);
        self.allocated += used as u64;
        let eden = self.nursery.region().eden_size();
        let replacement = (self.next_nursery != eden || self.quarantine.guards())
            .then(|| Region::allocate(self.next_nursery, &mut self.store, Demand::Collection).ok())
            .flatten();
        let mut from = self.nursery.space_to_leave(cursor);
        let mut area = match &replacement {
            Some(region) => Nursery::first_area(region),
            None => self.nursery.free_area(),
        };
        if promote_all {
            from.newest = from.newest_end;
            area.end = area.start;
        }
        let area_start = area.start;
        let parts = minor::Parts {
            from,
            outside: !self.nursery.chunks().is_empty() || self.large.has_young(),
            area,
            old: &mut self.old,
            store: &mut self.store,
            remembered: &mut self.remembered,
            finalizers: &mut self.finalizers,
            work: std::mem::take(&mut self.work),
        };
        let outcome = if self.running && !promote_all && !self.full_cycles && !self.doubtful {
            // SAFETY: the nursery describes where its objects are; this function's contract.
            unsafe { minor::run::<M, R, false>(parts, model, roots) }
        } else {
            // SAFETY: the nursery describes where its objects are; this function's contract.
            unsafe { minor::run::<M, R, true>(parts, model, roots) }
        };
        self.work = outcome.work;
        // SAFETY: dead: the collection has not reached it.
        let large = self.large.sweep_young(&mut self.store, |obj| unsafe { model.finalize_native(obj) });
        self.leave_nursery(replacement, area_start..outcome.area_end);

        let survived = outcome.promoted + (outcome.area_end - area_start);
        self.stats.promoted += (outcome.promoted + large) as u64;
        if self.nursery.region().eden_size() == eden {
            self.next_nursery = self.pacer.nursery_size(eden, used, survived, self.store.limit(), &self.options);
        }
        self.store.release_blocks(self.pacer.spare_blocks(self.old_bytes()));
        self.notice_room();
        self.wanted = false;
        self.set_poll(self.options.stress != Stress::Off);
        if self.running && self.pacer.major_due(self.old_bytes()) {
            self.request_collection();
        }
    }

    /// Gives back what the collection has left and opens the eden again.
    fn leave_nursery(&mut self, replacement: Option<Region>, survivors: std::ops::Range<usize>) {
        let before = self.nursery.survivors();
        let (chunks, left) = self.nursery.reset(replacement, survivors);
        for chunk in chunks {
            self.quarantine.leave_block(chunk, &mut self.store);
        }
        let eden = self.nursery.eden();
        match left {
            Some(region) => self.quarantine.leave(region.memory(), region.layout(), &mut self.store),
            None if !before.is_empty() => self.quarantine.prepare(before),
            None => {}
        }
        self.quarantine.prepare(eden.clone());
        self.set_window(eden);
    }

    /// Checks the whole graph if that option is on.
    ///
    /// # Safety
    /// - As for [`Heap::safepoint`].
    unsafe fn check<M: ObjectModel, R: RootSet>(&mut self, model: &mut M, roots: &mut R) {
        if self.options.verify {
            // SAFETY: this function's contract.
            if let Err(fault) = unsafe { verify::verify(self, model, roots) } {
                panic!("the heap is broken: {fault}");
            }
        }
    }

    /// Registers an object that has a finalizer. When a collection finds it unreachable it goes to the queue.
    pub fn register_finalizer(&mut self, obj: ObjPtr) {
        self.finalizers.register(obj);
    }

    /// Takes the next object to be finalised; those registered last come first. It is the caller's to keep alive.
    pub fn next_finalizer(&mut self) -> Option<ObjPtr> {
        self.finalizers.next()
    }

    /// How many objects wait for [`Heap::next_finalizer`].
    pub fn pending_finalizers(&self) -> usize {
        self.finalizers.queue_len()
    }

    /// Queues every registered object, reachable or not: for the end of the VM.
    pub fn queue_all_finalizers(&mut self) {
        self.finalizers.queue_all();
    }

    /// Lets safepoints collect (the default) or not. While stopped, they do so only when a memory limit demands it, and
    /// then no weak entry is cleared, and no finalizer becomes due.
    pub fn set_running(&mut self, running: bool) {
        self.running = running;
    }

    /// Leaves weak entries and finalizers to major collections, so that those are judged together, and makes a major collection due
    /// when as much has been allocated since the last one as is in use: for programs that expect full cycles.
    pub fn set_full_cycles(&mut self, on: bool) {
        self.full_cycles = on;
    }

    /// Objects that were weak have ceased to be without being told: a minor collection, which may visit them and not what would tell
    /// them, takes weak references for strong ones until a major one has visited everything.
    pub fn doubt_weakness(&mut self) {
        self.doubtful = true;
    }

    /// Whether the old generation has grown enough for a major collection.
    pub fn is_major_due(&self) -> bool {
        self.pacer.major_due(self.old_bytes())
    }

    fn cycle_due(&self) -> bool {
        let since = self.allocated_bytes() + self.sunk - self.allocated_at_major;
        self.full_cycles && since > self.old_bytes().max(self.options.major_min) as u64
    }

    /// What [`Heap::set_running`] set.
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Calls [`ObjectModel::finalize_native`] for every pinned and large object, as the last use of the heap.
    ///
    /// # Safety
    /// - The caller uses no object afterwards, and drops the heap.
    pub unsafe fn shut_down<M: ObjectModel>(&mut self, model: &mut M) {
        // SAFETY: no object is used any more, by this function's contract.
        let mut release = |obj: ObjPtr| unsafe { model.finalize_native(obj) };
        self.pinned.for_each(&mut release);
        self.large.for_each(&mut release);
        self.pinned.free_all(&mut self.store);
        self.large.free_all(&mut self.store);
    }

    /// Bytes of objects at present, dead ones that no collection has noticed included.
    pub fn used_bytes(&self) -> usize {
        let young = self.nursery.used(self.cursor()) + self.nursery.survivors().len() + self.large.young_bytes();
        young + self.old_bytes()
    }

    pub(crate) fn old_bytes(&self) -> usize {
        self.old.bytes() + self.large.old_bytes() + self.pinned.bytes()
    }

    /// All counters.
    pub fn stats(&self) -> HeapStats {
        HeapStats {
            allocated: self.allocated_bytes(),
            used: self.used_bytes(),
            held: self.account().held(),
            peak: self.account().peak(),
            nursery: self.nursery.region().eden_size(),
            ..self.stats.clone()
        }
    }

    /// Sets the limit on the bytes held; collections may exceed it for a moment.
    pub fn set_limit(&mut self, limit: Option<usize>) {
        self.account().set_limit(limit);
        self.notice_room();
        if let Some(room) = self.store.room() {
            self.pacer.bring_forward(self.old_bytes(), room);
        }
    }

    /// How many young large bytes make a collection due.
    pub(crate) fn young_large_limit(&self) -> usize {
        let unlimited = Pacer::young_large_limit(self.nursery.region().eden_size(), self.old_bytes());
        self.store.room().map_or(unlimited, |room| unlimited.min(room / 2))
    }
}
