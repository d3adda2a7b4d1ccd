//! What the heap needs to know of the objects in it, and what it offers while it collects.
//!
//! The heap knows headers; an [`ObjectModel`] knows the rest: how large an object is and where its references
//! are. Tracing is the hot loop of the collector, so a model is a type parameter and both traits are
//! generic, with no dynamic dispatch per object. A value outside a reference field is a payload word and a tag
//! byte; it holds a reference iff the tag is at least [`FIRST_POINTER_TAG`].

use super::ptr::ObjPtr;

/// Tags from here on say that the payload is a reference.
// ORDER: all tags of values without a reference are below, so one compare decides.
pub const FIRST_POINTER_TAG: u8 = 8;

/// The bits that are zero in eight tags without a reference among them.
const NO_POINTERS: u64 = u64::from_ne_bytes([!(FIRST_POINTER_TAG - 1); 8]);

const _: () = assert!(FIRST_POINTER_TAG.is_power_of_two());

/// Objects above this many bytes (prefix included) live in the large space.
pub const MAX_SMALL: usize = 8 * 1024;

/// Sizes, prefixes and addresses of objects are multiples of this.
pub const GRANULE: usize = 8;

/// An object's header and what follows it are at least this long.
pub const MIN_BODY: usize = 16;

/// How many bytes an object takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Bytes before the header.
    pub prefix: usize,
    /// All bytes: prefix, header and what follows it.
    pub size: usize,
}

impl Extent {
    /// The extent of an object without a prefix.
    #[inline]
    pub const fn plain(size: usize) -> Extent {
        Extent { prefix: 0, size }
    }

    /// Whether the sizes keep the rules: multiples of [`GRANULE`], at least [`MIN_BODY`] from the header on.
    #[inline]
    pub const fn is_valid(self) -> bool {
        self.prefix.is_multiple_of(GRANULE)
            && self.size.is_multiple_of(GRANULE)
            && self.size >= self.prefix
            && self.size - self.prefix >= MIN_BODY
    }
}

/// Which generation a collection empties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionKind {
    /// Young objects only; every old object counts as live.
    Minor,
    /// Everything.
    Major,
}

/// How a table that [`Tracer::weak`] announces holds its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakKind {
    /// Keys and values are strong; the key of an entry that was erased is not held.
    Erased,
    /// Keys are strong, values weak.
    Values,
    /// An entry's value is reachable through it only while its key is reachable otherwise.
    Ephemeron,
    /// Keys and values are weak.
    Both,
}

/// What [`ObjectModel::clear_weak`] must drop from a weak table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClearPhase {
    /// Entries whose value is dead; runs before finalisation resurrects anything.
    Values,
    /// Entries whose key is dead; runs after resurrection.
    Keys,
}

/// A visitor of references. The heap's collectors implement it; models call it.
pub trait Tracer {
    /// Whether this visitor wants every reference, weak ones included, and no [`Tracer::weak`] announcement.
    /// A visitor that only redirects references to moved objects is one.
    const WEAK_AS_STRONG: bool = false;

