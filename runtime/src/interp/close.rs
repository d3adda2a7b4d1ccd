//! Variables to be closed.
//!
//! The running coroutine lists the stack slots of its pending variables. Closing is stackless: an instruction that closes
//! (`Close`, a `Return` or `TailCall` that must) calls one `__close` and is carried out again when that returns,
//! until no variable is left. A return of an open list remembers its top meanwhile.

use super::call;
use super::dispatch::Flow;
use super::level;
use super::message;
use crate::bytecode::{Inst, Op};
use crate::native::Raise;
use crate::object::metamethod::Metamethod;
use crate::value::Raw;
use crate::vm::Vm;

/// Marks register `r` as to be closed, unless it is nil or false.
pub(crate) fn mark(vm: &mut Vm, r: usize) -> Result<(), Raise> {
    let m = vm.machine();
    let value = m.get(r);
    if !value.is_truthy() {
        return Ok(());
    }
    if vm.cx().metamethod(value, Metamethod::Close).is_none() {
        return Err(message::not_closable(vm, r));
    }
    let slot = vm.slot_number(m.slot(r)) as u32;
    vm.exec.tbc.push(slot);
    Ok(())
}

/// Takes the values of all pending variables from slot `from` on off the list, in the order of their slots.
pub(crate) fn take_from(vm: &mut Vm, from: usize) -> Vec<Raw> {
    let first = vm.exec.tbc.partition_point(|&slot| (slot as usize) < from);
    let slots = vm.exec.tbc.split_off(first);
    vm.exec.open_tops.retain(|&(base, _)| (base as usize) < from);
    slots.iter().map(|&slot| vm.slot(slot as usize)).collect()
}

/// Starts to close the last pending variable, if its slot is `from` or above. The frame of the call begins at `at`.
fn close_last(vm: &mut Vm, from: usize, at: usize) -> Option<Result<Flow, Raise>> {
    let slot = *vm.exec.tbc.last()? as usize;
    if slot < from {
        return None;
    }
    vm.exec.tbc.pop();
    let value = vm.slot(slot);
    let method = vm.cx().metamethod(value, Metamethod::Close).map_or(Raw::NIL, |method| method.raw());
    if let Err(raise) = vm.ensure_slot(at + 4) {
        return Some(Err(raise));
    }
    vm.set_slot(at, method);
    vm.set_slot(at + 2, value);
    vm.set_slot(at + 3, Raw::NIL);
    let return_pc = vm.regs().pc;
    Some(level::metamethod_link(vm, return_pc, 0).and_then(|link| call::enter(vm, at, 2, link)))
}

/// Where a frame above all registers of the running function begins.
pub(crate) fn above_registers(vm: &Vm) -> usize {
    let m = vm.machine();
    // SAFETY: the running prototype is live.
    vm.slot_number(m.base) + unsafe { (*m.proto).frame_size } as usize
}

/// `Close`
pub(crate) fn step(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
    let from = vm.slot_number(vm.machine().slot(inst.a()));
    let at = above_registers(vm);
    close_last(vm, from, at).unwrap_or(Ok(Flow::Next))
}

/// A `Return`, or a `TailCall` whose function has returned an open list to its registers, that closes variables first.
pub(crate) fn then_return(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
    let base = vm.slot_number(vm.machine().base);
    let open = inst.op() == Op::TailCall || inst.b() == 0;
    let mut at = above_registers(vm);
    if open {
        let top = match vm.exec.open_tops.last() {
            Some(&(frame, top)) if frame as usize == base => top as usize,
            _ => {
                let top = vm.top();
                vm.exec.open_tops.push((base as u32, top as u32));
                top
            }
        };
        let top_slot = vm.slot_at(top);
        vm.set_top(top_slot);
        at = at.max(top);
    }
    if let Some(flow) = close_last(vm, base, at) {
        return flow;
    }
    let from = vm.machine().slot(inst.a());
    let count = if open {
        vm.exec.open_tops.pop();
        vm.top() - vm.slot_number(from)
    } else {
        inst.b() - 1
    };
    call::finish(vm, from, count)
}

/// A `TailCall` that closes variables has got its results.
pub(crate) fn then_return_list(vm: &mut Vm, inst: Inst, from: *mut Raw, count: usize) -> Result<Flow, Raise> {
    let (from, to) = (vm.slot_number(from), vm.slot_number(vm.machine().slot(inst.a())));
    for i in 0..count {
        let value = vm.slot(from + i);
        vm.set_slot(to + i, value);
    }
    // The rest of the arguments is not visited while variables are closed, and may be later.
    for slot in to + count..above_registers(vm) {
        vm.set_slot(slot, Raw::NIL);
    }
    let top = vm.slot_at(to + count);
    vm.set_top(top);
    then_return(vm, inst)
}
