//! The quick way through `resume`, wrapped functions and `yield`: what waits on the other stack gets its values straight into
//! its registers.
//!
//! This is for the common case: a call in Lua code switches to a call in Lua code with a few values, no hook looks on, and
//! nothing else is due. Everything else takes the long way, which makes and finishes the frames of the native functions by the general rules.
//! Both leave the same frames on the stack that is left.

use super::super::call;
use super::super::frame::{FrameKind, FrameLink};
use super::super::machine::Machine;
use super::{Status, state, switch_back, switch_to};
use crate::bytecode::Op;
use crate::context::STACK_RESERVE;
use crate::native::{Builtin, NativeCode};
use crate::object::RawGc;
use crate::object::layout::{Native, Thread};
use crate::value::Raw;
use crate::vm::Vm;

/// Values that find room behind any register.
const FEW: usize = STACK_RESERVE / 2;

/// Where a call in Lua code waits for results.
struct Waiting {
    base: *mut Raw,
    pc: *const crate::bytecode::Inst,
    to: *mut Raw,
    /// One more than the number of results; 0: all.
    wanted: usize,
}

/// What waits for the native frame at `base`, if that is a plain call in Lua code.
fn waiting(base: *mut Raw) -> Option<Waiting> {
    // SAFETY: the base of a frame.
    let link = unsafe { FrameLink::of(base) };
    if link.kind != FrameKind::Native as u8 {
        return None;
    }
    // SAFETY: a frame's return address follows an instruction.
    let inst = unsafe { link.waiting() };
    let caller = base.wrapping_sub(link.delta as usize);
    let (register, wanted) = match inst.op() {
        Op::Call => (inst.a(), inst.c()),
        Op::TForCall => (inst.a() + 4, inst.c() + 1),
        _ => return None,
    };
    Some(Waiting { base: caller, pc: link.return_pc, to: caller.wrapping_add(register), wanted })
}

/// Goes on where a call waits, with `first` if there is one and the `count` values at `from` as its results.
fn deliver(vm: &mut Vm, waiting: &Waiting, first: Option<Raw>, from: *const Raw, count: usize) {
    let mut to = waiting.to;
    let mut wanted = waiting.wanted.wrapping_sub(1);
    if let Some(first) = first
        && wanted > 0
    {
        // SAFETY: a register, or the first of an open list.
        unsafe { first.write(to) };
        to = to.wrapping_add(1);
        wanted = wanted.wrapping_sub(1);
    }
    let given = count.min(wanted);
    for i in 0..given {
        // SAFETY: values on the stack that was left; nothing has been written to it since.
        let value = unsafe { Raw::read(from.wrapping_add(i)) };
        // SAFETY: registers, or an open list of a few values.
        unsafe { value.write(to.wrapping_add(i)) };
    }
    let cx = vm.regs();
    (cx.base, cx.pc) = (waiting.base, waiting.pc);
    if waiting.wanted == 0 {
        cx.top = to.wrapping_add(given);
        return;
    }
    for i in given..wanted {
        // SAFETY: registers of the waiting frame.
        unsafe { Raw::NIL.write(to.wrapping_add(i)) };
    }
}

/// Makes the frame of the native function in register `register` the running one, with `used` slots.
fn leave_frame(vm: &mut Vm, m: Machine, register: usize, used: usize) {
    let base = m.slot(register + 2);
    // SAFETY: the slots of a call belong to the frame that makes it.
    unsafe { FrameLink::new(m.pc, FrameKind::Native, 0, register as u32 + 2).put(base) };
    let cx = vm.regs();
    (cx.base, cx.top) = (base, base.wrapping_add(used));
}

/// Carries out the call of the builtin in register `register` with `nargs` arguments, if it is a common case of a switch.
/// `false`: nothing has been done.
pub(crate) fn call(vm: &mut Vm, m: Machine, register: usize, nargs: usize) -> bool {
    let Some(builtin) = call::builtin_in(m, register) else { return false };
    if nargs > FEW || m.polled() || vm.is_recording() || vm.exec.hooks.hook.is_some() {
        return false;
    }
    match builtin {
        Builtin::Resume if nargs > 0 => match m.get(register + 2).as_gc::<Thread>() {
            Some(thread) => resume(vm, m, register, nargs, thread.raw(), 1),
            None => false,
        },
        Builtin::WrapStep => match m.get(register).as_gc::<Native>().and_then(|own| own.get(0).as_gc::<Thread>()) {
            Some(thread) => resume(vm, m, register, nargs, thread.raw(), 0),
            None => false,
        },
        Builtin::Yield => yield_(vm, m, register, nargs),
        _ => false,
    }
}

fn resume(vm: &mut Vm, m: Machine, register: usize, nargs: usize, thread: RawGc<Thread>, skip: usize) -> bool {
    let coroutine = state(thread);
    if coroutine.status != Status::Suspended || !coroutine.started || vm.levels.is_full() {
        return false;
    }
    if coroutine.exec.as_ref().is_none_or(|exec| exec.hooks.hook.is_some()) {
        return false;
    }
    let Some(waiting) = waiting(coroutine.base) else { return false };
    leave_frame(vm, m, register, nargs);
    let args = m.slot(register + 2 + skip);
    switch_to(vm, thread);
    deliver(vm, &waiting, None, args, nargs - skip);
    true
}

fn yield_(vm: &mut Vm, m: Machine, register: usize, nargs: usize) -> bool {
    let Some(resumer) = vm.resumers.last() else { return false };
    let hooked = resumer.exec.hooks.hook.is_some();
    let resumer = resumer.base;
    let Some(waiting) = waiting(resumer) else { return false };
    if hooked || !vm.is_yieldable() {
        return false;
    }
    // SAFETY: the function stands two slots below a base.
    let function = unsafe { Raw::read(resumer.wrapping_sub(2)) }.as_gc::<Native>();
    let resumes = function.is_some_and(|function| matches!(function.def().code, NativeCode::Builtin(Builtin::Resume)));
    // What is yielded leaves this stack.
    leave_frame(vm, m, register, 0);
    switch_back(vm, Status::Suspended);
    deliver(vm, &waiting, resumes.then_some(Raw::TRUE), m.slot(register + 2), nargs);
    true
}
