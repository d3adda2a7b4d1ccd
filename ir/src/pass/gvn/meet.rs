//! Where paths meet: what all of them have computed or checked need not be done again.
//!
//! ```text
//!          D                      D dominates M: what it did is found anyway
//!        /   \
//!   a1 = ...   b1 = ...           equal operations of operands that are the same, or that are equal themselves
//!        \   /
//!          M(p1)                  p1 is a1 or b1: from here on, the operation gives p1
//! ```
//!
//! That matters behind the first iteration of a loop whose body has branches: each branch has checked what does not change, and the loop
//! need not do it again, on whichever path.
//!
//! What reads memory counts if nothing was written between it and the end of its path. The blocks on a path are those that dominate its
//! end, up to D: nothing else is sure to have run.
//!
//! This file owns the fact that an entry for a block in the table of values says what every path there has done.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{Ctx, Versions, repeats, version_read};
use crate::effects::AliasClass;
use crate::entity::{Block, Inst, Value};
use crate::graph::Graph;
use crate::inst::{Args, InstData};
use crate::op::Op;

/// No paths that have more instructions are compared.
const MAX_INSTS: usize = 4000;

/// One way to a block.
struct Path {
    /// The blocks that are sure to have run since the paths parted, in their order.
    blocks: Vec<Block>,
    /// Their instructions that still hold at the end.
    insts: Vec<Inst>,
}

/// The values on the other paths that are equal to one of the first path, and the parameter that is all of them.
struct Joined {
    param: Value,
    others: SmallVec<[Value; 2]>,
}

impl Ctx<'_> {
    /// Makes known in `block`, which begins with `versions`, what all ways there have computed and checked.
    pub(super) fn meet(&mut self, graph: &mut Graph, block: Block, versions: &Versions) {
        let mut ends: SmallVec<[Block; 4]> = SmallVec::new();
        for pred in self.cfg.preds(block) {
            if self.cfg.order(*pred) >= self.cfg.order(block) {
                return;
            }
            if self.live[pred.index()] && !ends.contains(pred) {
                ends.push(*pred);
            }
        }
        let Some(above) = self.cfg.idom(block).filter(|above| ends.len() > 1 && !ends.contains(above)) else { return };
        let paths: Vec<Path> = ends.iter().map(|end| self.path(graph, above, *end)).collect();
        if paths.iter().any(|path| path.insts.is_empty())
            || paths.iter().map(|path| path.insts.len()).sum::<usize>() > MAX_INSTS
        {
            return;
        }
        let (first, others) = paths.split_first().expect("there are several");
        let own = defined_on(graph, first);
        let others: Vec<FxHashMap<(Op, u64, Args), Inst>> =
            others.iter().map(|path| path.insts.iter().map(|inst| (key(&graph[*inst]), *inst)).collect()).collect();
        let mut joined: FxHashMap<Value, Joined> = FxHashMap::default();
        for inst in &first.insts {
            let mut data = graph[*inst].clone();
            let Some(equal) = find_equal(graph, &data, &own, &joined, &others) else { continue };
            for arg in &mut data.args {
                *arg = joined.get(arg).map_or(*arg, |joined| joined.param);
            }
            (data.snap, data.guard) = (None, None);
            if let Some(result) = data.result {
                let others: SmallVec<[Value; 2]> = equal.iter().filter_map(|inst| graph[*inst].result).collect();
                let param = self.param_of(graph, block, &ends, result, &others);
                data.result = Some(param);
                joined.insert(result, Joined { param, others });
            }
            self.facts.learn(graph, self.cfg, block, &data, versions[AliasClass::Shape as usize]);
            if data.op != Op::GuardShape {
                let version = version_read(&data, versions);
                self.table.insert_joined(graph, block, data, version);
            }
        }
    }

    /// The way from below `above` to the end of `end`.
    fn path(&self, graph: &Graph, above: Block, end: Block) -> Path {
        let mut blocks = Vec::new();
        let mut at = end;
        while at != above {
            blocks.push(at);
            at = self.cfg.idom(at).expect("the paths have parted below the entry");
        }
        blocks.reverse();
        let versions = &self.exit_versions[end.index()];
        let holds = |inst: &Inst| {
            let data = &graph[*inst];
            let version = match data.op {
                Op::GuardShape => versions[AliasClass::Shape as usize],
                _ if repeats(data) => version_read(data, versions),
                _ => return false,
            };
            self.table.version(*inst) == Some(version)
        };
        let insts = blocks.iter().flat_map(|block| graph[*block].insts.iter().copied()).filter(holds).collect();
        Path { blocks, insts }
    }

    /// The parameter of `block` that is `first` or one of `others`, by the way that is taken.
    fn param_of(&mut self, graph: &mut Graph, block: Block, ends: &[Block], first: Value, others: &[Value]) -> Value {
        let passed = |end: &Block| {
            ends.iter()
                .position(|other| other == end)
                .map_or(first, |way| if way == 0 { first } else { others[way - 1] })
        };
        let there = (0..graph[block].params.len()).find(|number| {
            let mut jumps = ends.iter().flat_map(|end| graph[*end].term.targets().map(move |target| (end, target)));
            jumps.all(|(end, target)| target.block != block || target.args[*number] == passed(end))
        });
        if let Some(number) = there {
            return graph[block].params[number];
        }
        let param = graph.add_param(block, graph.ty(first));
        for pred in self.cfg.preds(block) {
            let arg = passed(pred);
            for target in graph[*pred].term.targets_mut().filter(|target| target.block == block) {
                target.args.push(arg);
            }
        }
        self.facts.admit(param, block);
        param
    }
}

/// All values that blocks of a path define.
fn defined_on(graph: &Graph, path: &Path) -> FxHashSet<Value> {
    let params = path.blocks.iter().flat_map(|block| graph[*block].params.iter().copied());
    let results =
        path.blocks.iter().flat_map(|block| graph[*block].insts.iter().filter_map(|inst| graph[*inst].result));
    params.chain(results).collect()
}

fn key(data: &InstData) -> (Op, u64, Args) {
    (data.op, data.imm, data.args.clone())
}

/// The instructions of the other paths that are equal to one of the first, whose own values are `own`.
fn find_equal(
    graph: &Graph,
    data: &InstData,
    own: &FxHashSet<Value>,
    joined: &FxHashMap<Value, Joined>,
    others: &[FxHashMap<(Op, u64, Args), Inst>],
) -> Option<SmallVec<[Inst; 2]>> {
    let mut found = SmallVec::new();
    for (way, insts) in others.iter().enumerate() {
        let mut wanted = key(data);
        for arg in &mut wanted.2 {
            match joined.get(arg) {
                Some(joined) => *arg = joined.others[way],
                None if own.contains(arg) => return None,
                None => {}
            }
        }
        let inst = *insts.get(&wanted)?;
        let same_type = graph[inst].result.map(|value| graph.ty(value)) == data.result.map(|value| graph.ty(value));
        found.push(same_type.then_some(inst)?);
    }
    Some(found)
}
