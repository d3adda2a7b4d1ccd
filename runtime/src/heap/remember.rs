//! The remembered set: the old objects that may refer to young ones.
//!
//! An old object is in the set or has `BARRIER` set, never both. The barrier's slow path adds objects; a minor
//! collection takes the whole set, visits each object and puts back those that still refer to a young one.

use super::header::flags;
use super::ptr::ObjPtr;

/// Old objects whose `BARRIER` is clear.
#[derive(Default)]
pub(crate) struct RememberedSet {
    objects: Vec<ObjPtr>,
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
