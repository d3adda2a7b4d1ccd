//! Separates nested loops that share a head.
//!
//! A trace tree grows from its inner loop, so the path around an outer loop comes back to the same head as one more back
//! edge. The recorder marks such an edge; in a graph without marks, it is one that sets an induction variable anew that
//! others only step. The pass gives these edges, and the entry, a
//! head of their own that jumps to the old one; what only the outer path changes is then fixed in the inner loop.

use crate::cfg::{Cfg, loops};
use crate::entity::{Block, Value};
use crate::graph::{Graph, ValueDef};
use crate::inst::{BlockCall, Terminator};
use crate::op::Op;

/// Does a head serve two nested loops?
pub fn found(graph: &Graph) -> bool {
    loops(&Cfg::new(graph)).iter().any(|looped| !outer_latches(graph, looped.head, &looped.latches).is_empty())
}

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    for looped in loops(&cfg) {
        let outer = outer_latches(graph, looped.head, &looped.latches);
        if !outer.is_empty() {
            let inner = |block| looped.latches.contains(&block) && !outer.contains(&block);
            let leaving: Vec<Block> = cfg.preds(looped.head).iter().copied().filter(|pred| !inner(*pred)).collect();
            separate(graph, looped.head, &leaving);
        }
    }
    graph.mark_loop_heads();
}

/// The latches that set a parameter anew which another latch steps.
fn outer_latches(graph: &Graph, head: Block, latches: &[Block]) -> Vec<Block> {
    let marked: Vec<Block> = latches.iter().copied().filter(|latch| graph[*latch].outer_latch).collect();
    if !marked.is_empty() {
        return marked;
    }
    for number in 0..graph[head].params.len() {
        let param = graph[head].params[number];
        let args = |latch: &Block| -> Vec<Value> {
            graph[*latch]
                .term
                .targets()
                .filter(|target| target.block == head)
                .map(|target| target.args[number])
                .collect()
        };
        let steps =
            |value: &Value| graph.def_inst(*value).is_some_and(|inst| inst.op == Op::Add && inst.args[0] == param);
        let resets = |value: &Value| match graph.def(*value) {
            ValueDef::Const(_) => true,
            ValueDef::Inst(_) => !depends_on(graph, *value, param, 5),
            ValueDef::Param(..) | ValueDef::None => false,
        };
        if latches.iter().any(|latch| args(latch).iter().any(steps)) {
            let outer: Vec<Block> = latches.iter().copied().filter(|latch| args(latch).iter().all(resets)).collect();
            if !outer.is_empty() && outer.len() < latches.len() {
                return outer;
            }
        }
    }
    Vec::new()
}

/// Is the value computed from the parameter? Answers yes when the computation is long or comes from other parameters.
fn depends_on(graph: &Graph, value: Value, param: Value, fuel: u32) -> bool {
    match graph.def(value) {
        _ if value == param || fuel == 0 => true,
        ValueDef::Inst(inst) => graph[inst].args.iter().any(|arg| depends_on(graph, *arg, param, fuel - 1)),
        ValueDef::Param(block, _) => !matches!(graph.def(param), ValueDef::Param(home, _) if home == block),
        ValueDef::Const(_) | ValueDef::None => false,
    }
}

/// Gives the jumps from these blocks to the head a head of their own.
fn separate(graph: &mut Graph, head: Block, from: &[Block]) {
    let outer = graph.new_block();
    let types: Vec<_> = graph[head].params.iter().map(|param| graph.ty(*param)).collect();
    let args = types.into_iter().map(|ty| graph.add_param(outer, ty)).collect();
    graph[outer].term = Terminator::Jump(BlockCall { block: head, args });
    for block in from {
        for target in graph[*block].term.targets_mut().filter(|target| target.block == head) {
            target.block = outer;
        }
    }
}
