//! Jumps on truth, and the back edge of `while` and `repeat` loops.

use super::super::dispatch::Flow;
use super::super::hot;
use super::super::machine::Machine;
use super::{Operation, always};
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::vm::Vm;

always! {
    Jmp = |m, inst| m.jumped(inst.sd());
    JTrue = |m, inst| m.jumped_if(m.get(inst.a()).is_truthy(), inst);
    JFalse = |m, inst| m.jumped_if(!m.get(inst.a()).is_truthy(), inst);
    JTrueSet = |m, inst| {
        let value = m.get(inst.b());
        if value.is_truthy() {
            m.set(inst.a(), value);
            m.jumped(inst.sd())
        } else {
            m
        }
    };
    JFalseSet = |m, inst| {
        let value = m.get(inst.b());
        if value.is_truthy() {
            m
        } else {
            m.set(inst.a(), value);
            m.jumped(inst.sd())
        }
    };
}

/// `pc += d` (d < 0), hot site `S[bc]`
pub(crate) struct JmpBack;
impl Operation for JmpBack {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        if m.polled() || hot::due(m, inst.bc()) {
            return None;
        }
        hot::count(m, inst.bc());
        Some(m.jumped(inst.sd()))
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        hot::poll(vm)?;
        let m = vm.machine();
        vm.resume_at(m.jumped(inst.sd()));
        Ok(hot::back_edge(vm, m, inst))
    }
}
