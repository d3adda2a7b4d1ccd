//! Folding: one instruction and the definitions of its operands become something simpler.
//!
//! Requirements on a rule:
//! - it holds for every value of the operands: integers wrap, floats may be NaN, infinite or -0, any two pointers may be equal;
//! - it never makes a NaN at compile time (its sign would show in the output), nor rounds differently than the operation;
//! - it looks at definitions of operands only, so its cost is constant; it makes no instruction besides the one in hand;
//! - it does not undo another rule: operations shrink, constants move to the right, equal meanings get one spelling;
//! - a guard that always passes goes, one that never passes ends the block; a rewritten guard keeps id and snapshot;
//! - memory is left alone: what a load yields is not decided here.

mod boxing;
mod float;
mod int;

pub(crate) use boxing::{Boxed, boxed, complement};

use crate::cfg::Cfg;
use crate::entity::{Block, Snap, Value};
use crate::graph::{Graph, resolve};
use crate::inst::{Args, InstData, Terminator};
use crate::op::Op;
use crate::snapshot::Operand;

/// What an instruction folds to.
pub(crate) enum Folded {
    /// It stays as it is.
    Keep,
    /// Its result is this value.
    Value(Value),
    /// It has no effect: a guard that always passes.
    Drop,
    /// A guard that never passes.
    Fail,
    /// The same result (and exit) by this operation.
    Rewrite(Op, Args, u64),
}

impl Folded {
    /// A rewrite without immediate.
    fn to(op: Op, args: &[Value]) -> Folded {
        Folded::Rewrite(op, Args::from_slice(args), 0)
    }

    fn int(graph: &mut Graph, number: i64) -> Folded {
        Folded::Value(graph.iconst(number))
    }

    fn bool(graph: &mut Graph, cond: bool) -> Folded {
        Folded::Value(graph.bconst(cond))
    }

    /// The outcome of a guard that is decided.
    fn guard(passes: bool) -> Folded {
        if passes { Folded::Drop } else { Folded::Fail }
    }
}

/// Folds one instruction.
pub(crate) fn fold(graph: &mut Graph, inst: &InstData) -> Folded {
    match inst.op {
        Op::Add | Op::Sub | Op::Mul | Op::IDiv | Op::IMod | Op::BAnd | Op::BOr | Op::BXor | Op::Shl | Op::Shr => {
            int::binary(graph, inst.op, inst.args[0], inst.args[1])
        }
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Ult | Op::Ule => {
            int::compare(graph, inst.op, inst.args[0], inst.args[1])
        }
        Op::Neg | Op::BNot => int::unary(graph, inst.op, inst.args[0]),
        Op::FAdd | Op::FSub | Op::FMul | Op::FDiv | Op::FIDiv | Op::FMod | Op::FPow => {
            float::binary(graph, inst.op, inst.args[0], inst.args[1])
        }
        Op::FEq | Op::FNe | Op::FLt | Op::FLe => float::compare(graph, inst.op, inst.args[0], inst.args[1]),
        Op::FNeg | Op::FSqrt | Op::FFloor | Op::FCeil | Op::FAbs | Op::IntToFloat | Op::GuardFloatToInt => {
            float::unary(graph, inst.op, inst.args[0])
        }
        _ => boxing::fold(graph, inst),
    }
}

/// Folds an instruction until nothing changes, rewriting it in place.
pub(crate) fn fold_all(graph: &mut Graph, inst: &mut InstData) -> Folded {
    loop {
        match fold(graph, inst) {
            Folded::Rewrite(op, args, imm) => {
                inst.op = op;
                inst.args = args;
                inst.imm = imm;
            }
            folded => return folded,
        }
    }
}

/// Folds a terminator: a branch whose condition is known, or whose condition is a complement.
pub(crate) fn fold_terminator(graph: &Graph, term: &mut Terminator) -> bool {
    let Terminator::Branch(cond, yes, no) = term else { return false };
    if let Some(known) = graph.as_bool(*cond) {
        let target = if known { yes } else { no };
        *term = Terminator::Jump(target.clone());
        return true;
    }
    if let Some(inst) = graph.def_inst(*cond)
        && inst.op == Op::Not
    {
        *cond = inst.args[0];
        std::mem::swap(yes, no);
        fold_terminator(graph, term);
        return true;
    }
    false
}

/// Ends a block before its instruction `at`, a guard that never passes.
pub(crate) fn end_at_guard(graph: &mut Graph, block: Block, at: usize, guard: &InstData) {
    graph[block].insts.truncate(at);
    let (id, snap) = (guard.guard.expect("a guard has an id"), guard.snap.expect("a guard has a snapshot"));
    graph[block].term = Terminator::Exit(id, snap);
}

/// Snapshots name payloads instead of boxes: the exit boxes.
pub(crate) fn unbox_snapshots(graph: &mut Graph) {
    for number in 0..graph.num_snaps() {
        let snap = Snap::new(number);
        let mut snapshot = std::mem::take(&mut graph[snap]);
        snapshot.for_each_operand_mut(|operand| {
            if let Operand::Value(value) = operand
                && let Some(inst) = graph.def_inst(*value)
            {
                match inst.op {
                    Op::BoxInt | Op::BoxFloat | Op::BoxBool => *operand = Operand::Value(inst.args[0]),
                    Op::BoxRef => *operand = Operand::Ref(inst.args[0], inst.tag()),
                    _ => {}
                }
            }
        });
        graph[snap] = snapshot;
    }
}

/// Runs folding alone over the whole graph.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let mut map = graph.identity_map();
    for block in cfg.rpo() {
        let insts = std::mem::take(&mut graph[*block].insts);
        let mut kept = Vec::with_capacity(insts.len());
        let mut ended = false;
        for inst in insts {
            let mut data = graph[inst].clone();
            data.args.iter_mut().for_each(|arg| *arg = resolve(&mut map, *arg));
            match fold_all(graph, &mut data) {
                Folded::Value(value) => {
                    let result = data.result.expect("a value replaces a result");
                    map[result.index()] = value;
                    continue;
                }
                Folded::Drop => continue,
                Folded::Fail => {
                    graph[*block].insts = std::mem::take(&mut kept);
                    let at = graph[*block].insts.len();
                    end_at_guard(graph, *block, at, &data);
                    ended = true;
                    break;
                }
                Folded::Keep | Folded::Rewrite(..) => {}
            }
            graph[inst] = data;
            kept.push(inst);
        }
        if !ended {
            graph[*block].insts = kept;
            let mut term = std::mem::replace(&mut graph[*block].term, Terminator::Open);
            term.map_values(|value| resolve(&mut map, value));
            fold_terminator(graph, &mut term);
            graph[*block].term = term;
        }
    }
    graph.substitute(&mut map);
    unbox_snapshots(graph);
    graph.mark_loop_heads();
}
