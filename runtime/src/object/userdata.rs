//! Full userdata: Rust values that Lua code can hold.
//!
//! The object is pinned and owns the value behind a box, so the value's address is stable; it is dropped when a
//! major collection finds the object dead.

use std::any::Any;

use super::layout::{Table, Userdata};
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;

/// What the object takes in the heap.
pub const EXTENT: Extent = Extent::plain(size_of::<Userdata>());

impl<'gc> Cx<'gc> {
    /// A userdata that owns `value`.
    pub fn userdata(self, value: Box<dyn Any>, metatable: Option<Gc<'gc, Table>>) -> Gc<'gc, Userdata> {
        let obj = self.alloc_pinned(EXTENT, Kind::Userdata);
        let userdata = obj.cast::<Userdata>();
        // SAFETY: a new object of this extent.
        unsafe { (*userdata).metatable = std::ptr::null_mut() };
        // SAFETY: as above.
        unsafe { (*userdata).payload = Box::into_raw(Box::new(value)) };
        // SAFETY: a live object of this kind.
        let userdata: Gc<'gc, Userdata> = unsafe { Gc::from_object(obj) };
        userdata.set_metatable(self, metatable);
        userdata
    }
}

impl<'gc> Gc<'gc, Userdata> {
    /// Its metatable.
    pub fn metatable(self) -> Option<Gc<'gc, Table>> {
        // SAFETY: a live userdata.
        let metatable = unsafe { (*self.as_ptr()).metatable };
        // SAFETY: a userdata keeps its metatable alive.
        std::ptr::NonNull::new(metatable).map(|table| unsafe { Gc::from_non_null(table) })
    }

    /// Replaces its metatable.
    pub fn set_metatable(self, cx: Cx<'gc>, metatable: Option<Gc<'gc, Table>>) {
        if let Some(table) = metatable {
            cx.barrier_object(self.object());
            cx.register_metatable(self.object(), table);
        }
        let pointer = metatable.map_or(std::ptr::null_mut(), |table| table.as_ptr());
        // SAFETY: a live userdata.
        unsafe { (*self.as_ptr()).metatable = pointer };
    }

    /// Calls `f` with the Rust value, if it is a `T`. Panics if a call for the same object is under way.
    pub fn with<T: 'static, R>(self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        assert!(self.object().header().aux == 0, "a userdata is used while it is borrowed");
        // SAFETY: a live userdata.
        let payload = unsafe { (*self.as_ptr()).payload };
        self.set_borrowed(true);
        // SAFETY: the payload is owned by the object; `aux` says that no other reference to it exists.
        let value = unsafe { &mut *payload };
        let result = value.downcast_mut::<T>().map(f);
        self.set_borrowed(false);
        result
    }

    fn set_borrowed(self, borrowed: bool) {
        // SAFETY: a live userdata.
        unsafe { (*self.as_ptr()).header.aux = borrowed as u16 };
    }
}
