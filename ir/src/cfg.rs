//! The shape of control flow: predecessors, reverse post-order, dominators, loops.
//!
//! Computed from a graph when a pass needs it, and stale as soon as a jump changes. Dominators follow Cooper, Harvey and
//! Kennedy; a loop is the set of blocks that reach a back edge without passing its head. Heads dominate their loops.

use smallvec::SmallVec;

use crate::entity::Block;
use crate::graph::Graph;

const NONE: u32 = u32::MAX;

/// Control flow of a graph.
#[derive(Debug, Default)]
pub struct Cfg {
    rpo: Vec<Block>,
    order: Vec<u32>,
    preds: Vec<SmallVec<[Block; 4]>>,
    idom: Vec<u32>,
    /// Numbers of a walk over the dominator tree: a block dominates those whose interval lies in its own.
    interval: Vec<(u32, u32)>,
}

impl Cfg {
    /// The control flow of this graph.
    pub fn new(graph: &Graph) -> Cfg {
        let mut cfg = Cfg::default();
        cfg.compute_order(graph);
        cfg.compute_dominators();
        cfg.compute_intervals();
        cfg
    }

    /// The reachable blocks in reverse post-order, the entry first.
    pub fn rpo(&self) -> &[Block] {
        &self.rpo
    }

    /// Is the block reachable from the entry?
    #[inline]
    pub fn is_reachable(&self, block: Block) -> bool {
        self.order[block.index()] != NONE
    }

    /// The position of a reachable block in the reverse post-order.
    #[inline]
    pub fn order(&self, block: Block) -> usize {
        self.order[block.index()] as usize
    }

    /// The reachable predecessors, one for each edge.
    pub fn preds(&self, block: Block) -> &[Block] {
        &self.preds[block.index()]
    }

    /// The immediate dominator; none for the entry.
    pub fn idom(&self, block: Block) -> Option<Block> {
        let order = self.order(block);
        (order != 0).then(|| self.rpo[self.idom[order] as usize])
    }

    /// Does every path from the entry to `below` pass `above`? Both are reachable.
    #[inline]
    pub fn dominates(&self, above: Block, below: Block) -> bool {
        let (start, end) = self.interval[above.index()];
        let (inner, _) = self.interval[below.index()];
        start <= inner && inner < end
    }

    /// Is the edge between these blocks a back edge?
    pub fn is_back_edge(&self, from: Block, to: Block) -> bool {
        self.dominates(to, from)
    }

    /// Is the block the target of a back edge?
    pub fn is_loop_head(&self, block: Block) -> bool {
        self.preds(block).iter().any(|pred| self.is_back_edge(*pred, block))
    }

    fn compute_order(&mut self, graph: &Graph) {
        let n = graph.num_blocks();
        self.order = vec![NONE; n];
        self.preds = vec![SmallVec::new(); n];
        let mut visited = vec![false; n];
        let mut stack: Vec<(Block, SmallVec<[Block; 2]>)> = Vec::new();
        let succs = |block: Block| graph[block].term.targets().map(|target| target.block).collect();
        visited[graph.entry().index()] = true;
        stack.push((graph.entry(), succs(graph.entry())));
        while let Some((block, rest)) = stack.last_mut() {
            // The last successor is walked first, so that the first one comes first in the order.
            match rest.pop() {
                Some(next) if !visited[next.index()] => {
                    visited[next.index()] = true;
                    stack.push((next, succs(next)));
                }
                Some(_) => {}
                None => {
                    self.rpo.push(*block);
                    stack.pop();
                }
            }
        }
        self.rpo.reverse();
        for (number, block) in self.rpo.iter().enumerate() {
            self.order[block.index()] = number as u32;
            for target in graph[*block].term.targets() {
                self.preds[target.block.index()].push(*block);
            }
        }
    }

    fn compute_dominators(&mut self) {
        self.idom = vec![NONE; self.rpo.len()];
        self.idom[0] = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for number in 1..self.rpo.len() {
                let mut idom = NONE;
                for pred in &self.preds[self.rpo[number].index()] {
                    let pred = self.order[pred.index()];
                    if self.idom[pred as usize] == NONE {
                        continue;
                    }
                    idom = if idom == NONE { pred } else { self.meet(idom, pred) };
                }
                changed |= self.idom[number] != idom;
                self.idom[number] = idom;
            }
        }
    }

    fn meet(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            while a > b {
                a = self.idom[a as usize];
            }
            while b > a {
                b = self.idom[b as usize];
            }
        }
        a
    }

    fn compute_intervals(&mut self) {
        // Sizes of subtrees bottom up, then starts top down: idom has a smaller number, so plain loops do.
        let n = self.rpo.len();
        let mut size = vec![1u32; n];
        for number in (1..n).rev() {
            size[self.idom[number] as usize] += size[number];
        }
        let mut next = vec![0u32; n];
        self.interval = vec![(NONE, 0); self.order.len()];
        for number in 0..n {
            let start = if number == 0 { 0 } else { next[self.idom[number] as usize] };
            if number != 0 {
                next[self.idom[number] as usize] += size[number];
            }
            next[number] = start + 1;
            self.interval[self.rpo[number].index()] = (start, start + size[number]);
        }
    }
}

impl Graph {
    /// Marks the targets of back edges as loop heads, and only those, after jumps changed.
    pub fn mark_loop_heads(&mut self) {
        let cfg = Cfg::new(self);
        for block in self.blocks() {
            self[block].loop_head = cfg.is_reachable(block) && cfg.is_loop_head(block);
        }
    }
}

/// A loop.
#[derive(Debug)]
pub struct Loop {
    /// Its head.
    pub head: Block,
    /// Its blocks in reverse post-order, the head first; those of inner loops included.
    pub blocks: Vec<Block>,
    /// The blocks that jump back to the head.
    pub latches: Vec<Block>,
}

/// The loops of a graph, outer ones before those inside them.
pub fn loops(cfg: &Cfg) -> Vec<Loop> {
    let mut found = Vec::new();
    let mut seen = vec![NONE; cfg.order.len()];
    for head in cfg.rpo.iter().copied().filter(|block| cfg.is_loop_head(*block)) {
        let mut latches: Vec<Block> =
            cfg.preds(head).iter().copied().filter(|pred| cfg.is_back_edge(*pred, head)).collect();
        latches.dedup();
        let mut blocks = vec![head];
        let mut work = latches.clone();
        seen[head.index()] = head.as_u32();
        while let Some(block) = work.pop() {
            if seen[block.index()] != head.as_u32() {
                seen[block.index()] = head.as_u32();
                blocks.push(block);
                work.extend_from_slice(cfg.preds(block));
            }
        }
        blocks.sort_by_key(|block| cfg.order(*block));
        found.push(Loop { head, blocks, latches });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_with_two_back_edges() {
        let mut graph = Graph::new();
        let entry = graph.entry();
        let [head, left, right] = [(); 3].map(|_| graph.new_block());
        let cond = graph.bconst(true);
        graph.at(entry).jump(head, &[]);
        graph.at(head).branch(cond, (left, &[]), (right, &[]));
        graph.at(left).jump(head, &[]);
        graph.at(right).jump(head, &[]);
        let cfg = Cfg::new(&graph);
        assert_eq!(cfg.rpo()[..2], [entry, head]);
        assert_eq!(cfg.idom(left), Some(head));
        assert!(cfg.dominates(head, right) && !cfg.dominates(left, right));
        let loops = loops(&cfg);
        assert_eq!(loops.len(), 1);
        assert_eq!(loops[0].blocks.len(), 3);
        assert_eq!(loops[0].latches.len(), 2);
    }
}
