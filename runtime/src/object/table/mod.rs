//! Tables: records, arrays and dictionaries in one object.
//!
//! ```text
//!   get / set (this file) ── integer key ──> array part, else hash part      array
//!                         ── string key ───> slot of the shape               slots
//!                         │                  or hash part (dictionary shape)
//!                         └─ other keys ───> hash part                       hash
//!   iter    next          meta   metatables and metamethods          cache   what inline caches need
//! ```
//!
//! The layout and its invariants stand in [`layout`](super::layout). In short: element `i <= array_len` is in the array
//! part, and the hash part has no integer key from 1 to `array_len + 1`, so `array_len` is always a border and `#t` is one load.
//! Appending moves keys over from the hash part; a full hash part counts the integer keys and lets the array part grow
//! over those that are dense. String keys are slots until there are too many of them, then all move to the hash part.
//! Keys of slots and string keys of hash parts are interned.
//!
//! Assigning to an existing key never moves anything, so a traversal may assign and erase.
//!
//! This folder owns these invariants, and the rule that every store of a reference is preceded by the write barrier on the
//! object that is stored into (the table, its parts, its overflow object, its hash part).

pub mod array;
pub mod cache;
pub mod hash;
pub mod iter;
pub mod meta;
pub mod slots;

use super::layout::{CAP_BITS, INLINE_CAPS, MAX_SITE, Parts, ShapeId, Str, Table, cap_number, table_size};
use super::shape::{self, KeySource};
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::{Extent, Header, ObjPtr};
use crate::native::Raise;
use crate::number;
use crate::value::{Tag, Value};

/// The inline capacity of a table with this header.
#[inline(always)]
pub fn inline_capacity(header: Header) -> usize {
    INLINE_CAPS[header.aux as usize & ((1 << CAP_BITS) - 1)] as usize
}

/// A slot: where the payload and the tag of a value are.
#[derive(Clone, Copy)]
pub(super) struct Place {
    payload: *mut u64,
    tag: *mut u8,
}

impl Place {
    /// # Safety
    /// - The slot is inside a live object and initialised.
    #[inline(always)]
    unsafe fn read<'gc>(self) -> Value<'gc> {
        // SAFETY: an initialised slot (caller).
        let bits = unsafe { self.payload.read() };
        // SAFETY: as above.
        let tag = unsafe { self.tag.read() };
        Value::from_parts(bits, tag)
    }

    /// # Safety
    /// - The slot is inside a live object, whose barrier the caller has seen to.
    #[inline(always)]
    unsafe fn write(self, value: Value<'_>) {
        // SAFETY: a slot (caller).
        unsafe { self.payload.write(value.bits()) };
        // SAFETY: a slot (caller).
        unsafe { self.tag.write(value.tag_byte()) };
    }
}

impl<'gc> Cx<'gc> {
    /// An empty table with room for so many named fields and array elements.
    pub fn table(self, fields: usize, array: usize) -> Gc<'gc, Table> {
        self.table_of(shape::root(cap_number(fields)), 0, array)
    }

    /// An empty table of a shape that is no dictionary, from an allocation site, with room for so many array elements. If the
    /// shape has slots, the caller writes them all before it does anything else: see [`Gc::init_slot`].
    #[inline]
    pub fn table_of(self, shape: ShapeId, site: u16, array: usize) -> Gc<'gc, Table> {
        debug_assert!(site <= MAX_SITE);
        let number = self.shapes().shape(shape).cap_number;
        let extent = Extent::plain(table_size(INLINE_CAPS[number as usize] as usize));
        let obj = self.alloc(extent, Kind::Table);
        let table = obj.cast::<Table>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*table).header.aux = site << CAP_BITS | u16::from(number) };
        // SAFETY: as above.
        unsafe { (*table).shape = shape };
        // SAFETY: as above.
        unsafe { (*table).array_len = 0 };
        // SAFETY: as above.
        unsafe { (*table).parts = std::ptr::null_mut() };
        // SAFETY: a live object of this kind.
        let table: Gc<'gc, Table> = unsafe { Gc::from_object(obj) };
        if array > 0 {
            // A size hint: what is refused now is asked for again when it is needed.
            let _ = table.reserve_array(self, array);
        }
        table
    }
}

