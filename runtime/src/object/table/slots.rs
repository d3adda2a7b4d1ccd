//! Named slots: inline after the table's header, then in the overflow object.
//!
//! The shape fixes where each slot is: the inline capacity is the shape's, and the capacity of the overflow object is a
//! function of how many slots don't fit inline. Adding a key changes the shape; when the shape table refuses, all slots
//! move to the hash part and the table is a dictionary from then on.

use super::super::layout::{OVERFLOW_PAYLOADS, Overflow, Str, TABLE_SLOTS, Table, cap_number, overflow_capacity};
use super::super::shape::KeySource;
use super::super::{Gc, Kind};
use super::{Place, inline_capacity};
use crate::cx::Cx;
use crate::heap::Extent;
use crate::native::Raise;
use crate::value::{Tag, Value};

/// What an overflow object of this capacity takes in the heap.
#[inline(always)]
pub const fn overflow_extent(capacity: usize) -> Extent {
    Extent::plain(OVERFLOW_PAYLOADS + 8 * capacity + capacity.next_multiple_of(8))
}

/// Where a slot is, as byte offsets of its payload and its tag from the object that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotOffsets {
    /// In the table itself.
    Inline(u32, u32),
    /// In the table's overflow object.
    Overflow(u32, u32),
}

/// Where `slot` is in tables of a shape with `slots` slots and this inline capacity.
#[inline]
pub const fn slot_offsets(slot: usize, slots: usize, inline_cap: usize) -> SlotOffsets {
    if slot < inline_cap {
        let tag = TABLE_SLOTS + 8 * inline_cap + slot;
        return SlotOffsets::Inline((TABLE_SLOTS + 8 * slot) as u32, tag as u32);
    }
    let (capacity, index) = (overflow_capacity(slots - inline_cap), slot - inline_cap);
    let tag = OVERFLOW_PAYLOADS + 8 * capacity + index;
    SlotOffsets::Overflow((OVERFLOW_PAYLOADS + 8 * index) as u32, tag as u32)
}

impl<'gc> Gc<'gc, Overflow> {
    fn make(cx: Cx<'gc>, capacity: usize) -> Self {
        let obj = cx.alloc(overflow_extent(capacity), Kind::Overflow);
        let overflow = obj.cast::<Overflow>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*overflow).header.hash = capacity as u32 };
        let tags = overflow.cast::<u8>().wrapping_add(OVERFLOW_PAYLOADS + 8 * capacity);
        // SAFETY: as above: the tags.
        unsafe { tags.write_bytes(Tag::Nil as u8, capacity) };
        // SAFETY: a live object of this kind.
        unsafe { Gc::from_object(obj) }
    }

    #[inline]
    fn capacity(self) -> usize {
        self.object().header().hash as usize
    }

    #[inline]
    fn place(self, index: usize) -> Place {
        let first = self.as_ptr().cast::<u8>().wrapping_add(OVERFLOW_PAYLOADS);
        Place { payload: first.cast::<u64>().wrapping_add(index), tag: first.wrapping_add(8 * self.capacity() + index) }
    }
}

impl<'gc> Gc<'gc, Table> {
    /// An inline slot of a table whose inline capacity is `cap`.
    #[inline(always)]
    fn inline_place(self, slot: usize, cap: usize) -> Place {
        let first = self.as_ptr().cast::<u8>().wrapping_add(TABLE_SLOTS);
        Place { payload: first.cast::<u64>().wrapping_add(slot), tag: first.wrapping_add(8 * cap + slot) }
    }

    /// Inline capacity.
    #[inline]
    pub fn inline_capacity(self) -> usize {
        inline_capacity(self.object().header())
    }