    /// Visits a reference field, which may be empty. The visitor may write a new address into it.
    ///
    /// # Safety
    /// - `slot` is valid for reads and writes, and holds `None` or a live object of this heap.
    unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>);

    /// Visits a value by its payload word and its tag. The visitor may rewrite the payload.
    ///
    /// # Safety
    /// - `payload` is valid for reads and writes, and holds the address of a live object of this heap if `tag`
    ///   says reference.
    #[inline]
    unsafe fn tagged(&mut self, payload: *mut u64, tag: u8) {
        if tag >= FIRST_POINTER_TAG {
            // SAFETY: the address of a live object, never zero, in a valid word: an Option<ObjPtr> in memory.
            unsafe { self.edge(payload.cast()) }
        }
    }

    /// Visits a run of values split into payload words and tag bytes.
    ///
    /// # Safety
    /// - The contract of [`Tracer::tagged`] for each of the `len` pairs; `tags` is valid for reads of `len` bytes.
    #[inline]
    unsafe fn tagged_run(&mut self, payloads: *mut u64, tags: *const u8, len: usize) {
        let mut index = 0;
        while index < len {
            // SAFETY: index < len.
            let first = unsafe { tags.add(index) };
            if len - index >= 8 {
                // SAFETY: eight tags from index on are below len.
                let eight = unsafe { first.cast::<u64>().read_unaligned() };
                if eight & NO_POINTERS == 0 {
                    index += 8;
                    continue;
                }
            }
            let end = len.min(index + 8);
            while index < end {
                // SAFETY: index < len.
                let tag = unsafe { tags.add(index) };
                // SAFETY: index < len.
                let payload = unsafe { payloads.add(index) };
                // SAFETY: index < len.
                let tag = unsafe { tag.read() };
                // SAFETY: by this function's contract.
                unsafe { self.tagged(payload, tag) };
                index += 1;
            }
        }
    }

    /// As [`Tracer::tagged_run`], for tags that lie in falling order below `tags_end`: the first is the byte before it.
    ///
    /// # Safety
    /// - The contract of [`Tracer::tagged`] for each of the `len` pairs; the `len` bytes before `tags_end` are valid for reads.
    #[inline]
    unsafe fn tagged_run_down(&mut self, payloads: *mut u64, tags_end: *const u8, len: usize) {
        let mut index = 0;
        while index < len {
            let end = len.min(index + 8);
            if end - index == 8 {
                // SAFETY: the tags of index..end are the eight bytes that end `index` bytes below `tags_end`.
                let eight = unsafe { tags_end.sub(end) };
                // SAFETY: as above.
                let eight = unsafe { eight.cast::<u64>().read_unaligned() };
                if eight & NO_POINTERS == 0 {
                    index = end;
                    continue;
                }
            }
            while index < end {
                // SAFETY: index < len.
                let tag = unsafe { tags_end.sub(index + 1) };
                // SAFETY: index < len.
                let payload = unsafe { payloads.add(index) };
                // SAFETY: index < len.
                let tag = unsafe { tag.read() };
                // SAFETY: by this function's contract.
                unsafe { self.tagged(payload, tag) };
                index += 1;
            }
        }
    }

    /// Announces that `obj`, the object being traced, holds weak entries. The model has visited what the table
    /// holds strongly (its metatable; the keys of a [`WeakKind::Values`] table) and left out the rest.
    fn weak(&mut self, obj: ObjPtr, kind: WeakKind);
}

/// What a collection has found out about which objects live.
pub trait Liveness {
    /// The present address of `obj` if it has been reached, or `None` if it is dead. The caller must write the
    /// address back where it read `obj` from.
    fn is_live(&self, obj: ObjPtr) -> Option<ObjPtr>;
}

/// The roots of the graph: stacks, registries, handles, constants of machine code.
pub trait RootSet {
    /// Visits every root. A collection may call this more than once.
    ///
    /// Side tables of the model that hold references weakly (and are cleaned in [`ObjectModel::after_mark`]) are
    /// visited here iff `T::WEAK_AS_STRONG`.
    ///
    /// # Safety
    /// - Called by a collection only.
    unsafe fn trace_roots<T: Tracer>(&mut self, tracer: &mut T, kind: CollectionKind);

    /// Visits the roots that count only while something else lives, as far as that has been reached. Called while a major collection
    /// marks, until nothing more is found; at other times such roots are visited with the others.
    ///
    /// # Safety
    /// - Called by a collection only.
    unsafe fn trace_dependent<C: Tracer + Liveness>(&mut self, collector: &mut C) {
        let _ = collector;
    }

    /// Forgets the roots that have turned out not to count: called once all that lives has been reached, before any memory is reused.
    fn drop_dependent(&mut self, live: &impl Liveness) {
        let _ = live;
    }
}

/// The objects in the heap, as the heap sees them.
///
/// # Safety
/// - `extent` returns what the object was allocated with, at any time in its life, from the object's own bytes.
/// - `trace` visits every reference in the object (weak ones as [`Tracer::weak`] says), each once.
/// - No method allocates in the heap.
pub unsafe trait ObjectModel {
    /// How large `obj` is.
    ///
    /// # Safety
    /// - `obj` is an initialised object of this model; its fields may not be followed, since what they refer to may have moved.
    unsafe fn extent(obj: ObjPtr) -> Extent;

