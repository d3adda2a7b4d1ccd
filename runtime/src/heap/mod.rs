//! The heap: a nursery with a bump pointer, a copying old generation in blocks, and spaces where nothing moves.
//!
//! ```text
//!   alloc ──> nursery ──minor──> young survivors ──minor──> old blocks ──major──> fewer old blocks
//!               │ full: overflow chunk, poll bit                          (sparse ones are evacuated)
//!   > 8 KiB ──> large space, young ──minor──> large space, old             (never moves)
//!   alloc_pinned ───────────────────────────> pinned space                 (never moves)
//! ```
//!
//! **Allocation never collects.** A full nursery takes an overflow chunk and sets the poll bit; the mutator calls
//! [`Heap::safepoint`] where it keeps no reference outside its roots, and only there objects move.
//!
//! **The write barrier** is one flag bit. Before the mutator stores a reference into an object with
//! `BARRIER` set, it calls [`Heap::remember`], which clears the bit and lists the object. A minor collection visits the listed
//! objects, keeps those that still refer to young ones, and sets the bit of the others again. A fresh
//! object and a value that is no reference need no barrier.
//!
//! **Nobody walks a space byte by byte**: objects have prefixes, and the heap can't tell where one begins. Collections
//! use work lists of references, and blocks have a bit map of marked headers.
//!
//! Reading order: `header`, `ptr`, `model`, `mutator`, `options`, `source` (contract); `nursery`, `block`, `old`, `large`, `pinned`
//! (spaces), `remember`, `copy`, `minor`, `major`,
//! `weak`, `finalize` (collecting), `collect` (the heap's collecting methods), `pacer`, `stats`, `verify`, `stress`.
//!
//! This folder owns the invariant that every `ObjPtr` refers to a live object between safepoints. Operations
//! that can break it: a root that `RootSet` does not visit, a store without `remember`, a model whose `extent` or
//! `trace` is wrong.

mod block;
mod collect;
mod copy;
mod finalize;
pub mod header;
mod large;
mod major;
mod minor;
pub mod model;
pub mod mutator;
mod nursery;
mod old;
mod options;
mod pacer;
mod pinned;
pub mod ptr;
mod remember;
pub mod source;
pub mod stats;
pub mod stress;
mod verify;
mod weak;

use std::ptr::NonNull;

use finalize::Finalizers;
pub use header::{Header, flags};
use large::LargeSpace;
pub use model::{
    ClearPhase, CollectionKind, Extent, FIRST_POINTER_TAG, Liveness, MAX_SMALL, ObjectModel, RootSet, Tracer, WeakKind,
};
pub use mutator::Mutator;
use nursery::Nursery;
use old::OldSpace;
pub use options::{HeapOptions, Stress};
use pacer::Pacer;
use pinned::PinnedSpace;
pub use ptr::ObjPtr;
use remember::RememberedSet;
pub use source::{Account, BlockSource, Charge, OsSource, OutOfMemory};
use source::{BLOCK_SIZE, Store};
pub use stats::{HeapStats, PauseHistogram};
use stress::Quarantine;

/// All objects of one VM and the memory they are in.
pub struct Heap {
    mutator: NonNull<Mutator>,
    options: HeapOptions,
    store: Store,
    nursery: Nursery,
    old: OldSpace,
    large: LargeSpace,
    pinned: PinnedSpace,
    remembered: RememberedSet,
    finalizers: Finalizers,
    quarantine: Quarantine,
    pacer: Pacer,
    /// The work list of collections, kept for its memory.
    work: Vec<ObjPtr>,
    /// Nursery size from the next collection on.
    next_nursery: usize,
    /// Bytes allocated, without those in the nursery since the last collection.
    allocated: u64,
    /// Something other than a stress option has asked for a collection.
    wanted: bool,
    running: bool,
    /// See [`Heap::set_full_cycles`].
    full_cycles: bool,
    /// See [`Heap::doubt_weakness`].
    doubtful: bool,
    /// `allocated_bytes` after the last major collection.
    allocated_at_major: u64,
    /// What [`Heap::count_sunk`] was told.
    sunk: u64,
    /// See [`Heap::is_tight`].
    tight: bool,
    /// Safepoints so far, counted under stress only.
    safepoints: u64,
    stats: HeapStats,
}

