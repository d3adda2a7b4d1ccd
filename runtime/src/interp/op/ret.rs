//! Returns. What becomes of the results is decoded from the instruction before the return address.

use super::super::dispatch::Flow;
use super::super::machine::Machine;
use super::super::{call, close};
use super::Operation;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::vm::Vm;

/// `return R[a], ..., R[a+b-2]`
pub(crate) struct Return;
impl Operation for Return {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        if inst.b() == 0 || inst.c() != 0 {
            return None;
        }
        call::leave_lua(m, m.slot(inst.a()), inst.b() - 1)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        if inst.c() != 0 {
            return close::then_return(vm, inst);
        }
        let from = vm.machine().slot(inst.a());
        let count = call::return_count(vm, inst);
        call::finish(vm, from, count)
    }
}

/// `return`
pub(crate) struct Return0;
impl Operation for Return0 {
    #[inline(always)]
    fn fast(m: Machine, _inst: Inst) -> Option<Machine> {
        call::leave_lua(m, m.base, 0)
    }
    fn slow(vm: &mut Vm, _inst: Inst) -> Result<Flow, Raise> {
        let from = vm.machine().slot(0);
        call::finish(vm, from, 0)
    }
}

/// `return R[a]`
pub(crate) struct Return1;
impl Operation for Return1 {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        call::leave_lua_with_one(m, inst.a())
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        call::leave_lua(m, m.slot(inst.a()), 1)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let from = vm.machine().slot(inst.a());
        call::finish(vm, from, 1)
    }
}

/// Blocks that frames return to are decoded, never executed.
macro_rules! never_executed {
    ($($name:ident;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                #[inline(always)]
                fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
                    None
                }
                fn slow(_vm: &mut Vm, _inst: Inst) -> Result<Flow, Raise> {
                    unreachable!("a frame end is decoded by returns, not executed")
                }
            }
        )*
    };
}
never_executed! {
    ReturnToRust;
    ReturnToPcall;
    ReturnToXpcall;
    ReturnToNative;
    ReturnToClose;
}