    /// The overflow object, which a table with so many slots has.
    #[inline]
    pub(super) fn overflow(self) -> Gc<'gc, Overflow> {
        self.parts().and_then(|parts| parts.overflow()).expect("slots past the inline capacity")
    }

    /// The value in `slot`, which the shape has.
    #[inline]
    pub(super) fn slot_value(self, cx: Cx<'gc>, slot: usize) -> Value<'gc> {
        debug_assert!(slot < cx.shapes().shape(self.shape()).slots as usize);
        let cap = self.inline_capacity();
        let place = if slot < cap { self.inline_place(slot, cap) } else { self.overflow().place(slot - cap) };
        // SAFETY: a slot of the shape is initialised.
        unsafe { place.read() }
    }

    /// Stores into `slot`, which the shape has.
    #[inline]
    pub(super) fn set_slot(self, cx: Cx<'gc>, slot: usize, value: Value<'gc>) {
        debug_assert!(slot < cx.shapes().shape(self.shape()).slots as usize);
        let cap = self.inline_capacity();
        let place = if slot < cap {
            cx.barrier(self.object(), value);
            self.inline_place(slot, cap)
        } else {
            let overflow = self.overflow();
            cx.barrier(overflow.object(), value);
            overflow.place(slot - cap)
        };
        // SAFETY: a slot of the shape; the barrier has been seen to.
        unsafe { place.write(value) };
    }

    /// Stores into a slot for the trace compiler. Panics if the shape lacks it.
    pub fn write_slot(self, cx: Cx<'gc>, slot: usize, value: Value<'gc>) {
        assert!(slot < cx.shapes().shape(self.shape()).slots as usize);
        self.set_slot(cx, slot, value);
    }

    /// Writes a slot of a table that [`Cx::table_of`] has just made from a shape with slots. Panics if the shape lacks it.
    #[inline]
    pub fn init_slot(self, cx: Cx<'gc>, slot: usize, value: Value<'gc>) {
        let shape = cx.shapes().shape(self.shape());
        let cap = shape.inline_cap as usize;
        assert!(slot < cap.min(shape.slots as usize));
        // SAFETY: an inline slot. NO-BARRIER: a fresh object.
        unsafe { self.inline_place(slot, cap).write(value) };
    }

    /// Adds an interned key, which the table lacks, with a value that is not nil.
    #[inline(never)]
    pub(super) fn add_slot(
        self,
        cx: Cx<'gc>,
        key: Gc<'gc, Str>,
        value: Value<'gc>,
        source: KeySource,
    ) -> Result<(), Raise> {
        let id = self.shape();
        let Some(new) = cx.shapes().with_key(id, key.raw(), source) else {
            self.make_dictionary(cx)?;
            return self.hash_set(cx, key.value(), value);
        };
        cx.space().publish_shapes();
        let (slot, cap) = (cx.shapes().shape(id).slots as usize, self.inline_capacity());
        if slot >= cap {
            self.grow_overflow(cx, slot - cap)?;
            if self.site() != 0 {
                cx.learn_fields(self.site(), slot + 1);
            }
        }
        self.set_shape(new);
        self.set_slot(cx, slot, value);
        Ok(())
    }

    /// Makes room for slot `index` of the overflow object.
    fn grow_overflow(self, cx: Cx<'gc>, index: usize) -> Result<(), Raise> {
        let capacity = overflow_capacity(index + 1);
        if index > 0 && overflow_capacity(index) == capacity {
            return Ok(());
        }
        let parts = self.ensure_parts(cx)?;
        let new = Gc::<Overflow>::make(cx, capacity);
        if let Some(old) = parts.overflow() {
            for index in 0..index {
                // SAFETY: in use, so initialised.
                let value = unsafe { old.place(index).read() };
                // SAFETY: a slot. NO-BARRIER: a fresh object.
                unsafe { new.place(index).write(value) };
            }
        }
        let flags = new.object().flags() | parts.weak_flags();
        // SAFETY: a live overflow object.
        unsafe { (*new.as_ptr()).header.flags = flags };
        parts.set_overflow(cx, Some(new));
        Ok(())
    }

    /// Moves all slots to the hash part.
    #[inline(never)]
    pub fn make_dictionary(self, cx: Cx<'gc>) -> Result<(), Raise> {
        let id = self.shape();
        let slots = cx.shapes().shape(id).slots as usize;
        let pairs: Vec<_> = (0..slots)
            .map(|slot| (cx.shapes().key(id, slot).value(), self.slot_value(cx, slot)))
            .filter(|(_, value)| !value.is_nil())
            .collect();
        self.move_to_hash(cx, &pairs)?;
        let dictionary = cx.shapes().as_dictionary(id);
        cx.space().publish_shapes();
        self.set_shape(dictionary);
        if let Some(parts) = self.parts() {
            parts.set_overflow(cx, None);
        }
        if self.site() != 0 {
            cx.learn_dictionary(self.site());
        }
        Ok(())
    }
}

impl Cx<'_> {
    /// A table from this site needed `fields` slots.
    #[cold]
    fn learn_fields(self, site: u16, fields: usize) {
        let Some(site) = self.site(site) else { return };
        let number = cap_number(fields);
        if site.dictionary || number <= self.shapes().shape(site.shape).cap_number {
            return;
        }
        site.shape = self.shapes().with_capacity(site.shape, number);
        self.space().publish_shapes();
    }

    /// A table from this site needed this array capacity.
    #[cold]
    pub(super) fn learn_array(self, site: u16, capacity: u32) {
        if let Some(site) = self.site(site) {
            site.array = site.array.max(capacity);
        }
    }

    /// A table from this site became a dictionary: inline slots are of no use there, unless its constructor names them.
    #[cold]
    fn learn_dictionary(self, site: u16) {
        let Some(site) = self.site(site) else { return };
        if self.shapes().shape(site.shape).slots == 0 {
            site.dictionary = true;
            site.shape = super::super::shape::EMPTY;
        }
    }
}
