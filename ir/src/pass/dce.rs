//! Dead code: drops what no exit, no write and no jump needs.
//!
//! Liveness starts at what has to stay (writes, exits, pinned operations, terminators) and follows operands, snapshots of
//! live instructions, and the arguments that jumps pass to live block parameters. An allocation whose object is used
//! by nothing goes too, and so do the stores into an object that is used by such stores alone, unless it has a finalizer.
//! Blocks that cannot be
//! reached are emptied.

use crate::cfg::Cfg;
use crate::entity::{Block, Inst, Snap, Value};
use crate::graph::{Graph, ValueDef};
use crate::inst::Terminator;
use crate::op::Op;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let mut cx = Ctx {
        graph,
        cfg: &cfg,
        live: vec![false; graph.num_values()],
        kept: vec![false; graph.num_insts()],
        snaps: vec![false; graph.num_snaps()],
        waiting: vec![Vec::new(); graph.num_values()],
        work: Vec::new(),
    };
    cx.mark_roots();
    cx.propagate();
    let Ctx { live, kept, .. } = cx;
    for block in graph.blocks() {
        if !cfg.is_reachable(block) {
            graph[block].insts.clear();
            graph[block].params.clear();
            graph[block].term = Terminator::Open;
            graph[block].loop_head = false;
            continue;
        }
        graph[block].insts.retain(|inst| kept[inst.index()]);
    }
    drop_params(graph, &cfg, &live);
}

/// Drops parameters that are not live, together with the values that jumps pass for them.
fn drop_params(graph: &mut Graph, cfg: &Cfg, live: &[bool]) {
    for block in cfg.rpo() {
        let mut term = std::mem::replace(&mut graph[*block].term, Terminator::Open);
        for target in term.targets_mut() {
            let mut params = graph[target.block].params.iter();
            target.args.retain(|_| params.next().is_some_and(|param| live[param.index()]));
        }
        graph[*block].term = term;
    }
    for block in cfg.rpo() {
        let keep: Vec<bool> = graph[*block].params.iter().map(|param| live[param.index()]).collect();
        if keep.contains(&false) {
            graph.retain_params(*block, |i| keep[i]);
        }
    }
}

struct Ctx<'a> {
    graph: &'a Graph,
    cfg: &'a Cfg,
    live: Vec<bool>,
    kept: Vec<bool>,
    snaps: Vec<bool>,
    /// Stores into an object of the graph's own, to be kept as soon as the object is live.
    waiting: Vec<Vec<Inst>>,
    work: Vec<Value>,
}

impl Ctx<'_> {
    fn mark_roots(&mut self) {
        let graph = self.graph;
        for block in self.cfg.rpo() {
            for inst in &graph[*block].insts {
                let data = &graph[*inst];
                if data.effects().is_removable() && !self.finalized(*inst) {
                    continue;
                }
                match self.fresh_target(*inst) {
                    Some(object) => self.waiting[object.index()].push(*inst),
                    None => self.keep(*inst),
                }
            }
            if let Terminator::Branch(cond, ..) = &graph[*block].term {
                self.value(*cond);
            }
            if let Some(snap) = graph[*block].term.snap() {
                self.snap(snap);
            }
        }
    }

    /// The object that a store, or a barrier, is about, if it was made in the graph.
    fn fresh_target(&self, inst: Inst) -> Option<Value> {
        let data = &self.graph[inst];
        let is_store = matches!(
            data.op,
            Op::SlotStore | Op::ArrayStore | Op::ArrayAppend | Op::SetShape | Op::CellStore | Op::Barrier
        );
        let object = *data.args.first()?;
        (is_store && !self.finalized(inst) && self.graph.def_inst(object)?.op.is_new()).then_some(object)
    }

    /// Does this give an object a finalizer? Then the object has to exist.
    fn finalized(&self, inst: Inst) -> bool {
        let data = &self.graph[inst];
        match data.op {
            Op::NewTable => self.graph[data.shape()].has_finalizer,
            Op::SetShape => self.graph[data.new_shape()].has_finalizer,
            _ => false,
        }
    }

    fn propagate(&mut self) {
        while let Some(value) = self.work.pop() {
            for inst in std::mem::take(&mut self.waiting[value.index()]) {
                self.keep(inst);
            }
            match self.graph.def(value) {
                ValueDef::Inst(inst) => self.keep(inst),
                ValueDef::Param(block, number) => self.passed(block, number as usize),
                ValueDef::Const(_) | ValueDef::None => {}
            }
        }
    }

    /// The values that jumps pass for a parameter.
    fn passed(&mut self, block: Block, number: usize) {
        let graph = self.graph;
        let cfg = self.cfg;
        for pred in cfg.preds(block) {
            for target in graph[*pred].term.targets().filter(|target| target.block == block) {
                self.value(target.args[number]);
            }
        }
    }

    fn keep(&mut self, inst: Inst) {
        if std::mem::replace(&mut self.kept[inst.index()], true) {
            return;
        }
        let data = &self.graph[inst];
        data.args.iter().for_each(|arg| self.value(*arg));
        if let Some(snap) = data.snap {
            self.snap(snap);
        }
    }

    fn snap(&mut self, snap: Snap) {
        if !std::mem::replace(&mut self.snaps[snap.index()], true) {
            self.graph[snap].for_each_value(|value| self.value(value));
        }
    }

    fn value(&mut self, value: Value) {
        if !std::mem::replace(&mut self.live[value.index()], true) {
            self.work.push(value);
        }
    }
}
