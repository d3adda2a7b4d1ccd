//! Coroutines as heap objects: a state that the interpreter owns, and what the collector must do with it.
//!
//! The object is pinned, so frames and contexts may hold its address. Its stack carries no write barrier: whoever runs
//! a coroutine sees to it that a minor collection visits the stacks that ran since the last one, as roots.

use super::layout::Thread;
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;

/// What the collector does with the state of a coroutine.
pub struct ThreadOps {
    /// Visits every value on the stack: the word of its payload, and its tag. The payload may be rewritten.
    pub trace: unsafe fn(state: *mut u8, visit: &mut dyn FnMut(*mut u64, u8)),
    /// Frees the state.
    pub drop: unsafe fn(state: *mut u8),
}

/// What the object takes in the heap.
pub const EXTENT: Extent = Extent::plain(size_of::<Thread>());

impl<'gc> Cx<'gc> {
    /// A coroutine with this state, which it owns from now on.
    ///
    /// # Safety
    /// - `ops` fits `state`, until `drop` was called on it.
    pub unsafe fn thread(self, state: *mut u8, ops: &'static ThreadOps) -> Gc<'gc, Thread> {
        let obj = self.alloc_pinned(EXTENT, Kind::Thread);
        let thread = obj.cast::<Thread>();
        // SAFETY: a new object of this extent.
        unsafe { (*thread).state = state };
        // SAFETY: as above.
        unsafe { (*thread).ops = ops };
        // SAFETY: a live object of this kind.
        unsafe { Gc::from_object(obj) }
    }
}

impl Gc<'_, Thread> {
    /// What the interpreter keeps for it.
    #[inline]
    pub fn state(self) -> *mut u8 {
        // SAFETY: a live coroutine.
        unsafe { (*self.as_ptr()).state }
    }
}
