//! The hash table of what has been computed and checked: by operation, immediate, operands and version of the memory that is read.

use crate::cfg::Cfg;
use crate::entity::{Block, Inst, Value};
use crate::graph::Graph;
use crate::inst::InstData;

/// A hash table of instructions, by what they compute.
pub(super) struct Table {
    /// Numbers of entries plus one; 0 is free.
    slots: Vec<u32>,
    mask: usize,
    /// For each entry, its block and the version it read.
    home: Vec<(Block, u32)>,
    /// Entries from this number on are of no instruction, but in `joined`.
    num_insts: usize,
    /// What is known where paths meet; the result is a parameter.
    joined: Vec<InstData>,
    used: usize,
}

impl Table {
    pub(super) fn new(graph: &Graph) -> Table {
        let num_insts = graph.num_insts();
        let size = (num_insts * 2).next_power_of_two().max(16);
        let home = vec![(graph.entry(), 0); num_insts];
        Table { slots: vec![0; size], mask: size - 1, home, num_insts, joined: Vec::new(), used: 0 }
    }

    /// The version that an instruction has read.
    pub(super) fn version(&self, inst: Inst) -> Option<u32> {
        self.home.get(inst.index()).filter(|_| inst.index() < self.num_insts).map(|(_, version)| *version)
    }

    /// Notes the version that an instruction depends on which is not to be found.
    pub(super) fn note_version(&mut self, inst: Inst, version: u32) {
        self.home[inst.index()].1 = version;
    }

    fn data<'a>(&'a self, graph: &'a Graph, entry: usize) -> &'a InstData {
        if entry < self.num_insts { &graph[Inst::new(entry)] } else { &self.joined[entry - self.num_insts] }
    }

    /// The result of an equal instruction that dominates.
    pub(super) fn find(
        &self,
        graph: &Graph,
        cfg: &Cfg,
        block: Block,
        data: &InstData,
        version: u32,
    ) -> Option<Option<Value>> {
        let entry = self.slots[self.probe(graph, data, version)].checked_sub(1)? as usize;
        cfg.dominates(self.home[entry].0, block).then(|| self.data(graph, entry).result)
    }

    /// The result of an equal instruction that dominates; if there is none, this one is the one to be found from now on.
    pub(super) fn find_or_insert(
        &mut self,
        graph: &Graph,
        cfg: &Cfg,
        block: Block,
        inst: Inst,
        data: &InstData,
        version: u32,
    ) -> Option<Option<Value>> {
        let at = self.probe(graph, data, version);
        if let Some(found) = self.slots[at].checked_sub(1) {
            let found = found as usize;
            if cfg.dominates(self.home[found].0, block) {
                return Some(self.data(graph, found).result);
            }
        }
        self.slots[at] = inst.as_u32() + 1;
        self.home[inst.index()] = (block, version);
        None
    }

    /// Makes what all paths to a block have computed or checked be found there.
    pub(super) fn insert_joined(&mut self, graph: &Graph, block: Block, data: InstData, version: u32) {
        let at = self.probe(graph, &data, version);
        if self.slots[at] == 0 {
            self.used += 1;
            // Instructions have their room; what is joined takes what is left over, and no more.
            if self.used * 4 > self.slots.len() {
                return;
            }
        }
        self.home.push((block, version));
        self.joined.push(data);
        self.slots[at] = self.home.len() as u32;
    }

    /// The slot of an equal instruction, or the free slot for it.
    fn probe(&self, graph: &Graph, data: &InstData, version: u32) -> usize {
        let mut at = hash(data, version) as usize & self.mask;
        loop {
            let Some(found) = self.slots[at].checked_sub(1) else { return at };
            let other = self.data(graph, found as usize);
            if other.op == data.op
                && other.imm == data.imm
                && other.args == data.args
                && self.home[found as usize].1 == version
            {
                return at;
            }
            at = (at + 1) & self.mask;
        }
    }
}

/// The hash of an instruction, by what it computes.
pub(super) fn hash(data: &InstData, version: u32) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = (data.op as u64 ^ u64::from(version) << 8).wrapping_mul(FACTOR) ^ data.imm;
    for arg in &data.args {
        hash = (hash.rotate_left(5) ^ u64::from(arg.as_u32())).wrapping_mul(FACTOR);
    }
    hash ^ hash >> 29
}
