//! The array part: elements around the header of the parts object, addressed independently of the capacity.

use super::super::layout::{Hash, Overflow, PARTS_PAYLOADS, Parts, Table, part_flags};
use super::super::{Gc, Kind};
use super::Place;
use crate::cx::Cx;
use crate::heap::Extent;
use crate::native::Raise;
use crate::object::model::SECTION;
use crate::value::{FIRST_POINTER, Tag, Value};

/// Capacity of the first array part that appending makes.
const FIRST_CAPACITY: usize = 4;

/// Capacity that a site learns at most: larger arrays are few.
const LEARNED_CAPACITY: u32 = 8;

/// The largest capacity.
const MAX_CAPACITY: usize = 1 << 31;

/// What parts with an array of this capacity take in the heap.
#[inline(always)]
pub const fn parts_extent(capacity: usize) -> Extent {
    let prefix = capacity.next_multiple_of(8);
    Extent { prefix, size: prefix + PARTS_PAYLOADS + 8 * capacity }
}

impl<'gc> Gc<'gc, Parts> {
    /// Capacity of the array.
    #[inline(always)]
    pub(super) fn capacity(self) -> usize {
        self.object().header().hash as usize
    }

    /// The hash part.
    #[inline(always)]
    pub(super) fn hash(self) -> Option<Gc<'gc, Hash>> {
        // SAFETY: live parts.
        let hash = unsafe { (*self.as_ptr()).hash };
        // SAFETY: a hash part that parts refer to is alive.
        std::ptr::NonNull::new(hash).map(|hash| unsafe { Gc::from_non_null(hash) })
    }

    pub(super) fn set_hash(self, cx: Cx<'gc>, hash: Option<Gc<'gc, Hash>>) {
        cx.barrier_object(self.object());
        // SAFETY: live parts.
        unsafe { (*self.as_ptr()).hash = hash.map_or(std::ptr::null_mut(), |hash| hash.as_ptr()) }
    }

    /// The overflow object.
    #[inline(always)]
    pub(super) fn overflow(self) -> Option<Gc<'gc, Overflow>> {
        // SAFETY: live parts.
        let overflow = unsafe { (*self.as_ptr()).overflow };
        // SAFETY: an overflow object that parts refer to is alive.
        std::ptr::NonNull::new(overflow).map(|overflow| unsafe { Gc::from_non_null(overflow) })
    }

    pub(super) fn set_overflow(self, cx: Cx<'gc>, overflow: Option<Gc<'gc, Overflow>>) {
        cx.barrier_object(self.object());
        // SAFETY: live parts.
        unsafe { (*self.as_ptr()).overflow = overflow.map_or(std::ptr::null_mut(), |overflow| overflow.as_ptr()) }
    }

    /// Flags for objects that will belong to the same table.
    pub(super) fn weak_flags(self) -> u8 {
        self.object().flags() & part_flags::WEAK
    }

    /// Element `index`, below the capacity.
    #[inline(always)]
    fn place(self, index: usize) -> Place {
        let base = self.as_ptr().cast::<u8>();
        Place { payload: base.wrapping_add(PARTS_PAYLOADS + 8 * index).cast(), tag: base.wrapping_sub(1 + index) }
    }

    /// The write barrier for element `index`.
    #[inline(always)]
    pub(super) fn element_barrier(self, cx: Cx<'gc>, index: usize, value: Value<'gc>) {
        if value.tag_byte() >= FIRST_POINTER && self.object().needs_barrier() {
            self.remember_element(cx, index, value);
        }
    }

    #[inline(never)]
    fn remember_element(self, cx: Cx<'gc>, index: usize, value: Value<'gc>) {
        if value.as_object().is_none_or(|obj| !obj.is_young()) {
            return;
        }
        if crate::object::model::parts_of(self.object()) > 0 {
            cx.heap().remember_part(self.object(), index / SECTION);
        } else {
            cx.heap().remember(self.object());
        }
    }

    /// Parts without overflow and hash part.
    fn make(cx: Cx<'gc>, capacity: usize) -> Result<Self, Raise> {
        if capacity > MAX_CAPACITY {
            return Err(cx.out_of_memory());
        }
        let obj = cx.alloc_part(parts_extent(capacity), Kind::Parts)?;
        let parts = obj.cast::<Parts>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*parts).header.hash = capacity as u32 };
        // SAFETY: as above.
        unsafe { (*parts).overflow = std::ptr::null_mut() };
        // SAFETY: as above.
        unsafe { (*parts).hash = std::ptr::null_mut() };
        let prefix = capacity.next_multiple_of(8);
        let tags = parts.cast::<u8>().wrapping_sub(prefix);
        // SAFETY: the prefix.
        unsafe { tags.write_bytes(Tag::Nil as u8, prefix) };
        // SAFETY: a live object of this kind.
        Ok(unsafe { Gc::from_object(obj) })
    }
}

