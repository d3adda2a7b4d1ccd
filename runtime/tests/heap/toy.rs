//! The toy object model and a mutator for it.
//!
//! Every object carries an id in its header's hash field and its number of slots in `aux`. A node has
//! reference slots; an array has values whose tag bytes lie in its prefix; a weak table has key and value slots in
//! turn; an entry without a key counts as one with a dead key. What must hold: tests keep references in `World::roots` across safepoints, nowhere else.

use std::ptr::NonNull;

use moonset_runtime::heap::{
    BlockSource, ClearPhase, CollectionKind, Extent, FIRST_POINTER_TAG, Heap, HeapOptions, Liveness, Mutator, ObjPtr,
    ObjectModel, OsSource, OutOfMemory, RootSet, Stress, Tracer, WeakKind,
};

/// Reference slots only.
pub(crate) const NODE: u8 = 1;
/// Values: references and numbers, with a prefix of tag bytes.
pub(crate) const ARRAY: u8 = 2;
/// A weak table; how it is weak stands in the model's flag bits.
pub(crate) const WEAK: u8 = 3;

/// Values in a part of a large array.
pub(crate) const PART: usize = 64;

const NUMBER_TAG: u8 = 1;
const KEYS_WEAK: u8 = 0x10;
const VALUES_WEAK: u8 = 0x20;

fn words(obj: ObjPtr) -> *mut u64 {
    // SAFETY: an object's slots follow its header.
    unsafe { obj.cast::<u64>().add(1) }
}

pub(crate) fn len(obj: ObjPtr) -> usize {
    obj.header().aux.into()
}

fn prefix(len: usize) -> usize {
    len.next_multiple_of(8)
}

fn tags(obj: ObjPtr) -> *mut u8 {
    obj.cast::<u8>().wrapping_sub(prefix(len(obj)))
}

fn slot(obj: ObjPtr, index: usize) -> *mut Option<ObjPtr> {
    assert!(index < len(obj));
    // SAFETY: index is below the number of slots.
    unsafe { words(obj).add(index) }.cast()
}

fn extent_of(kind: u8, len: usize) -> Extent {
    let prefix = if kind == ARRAY { prefix(len) } else { 0 };
    Extent { prefix, size: prefix + 8 + 8 * len.max(1) }
}

fn weak_kind(obj: ObjPtr) -> WeakKind {
    match obj.flags() & (KEYS_WEAK | VALUES_WEAK) {
        KEYS_WEAK => WeakKind::Ephemeron,
        VALUES_WEAK => WeakKind::Values,
        _ => WeakKind::Both,
    }
}

pub(crate) fn get(obj: ObjPtr, index: usize) -> Option<ObjPtr> {
    if obj.kind() == ARRAY && tag(obj, index) < FIRST_POINTER_TAG {
        return None;
    }
    // SAFETY: a slot of a live object.
    unsafe { slot(obj, index).read() }
}

pub(crate) fn number(obj: ObjPtr, index: usize) -> u64 {
    assert_eq!(tag(obj, index), NUMBER_TAG);
    // SAFETY: a slot of a live object.
    unsafe { slot(obj, index).cast::<u64>().read() }
}

fn tag(obj: ObjPtr, index: usize) -> u8 {
    assert!(index < len(obj));
    // SAFETY: an array has a tag byte for each slot.
    unsafe { tags(obj).wrapping_add(index).read() }
}

fn set_tag(obj: ObjPtr, index: usize, tag: u8) {
    // SAFETY: an array has a tag byte for each slot.
    unsafe { tags(obj).wrapping_add(index).write(tag) }
}

pub(crate) fn id(obj: ObjPtr) -> u32 {
    obj.header().hash
}

/// What the model has been told.
#[derive(Default)]
pub(crate) struct Toy {
    /// Ids of the objects whose memory was about to be freed.
    pub(crate) released: Vec<u32>,
    /// A side table of weak references.
    pub(crate) side: Vec<ObjPtr>,
    pub(crate) after_marks: Vec<CollectionKind>,
    pub(crate) parts_traced: usize,
}

// SAFETY: `extent` and `trace` follow from kind, flags and aux, which never change after birth, and the slots
// below aux are all that the objects hold.
unsafe impl ObjectModel for Toy {
    unsafe fn extent(obj: ObjPtr) -> Extent {
        extent_of(obj.kind(), len(obj))
    }