    /// Visits the references in `obj`.
    ///
    /// # Safety
    /// - `obj` is an initialised object of this model; what its fields refer to may have moved until visited.
    unsafe fn trace<T: Tracer>(&mut self, obj: ObjPtr, tracer: &mut T);

    /// How many parts a large object is divided into, or 0 if it is visited whole. The parts of a big array
    /// are remembered one by one, so that a store into it does not make the next minor collection read all of it.
    ///
    /// # Safety
    /// - As for [`ObjectModel::extent`].
    unsafe fn parts(obj: ObjPtr) -> usize {
        let _ = obj;
        0
    }

    /// Visits the references in one part of an object; all parts together hold what `trace` visits.
    ///
    /// # Safety
    /// - As for [`ObjectModel::trace`]; `part` is below [`ObjectModel::parts`].
    unsafe fn trace_part<T: Tracer>(&mut self, obj: ObjPtr, part: usize, tracer: &mut T) {
        let _ = (obj, part, tracer);
        unreachable!("a model with parts says how to visit one");
    }

    /// Releases what `obj` owns outside the heap. Called on dead objects of the pinned and large spaces before
    /// their memory is reused.
    ///
    /// # Safety
    /// - `obj` is a dead object of this model; what its fields refer to may be gone.
    unsafe fn finalize_native(&mut self, obj: ObjPtr);

    /// Visits, in a table that was announced as [`WeakKind::Ephemeron`], the values of all entries whose key is
    /// live; called until nothing more is found.
    ///
    /// # Safety
    /// - `table` was announced in this collection.
    unsafe fn trace_ephemeron<T: Tracer + Liveness>(&mut self, table: ObjPtr, tracer: &mut T) {
        let _ = (table, tracer);
    }

    /// Drops the dead entries of a weak table and writes present addresses into the live ones. A value or key
    /// is dead if [`Liveness::is_live`] says so. What an entry that stays keeps alive may be visited.
    ///
    /// # Safety
    /// - `table` was announced in this collection.
    unsafe fn clear_weak<C: Tracer + Liveness>(
        &mut self,
        table: ObjPtr,
        kind: WeakKind,
        phase: ClearPhase,
        collector: &mut C,
    ) {
        let _ = (table, kind, phase, collector);
    }

    /// Called once in each collection after everything live has been reached and before any memory is
    /// reused: the place to drop dead entries from side tables (interned strings, shapes).
    fn after_mark(&mut self, live: &impl Liveness, kind: CollectionKind) {
        let _ = (live, kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Collects what it is shown.
    struct Seen(Vec<usize>);

    impl Tracer for Seen {
        unsafe fn edge(&mut self, slot: *mut Option<ObjPtr>) {
            // SAFETY: valid, by the contract.
            self.0.extend(unsafe { slot.read() }.map(ObjPtr::addr));
        }

        fn weak(&mut self, _: ObjPtr, _: WeakKind) {}
    }

    #[test]
    fn runs_visit_exactly_the_references() {
        for len in 0..40 {
            for stride in 1..12 {
                let tag =
                    |index: usize| if index % stride == 2 { FIRST_POINTER_TAG + 3 } else { FIRST_POINTER_TAG - 1 };
                let mut payloads: Vec<u64> = (0..len as u64).map(|index| 8 * index + 8).collect();
                let up: Vec<u8> = (0..len).map(tag).collect();
                let down: Vec<u8> = (0..len).rev().map(tag).collect();
                let expected: Vec<usize> =
                    (0..len).filter(|index| index % stride == 2).map(|index| 8 * index + 8).collect();
                let mut seen = Seen(Vec::new());
                // SAFETY: the vectors have so many elements, and nobody follows the references.
                unsafe { seen.tagged_run(payloads.as_mut_ptr(), up.as_ptr(), len) };
                assert_eq!(seen.0, expected);
                let mut seen = Seen(Vec::new());
                // SAFETY: the vectors have so many elements, and nobody follows the references.
                unsafe { seen.tagged_run_down(payloads.as_mut_ptr(), down.as_ptr_range().end, len) };
                assert_eq!(seen.0, expected);
            }
        }
    }
}