impl Heap {
    /// A heap without objects. Sets the allocation window of `mutator`.
    ///
    /// # Safety
    /// - `mutator` stays valid and in place as long as the heap is used, and only the heap and inline allocation
    ///   write its `cursor` and `limit`.
    pub unsafe fn new(
        mutator: NonNull<Mutator>,
        options: HeapOptions,
        source: Box<dyn BlockSource>,
    ) -> Result<Heap, OutOfMemory> {
        let mut store = Store::new(Account::new(source, options.limit));
        let size =
            if options.nursery_fixed { options.nursery } else { Pacer::within_limit(options.nursery, options.limit) };
        let nursery = Nursery::new(size, &mut store)?;
        let eden = nursery.eden();
        let nursery_size = nursery.region().eden_size();
        let mut heap = Heap {
            mutator,
            nursery,
            old: OldSpace::default(),
            large: LargeSpace::default(),
            pinned: PinnedSpace::new(),
            remembered: RememberedSet::default(),
            finalizers: Finalizers::default(),
            quarantine: Quarantine::new(options.poison, options.guard),
            pacer: Pacer::new(store.room(), &options),
            work: Vec::new(),
            next_nursery: nursery_size,
            allocated: 0,
            wanted: false,
            running: true,
            full_cycles: false,
            doubtful: false,
            allocated_at_major: 0,
            sunk: 0,
            tight: false,
            safepoints: 0,
            stats: HeapStats::default(),
            store,
            options,
        };
        heap.set_window(eden);
        heap.set_poll(heap.options.stress != Stress::Off);
        Ok(heap)
    }

    fn cursor(&self) -> usize {
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        unsafe { (*self.mutator.as_ptr()).cursor }
    }

    fn set_cursor(&mut self, cursor: usize) {
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        unsafe { (*self.mutator.as_ptr()).cursor = cursor }
    }

    fn limit(&self) -> usize {
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        unsafe { (*self.mutator.as_ptr()).limit }
    }

    fn set_window(&mut self, window: std::ops::Range<usize>) {
        self.set_cursor(window.start);
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        unsafe { (*self.mutator.as_ptr()).limit = window.end }
    }

    /// Asks for a collection at the next safepoint.
    pub fn request_collection(&mut self) {
        self.wanted = true;
        self.set_poll(true);
    }

    fn set_poll(&mut self, wanted: bool) {
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        let mutator = unsafe { &*self.mutator.as_ptr() };
        if wanted {
            mutator.request(Mutator::COLLECT);
        } else {
            mutator.withdraw(Mutator::COLLECT);
        }
    }

    /// Whether the next safepoint will collect.
    #[inline]
    pub fn wants_collection(&self) -> bool {
        // SAFETY: valid as long as the heap is used, by the contract of `new`.
        unsafe { (*self.mutator.as_ptr()).polled() & Mutator::COLLECT != 0 }
    }

    /// A young object with `kind` in its header, zero in the header's other fields and arbitrary bytes elsewhere: the
    /// caller initialises all of it before the next safepoint. Fails only if memory is refused.
    #[inline]
    pub fn alloc(&mut self, extent: Extent, kind: u8) -> Result<ObjPtr, OutOfMemory> {
        debug_assert!(extent.is_valid());
        let cursor = self.cursor();
        if extent.size <= MAX_SMALL && extent.size <= self.limit() - cursor {
            self.set_cursor(cursor + extent.size);
            // SAFETY: the window is this heap's memory.
            return Ok(unsafe { new_object(cursor + extent.prefix, kind, 0) });
        }
        self.alloc_slow(extent, kind)
    }

    #[cold]
    fn alloc_slow(&mut self, extent: Extent, kind: u8) -> Result<ObjPtr, OutOfMemory> {
        if extent.size <= MAX_SMALL {
            self.reserve(extent.size)?;
            let cursor = self.cursor();
            self.set_cursor(cursor + extent.size);
            // SAFETY: the window is this heap's memory and has room.
            return Ok(unsafe { new_object(cursor + extent.prefix, kind, 0) });
        }
        let obj = self.large.allocate(extent, false, &mut self.store)?;
        self.allocated += extent.size as u64;
        if self.store.limit().is_some() {
            self.notice_room();
        }
        if self.tight || self.large.young_bytes() > self.young_large_limit() {
            self.request_collection();
        }
        // SAFETY: fresh memory of this extent.
        Ok(unsafe { new_object(obj.addr(), kind, flags::LARGE) })
    }

