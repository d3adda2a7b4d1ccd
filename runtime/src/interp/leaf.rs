//! The short way into native functions that cannot call Lua.
//!
//! `Call` and `TForCall` come here from their `middle` part: the arguments are used where they stand, the frame is built
//! as for any native call (messages and tracebacks look at it), and the results go straight to the caller's
//! registers, since a leaf is never followed by anything but the next instruction.
//!
//! What must hold: nothing here collects, grows the stack or changes the dispatch table, because the handler goes on with
//! the machine that it had. Whatever asks for one of these, or for a hook that sees the call, takes the slow path, which starts the call again; only an
//! error must not be raised twice, and waits in the VM for the slow path to pick it up. So does the error of a leaf that machine code
//! has called: the trace is left before the call instruction, which then raises it.

use super::frame::{FrameKind, FrameLink};
use crate::bytecode::Inst;
use crate::context::{Mode, VmContext};
use crate::native::{Args, NativeCode, Raise};
use crate::object::layout::Native;
use crate::value::Raw;
use crate::vm::Vm;

/// Calls the native function in register `func` of the frame at `base` with `nargs` arguments. `wanted - 1` results go to the
/// registers from `func` on; 0: all, and the top behind them. False: the slow path has to do it, or to raise the error.
#[inline(never)]
pub(crate) fn call(
    cx: *mut VmContext,
    pc: *const Inst,
    base: *mut Raw,
    func: usize,
    nargs: usize,
    wanted: usize,
) -> bool {
    let to = base.wrapping_add(func);
    // SAFETY: an operand of the running instruction.
    let callee = unsafe { Raw::read(to) };
    let Some(callee) = callee.as_gc::<Native>() else { return false };
    let (NativeCode::Leaf(code) | NativeCode::Either(code, _)) = callee.def().code else { return false };
    let args = to.wrapping_add(2);
    let top = args.wrapping_add(nargs);
    // SAFETY: the context is live while the interpreter runs.
    let context = unsafe { &mut *cx };
    let vm = context.vm;
    // SAFETY: the slot below the arguments belongs to the call.
    unsafe { FrameLink::new(pc, FrameKind::Native, 0, func as u32 + 2).put(args) };
    // SAFETY: the VM lives while the interpreter runs, and the handlers hold raw pointers only.
    let failed = unsafe { (*vm).handed.leaf_error.is_some() };
    if failed || context.mutator.polled() != 0 || top > context.stack_limit || context.mode == Mode::Hooked {
        return false;
    }
    (context.pc, context.base, context.top) = (pc, args, top);
    // SAFETY: the VM lives while the interpreter runs, and the handlers hold raw pointers only.
    let capability = unsafe { (*vm).cx() };
    // SAFETY: the arguments stand there, and the stack does not move while the function runs.
    let args = unsafe { Args::new(args, nargs, callee) };
    let results = code(capability, args);
    // SAFETY: the context is live while the interpreter runs.
    let context = unsafe { &mut *cx };
    context.base = base;
    match results {
        Ok(count) => {
            let from = context.top.wrapping_sub(count);
            let given = if wanted == 0 { count } else { count.min(wanted - 1) };
            for i in 0..given {
                // SAFETY: results lie above the slots that they go to, inside the stack.
                unsafe { Raw::copy(from.wrapping_add(i), to.wrapping_add(i)) };
            }
            if wanted == 0 {
                context.top = to.wrapping_add(given);
            }
            for i in given..wanted.saturating_sub(1) {
                // SAFETY: registers of the caller.
                unsafe { Raw::NIL.write(to.wrapping_add(i)) };
            }
            true
        }
        Err(Raise::Grow | Raise::Reenter | Raise::Interrupted | Raise::Memory) => {
            context.top = top;
            false
        }
        Err(raise) => {
            // SAFETY: as above.
            unsafe { (*vm).handed.leaf_error = Some(raise) };
            false
        }
    }
}

/// The error of a leaf that has just been called by [`call`] from the slot `func`, with its frame as the running one.
#[inline]
pub(crate) fn take_error(vm: &mut Vm, func: *mut Raw) -> Option<Raise> {
    let raise = vm.handed.leaf_error.take()?;
    vm.regs().base = func.wrapping_add(2);
    Some(raise)
}
