//! Native functions as heap objects: a definition and values of their own.

use super::layout::{NATIVE_VALUES, Native};
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;
use crate::native::NativeDef;
use crate::value::Value;

/// What a native function with `values` values of its own takes in the heap.
#[inline]
pub const fn extent(values: usize) -> Extent {
    Extent::plain(NATIVE_VALUES + 8 * values + values.next_multiple_of(8))
}

impl<'gc> Cx<'gc> {
    /// A function of this definition that carries `values`.
    pub fn native(self, def: &'static NativeDef, values: &[Value<'gc>]) -> Gc<'gc, Native> {
        let count = u16::try_from(values.len()).expect("a native function has few values of its own");
        let obj = self.alloc(extent(values.len()), Kind::Native);
        let native = obj.cast::<Native>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*native).header.aux = count };
        // SAFETY: as above.
        unsafe { (*native).def = def };
        // SAFETY: a live object of this kind.
        let native: Gc<'gc, Native> = unsafe { Gc::from_object(obj) };
        for (index, &value) in values.iter().enumerate() {
            native.write(index, value);
        }
        native
    }
}

impl<'gc> Gc<'gc, Native> {
    /// What to call.
    #[inline(always)]
    pub fn def(self) -> &'static NativeDef {
        // SAFETY: a live native function.
        unsafe { (*self.as_ptr()).def }
    }

    /// Number of values of its own.
    #[inline]
    pub fn num_values(self) -> usize {
        self.object().header().aux as usize
    }

    /// Its value `index`; `nil` if it has no such value.
    pub fn get(self, index: usize) -> Value<'gc> {
        if index >= self.num_values() {
            return Value::NIL;
        }
        let (payload, tag) = self.place(index);
        // SAFETY: an initialised slot, in bounds.
        let bits = unsafe { payload.read() };
        // SAFETY: as above.
        let tag = unsafe { tag.read() };
        Value::from_parts(bits, tag)
    }

    /// Replaces its value `index`. Panics if it has no such value.
    pub fn set(self, cx: Cx<'gc>, index: usize, value: Value<'gc>) {
        cx.barrier(self.object(), value);
        self.write(index, value);
    }

    fn write(self, index: usize, value: Value<'gc>) {
        assert!(index < self.num_values());
        let (payload, tag) = self.place(index);
        // SAFETY: in bounds.
        unsafe { payload.write(value.bits()) };
        // SAFETY: in bounds.
        unsafe { tag.write(value.tag_byte()) };
    }

    /// Where value `index` is, which must exist.
    fn place(self, index: usize) -> (*mut u64, *mut u8) {
        let count = self.num_values();
        let first = self.as_ptr().cast::<u8>().wrapping_add(NATIVE_VALUES);
        (first.cast::<u64>().wrapping_add(index), first.wrapping_add(8 * count + index))
    }
}