    unsafe fn trace<T: Tracer>(&mut self, obj: ObjPtr, tracer: &mut T) {
        match obj.kind() {
            // SAFETY: the runs of payloads and tags of a live array.
            ARRAY => unsafe { tracer.tagged_run(words(obj), tags(obj), len(obj)) },
            WEAK if !T::WEAK_AS_STRONG => {
                let kind = weak_kind(obj);
                tracer.weak(obj, kind);
                if kind == WeakKind::Values {
                    for index in (0..len(obj)).step_by(2) {
                        // SAFETY: a key slot.
                        unsafe { tracer.edge(slot(obj, index)) }
                    }
                }
            }
            NODE | WEAK => {
                for index in 0..len(obj) {
                    // SAFETY: a slot of a live object.
                    unsafe { tracer.edge(slot(obj, index)) }
                }
            }
            kind => panic!("an object of kind {kind}"),
        }
    }

    unsafe fn parts(obj: ObjPtr) -> usize {
        if obj.kind() == ARRAY { len(obj).div_ceil(PART) } else { 0 }
    }

    unsafe fn trace_part<T: Tracer>(&mut self, obj: ObjPtr, part: usize, tracer: &mut T) {
        let first = part * PART;
        self.parts_traced += 1;
        let run = (len(obj) - first).min(PART);
        // SAFETY: a run of the payloads and tags of a live array.
        unsafe { tracer.tagged_run(words(obj).wrapping_add(first), tags(obj).wrapping_add(first), run) }
    }

    unsafe fn finalize_native(&mut self, obj: ObjPtr) {
        self.released.push(id(obj));
    }

    unsafe fn trace_ephemeron<T: Tracer + Liveness>(&mut self, table: ObjPtr, tracer: &mut T) {
        for index in (0..len(table)).step_by(2) {
            // SAFETY: a key slot.
            let key = unsafe { slot(table, index).read() };
            if key.is_some_and(|key| tracer.is_live(key).is_some()) {
                // SAFETY: a value slot.
                unsafe { tracer.edge(slot(table, index + 1)) }
            }
        }
    }

    unsafe fn clear_weak<C: Tracer + Liveness>(&mut self, table: ObjPtr, _: WeakKind, phase: ClearPhase, live: &mut C) {
        for index in (0..len(table)).step_by(2) {
            let checked = slot(table, index + usize::from(phase == ClearPhase::Values));
            // SAFETY: a slot of a live object.
            let old = unsafe { checked.read() };
            if old.is_none() && phase == ClearPhase::Values {
                continue;
            }
            let now = old.and_then(|old| live.is_live(old));
            // SAFETY: a slot of a live object.
            unsafe { checked.write(now) };
            if now.is_none() {
                // SAFETY: a slot of a live object.
                unsafe { slot(table, index).write(None) };
                // SAFETY: a slot of a live object.
                unsafe { slot(table, index + 1).write(None) };
            }
        }
    }

    fn after_mark(&mut self, live: &impl Liveness, kind: CollectionKind) {
        self.after_marks.push(kind);
        self.side = self.side.iter().filter_map(|&obj| live.is_live(obj)).collect();
    }
}

struct Roots<'r> {
    roots: &'r mut [Option<ObjPtr>],
    side: *mut Vec<ObjPtr>,
}

impl RootSet for Roots<'_> {
    unsafe fn trace_roots<T: Tracer>(&mut self, tracer: &mut T, _: CollectionKind) {
        for root in self.roots.iter_mut() {
            // SAFETY: a root slot.
            unsafe { tracer.edge(root) }
        }
        if T::WEAK_AS_STRONG {
            // SAFETY: the world's side table, which nobody else uses while roots are visited.
            for obj in unsafe { &mut *self.side } {
                // SAFETY: a slot of the side table.
                unsafe { tracer.edge(std::ptr::from_mut(obj).cast()) }
            }
        }
    }
}

/// A heap, its mutator and its roots.
pub(crate) struct World {
    pub(crate) heap: Heap,
    mutator: NonNull<Mutator>,
    pub(crate) roots: Vec<Option<ObjPtr>>,
    pub(crate) model: Toy,
    next_id: u32,
}

impl Drop for World {
    fn drop(&mut self) {
        // SAFETY: made from a box in `with_source`; the heap writes to it no more.
        drop(unsafe { Box::from_raw(self.mutator.as_ptr()) });
    }
}

pub(crate) fn small(nursery: usize) -> HeapOptions {
    HeapOptions { nursery, nursery_fixed: true, verify: true, ..HeapOptions::default() }
}

pub(crate) fn stressed() -> HeapOptions {
    HeapOptions { stress: Stress::Every { minor: 1, major: 4 }, evacuate_all: true, poison: true, ..small(4096) }
}

impl World {
    pub(crate) fn new(options: HeapOptions) -> World {
        World::with_source(options, Box::new(OsSource)).expect("memory for a nursery")
    }

    pub(crate) fn with_source(options: HeapOptions, source: Box<dyn BlockSource>) -> Result<World, OutOfMemory> {
        let mutator = NonNull::from(Box::leak(Box::<Mutator>::default()));
        // SAFETY: the box stays in place until the world is dropped.
        let heap = unsafe { Heap::new(mutator, options, source) }?;
        Ok(World { heap, mutator, roots: vec![None; 16], model: Toy::default(), next_id: 1 })
    }