impl<'gc> Gc<'gc, Table> {
    /// Element `index`, below the array capacity. The table has parts.
    #[inline(always)]
    pub(super) fn element(self, index: usize) -> Place {
        // SAFETY: a live table.
        let base = unsafe { (*self.as_ptr()).parts }.cast::<u8>();
        Place { payload: base.wrapping_add(PARTS_PAYLOADS + 8 * index).cast(), tag: base.wrapping_sub(1 + index) }
    }

    /// Array capacity.
    #[inline]
    pub fn array_capacity(self) -> usize {
        self.parts().map_or(0, |parts| parts.capacity())
    }

    /// Its parts, made if there are none. Small, so never refused.
    pub(super) fn ensure_parts(self, cx: Cx<'gc>) -> Result<Gc<'gc, Parts>, Raise> {
        match self.parts() {
            Some(parts) => Ok(parts),
            None => {
                let parts = Gc::<Parts>::make(cx, 0)?;
                self.set_parts(cx, parts);
                Ok(parts)
            }
        }
    }

    /// Makes the array capacity at least `capacity`.
    #[inline]
    pub fn reserve_array(self, cx: Cx<'gc>, capacity: usize) -> Result<(), Raise> {
        if capacity > self.array_capacity() { self.resize_array(cx, capacity) } else { Ok(()) }
    }

    /// Gives the array another capacity, at least `array_len`.
    #[inline(never)]
    pub(super) fn resize_array(self, cx: Cx<'gc>, capacity: usize) -> Result<(), Raise> {
        let len = self.array_len();
        let new = Gc::<Parts>::make(cx, capacity)?;
        if let Some(old) = self.parts() {
            let (from, to) = (old.place(0), new.place(0));
            // SAFETY: both have `len` payloads. NO-BARRIER: a fresh object.
            unsafe { to.payload.copy_from_nonoverlapping(from.payload, len) };
            let (from, to) = (from.tag.wrapping_add(1).wrapping_sub(len), to.tag.wrapping_add(1).wrapping_sub(len));
            // SAFETY: both have `len` tags, downwards from the header.
            unsafe { to.copy_from_nonoverlapping(from, len) };
            new.set_overflow(cx, old.overflow());
            new.set_hash(cx, old.hash());
            new.copy_flags(old);
        }
        self.set_parts(cx, new);
        Ok(())
    }

    /// Integer keys that are not a non-nil store into an existing element.
    #[inline(never)]
    pub(super) fn set_int_slow(self, cx: Cx<'gc>, key: i64, value: Value<'gc>) -> Result<(), Raise> {
        let (index, len) = ((key as u64).wrapping_sub(1), self.array_len());
        if index < len as u64 {
            debug_assert!(value.is_nil());
            // SAFETY: below `array_len`. NO-BARRIER: nil.
            unsafe { self.element(index as usize).write(Value::NIL) };
            if index as usize == len - 1 {
                self.shrink(len - 1);
            }
            return Ok(());
        }
        if index == len as u64 {
            return if value.is_nil() { Ok(()) } else { self.append(cx, value) };
        }
        self.hash_set(cx, Value::int(key), value)
    }

    /// Sets `array_len` to the last element below `len` that is not nil.
    fn shrink(self, mut len: usize) {
        // SAFETY: below the old `array_len`.
        while len > 0 && unsafe { self.element(len - 1).tag.read() } == Tag::Nil as u8 {
            len -= 1;
        }
        self.set_array_len(len);
    }

    /// Appends a value that is not nil, and the elements that the hash part has after it. If memory is refused, nothing has changed.
    #[inline]
    fn append(self, cx: Cx<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        if self.hash_part().is_some_and(|hash| hash.may_have_ints()) {
            return self.append_and_migrate(cx, value);
        }
        let len = self.array_len();
        if len == self.array_capacity() {
            self.grow(cx, len + 1)?;
        }
        self.put(cx, len, value);
        Ok(())
    }

    /// Writes element `len`, which the capacity has, and makes it the last one.
    #[inline(always)]
    fn put(self, cx: Cx<'gc>, len: usize, value: Value<'gc>) {
        if let Some(parts) = self.parts() {
            parts.element_barrier(cx, len, value);
        }
        // SAFETY: below the capacity; the barrier has been seen to.
        unsafe { self.element(len).write(value) };
        self.set_array_len(len + 1);
    }

    /// Doubles the capacity until it is at least `needed`.
    #[inline(never)]
    fn grow(self, cx: Cx<'gc>, needed: usize) -> Result<(), Raise> {
        let present = self.array_capacity();
        let mut capacity = if present == 0 { FIRST_CAPACITY } else { present * 2 };
        while capacity < needed {
            capacity *= 2;
        }
        if present > 0 && self.site() != 0 {
            cx.learn_array(self.site(), (capacity as u32).min(LEARNED_CAPACITY));
        }
        self.resize_array(cx, capacity)
    }

    /// The border if the array part spanned `len` elements and went on over the keys that the hash part has after them.
    pub(super) fn border_after(self, mut len: usize) -> usize {
        while self.find_int(len as i64 + 1).is_some_and(|node| !node.value().is_nil()) {
            len += 1;
        }
        len
    }

    /// As [`Gc::append`]. The array part gets room for all before the first key moves: none that it should have is left behind.
    ///
    /// Nodes don't keep the keys of elements: a traversal that finds one there would go on behind it.
    #[inline(never)]
    fn append_and_migrate(self, cx: Cx<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        let len = self.array_len();
        let end = self.border_after(len + 1);
        if end > self.array_capacity() {
            self.grow(cx, end)?;
        }
        if let Some(node) = self.find_int(len as i64 + 1) {
            node.vacate();
        }
        self.put(cx, len, value);
        for index in len + 1..end {
            let Some(node) = self.find_int(index as i64 + 1) else { break };
            let value = node.value();
            node.vacate();
            self.put(cx, index, value);
        }
        Ok(())
    }

    /// Makes the array part span `len` elements, of which those past the present ones are nil until they are written.
    /// The caller writes the last one with a value that is not nil.
    pub(super) fn extend_with_nil(self, cx: Cx<'gc>, len: usize) -> Result<(), Raise> {
        self.reserve_array(cx, len)?;
        for index in self.array_len()..len {
            // SAFETY: below the capacity. NO-BARRIER: nil.
            unsafe { self.element(index).write(Value::NIL) };
        }
        self.set_array_len(len);
        Ok(())
    }

    /// Writes an element below `array_len` with a value that is not nil.
    pub(super) fn fill_element(self, cx: Cx<'gc>, index: usize, value: Value<'gc>) {
        debug_assert!(index < self.array_len());
        if let Some(parts) = self.parts() {
            parts.element_barrier(cx, index, value);
        }
        // SAFETY: below `array_len`; the barrier has been seen to.
        unsafe { self.element(index).write(value) };
    }

    /// Whether element `index`, below `array_len`, is not nil.
    #[inline]
    pub(super) fn has_element(self, index: usize) -> bool {
        // SAFETY: below `array_len`.
        unsafe { self.element(index).tag.read() != Tag::Nil as u8 }
    }

    /// Sets elements `first + 1 ..= first + values.len()` (for constructors). They stand in the array part even behind a nil,
    /// so that the border is behind the last one that is not nil.
    pub fn set_list(
        self,
        cx: Cx<'gc>,
        first: usize,
        values: impl ExactSizeIterator<Item = Value<'gc>>,
    ) -> Result<(), Raise> {
        let (len, end) = (self.array_len(), first + values.len());
        if self.hash_part().is_some_and(|hash| hash.may_have_ints()) {
            for (index, value) in values.enumerate() {
                self.set_int(cx, (first + index + 1) as i64, value)?;
            }
            return Ok(());
        }
        self.reserve_array(cx, end)?;
        let Some(parts) = self.parts() else { return Ok(()) };
        for index in len..first {
            // SAFETY: below the capacity. NO-BARRIER: nil.
            unsafe { parts.place(index).write(Value::NIL) };
        }
        for (index, value) in (first..end).zip(values) {
            parts.element_barrier(cx, index, value);
            // SAFETY: below the capacity; the barrier has been seen to.
            unsafe { parts.place(index).write(value) };
        }
        self.shrink(len.max(end));
        Ok(())
    }

    /// `#t` without metamethods: a border.
    #[inline(always)]
    pub fn len(self) -> usize {
        let len = self.array_len();
        if len > 0 && !self.has_element(len - 1) { self.len_after_clearing() } else { len }
    }

    /// Whether the border is 0. The table may have other keys.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Makes `array_len` a border again if a collection has cleared the last elements.
    #[inline]
    pub(super) fn drop_cleared(self) {
        let _ = self.len();
    }

    /// A collection has cleared the last elements of a weak table.
    #[cold]
    fn len_after_clearing(self) -> usize {
        self.shrink(self.array_len());
        self.array_len()
    }
}

impl<'gc> Gc<'gc, Parts> {
    fn copy_flags(self, old: Gc<'gc, Parts>) {
        let flags = self.object().flags() | old.weak_flags();
        // SAFETY: live parts.
        unsafe { (*self.as_ptr()).header.flags = flags }
    }
}
