//! Calls that machine code has the interpreter make: of library functions that may do anything, call Lua among it.
//!
//! Machine code has written its state to the VM stack, so that the call is made as if the interpreter had come to it. Afterwards machine code
//! goes on with the values that it has in registers if they still hold: nothing was collected, the stack is where it was, what has been compiled is
//! still there, and the interpreter would go on behind the call, in the same frame. Otherwise all machine code on the native stack returns
//! [`LEFT`](crate::engine::LEFT), and the interpreter goes on.
//!
//! What must hold: machine code is not freed while a call of this kind is under way, so the engine asks [`Vm::is_called_out`] first; and it is
//! not entered again by its own exits, since those of code that has been replaced mean nothing any more.

use super::dispatch::Flow;
use super::hot;
use super::op::{self, Operation};
use crate::bytecode::{Inst, Op};
use crate::native::Raise;
use crate::value::Raw;
use crate::vm::Vm;

/// What machine code and the interpreter leave for each other at calls.
#[derive(Default)]
pub(crate) struct Handed {
    /// The engine is waiting for a function to return: machine code may be entered although instructions are shown.
    pub(crate) recording_waits: bool,
    /// It waits while Rust code that has called Lua runs: nothing is shown.
    pub(crate) recording_suspended: bool,
    /// Calls that machine code has asked for and that have not returned.
    calls_out: u32,
    /// Times that what machine code relies on has ended while it was waiting: it was dropped, or a variable was written in its frame.
    upsets: u64,
    /// How to go on after machine code that could not, after a call.
    left: Option<Result<Flow, Raise>>,
    /// Where the results of the last leaf that machine code called stand, and how many there are.
    pub(crate) leaf_results: (usize, usize),
    /// The error of a leaf that the interpreter's slow path has still to raise.
    pub(crate) leaf_error: Option<Raise>,
}

/// How the interpreter goes on after [`LEFT`](crate::engine::LEFT).
pub(crate) fn take_flow(vm: &mut Vm) -> Result<Flow, Raise> {
    vm.handed.left.take().expect("machine code was left by a call")
}

/// The state that machine code rests on while it is not running.
#[derive(PartialEq, Eq)]
struct Premises {
    collections: u64,
    upsets: u64,
    stack: *mut Raw,
}

impl Premises {
    fn now(vm: &mut Vm) -> Premises {
        Premises { collections: vm.stats.collections, upsets: vm.handed.upsets, stack: vm.regs().stack }
    }
}

impl Vm {
    /// Carries out the call instruction before `pc` in the frame at `base`, whose arguments end at `top`. With `open`, the results have to
    /// be an open list that ends there. Returns whether machine code can go on.
    ///
    /// # Safety
    /// - The frame is complete in the stack of the running coroutine, and `pc` follows a `Call` or `TForCall` of its function.
    pub unsafe fn call_out(&mut self, base: *mut Raw, pc: *const Inst, top: *mut Raw, open: *mut Raw) -> bool {
        let regs = self.regs();
        (regs.base, regs.pc, regs.top) = (base, pc, top);
        let native_limit = regs.native_limit;
        // SAFETY: it follows an instruction of the same function (caller).
        let at = unsafe { pc.sub(1) };
        // SAFETY: that instruction.
        let inst = unsafe { *at };
        let premises = Premises::now(self);
        self.space.in_machine_code = false;
        self.handed.calls_out += 1;
        let flow = match inst.op() {
            Op::Call => op::Call::slow(self, inst),
            Op::TForCall => op::TForCall::slow(self, inst),
            op => unreachable!("{op:?} is no call"),
        };
        self.handed.calls_out -= 1;
        let is_tight = self.space.heap.is_tight();
        let holds = premises == Premises::now(self) && !is_tight && !self.is_hooked() && !self.is_recording();
        let regs = self.regs();
        regs.native_limit = native_limit;
        if flow == Ok(Flow::Next) && holds && (regs.base, regs.pc) == (base, pc) && (open.is_null() || regs.top == open)
        {
            self.space.in_machine_code = true;
            return true;
        }
        self.handed.left = Some(flow);
        false
    }

    /// Whether machine code waits on the native stack for a call to return.
    pub fn is_called_out(&self) -> bool {
        self.handed.calls_out > 0
    }

    /// Machine code has been dropped: whatever waits on the native stack cannot go on.
    pub fn note_dropped_code(&mut self) {
        self.handed.upsets += 1;
    }

    /// Registers of a frame have been written, as only `debug.setlocal` can do it: what waits on the native stack has older values, and so
    /// has a recording.
    pub(crate) fn note_written_registers(&mut self) {
        self.handed.upsets += 1;
        hot::cut_off(self);
    }
}
