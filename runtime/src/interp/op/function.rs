//! Calls, extra arguments, closures and variables to be closed.

use super::super::dispatch::Flow;
use super::super::machine::Machine;
use super::super::{access, call, close, coroutine, gc, leaf};
use super::Operation;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::value::Tag;
use crate::vm::Vm;

/// `R[a], ..., R[a+c-2] = R[a](R[a+2], ..., R[a+b])`
pub(crate) struct Call;
impl Operation for Call {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let (a, b) = (inst.a(), inst.b());
        if m.tag(a) != Tag::Closure as u8 || b == 0 {
            return None;
        }
        call::enter_lua(m, a, b - 1)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let (a, b) = (inst.a(), inst.b());
        if m.tag(a) != Tag::Native as u8 {
            return None;
        }
        let nargs = if b != 0 { b - 1 } else { m.open_from(a + 2) };
        leaf::call(m.cx, m.pc, m.base, a, nargs, inst.c()).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        if let Some(raise) = leaf::take_error(vm, m.slot(inst.a())) {
            return Err(raise);
        }
        let nargs = call::argument_count(vm, inst);
        if coroutine::quick::call(vm, m, inst.a(), nargs) {
            return Ok(Flow::Next);
        }
        call::call_at(vm, m.slot(inst.a()), nargs, 0)
    }
}

/// `return R[a](R[a+2], ..., R[a+b])`
pub(crate) struct TailCall;
impl Operation for TailCall {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let (a, b) = (inst.a(), inst.b());
        if m.tag(a) != Tag::Closure as u8 || b == 0 || inst.c() != 0 || m.polled() {
            return None;
        }
        call::replace_lua(m, a, b - 1)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let nargs = call::argument_count(vm, inst);
        call::tail_call(vm, inst, nargs)
    }
}

/// `R[a], ..., R[a+c-2] = ...`
pub(crate) struct Vararg;
impl Operation for Vararg {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        if inst.c() == 0 {
            return None;
        }
        let wanted = inst.c() - 1;
        let given = access::extra_arguments(m);
        for i in 0..wanted {
            let value = if i < given { access::extra_argument(m, given, i) } else { crate::value::Raw::NIL };
            m.set(inst.a() + i, value);
        }
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let given = access::extra_arguments(vm.machine());
        vm.ensure_slots_from(inst.a(), given)?;
        let m = vm.machine();
        for i in 0..given {
            m.set(inst.a() + i, access::extra_argument(m, given, i));
        }
        vm.set_top(m.slot(inst.a() + given));
        Ok(Flow::Next)
    }
}

/// move the frame above its extra arguments; a fixed parameters
pub(crate) struct VarargPrep;
impl Operation for VarargPrep {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        call::vararg_prep(vm, inst.a())
    }
}

/// `R[a]` = closure of prototype `P[d]`
pub(crate) struct Closure;
impl Operation for Closure {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        gc::before_instruction(vm);
        let closure = access::new_closure(vm, inst.d());
        vm.machine().set(inst.a(), closure);
        Ok(Flow::Next)
    }
}

/// mark `R[a]` as to be closed
pub(crate) struct Tbc;
impl Operation for Tbc {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        close::mark(vm, inst.a())?;
        Ok(Flow::Next)
    }
}

/// close all to-be-closed variables >= `R[a]`
pub(crate) struct Close;
impl Operation for Close {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        close::step(vm, inst)
    }
}
