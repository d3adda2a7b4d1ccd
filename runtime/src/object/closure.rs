//! Lua functions: a prototype and the cells of its upvalues.

use super::layout::{CLOSURE_CELLS, Cell, Closure};
use super::proto::Proto;
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;

/// What a closure over `cells` upvalues takes in the heap.
#[inline]
pub const fn extent(cells: usize) -> Extent {
    Extent::plain(CLOSURE_CELLS + 8 * cells)
}

impl<'gc> Cx<'gc> {
    /// A closure of `proto`; `cells` gives the cell of each upvalue, in order.
    #[inline]
    pub fn closure(
        self,
        proto: Gc<'gc, Proto>,
        cells: impl ExactSizeIterator<Item = Gc<'gc, Cell>>,
    ) -> Gc<'gc, Closure> {
        let count = cells.len();
        let obj = self.alloc(extent(count), Kind::Closure);
        let closure = obj.cast::<Closure>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*closure).header.aux = count as u16 };
        // SAFETY: as above.
        unsafe { (*closure).proto = proto.as_ptr() };
        // SAFETY: a live object of this kind.
        let closure: Gc<'gc, Closure> = unsafe { Gc::from_object(obj) };
        for (index, cell) in cells.enumerate() {
            assert!(index < count);
            // SAFETY: `index` is below the number of cells that the object was allocated for.
            let slot = unsafe { closure.cell_slot(index) };
            // SAFETY: a slot of the object.
            unsafe { slot.write(cell.as_ptr()) };
        }
        closure
    }
}

impl<'gc> Gc<'gc, Closure> {
    /// Its prototype.
    #[inline(always)]
    pub fn proto(self) -> Gc<'gc, Proto> {
        // SAFETY: a live closure.
        let proto = unsafe { (*self.as_ptr()).proto };
        // SAFETY: a closure keeps its prototype alive; the pointer is not null.
        let proto = unsafe { std::ptr::NonNull::new_unchecked(proto) };
        // SAFETY: as above.
        unsafe { Gc::from_non_null(proto) }
    }

    /// Number of upvalues.
    #[inline(always)]
    pub fn num_upvalues(self) -> usize {
        self.object().header().aux as usize
    }

    /// The cell of upvalue `index`. Panics if there is no such upvalue.
    #[inline]
    pub fn cell(self, index: usize) -> Gc<'gc, Cell> {
        assert!(index < self.num_upvalues());
        // SAFETY: in bounds.
        let slot = unsafe { self.cell_slot(index) };
        // SAFETY: an initialised slot.
        let cell = unsafe { slot.read() };
        // SAFETY: a closure's cells are not null.
        let cell = unsafe { std::ptr::NonNull::new_unchecked(cell) };
        // SAFETY: a closure keeps its cells alive.
        unsafe { Gc::from_non_null(cell) }
    }

    /// Makes upvalue `index` the variable in `cell`. Panics if there is no such upvalue.
    pub fn set_cell(self, cx: Cx<'gc>, index: usize, cell: Gc<'gc, Cell>) {
        assert!(index < self.num_upvalues());
        cx.barrier_object(self.object());
        // SAFETY: in bounds.
        let slot = unsafe { self.cell_slot(index) };
        // SAFETY: a slot of a live closure.
        unsafe { slot.write(cell.as_ptr()) };
    }

    /// # Safety
    /// - `index` is below the number of cells.
    #[inline(always)]
    unsafe fn cell_slot(self, index: usize) -> *mut *mut Cell {
        // SAFETY: the cells follow the struct.
        let first = unsafe { self.as_ptr().cast::<u8>().add(CLOSURE_CELLS) };
        // SAFETY: in bounds (caller).
        unsafe { first.cast::<*mut Cell>().add(index) }
    }
}