    /// Makes room for `bytes` of small objects in the window, so that as much can be allocated inline. At most 60 KiB.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), OutOfMemory> {
        debug_assert!(bytes <= 60 * 1024);
        if bytes <= self.limit() - self.cursor() {
            return Ok(());
        }
        self.request_collection();
        let window = self.nursery.overflow(self.cursor(), &mut self.store)?;
        self.set_window(window);
        Ok(())
    }

    /// An object that never moves and is old from birth: `BARRIER` is set, so even the first store of a reference
    /// into it goes through [`Heap::remember`]. Otherwise as [`Heap::alloc`].
    pub fn alloc_pinned(&mut self, extent: Extent, kind: u8) -> Result<ObjPtr, OutOfMemory> {
        debug_assert!(extent.is_valid());
        let (obj, bits) = if extent.size <= MAX_SMALL {
            (self.pinned.allocate(extent, &mut self.store)?, flags::OLD | flags::BARRIER)
        } else {
            (self.large.allocate(extent, true, &mut self.store)?, flags::LARGE | flags::OLD | flags::BARRIER)
        };
        self.allocated += extent.size as u64;
        if self.running && self.pacer.major_due(self.old_bytes()) {
            self.request_collection();
        }
        // SAFETY: fresh memory of this extent.
        Ok(unsafe { new_object(obj.addr(), kind, bits) })
    }

    /// Makes a large object, which holds no references, old before a collection does.
    pub fn age_large(&mut self, obj: ObjPtr) {
        debug_assert!(obj.flags() & flags::LARGE != 0);
        obj.set_flags(obj.flags() | flags::OLD | flags::BARRIER);
    }

    /// The slow path of the write barrier, to be called before a reference is stored into an object that has
    /// `BARRIER` set. On other objects it does nothing.
    pub fn remember(&mut self, obj: ObjPtr) {
        self.remembered.add(obj);
    }

    /// As [`Heap::remember`], but for one part of a large object whose model divides it: `BARRIER` stays set, and the next
    /// minor collection visits this part only. Other objects are remembered whole.
    pub fn remember_part(&mut self, obj: ObjPtr, part: usize) {
        if obj.flags() & flags::LARGE != 0 {
            self.remembered.add_part(obj, part);
        } else {
            self.remembered.add(obj);
        }
    }

    /// Runs `allocate`, whose caller can't fail, past the limit. The next safepoint then collects everything.
    pub fn past_limit<T>(&mut self, allocate: impl FnOnce(&mut Heap) -> T) -> T {
        self.store.overdraft = true;
        let result = allocate(self);
        self.store.overdraft = false;
        self.pacer.bring_forward(self.old_bytes(), 0);
        self.request_collection();
        result
    }

    /// What this heap has with its source.
    pub fn account(&self) -> &Account {
        self.store.account()
    }

    /// Whether more is in use than the limit allows.
    pub fn is_over_limit(&self) -> bool {
        self.store.limit().is_some_and(|limit| self.store.in_use() > limit)
    }

    /// Whether so little memory is left that the growth of one large object could exceed the limit.
    #[inline]
    pub fn is_tight(&self) -> bool {
        self.store.limit().is_some() && self.tight
    }

    /// To be called when something large was allocated, and after a collection.
    fn notice_room(&mut self) {
        let largest = self.large.largest();
        self.tight = self.store.room().is_some_and(|room| room < 4 * largest.max(BLOCK_SIZE));
    }

    /// All bytes ever allocated, those that machine code allocated included.
    pub fn allocated_bytes(&self) -> u64 {
        self.allocated + self.nursery.used(self.cursor()) as u64
    }

    /// Lets time pass for the pacing of major collections as if so many more bytes had been allocated: they would have been, had
    /// compiled code not done without.
    pub fn count_sunk(&mut self, bytes: u64) {
        self.sunk += bytes;
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.quarantine.empty(&mut self.store);
        let (chunks, _) = self.nursery.reset(None, 0..0);
        for block in chunks.into_iter().chain(self.old.take_blocks(|_| true).into_iter().map(|block| block.memory())) {
            // SAFETY: a block of the store; the heap is going away and nobody looks at objects any more.
            unsafe { self.store.free_block(block) };
        }
        self.pinned.free_all(&mut self.store);
        self.large.free_all(&mut self.store);
        let region = self.nursery.region();
        // SAFETY: allocated with this layout; the heap is going away and nobody looks at objects any more.
        unsafe { self.store.free(region.memory(), region.layout()) };
    }
}

/// Writes the header of a new object.
///
/// # Safety
/// - `addr` is where the header goes in memory of this heap that no object uses.
#[inline]
unsafe fn new_object(addr: usize, kind: u8, bits: u8) -> ObjPtr {
    let header = ptr::pointer_at(addr).cast::<Header>();
    // SAFETY: free memory, by this function's contract.
    unsafe { header.write(Header { kind, flags: bits, aux: 0, hash: 0 }) };
    // SAFETY: a header was just written there.
    unsafe { ObjPtr::from_addr(addr) }
}
