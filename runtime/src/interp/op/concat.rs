//! Concatenation.

use super::super::dispatch::Flow;
use super::super::machine::Machine;
use super::super::meta;
use super::Operation;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::vm::Vm;

/// `R[a] = R[b] .. ... .. R[b+c-1]`, right associative, c >= 2
pub(crate) struct Concat;
impl Operation for Concat {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        super::super::gc::before_instruction(vm);
        meta::concat(vm, inst, inst.c())
    }
}
