//! Reading and writing tables, and making them.

use super::super::dispatch::Flow;
use super::super::machine::{INT, Machine};
use super::super::{access, array, cache, gc, index};
use super::Operation;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// `R[a] = U[b][key of F[d]]`
pub(crate) struct GetTabUp;
impl Operation for GetTabUp {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let table = access::load_cell(access::upvalue(m, inst.b()));
        m.set(inst.a(), cache::load_own(m, table, inst.d())?);
        Some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let table = access::load_cell(access::upvalue(m, inst.b()));
        m.set(inst.a(), cache::load_other(m, table, inst.d())?);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let table = access::load_cell(access::upvalue(vm.machine(), inst.b()));
        index::get_field(vm, inst, table)
    }
}

/// `U[b][key of F[d]] = R[a]`
pub(crate) struct SetTabUp;
impl Operation for SetTabUp {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let table = access::load_cell(access::upvalue(m, inst.b()));
        cache::store_own(m, table, inst.d(), m.get(inst.a())).then_some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let table = access::load_cell(access::upvalue(m, inst.b()));
        cache::store_other(m, table, inst.d(), m.get(inst.a())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        let (table, value) = (access::load_cell(access::upvalue(m, inst.b())), m.get(inst.a()));
        index::set_field(vm, inst, table, value)
    }
}

/// `R[a] = R[b][key of F[d]]`
pub(crate) struct GetField;
impl Operation for GetField {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        m.set(inst.a(), cache::load_own(m, m.get(inst.b()), inst.d())?);
        Some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        m.set(inst.a(), cache::load_other(m, m.get(inst.b()), inst.d())?);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let table = vm.machine().get(inst.b());
        index::get_field(vm, inst, table)
    }
}

/// `R[a][key of F[d]] = R[b]`
pub(crate) struct SetField;
impl Operation for SetField {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        cache::store_own(m, m.get(inst.a()), inst.d(), m.get(inst.b())).then_some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        cache::store_other(m, m.get(inst.a()), inst.d(), m.get(inst.b())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        index::set_field(vm, inst, m.get(inst.a()), m.get(inst.b()))
    }
}

/// `R[a+2] = R[b]; R[a] = R[b][key of F[d]]`
pub(crate) struct SelfField;
impl Operation for SelfField {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let receiver = m.get(inst.b());
        let method = cache::load_method(m, receiver, inst.d())?;
        m.set(inst.a() + 2, receiver);
        m.set(inst.a(), method);
        Some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let receiver = m.get(inst.b());
        let method = cache::load_own(m, receiver, inst.d()).or_else(|| cache::load_other(m, receiver, inst.d()))?;
        m.set(inst.a() + 2, receiver);
        m.set(inst.a(), method);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        let receiver = m.get(inst.b());
        m.set(inst.a() + 2, receiver);
        index::get_field(vm, inst, receiver)
    }
}

/// `R[a] = R[b][R[c]]`
pub(crate) struct GetIndex;
impl Operation for GetIndex {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let (table, c) = (m.get(inst.b()), inst.c());
        if m.tag(c) != INT {
            return None;
        }
        m.set(inst.a(), array::load(table, m.int(c))?);
        Some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        m.set(inst.a(), index::raw_hit(m, m.get(inst.b()), m.get(inst.c()))?);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        index::get(vm, inst, m.get(inst.b()), m.get(inst.c()))
    }
}

/// `R[a][R[b]] = R[c]`
pub(crate) struct SetIndex;
impl Operation for SetIndex {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let (table, b) = (m.get(inst.a()), inst.b());
        if m.tag(b) != INT {
            return None;
        }
        array::store(table, m.int(b), m.get(inst.c())).then_some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        let (table, b) = (m.get(inst.a()), inst.b());
        if m.tag(b) != INT {
            return None;
        }
        array::append(m, table, m.int(b), m.get(inst.c())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        index::set(vm, inst, m.get(inst.a()), m.get(inst.b()), m.get(inst.c()))
    }
}

/// `R[a] = R[b][c]`, c an integer
pub(crate) struct GetInt;
impl Operation for GetInt {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        m.set(inst.a(), array::load(m.get(inst.b()), inst.c() as i64)?);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let table = vm.machine().get(inst.b());
        index::get(vm, inst, table, Raw::int(inst.c() as i64))
    }
}

/// `R[a][b] = R[c]`, b an integer
pub(crate) struct SetInt;
impl Operation for SetInt {
    const MIDDLE: bool = true;

    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        array::store(m.get(inst.a()), inst.b() as i64, m.get(inst.c())).then_some(m)
    }
    #[inline(always)]
    fn middle(m: Machine, inst: Inst) -> Option<Machine> {
        array::append(m, m.get(inst.a()), inst.b() as i64, m.get(inst.c())).then_some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        index::set(vm, inst, m.get(inst.a()), Raw::int(inst.b() as i64), m.get(inst.c()))
    }
}

/// `R[a]` = new empty table, sized by allocation site `T[d]`
pub(crate) struct NewTable;
impl Operation for NewTable {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let table = array::bump_empty(m, inst.d())?;
        m.put(inst.a(), table, Tag::Table as u8);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        gc::before_instruction(vm);
        let table = index::new_table(vm, inst.d());
        vm.machine().set(inst.a(), table);
        Ok(Flow::Next)
    }
}

/// `R[a]` = new table with the c keys of site `T[d]` and the values `R[b], ..., R[b+c-1]`
pub(crate) struct NewRecord;
impl Operation for NewRecord {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let table = array::bump_record(m, inst.d(), inst.b(), inst.c())?;
        m.put(inst.a(), table, Tag::Table as u8);
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        gc::before_instruction(vm);
        let table = index::new_record(vm, inst.d(), inst.b(), inst.c())?;
        vm.machine().set(inst.a(), table);
        Ok(Flow::Next)
    }
}

/// `R[a]` = new table with elements `1..c` = `R[b], ..., R[b+c-1]`, site `T[d]`
pub(crate) struct NewArray;
impl Operation for NewArray {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        gc::before_instruction(vm);
        let table = index::new_array(vm, inst.d(), inst.b(), inst.c());
        vm.machine().set(inst.a(), table);
        Ok(Flow::Next)
    }
}

/// `R[a][d+i] = R[a+i]` for `1 <= i <= b`; b = 0: up to the stack top
pub(crate) struct SetList;
impl Operation for SetList {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        index::set_list(vm, inst)
    }
}
