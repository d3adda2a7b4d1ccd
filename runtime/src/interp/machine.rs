//! The interpreter's registers, and the verbs in which operation bodies speak of them.
//!
//! A [`Machine`] is four words that travel in processor registers from handler to handler. Its verbs are safe to call
//! because of one invariant, which this file owns: a machine is made by the dispatch from a running frame whose code
//! passed the bytecode checker, so every register operand lies below the frame's size (and the stack beyond it), every
//! index operand lies in its table, and every jump stays in the code. Operation bodies hand in operands of the
//! instruction being executed and nothing else.

use crate::bytecode::Inst;
use crate::context::VmContext;
use crate::object::layout::Closure;
use crate::object::proto::{FieldCache, HotSite, Proto};
use crate::value::{Raw, Tag};

/// The state of the running frame.
#[derive(Clone, Copy)]
pub(crate) struct Machine {
    pub(crate) pc: *const Inst,
    pub(crate) base: *mut Raw,
    pub(crate) proto: *const Proto,
    pub(crate) cx: *mut VmContext,
}

/// Number of the integer tag.
pub(crate) const INT: u8 = Tag::Int as u8;
/// Number of the float tag.
pub(crate) const FLOAT: u8 = Tag::Float as u8;

impl Machine {
    /// The machine of a running frame.
    ///
    /// # Safety
    /// - `base` is the base of a Lua frame whose function's prototype is `proto`; `pc` points into its code; `cx` is its
    ///   VM's context.
    #[inline(always)]
    pub(crate) unsafe fn new(pc: *const Inst, base: *mut Raw, proto: *const Proto, cx: *mut VmContext) -> Machine {
        Machine { pc, base, proto, cx }
    }

    /// Where register `r` is.
    #[inline(always)]
    pub(crate) fn slot(self, r: usize) -> *mut Raw {
        // SAFETY: operands lie in the frame (invariant of `Machine`).
        unsafe { self.base.add(r) }
    }

    /// The value of a register.
    #[inline(always)]
    pub(crate) fn get(self, r: usize) -> Raw {
        // SAFETY: operands lie in the frame (invariant of `Machine`).
        unsafe { Raw::read(self.slot(r)) }
    }

    /// The tag of a register.
    #[inline(always)]
    pub(crate) fn tag(self, r: usize) -> u8 {
        // SAFETY: operands lie in the frame (invariant of `Machine`).
        unsafe { (*self.slot(r)).tag_byte() }
    }

    /// The payload of a register.
    #[inline(always)]
    pub(crate) fn bits(self, r: usize) -> u64 {
        // SAFETY: operands lie in the frame (invariant of `Machine`).
        unsafe { (*self.slot(r)).bits() }
    }

    /// The payload of a register as an integer.
    #[inline(always)]
    pub(crate) fn int(self, r: usize) -> i64 {
        self.bits(r) as i64
    }

    /// The payload of a register as a float.
    #[inline(always)]
    pub(crate) fn float(self, r: usize) -> f64 {
        f64::from_bits(self.bits(r))
    }

    /// Sets a register.
    #[inline(always)]
    pub(crate) fn set(self, r: usize, value: Raw) {
        // SAFETY: operands lie in the frame (invariant of `Machine`).
        unsafe { value.write(self.slot(r)) }
    }

    /// Sets a register from payload and tag.
    #[inline(always)]
    pub(crate) fn put(self, r: usize, bits: u64, tag: u8) {
        self.set(r, Raw::from_parts(bits, tag));
    }

    /// Copies a register.
    #[inline(always)]
    pub(crate) fn copy(self, to: usize, from: usize) {
        self.set(to, self.get(from));
    }

    /// Values of the open list that begins at register `r`.
    #[inline(always)]
    pub(crate) fn open_from(self, r: usize) -> usize {
        // SAFETY: the context is live while the interpreter runs.
        let top = unsafe { (*self.cx).top };
        (top.addr() - self.slot(r).addr()) / size_of::<Raw>()
    }

    /// A constant.
    #[inline(always)]
    pub(crate) fn constant(self, index: usize) -> Raw {
        // SAFETY: the frame's prototype is live.
        let constants = unsafe { (*self.proto).constants };
        // SAFETY: index operands lie in their tables (invariant of `Machine`).
        unsafe { Raw::read(constants.wrapping_add(index)) }
    }

    /// A field cache.
    #[inline(always)]
    pub(crate) fn field(self, index: usize) -> *mut FieldCache {
        // SAFETY: the frame's prototype is live.
        let fields = unsafe { (*self.proto).fields };
        // SAFETY: index operands lie in their tables (invariant of `Machine`).
        unsafe { fields.add(index) }
    }

    /// A hot site.
    #[inline(always)]
    pub(crate) fn site(self, index: usize) -> *mut HotSite {
        // SAFETY: the frame's prototype is live.
        let sites = unsafe { (*self.proto).sites };
        // SAFETY: index operands lie in their tables (invariant of `Machine`).
        unsafe { sites.add(index) }
    }

    /// Turns that a loop with machine code must have left to enter it.
    #[inline(always)]
    pub(crate) fn min_turns(self, site: usize) -> u32 {
        // SAFETY: sites live as long as their prototype, which is the frame's.
        u32::from(unsafe { (*self.site(site)).min_turns })
    }

    /// The machine after a jump by `distance` instructions from the next one.
    #[inline(always)]
    pub(crate) fn jumped(self, distance: isize) -> Machine {
        // SAFETY: jumps stay in the code (invariant of `Machine`).
        Machine { pc: unsafe { self.pc.offset(distance) }, ..self }
    }

    /// The machine after a jump if `condition` holds.
    #[inline(always)]
    pub(crate) fn jumped_if(self, condition: bool, inst: Inst) -> Machine {
        if condition { self.jumped(inst.sd()) } else { self }
    }

    /// The running closure.
    #[inline(always)]
    pub(crate) fn closure(self) -> *mut Closure {
        // SAFETY: the function stands two slots below the base (`frame`).
        let function = unsafe { self.base.sub(2) };
        // SAFETY: an initialised slot.
        let bits = unsafe { (*function).bits() };
        std::ptr::with_exposed_provenance_mut(bits as usize)
    }

    /// Whether a poll of the VM is due.
    #[inline(always)]
    pub(crate) fn polled(self) -> bool {
        // SAFETY: the context is live while the interpreter runs.
        unsafe { (*self.cx).mutator.polled() != 0 }
    }
}
