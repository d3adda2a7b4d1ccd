//! Value numbering and guard elimination, in one walk in reverse post-order.
//!
//! Each instruction is folded, decided by the facts known at its place (see `guard`), and looked up among those
//! before it: an equal one that dominates it replaces it. Equal means the same operation, immediate and operands and, for what reads
//! memory, the same version of what it reads. An alias class gets a new version by every write, where paths with
//! different versions meet, and at the head of a loop that writes it. A guard equal to a dominating one always passes.
//!
//! Where paths meet, what all of them have computed or checked is known as well (see `meet`).
//!
//! An integer that a guard has found equal to a constant is the constant from there on: the step of a loop, which is checked
//! at its entry, is then carried along no more. A branch says as much, but is not listened to: on one of a loop's
//! paths the counter would turn into a number, and no longer be seen to step.
//!
//! Version numbers only grow, and all that lies between two places, the first of which dominates the second, comes
//! between them in the walk; so the greatest version of the classes read stands for all of them.

mod meet;
mod table;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::cfg::{Cfg, loops};
use crate::effects::{AliasClass, AliasSet};
use crate::entity::{Block, Inst, Value};
use crate::graph::{Graph, resolve};
use crate::inst::{InstData, Terminator};
use crate::op::Op;
use crate::pass::fold::{Folded, complement, end_at_guard, fold_all, fold_terminator, unbox_snapshots};
use crate::pass::guard::Facts;
use crate::types::Type;
use table::Table;

type Versions = [u32; AliasClass::COUNT];

/// Whether equal instructions give equal results, and pass equally where they check: no memory is written, nothing is made.
fn repeats(data: &InstData) -> bool {
    let effects = data.effects();
    let unique = effects.allocates || effects.pinned || !effects.writes.is_empty() || data.op == Op::GuardShape;
    !unique && (data.op.is_guard() || !effects.exits)
}

/// The version of all that an instruction reads.
fn version_read(data: &InstData, versions: &Versions) -> u32 {
    data.effects().reads.iter().map(|class| versions[class as usize]).max().unwrap_or(0)
}

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    let facts = Facts::new(graph, &cfg);
    let mut cx = Ctx {
        map: graph.identity_map(),
        table: Table::new(graph),
        facts,
        numbers: FxHashMap::default(),
        live: vec![false; graph.num_blocks()],
        exit_versions: vec![[0; AliasClass::COUNT]; graph.num_blocks()],
        loop_writes: loop_writes(graph, &cfg),
        next_version: 0,
        cfg: &cfg,
    };
    cx.live[graph.entry().index()] = true;
    for block in cfg.rpo() {
        if cx.live[block.index()] {
            cx.block(graph, *block);
        }
    }
    graph.substitute(&mut cx.map);
    unbox_snapshots(graph);
    graph.mark_loop_heads();
}

/// The classes that each loop writes, by head.
fn loop_writes(graph: &Graph, cfg: &Cfg) -> Vec<AliasSet> {
    let mut writes = vec![AliasSet::NONE; graph.num_blocks()];
    for block in cfg.rpo() {
        for inst in &graph[*block].insts {
            writes[block.index()] = writes[block.index()] | graph[*inst].effects().writes;
        }
    }
    let mut by_head = vec![AliasSet::NONE; graph.num_blocks()];
    for looped in loops(cfg) {
        by_head[looped.head.index()] =
            looped.blocks.iter().fold(AliasSet::NONE, |set, block| set | writes[block.index()]);
    }
    by_head
}

struct Ctx<'a> {
    cfg: &'a Cfg,
    map: Vec<Value>,
    table: Table,
    facts: Facts,
    /// The constant that a guard in a block has found an integer to be.
    numbers: FxHashMap<Value, SmallVec<[(Block, Value); 1]>>,
    live: Vec<bool>,
    exit_versions: Vec<Versions>,
    loop_writes: Vec<AliasSet>,
    next_version: u32,
}

