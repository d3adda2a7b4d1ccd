//! Peels innermost loops: the first iteration gets a copy of its own before the head.
//!
//! What the loop computes or checks anew in each iteration although it never changes (guards above all) is then dominated
//! by the copy, and value numbering removes it from the loop: it never has to be moved, so nothing runs that would not
//! have run. Copied are all blocks that the head dominates, ways out of the loop included, so that no value of
//! the loop is used behind it by two definitions. Back edges of the copy lead to the old head, by way of a block of their own if there are
//! several: there value numbering finds what all of them have settled.
//!
//! A loop is peeled only if the copy has something to dominate: a guard or load whose operands the loop does not change, or
//! a tag check of a boxed loop parameter.

use crate::cfg::{Cfg, Loop, loops};
use crate::entity::{Block, Value};
use crate::graph::Graph;
use crate::op::Op;
use crate::pass::copy::{Copy, dominated};
use crate::types::Type;

/// No loop whose copy has more instructions is peeled.
const MAX_INSTS: usize = 1200;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let all = loops(&cfg);
    let inner: Vec<&Loop> = all
        .iter()
        .filter(|looped| !all.iter().any(|other| other.head != looped.head && looped.blocks.contains(&other.head)))
        .collect();
    for looped in inner {
        // The control flow is that from before earlier copies: what they added is no part of this region, nor did
        // they change a jump inside it, unless this loop lies behind a copied one.
        let cfg = Cfg::new(graph);
        let region = dominated(&cfg, looped.head);
        let n_insts: usize = region.iter().map(|block| graph[*block].insts.len()).sum();
        if n_insts <= MAX_INSTS && pays(graph, looped) {
            peel(graph, &cfg, looped.head, &region);
        }
    }
    graph.mark_loop_heads();
}

/// Gives a loop that several jumps enter a block before it, where those jumps meet: what all first iterations have settled is known there.
fn gather(graph: &mut Graph, head: Block, entering: &[Block]) {
    let is_way = |graph: &Graph, from: &Block| graph[*from].term.targets().any(|target| target.block == head);
    let ways: Vec<Block> = entering.iter().copied().filter(|from| is_way(graph, from)).collect();
    if ways.len() < 2 {
        return;
    }
    let before = graph.new_block();
    let types: Vec<Type> = graph[head].params.iter().map(|param| graph.ty(*param)).collect();
    let args: Vec<Value> = types.into_iter().map(|ty| graph.add_param(before, ty)).collect();
    graph.at(before).jump(head, &args);
    for from in ways {
        for target in graph[from].term.targets_mut().filter(|target| target.block == head) {
            target.block = before;
        }
    }
}

fn peel(graph: &mut Graph, cfg: &Cfg, head: Block, region: &[Block]) {
    let copy = Copy::new(graph, region);
    let first = copy.block(head).expect("the head is in its region");
    // Into the loop: outside jumps go to the copy. The copy's back edges, which now lead to the copied head, go to the old one.
    for pred in cfg.preds(head) {
        let (from, to) = match copy.block(*pred) {
            Some(copied) => (copied, head),
            None => (*pred, first),
        };
        for target in graph[from].term.targets_mut() {
            if target.block == head || target.block == first {
                target.block = to;
            }
        }
    }
    let copied: Vec<Block> = region.iter().filter_map(|block| copy.block(*block)).collect();
    gather(graph, head, &copied);
}

/// Does the loop repeat something that the first iteration settles?
fn pays(graph: &Graph, looped: &Loop) -> bool {
    let mut varies = vec![false; graph.num_values()];
    for block in &looped.blocks {
        graph[*block].params.iter().for_each(|param| varies[param.index()] = true);
        for inst in &graph[*block].insts {
            let inst = &graph[*inst];
            let effects = inst.effects();
            let repeats = effects.writes.is_empty() && !effects.allocates && !effects.pinned;
            let fixed = repeats && inst.args.iter().all(|arg| !varies[arg.index()]);
            if fixed && (inst.op.is_guard() || !effects.reads.is_empty() || inst.op == Op::Call) {
                return true;
            }
            if inst.op == Op::GuardTag && graph[looped.head].params.contains(&inst.args[0]) {
                return true;
            }
            if let Some(result) = inst.result {
                varies[result.index()] = !fixed;
            }
        }
    }
    false
}
