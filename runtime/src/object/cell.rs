//! The cell of a captured local variable: one value, shared by the function that declared it and the closures over it.

use super::layout::Cell;
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;
use crate::value::Value;

/// What a cell takes in the heap.
pub const EXTENT: Extent = Extent::plain(size_of::<Cell>());

impl<'gc> Cx<'gc> {
    /// A cell that holds `value`.
    #[inline]
    pub fn cell(self, value: Value<'gc>) -> Gc<'gc, Cell> {
        let obj = self.alloc(EXTENT, Kind::Cell);
        let cell = obj.cast::<Cell>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*cell).bits = value.bits() };
        // SAFETY: as above.
        unsafe { (*cell).tag = value.tag_byte() };
        // SAFETY: a live object of this kind.
        unsafe { Gc::from_object(obj) }
    }
}

impl<'gc> Gc<'gc, Cell> {
    /// The variable's value.
    #[inline(always)]
    pub fn get(self) -> Value<'gc> {
        // SAFETY: a live cell.
        let bits = unsafe { (*self.as_ptr()).bits };
        // SAFETY: as above.
        let tag = unsafe { (*self.as_ptr()).tag };
        Value::from_parts(bits, tag)
    }

    /// Assigns to the variable.
    #[inline(always)]
    pub fn set(self, cx: Cx<'gc>, value: Value<'gc>) {
        cx.barrier(self.object(), value);
        // SAFETY: a live cell.
        unsafe { (*self.as_ptr()).bits = value.bits() };
        // SAFETY: as above.
        unsafe { (*self.as_ptr()).tag = value.tag_byte() };
    }
}
