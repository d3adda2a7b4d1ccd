//! Which values something may still use at the start of a block, snapshots included.
//!
//! An object that only dead values refer to need not be carried past a merge, let alone be made for it. An argument of a
//! jump counts as used only if the parameter is, so a value that a loop merely hands round is dead.

use crate::cfg::Cfg;
use crate::entity::{Block, Value};
use crate::graph::Graph;

/// Sets of values, one for each block.
pub(super) struct Liveness {
    words: usize,
    bits: Vec<u64>,
}

impl Liveness {
    /// The live values of each reachable block.
    pub(super) fn new(graph: &Graph, cfg: &Cfg) -> Liveness {
        let words = graph.num_values().div_ceil(64);
        let mut live = Liveness { words, bits: vec![0; words * graph.num_blocks()] };
        let mut set = vec![0u64; words];
        let mut changed = true;
        while changed {
            changed = false;
            for block in cfg.rpo().iter().rev() {
                live.block(graph, *block, &mut set);
                let old = &mut live.bits[block.index() * words..][..words];
                if *old != set {
                    old.copy_from_slice(&set);
                    changed = true;
                }
            }
        }
        live
    }

    /// Is the value, which may be a parameter of the block, live at the block's start?
    pub(super) fn contains(&self, block: Block, value: Value) -> bool {
        let word = self.bits[block.index() * self.words + value.index() / 64];
        word >> (value.index() % 64) & 1 != 0
    }

    /// The live values, in order.
    pub(super) fn values(&self, block: Block) -> impl Iterator<Item = Value> {
        let words = &self.bits[block.index() * self.words..][..self.words];
        words.iter().enumerate().flat_map(|(number, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(Value::new(number * 64 + bit as usize))
            })
        })
    }

    /// Computes the set of one block from those of its successors.
    fn block(&self, graph: &Graph, block: Block, set: &mut [u64]) {
        set.fill(0);
        let data = &graph[block];
        for target in data.term.targets() {
            let next = &self.bits[target.block.index() * self.words..][..self.words];
            set.iter_mut().zip(next).for_each(|(word, other)| *word |= other);
        }
        for target in data.term.targets() {
            // A jump of a loop to its own block: the parameter's bit stands for the next round.
            graph[target.block].params.iter().for_each(|param| remove(set, *param));
        }
        for target in data.term.targets() {
            for (param, arg) in graph[target.block].params.iter().zip(&target.args) {
                if self.contains(target.block, *param) {
                    insert(set, *arg);
                }
            }
        }
        if let crate::inst::Terminator::Branch(cond, ..) = &data.term {
            insert(set, *cond);
        }
        if let Some(snap) = data.term.snap() {
            graph[snap].for_each_value(|value| insert(set, value));
        }
        for inst in data.insts.iter().rev() {
            let inst = &graph[*inst];
            if let Some(result) = inst.result {
                remove(set, result);
            }
            inst.args.iter().for_each(|arg| insert(set, *arg));
            if let Some(snap) = inst.snap {
                graph[snap].for_each_value(|value| insert(set, value));
            }
        }
    }
}

fn insert(set: &mut [u64], value: Value) {
    set[value.index() / 64] |= 1 << (value.index() % 64);
}

fn remove(set: &mut [u64], value: Value) {
    set[value.index() / 64] &= !(1 << (value.index() % 64));
}
