//! Copies a set of blocks within a graph.

use crate::cfg::Cfg;
use crate::entity::{Block, Snap, Value};
use crate::graph::Graph;
use crate::inst::InstData;

/// A copy of some blocks. Jumps within the set go to the copies; all others keep their targets.
pub(crate) struct Copy {
    /// The copy of each block of the set, by the block's number.
    blocks: Vec<Option<Block>>,
    values: Vec<Value>,
    snaps: Vec<Option<Snap>>,
}

impl Copy {
    /// Copies the blocks, which come in reverse post-order. Values from outside the set stay; guard ids are kept.
    pub(crate) fn new(graph: &mut Graph, region: &[Block]) -> Copy {
        let mut copy = Copy {
            blocks: vec![None; graph.num_blocks()],
            values: graph.identity_map(),
            snaps: vec![None; graph.num_snaps()],
        };
        for block in region {
            let new = graph.new_block();
            copy.blocks[block.index()] = Some(new);
            for param in graph[*block].params.clone() {
                let ty = graph.ty(param);
                copy.values[param.index()] = graph.add_param(new, ty);
            }
        }
        for block in region {
            copy.fill(graph, *block);
        }
        copy
    }

    /// The copy of a block of the set.
    pub(crate) fn block(&self, block: Block) -> Option<Block> {
        self.blocks.get(block.index()).copied().flatten()
    }

    fn fill(&mut self, graph: &mut Graph, block: Block) {
        let new = self.block(block).expect("the block is one of the set");
        for number in 0..graph[block].insts.len() {
            let old = &graph[graph[block].insts[number]];
            let mut data = InstData { result: None, ..old.clone() };
            let result = old.result;
            data.args.iter_mut().for_each(|arg| *arg = self.values[arg.index()]);
            data.snap = data.snap.map(|snap| self.snap(graph, snap));
            let inst = graph.append(new, data);
            if let (Some(result), Some(new_result)) = (result, graph[inst].result) {
                self.values[result.index()] = new_result;
            }
        }
        let mut term = graph[block].term.clone();
        term.map_values(|value| self.values[value.index()]);
        if let Some(snap) = term.snap_mut() {
            *snap = self.snap(graph, *snap);
        }
        for target in term.targets_mut() {
            target.block = self.block(target.block).unwrap_or(target.block);
        }
        graph[new].term = term;
    }

    fn snap(&mut self, graph: &mut Graph, snap: Snap) -> Snap {
        if let Some(copied) = self.snaps[snap.index()] {
            return copied;
        }
        let mut snapshot = graph[snap].clone();
        let mut changed = false;
        snapshot.map_values(|value| {
            let new = self.values[value.index()];
            changed |= new != value;
            new
        });
        // A snapshot that is used before some of its values are copied does not name them: definitions dominate.
        let copied = if changed { graph.add_snap(snapshot) } else { snap };
        self.snaps[snap.index()] = Some(copied);
        copied
    }
}

/// The blocks that a block dominates, itself included, in reverse post-order.
pub(crate) fn dominated(cfg: &Cfg, above: Block) -> Vec<Block> {
    cfg.rpo().iter().copied().filter(|block| cfg.dominates(above, *block)).collect()
}
