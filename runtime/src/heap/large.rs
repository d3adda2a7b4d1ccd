//! Large objects: each in memory of its own, never moved.
//!
//! A large object is born young, and promoting it means moving its entry from one list to the other. Freed memory goes
//! straight back to the source.

use std::alloc::Layout;
use std::ptr::NonNull;

use super::header::flags;
use super::model::Extent;
use super::ptr::{ObjPtr, address_of};
use super::source::{Demand, OutOfMemory, Store};

#[derive(Clone, Copy)]
struct Entry {
    obj: ObjPtr,
    memory: NonNull<u8>,
    layout: Layout,
}

/// The objects above `MAX_SMALL`.
#[derive(Default)]
pub(crate) struct LargeSpace {
    young: Vec<Entry>,
    old: Vec<Entry>,
    young_bytes: usize,
    old_bytes: usize,
    /// Size of the largest object since the last major collection, or of one that was larger.
    largest: usize,
}

impl LargeSpace {
    /// Memory for an object whose header the caller writes at once; `old` says in which generation it is born.
    pub(crate) fn allocate(&mut self, extent: Extent, old: bool, store: &mut Store) -> Result<ObjPtr, OutOfMemory> {
        let layout = Layout::from_size_align(extent.size, 16).map_err(|_| OutOfMemory)?;
        let memory = store.allocate(layout, Demand::Mutator)?;
        let header = address_of(memory) + extent.prefix;
        // SAFETY: inside the memory, not null, and the caller makes it a header before anyone looks.
        let obj = unsafe { ObjPtr::from_addr(header) };
        let entry = Entry { obj, memory, layout };
        self.largest = self.largest.max(extent.size);
        if old {
            self.old.push(entry);
            self.old_bytes += extent.size;
        } else {
            self.young.push(entry);
            self.young_bytes += extent.size;
        }
        Ok(obj)
    }

    pub(crate) fn young_bytes(&self) -> usize {
        self.young_bytes
    }

    pub(crate) fn old_bytes(&self) -> usize {
        self.old_bytes
    }

    pub(crate) fn largest(&self) -> usize {
        self.largest
    }

    pub(crate) fn has_young(&self) -> bool {
        !self.young.is_empty()
    }

    /// Ends a minor collection: objects that became old are relinked, the others are freed. Returns the bytes promoted.
    pub(crate) fn sweep_young(&mut self, store: &mut Store, mut dead: impl FnMut(ObjPtr)) -> usize {
        let mut promoted = 0;
        for entry in self.young.drain(..) {
            if entry.obj.flags() & flags::OLD != 0 {
                promoted += entry.layout.size();
                self.old.push(entry);
            } else {
                dead(entry.obj);
                // SAFETY: allocated with this layout; the object is dead.
                unsafe { store.free(entry.memory, entry.layout) };
            }
        }
        self.young_bytes = 0;
        self.old_bytes += promoted;
        promoted
    }

    /// Ends the marking of a major collection, which starts with no young objects: frees what is not marked
    /// and clears the marks of the rest.
    pub(crate) fn sweep_old(&mut self, store: &mut Store, mut dead: impl FnMut(ObjPtr)) {
        let mut freed = 0;
        self.largest = 0;
        let largest = &mut self.largest;
        self.old.retain(|entry| {
            let bits = entry.obj.flags();
            if bits & flags::MARK != 0 {
                entry.obj.set_flags(bits & !flags::MARK);
                *largest = (*largest).max(entry.layout.size());
                return true;
            }
            dead(entry.obj);
            freed += entry.layout.size();
            // SAFETY: allocated with this layout; the object is dead.
            unsafe { store.free(entry.memory, entry.layout) };
            false
        });
        self.old_bytes -= freed;
    }

    /// Calls `visit` for each old object.
    pub(crate) fn for_each_old(&self, mut visit: impl FnMut(ObjPtr)) {
        for entry in &self.old {
            visit(entry.obj);
        }
    }

    /// Calls `visit` for each object.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(ObjPtr)) {
        for entry in self.young.iter().chain(&self.old) {
            visit(entry.obj);
        }
    }

    /// Frees everything.
    pub(crate) fn free_all(&mut self, store: &mut Store) {
        for entry in self.young.drain(..).chain(self.old.drain(..)) {
            // SAFETY: allocated with this layout; the heap is going away and nobody looks at objects any more.
            unsafe { store.free(entry.memory, entry.layout) };
        }
        self.young_bytes = 0;
        self.old_bytes = 0;
    }
}
