//! The memory of a VM stack.
//!
//! A stack is one block of slots, nil when fresh. Frames refer to each other by distances and to nothing in it by
//! address, so it can be moved: only `stack`, `stack_limit`, `base` and `top` of the context have to follow. A block that
//! was outgrown is kept until the next safepoint, because a leaf function may still be reading its arguments there.
//!
//! This file owns the invariant that a context's `stack_limit` lies [`STACK_RESERVE`] slots before the end of a live block.

use std::alloc::Layout;
use std::ptr::NonNull;

use crate::context::{STACK_RESERVE, VmContext};
use crate::heap::{Account, Charge, OutOfMemory};
use crate::value::Raw;
use crate::vm::Vm;

/// Slots that a stack may have, as in the reference implementation.
pub(crate) const MAX_SLOTS: usize = 1_000_000;

/// Slots beyond [`MAX_SLOTS`] for the handlers of a stack overflow.
pub(crate) const OVERFLOW_SLOTS: usize = 4_000;

/// The memory of a stack.
pub(crate) struct Stack {
    memory: NonNull<Raw>,
    slots: usize,
    outgrown: Vec<(NonNull<Raw>, usize)>,
    /// The slots' bytes; none if the stack is a reservation of addresses that are hardly used.
    charge: Option<Charge>,
}

fn layout(slots: usize) -> Layout {
    Layout::array::<Raw>(slots).expect("the size of a stack is limited")
}

fn allocate(slots: usize) -> NonNull<Raw> {
    let layout = layout(slots);
    // SAFETY: the layout's size is not zero: a stack has at least its reserve.
    let memory = unsafe { std::alloc::alloc_zeroed(layout) };
    NonNull::new(memory.cast()).unwrap_or_else(|| std::alloc::handle_alloc_error(layout))
}

impl Stack {
    /// A stack with room for `slots` slots and the reserve, charged to `account` if there is one.
    pub(crate) fn new(slots: usize, account: Option<&Account>) -> Result<Stack, OutOfMemory> {
        let slots = slots + STACK_RESERVE;
        let charge = account.map(|account| account.charge(layout(slots).size())).transpose()?;
        Ok(Stack { memory: allocate(slots), slots, outgrown: Vec::new(), charge })
    }

    /// Whether the account allows a block with room for `slots` slots beside the present one.
    pub(crate) fn may_grow(&mut self, slots: usize) -> Result<(), OutOfMemory> {
        let Some(charge) = &mut self.charge else { return Ok(()) };
        let present = charge.bytes();
        charge.grow(layout(slots + STACK_RESERVE).size())?;
        charge.set(present);
        Ok(())
    }

    /// The first slot.
    pub(crate) fn first(&self) -> *mut Raw {
        self.memory.as_ptr()
    }

    /// Slots without the reserve.
    pub(crate) fn usable(&self) -> usize {
        self.slots - STACK_RESERVE
    }

    /// Makes this stack the context's; `limit` slots of it may be used.
    pub(crate) fn publish(&self, cx: &mut VmContext, limit: usize) {
        cx.stack = self.first();
        cx.stack_limit = self.first().wrapping_add(limit.min(self.usable()));
    }

    /// Moves the stack, which the context is running on, to a block with room for `slots` slots.
    pub(crate) fn grow(&mut self, cx: &mut VmContext, slots: usize) {
        let slots = slots + STACK_RESERVE;
        let memory = allocate(slots);
        // SAFETY: both blocks are at least as long as the old one.
        unsafe { std::ptr::copy_nonoverlapping(self.memory.as_ptr().cast_const(), memory.as_ptr(), self.slots) };
        let old = self.memory;
        let moved = |slot: *mut Raw| memory.as_ptr().wrapping_byte_add(slot.addr() - old.as_ptr().addr());
        cx.base = moved(cx.base);
        cx.top = moved(cx.top);
        self.outgrown.push((old, self.slots));
        if let Some(charge) = &mut self.charge {
            charge.set(charge.bytes() + layout(slots).size());
        }
        (self.memory, self.slots) = (memory, slots);
    }

    /// Frees the blocks that were outgrown. For safepoints.
    pub(crate) fn trim(&mut self) {
        for (memory, slots) in self.outgrown.drain(..) {
            // SAFETY: allocated with this layout, and nobody reads its slots any more (safepoint).
            unsafe { std::alloc::dealloc(memory.as_ptr().cast(), layout(slots)) };
            if let Some(charge) = &mut self.charge {
                charge.set(charge.bytes() - layout(slots).size());
            }
        }
    }
}

impl Vm {
    /// Slots of the running stack that may be used: message handlers may use more.
    pub(crate) fn stack_slots(&self) -> usize {
        if self.handlers > 0 { self.max_stack + OVERFLOW_SLOTS } else { self.max_stack }
    }

    /// Makes the running coroutine's stack the context's. What grows a stack comes here: until then the context names the old block.
    pub(crate) fn publish_stack(&mut self) {
        let limit = self.stack_slots();
        // SAFETY: live as long as the VM.
        let cx = unsafe { &mut *self.context.as_ptr() };
        self.exec.stack.publish(cx, limit);
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.trim();
        // SAFETY: allocated with this layout.
        unsafe { std::alloc::dealloc(self.memory.as_ptr().cast(), layout(self.slots)) };
    }
}
