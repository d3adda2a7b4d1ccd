//! How many turns a loop has before it, where its registers tell.
//!
//! Entering and leaving machine code costs as much as interpreting a few turns of a loop, so a loop that is about to end is
//! neither compiled nor entered. Numeric loops over integers and `ipairs` tell exactly; `next` tells at most how many; other
//! loops tell nothing.

use super::machine::Machine;
use crate::bytecode::{Inst, Op};
use crate::native::{Builtin, NativeCode};
use crate::object::layout::{Native, Table};
use crate::value::Tag;
use crate::vm::Vm;

/// Whether the loop of the back edge `inst` is known to have fewer than `turns` turns left.
pub(crate) fn are_fewer(vm: &mut Vm, m: Machine, inst: Inst, turns: u32) -> bool {
    match inst.op() {
        Op::ForLoop | Op::JitForLoop => numeric(m, inst, turns),
        Op::TForLoop | Op::JitTForLoop => generic(vm, m, inst, turns),
        _ => false,
    }
}

/// [`are_fewer`] for a numeric loop.
#[inline(always)]
pub(crate) fn numeric(m: Machine, inst: Inst, turns: u32) -> bool {
    let a = inst.a();
    if m.tag(a) != Tag::Int as u8 {
        return false;
    }
    let (at, last, step) = (m.int(a), m.int(a + 1), m.int(a + 2));
    let distance = if step > 0 { last.wrapping_sub(at) } else { at.wrapping_sub(last) };
    (distance as u64) < u64::from(turns).saturating_mul(step.unsigned_abs())
}

/// [`are_fewer`] for a generic loop.
fn generic(vm: &mut Vm, m: Machine, inst: Inst, turns: u32) -> bool {
    let a = inst.a();
    let (Some(function), Some(table)) = (m.get(a).as_gc::<Native>(), m.get(a + 1).as_gc::<Table>()) else {
        return false;
    };
    let left = match function.def().code {
        NativeCode::Builtin(Builtin::IpairsStep) => match m.get(a + 2).as_int() {
            Some(at) => (table.len() as i64).saturating_sub(at),
            None => return false,
        },
        NativeCode::Builtin(Builtin::Next) => table.capacity(vm.cx()) as i64,
        _ => return false,
    };
    left < i64::from(turns)
}
