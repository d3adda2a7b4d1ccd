//! Loads, moves, upvalues and cells.

use super::super::dispatch::Flow;
use super::super::machine::Machine;
use super::super::{access, gc};
use super::{Operation, always};
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

always! {
    Move = |m, inst| {
        m.copy(inst.a(), inst.b());
        m
    };
    LoadI = |m, inst| {
        m.set(inst.a(), Raw::int(inst.sd() as i64));
        m
    };
    LoadK = |m, inst| {
        m.set(inst.a(), m.constant(inst.d()));
        m
    };
    LoadNil = |m, inst| {
        for r in inst.a()..=inst.a() + inst.b() {
            m.set(r, Raw::NIL);
        }
        m
    };
    LoadFalse = |m, inst| {
        m.set(inst.a(), Raw::FALSE);
        m
    };
    LoadTrue = |m, inst| {
        m.set(inst.a(), Raw::TRUE);
        m
    };
    LoadFalseSkip = |m, inst| {
        m.set(inst.a(), Raw::FALSE);
        m.jumped(1)
    };
    GetUpval = |m, inst| {
        m.set(inst.a(), access::load_cell(access::upvalue(m, inst.b())));
        m
    };
    GetCell = |m, inst| {
        m.set(inst.a(), access::load_cell(access::cell_in(m, inst.b())));
        m
    };
}

/// `U[b] = R[a]`
pub(crate) struct SetUpval;
impl Operation for SetUpval {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        access::store_cell(access::upvalue(m, inst.b()), m.get(inst.a())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        access::store_cell_slow(vm, access::upvalue(m, inst.b()), m.get(inst.a()));
        Ok(Flow::Next)
    }
}

/// `value of the cell R[a] = R[b]`
pub(crate) struct SetCell;
impl Operation for SetCell {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        access::store_cell(access::cell_in(m, inst.a()), m.get(inst.b())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        access::store_cell_slow(vm, access::cell_in(m, inst.a()), m.get(inst.b()));
        Ok(Flow::Next)
    }
}

/// `R[a] = cell(R[a])`
pub(crate) struct NewCell;
impl Operation for NewCell {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let cell = access::bump_cell(m, m.get(inst.a()))?;
        m.put(inst.a(), cell, Tag::Cell as u8);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        gc::before_instruction(vm);
        let value = vm.machine().get(inst.a());
        let cell = vm.cx().cell(value).value().raw();
        vm.machine().set(inst.a(), cell);
        Ok(Flow::Next)
    }
}
