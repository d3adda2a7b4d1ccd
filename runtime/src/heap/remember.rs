//! The remembered set: the old objects that may refer to young ones.
//!
//! An old object is in the set or has `BARRIER` set, never both. The barrier's slow path adds objects; a minor
//! collection takes the whole set, visits each object and puts back those that still refer to a young one.
//! A large object that its model divides into parts may be remembered by parts instead: it keeps `BARRIER`, and
//! the parts that may refer to young objects have a bit here.

use std::collections::HashMap;

use super::header::flags;
use super::ptr::ObjPtr;

/// Old objects whose `BARRIER` is clear.
#[derive(Default)]
pub(crate) struct RememberedSet {
    objects: Vec<ObjPtr>,
    parts: Vec<DirtyParts>,
    /// Where in `parts` an object is.
    index: HashMap<ObjPtr, usize>,
    /// The entry used last.
    last: usize,
}

/// The parts of a large object that may refer to young objects.
pub(crate) struct DirtyParts {
    pub(crate) obj: ObjPtr,
    bits: Vec<u64>,
}

impl DirtyParts {
    fn contains(&self, part: usize) -> bool {
        self.bits.get(part / 64).is_some_and(|word| word >> (part % 64) & 1 != 0)
    }

    /// The parts in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        (0..self.bits.len() * 64).filter(|&part| self.contains(part))
    }
}

impl RememberedSet {
    /// Adds `obj` if its flag says that it is old and not in the set.
    #[inline]
    pub(crate) fn add(&mut self, obj: ObjPtr) {
        let bits = obj.flags();
        if bits & flags::BARRIER != 0 {
            obj.set_flags(bits & !flags::BARRIER);
            self.objects.push(obj);
        }
    }

    /// Notes a part of `obj` unless all of it is in the set.
    #[inline]
    pub(crate) fn add_part(&mut self, obj: ObjPtr, part: usize) {
        debug_assert!(obj.flags() & flags::LARGE != 0);
        if !obj.needs_barrier() {
            return;
        }
        if self.parts.get(self.last).is_none_or(|entry| entry.obj != obj) {
            self.last = *self.index.entry(obj).or_insert(self.parts.len());
            if self.last == self.parts.len() {
                self.parts.push(DirtyParts { obj, bits: Vec::new() });
            }
        }
        let bits = &mut self.parts[self.last].bits;
        if bits.len() <= part / 64 {
            bits.resize(part / 64 + 1, 0);
        }
        bits[part / 64] |= 1 << (part % 64);
    }

    /// Whether a part is noted.
    pub(crate) fn has_part(&self, obj: ObjPtr, part: usize) -> bool {
        self.index.get(&obj).is_some_and(|&entry| self.parts[entry].contains(part))
    }

    /// Whether any part is noted.
    pub(crate) fn has_parts(&self, obj: ObjPtr) -> bool {
        self.index.contains_key(&obj)
    }

    /// Empties the list of parts.
    pub(crate) fn take_parts(&mut self) -> Vec<DirtyParts> {
        self.index.clear();
        std::mem::take(&mut self.parts)
    }

    /// Empties the set and sets `BARRIER` on all that was in it.
    pub(crate) fn take(&mut self) -> Vec<ObjPtr> {
        for obj in &self.objects {
            obj.set_flags(obj.flags() | flags::BARRIER);
        }
        std::mem::take(&mut self.objects)
    }

    /// Gives back the memory of a list that `take` returned.
    pub(crate) fn reuse(&mut self, mut list: Vec<ObjPtr>) {
        if self.objects.is_empty() && list.capacity() <= 1 << 16 {
            list.clear();
            self.objects = list;
        }
    }

    pub(crate) fn objects(&self) -> &[ObjPtr] {
        &self.objects
    }
}
