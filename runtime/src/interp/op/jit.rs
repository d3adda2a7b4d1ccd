//! Instructions whose site has machine code: the plain instruction is carried out, then the site's entry is called.
//!
//! After an exit the interpreter goes on where the engine says. If that is a compiled form, its plain form runs once,
//! so that a trace whose first guard fails makes progress.

use super::super::dispatch::Flow;
use super::super::machine::Machine;
use super::super::{hot, turns};
use super::{ForLoop, JmpBack, Operation, TForLoop};
use crate::bytecode::{Inst, Op};
use crate::native::Raise;
use crate::value::Tag;
use crate::vm::Vm;

/// The instruction that `inst` stands for.
#[inline(always)]
pub(crate) fn plain_form(m: Machine, inst: Inst) -> Inst {
    match inst.op() {
        Op::JitJmpBack => inst.with_op(Op::JmpBack),
        Op::JitForLoop => inst.with_op(Op::ForLoop),
        Op::JitTForLoop => inst.with_op(Op::TForLoop),
        // SAFETY: a site of the running prototype.
        Op::JitEnter => unsafe { (*m.site(inst.bc())).replaced },
        _ => inst,
    }
}

macro_rules! compiled_back_edge {
    ($($name:ident = $plain:ident;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
                    None
                }
                #[inline(always)]
                fn middle(m: Machine, inst: Inst) -> Option<Machine> {
                    $plain::few_turns(m, inst, m.min_turns(inst.bc())).then(|| $plain::fast(m, inst)).flatten()
                }
                fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
                    let m = vm.machine();
                    // The plain form's slow path counts; a site with machine code has a counter that is never due.
                    let flow = $plain::slow(vm, inst)?;
                    if flow != Flow::Next || vm.machine().pc == m.pc {
                        return Ok(flow);
                    }
                    if turns::are_fewer(vm, vm.machine(), inst, m.min_turns(inst.bc())) {
                        return Ok(Flow::Next);
                    }
                    hot::run_trace(vm, m.site(inst.bc()))
                }
            }
        )*
    };
}
compiled_back_edge! {
    JitJmpBack = JmpBack;
    JitForLoop = ForLoop;
    JitTForLoop = TForLoop;
}

/// A back edge that may be the last one.
trait Turns {
    /// Whether few turns are left, where that is seen at a glance.
    fn few_turns(m: Machine, inst: Inst, turns: u32) -> bool;
}

impl Turns for JmpBack {
    #[inline(always)]
    fn few_turns(_m: Machine, _inst: Inst, _turns: u32) -> bool {
        false
    }
}

impl Turns for ForLoop {
    #[inline(always)]
    fn few_turns(m: Machine, inst: Inst, turns: u32) -> bool {
        turns::numeric(m, inst, turns)
    }
}

impl Turns for TForLoop {
    #[inline(always)]
    fn few_turns(m: Machine, inst: Inst, _turns: u32) -> bool {
        m.tag(inst.a() + 4) == Tag::Nil as u8
    }
}

/// first instruction of a function with machine code
pub(crate) struct JitEnter;
impl Operation for JitEnter {
    #[inline(always)]
    fn fast(_m: Machine, _inst: Inst) -> Option<Machine> {
        None
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let m = vm.machine();
        vm.resume_at(m.jumped(-1));
        hot::run_trace(vm, m.site(inst.bc()))
    }
}