impl<'gc> Gc<'gc, Table> {
    // ---- fields of the object

    /// Its shape.
    #[inline(always)]
    pub fn shape(self) -> ShapeId {
        // SAFETY: a live table.
        unsafe { (*self.as_ptr()).shape }
    }

    #[inline(always)]
    pub(super) fn set_shape(self, shape: ShapeId) {
        // SAFETY: a live table. NO-BARRIER: shapes that refer to young tables are roots of minor collections.
        unsafe { (*self.as_ptr()).shape = shape }
    }

    /// Elements of the array part in use: a border, unless a collection has cleared elements of a weak table.
    #[inline(always)]
    pub fn array_len(self) -> usize {
        // SAFETY: a live table.
        unsafe { (*self.as_ptr()).array_len as usize }
    }

    #[inline(always)]
    pub(super) fn set_array_len(self, len: usize) {
        // SAFETY: a live table.
        unsafe { (*self.as_ptr()).array_len = len as u32 }
    }

    /// Its out-of-line parts.
    #[inline(always)]
    pub(super) fn parts(self) -> Option<Gc<'gc, Parts>> {
        // SAFETY: a live table.
        let parts = unsafe { (*self.as_ptr()).parts };
        // SAFETY: a table's parts are alive.
        std::ptr::NonNull::new(parts).map(|parts| unsafe { Gc::from_non_null(parts) })
    }

    #[inline]
    pub(super) fn set_parts(self, cx: Cx<'gc>, parts: Gc<'gc, Parts>) {
        cx.barrier_object(self.object());
        // SAFETY: a live table.
        unsafe { (*self.as_ptr()).parts = parts.as_ptr() }
    }

    /// The allocation site that made it, or 0.
    #[inline]
    pub fn site(self) -> u16 {
        self.object().header().aux >> CAP_BITS
    }

    // ---- reading

    /// `t[key]` without metamethods.
    #[inline]
    pub fn get(self, cx: Cx<'gc>, key: Value<'gc>) -> Value<'gc> {
        match key.tag() {
            Tag::Int => self.get_int(key.bits() as i64),
            Tag::Str => key.as_gc::<Str>().map_or(Value::NIL, |key| self.get_str(cx, key)),
            Tag::Nil => Value::NIL,
            Tag::Float => match float_key(f64::from_bits(key.bits())) {
                Some(key) => self.get_int(key),
                None => self.hash_get(cx, key),
            },
            _ => self.hash_get(cx, key),
        }
    }

    /// `t[key]` for an integer key.
    #[inline(always)]
    pub fn get_int(self, key: i64) -> Value<'gc> {
        let index = (key as u64).wrapping_sub(1);
        if index < self.array_len() as u64 {
            // SAFETY: below `array_len`.
            return unsafe { self.element(index as usize).read() };
        }
        self.hash_get_int(key)
    }

    /// `t[key]` for a string key.
    #[inline]
    pub fn get_str(self, cx: Cx<'gc>, key: Gc<'gc, Str>) -> Value<'gc> {
        if key.is_interned() {
            return self.get_interned(cx, key);
        }
        if cx.shapes().shape(self.shape()).dictionary {
            return self.hash_get_bytes(cx, key);
        }
        cx.find_interned(key).map_or(Value::NIL, |key| self.get_interned(cx, key))
    }

    /// `t[key]` for an interned string key.
    #[inline]
    pub fn get_interned(self, cx: Cx<'gc>, key: Gc<'gc, Str>) -> Value<'gc> {
        debug_assert!(key.is_interned());
        let id = self.shape();
        if cx.shapes().shape(id).dictionary {
            return self.hash_get_interned(key);
        }
        match cx.shapes().slot(id, key.raw()) {
            Some(slot) => self.slot_value(cx, slot),
            None => Value::NIL,
        }
    }

    /// `t[key]` for a key given as bytes.
    pub fn get_bytes(self, cx: Cx<'gc>, key: &[u8]) -> Value<'gc> {
        let hash = super::string::hash_bytes(cx.hash_seed(), key);
        cx.interned().find(hash, key).map_or(Value::NIL, |key| self.get_interned(cx, key))
    }

    // ---- writing

    /// `t[key] = value` without metamethods. Fails for the keys nil and NaN, and if memory is refused.
    #[inline]
    pub fn set(self, cx: Cx<'gc>, key: Value<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        match key.tag() {
            Tag::Int => self.set_int(cx, key.bits() as i64, value),
            Tag::Str => key.as_gc::<Str>().map_or(Ok(()), |key| self.set_str(cx, key, value)),
            Tag::Nil => Err(cx.error("table index is nil")),
            Tag::Float => {
                let float = f64::from_bits(key.bits());
                match float_key(float) {
                    Some(key) => self.set_int(cx, key, value),
                    None if float.is_nan() => Err(cx.error("table index is NaN")),
                    None => self.hash_set(cx, key, value),
                }
            }
            _ => self.hash_set(cx, key, value),
        }
    }

    /// `t[key] = value` for an integer key.
    #[inline(always)]
    pub fn set_int(self, cx: Cx<'gc>, key: i64, value: Value<'gc>) -> Result<(), Raise> {
        let index = (key as u64).wrapping_sub(1);
        if index < self.array_len() as u64 && !value.is_nil() {
            if let Some(parts) = self.parts() {
                parts.element_barrier(cx, index as usize, value);
            }
            // SAFETY: below `array_len`; the barrier has been seen to.
            unsafe { self.element(index as usize).write(value) };
            return Ok(());
        }
        self.set_int_slow(cx, key, value)
    }

    /// `t[key] = value` for a computed string key.
    #[inline]
    pub fn set_str(self, cx: Cx<'gc>, key: Gc<'gc, Str>, value: Value<'gc>) -> Result<(), Raise> {
        if !cx.shapes().shape(self.shape()).dictionary {
            let Some(key) = (if value.is_nil() { cx.find_interned(key) } else { Some(cx.intern_string(key)) }) else {
                return Ok(());
            };
            return self.set_interned(cx, key, value, KeySource::Computed);
        }
        if !key.is_interned() {
            match self.find_bytes(cx, key) {
                // Keys of hash parts are interned, so the node's key knows whether it names a metamethod.
                Some(node) if node.key().as_gc::<Str>().is_some_and(|key| key.metamethod_number() == 0) => {
                    node.set_value(cx, value);
                    return Ok(());
                }
                None if value.is_nil() => return Ok(()),
                _ => {}
            }
        }
        self.set_interned(cx, cx.intern_string(key), value, KeySource::Computed)
    }

    /// `t[key] = value` for an interned key that stands in the program's text.
    pub fn set_field(self, cx: Cx<'gc>, key: Gc<'gc, Str>, value: Value<'gc>) -> Result<(), Raise> {
        self.set_interned(cx, cx.intern_string(key), value, KeySource::Constant)
    }

    /// `t[key] = value` for a key given as bytes, that stands in the runtime's or the host's text.
    pub fn set_bytes(self, cx: Cx<'gc>, key: &[u8], value: Value<'gc>) -> Result<(), Raise> {
        self.set_interned(cx, cx.intern(key), value, KeySource::Constant)
    }

    /// `t[key] = value` for an interned string key.
    pub fn set_interned(
        self,
        cx: Cx<'gc>,
        key: Gc<'gc, Str>,
        value: Value<'gc>,
        source: KeySource,
    ) -> Result<(), Raise> {
        debug_assert!(key.is_interned());
        let id = self.shape();
        let result = if cx.shapes().shape(id).dictionary {
            self.hash_set(cx, key.value(), value)
        } else if let Some(slot) = cx.shapes().slot(id, key.raw()) {
            self.set_slot(cx, slot, value);
            Ok(())
        } else if value.is_nil() {
            Ok(())
        } else {
            self.add_slot(cx, key, value, source)
        };
        if key.metamethod_number() != 0 {
            self.metamethod_stored(cx, key);
        }
        result
    }

    /// Appends `value`, which is not nil, after the border.
    #[inline]
    pub fn push(self, cx: Cx<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        self.set_int(cx, self.array_len() as i64 + 1, value)
    }

    /// Its object, for identity.
    #[inline]
    pub fn id(self) -> ObjPtr {
        self.object()
    }
}

/// The integer that a float key is normalised to.
#[inline]
fn float_key(key: f64) -> Option<i64> {
    number::float_to_int_exact(key)
}

#[cfg(test)]
mod tests;