impl Ctx<'_> {
    fn block(&mut self, graph: &mut Graph, block: Block) {
        let mut versions = self.entry_versions(block);
        self.learn_from_edge(graph, block);
        self.meet(graph, block, &versions);
        let insts = std::mem::take(&mut graph[block].insts);
        let mut kept = Vec::with_capacity(insts.len());
        for inst in insts {
            match self.inst(graph, block, inst, &mut versions) {
                Outcome::Keep => kept.push(inst),
                Outcome::Gone => {}
                Outcome::End => {
                    let at = kept.len();
                    graph[block].insts = kept;
                    let data = graph[inst].clone();
                    end_at_guard(graph, block, at, &data);
                    return;
                }
            }
        }
        graph[block].insts = kept;
        let mut term = std::mem::replace(&mut graph[block].term, Terminator::Open);
        term.map_values(|value| {
            let value = resolve(&mut self.map, value);
            self.known(graph, block, value)
        });
        if let Terminator::Branch(cond, ..) = &mut term
            && let Some(outcome) = self.cond(graph, block, *cond)
        {
            *cond = graph.bconst(outcome);
        }
        fold_terminator(graph, &mut term);
        for target in term.targets() {
            self.live[target.block.index()] = true;
        }
        graph[block].term = term;
        self.exit_versions[block.index()] = versions;
    }

    fn inst(&mut self, graph: &mut Graph, block: Block, inst: Inst, versions: &mut Versions) -> Outcome {
        let mut data = graph[inst].clone();
        for arg in &mut data.args {
            let value = resolve(&mut self.map, *arg);
            *arg = self.known(graph, block, value);
        }
        let shape_version = versions[AliasClass::Shape as usize];
        let mut folded = fold_all(graph, &mut data);
        if matches!(folded, Folded::Keep) {
            folded = match data.op {
                Op::GuardTrue | Op::GuardFalse => match self.cond(graph, block, data.args[0]) {
                    Some(outcome) if outcome == (data.op == Op::GuardTrue) => Folded::Drop,
                    Some(_) => Folded::Fail,
                    None => Folded::Keep,
                },
                _ => self.facts.decide(graph, self.cfg, block, &data, shape_version),
            };
        }
        match folded {
            Folded::Value(value) => return self.replace(&data, value),
            Folded::Drop => return Outcome::Gone,
            Folded::Fail => {
                graph[inst] = data;
                return Outcome::End;
            }
            Folded::Keep | Folded::Rewrite(..) => {}
        }
        if repeats(&data) {
            let version = version_read(&data, versions);
            if let Some(leader) = self.table.find_or_insert(graph, self.cfg, block, inst, &data, version) {
                return match leader {
                    Some(value) => self.replace(&data, value),
                    None => Outcome::Gone,
                };
            }
        } else if data.op == Op::GuardShape {
            self.table.note_version(inst, shape_version);
        }
        for class in data.effects().writes.iter() {
            versions[class as usize] = self.fresh_version();
        }
        if data.op == Op::SetShape {
            self.facts.set_shape(block, &data, shape_version, versions[AliasClass::Shape as usize]);
        } else {
            self.facts.learn(graph, self.cfg, block, &data, shape_version);
            self.learn_number(graph, block, &data);
        }
        graph[inst] = data;
        Outcome::Keep
    }

    fn replace(&mut self, data: &InstData, value: Value) -> Outcome {
        if let Some(result) = data.result {
            self.map[result.index()] = value;
        }
        Outcome::Gone
    }

    /// The constant that a value is known to be here, or the value.
    fn known(&self, graph: &mut Graph, block: Block, value: Value) -> Value {
        match graph.ty(value) {
            Type::Any => match self.facts.prim(self.cfg, block, value) {
                Some(tag) => graph.prim(tag),
                None => value,
            },
            Type::Bool => match self.facts.cond(self.cfg, block, value) {
                Some(outcome) => graph.bconst(outcome),
                None => value,
            },
            Type::Int => {
                let found = self.numbers.get(&value).map_or(&[] as &[_], |found| found);
                found.iter().find(|(home, _)| self.cfg.dominates(*home, block)).map_or(value, |(_, number)| *number)
            }
            _ => value,
        }
    }

    /// A guard that compares an integer with a constant says which it is.
    fn learn_number(&mut self, graph: &Graph, block: Block, data: &InstData) {
        let equal = match data.op {
            Op::GuardTrue => Op::Eq,
            Op::GuardFalse => Op::Ne,
            _ => return,
        };
        if let Some(compare) = graph.def_inst(data.args[0]).filter(|compare| compare.op == equal) {
            let (a, b) = (compare.args[0], compare.args[1]);
            match (graph.as_int(a), graph.as_int(b)) {
                (None, Some(_)) => self.numbers.entry(a).or_default().push((block, b)),
                (Some(_), None) => self.numbers.entry(b).or_default().push((block, a)),
                _ => {}
            }
        }
    }

    /// The outcome of a condition by a fact about its complement.
    fn cond(&self, graph: &Graph, block: Block, cond: Value) -> Option<bool> {
        let inst = graph.def_inst(cond)?;
        let (op, args) = complement(inst)?;
        let complement = InstData::new(op, &args, 0);
        let known = self.table.find(graph, self.cfg, block, &complement, 0)??;
        self.facts.cond(self.cfg, block, known).map(|outcome| !outcome)
    }

    /// A block with one way in learns from the branch that leads there.
    fn learn_from_edge(&mut self, graph: &Graph, block: Block) {
        let [pred] = *self.cfg.preds(block) else { return };
        if let Terminator::Branch(cond, yes, no) = &graph[pred].term
            && yes.block != no.block
        {
            self.facts.learn_cond(graph, self.cfg, block, *cond, yes.block == block);
        }
    }

    fn entry_versions(&mut self, block: Block) -> Versions {
        let mut versions = None;
        for pred in self.cfg.preds(block) {
            // Predecessors along back edges come later: `loop_writes` speaks for them.
            if self.cfg.order(*pred) >= self.cfg.order(block) || !self.live[pred.index()] {
                continue;
            }
            let other = self.exit_versions[pred.index()];
            match &mut versions {
                None => versions = Some(other),
                Some(versions) => {
                    for (version, other) in versions.iter_mut().zip(other) {
                        if *version != other {
                            self.next_version += 1;
                            *version = self.next_version;
                        }
                    }
                }
            }
        }
        let mut versions = versions.unwrap_or_default();
        for class in self.loop_writes[block.index()].iter() {
            versions[class as usize] = self.fresh_version();
        }
        versions
    }

    fn fresh_version(&mut self) -> u32 {
        self.next_version += 1;
        self.next_version
    }
}

enum Outcome {
    Keep,
    Gone,
    End,
}