    fn init(&mut self, obj: ObjPtr, len: usize, bits: u8) -> ObjPtr {
        // SAFETY: a new object's header, which nobody refers to yet.
        let header = unsafe { &mut *obj.as_ptr() };
        header.aux = len.try_into().unwrap();
        header.flags |= bits;
        header.hash = self.next_id;
        self.next_id += 1;
        for index in 0..len {
            // SAFETY: a slot of a new object.
            unsafe { slot(obj, index).write(None) }
            if header.kind == ARRAY {
                set_tag(obj, index, 0);
            }
        }
        obj
    }

    pub(crate) fn alloc(&mut self, kind: u8, len: usize) -> Result<ObjPtr, OutOfMemory> {
        let obj = self.heap.alloc(extent_of(kind, len), kind)?;
        Ok(self.init(obj, len, 0))
    }

    pub(crate) fn node(&mut self, len: usize) -> ObjPtr {
        self.alloc(NODE, len).unwrap()
    }

    pub(crate) fn array(&mut self, len: usize) -> ObjPtr {
        self.alloc(ARRAY, len).unwrap()
    }

    pub(crate) fn alloc_pinned(&mut self, kind: u8, len: usize) -> Result<ObjPtr, OutOfMemory> {
        let obj = self.heap.alloc_pinned(extent_of(kind, len), kind)?;
        Ok(self.init(obj, len, 0))
    }

    pub(crate) fn weak(&mut self, pairs: usize, kind: WeakKind) -> ObjPtr {
        let bits = match kind {
            WeakKind::Erased => unreachable!("nothing of it is weak"),
            WeakKind::Values => VALUES_WEAK,
            WeakKind::Ephemeron => KEYS_WEAK,
            WeakKind::Both => KEYS_WEAK | VALUES_WEAK,
        };
        let obj = self.heap.alloc(extent_of(WEAK, 2 * pairs), WEAK).unwrap();
        self.init(obj, 2 * pairs, bits)
    }

    pub(crate) fn set(&mut self, obj: ObjPtr, index: usize, value: Option<ObjPtr>) {
        if value.is_some() && obj.needs_barrier() {
            if obj.kind() == ARRAY {
                self.heap.remember_part(obj, index / PART);
            } else {
                self.heap.remember(obj);
            }
        }
        if obj.kind() == ARRAY {
            set_tag(obj, index, if value.is_some() { FIRST_POINTER_TAG } else { 0 });
        }
        // SAFETY: a slot of a live object.
        unsafe { slot(obj, index).write(value) }
    }

    pub(crate) fn set_number(&mut self, obj: ObjPtr, index: usize, value: u64) {
        set_tag(obj, index, NUMBER_TAG);
        // SAFETY: a slot of a live object.
        unsafe { slot(obj, index).cast::<u64>().write(value) }
    }

    pub(crate) fn safepoint(&mut self) -> Option<CollectionKind> {
        let mut roots = Roots { side: &raw mut self.model.side, roots: &mut self.roots };
        // SAFETY: tests keep references in the roots only.
        unsafe { self.heap.safepoint(&mut self.model, &mut roots) }
    }

    pub(crate) fn minor(&mut self) {
        let mut roots = Roots { side: &raw mut self.model.side, roots: &mut self.roots };
        // SAFETY: tests keep references in the roots only.
        unsafe { self.heap.collect_minor(&mut self.model, &mut roots) }
    }

    pub(crate) fn major(&mut self) {
        let mut roots = Roots { side: &raw mut self.model.side, roots: &mut self.roots };
        // SAFETY: tests keep references in the roots only.
        unsafe { self.heap.collect_major(&mut self.model, &mut roots) }
    }

    pub(crate) fn root(&self, index: usize) -> ObjPtr {
        self.roots[index].expect("a root that was set")
    }

    /// Bumps the cursor as machine code does.
    pub(crate) fn bump(&mut self, bytes: usize) {
        // SAFETY: the mutator is valid, and the heap does not run now.
        let mutator = unsafe { self.mutator.as_mut() };
        assert!(mutator.cursor + bytes <= mutator.limit);
        mutator.cursor += bytes;
    }

    pub(crate) fn poll(&self) -> u32 {
        // SAFETY: the mutator is valid, and the heap does not run now.
        unsafe { self.mutator.as_ref() }.polled()
    }

    pub(crate) fn shut_down(&mut self) {
        self.roots.clear();
        // SAFETY: no root is left, and tests do nothing with the world afterwards.
        unsafe { self.heap.shut_down(&mut self.model) }
    }
}

/// A small generator of pseudo-random numbers.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize * n) >> 32
    }
}
