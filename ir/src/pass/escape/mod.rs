//! Partial escape analysis: objects exist only where something needs them to.
//!
//! One pass over the blocks in reverse post-order, which builds the new program beside the old one:
//!
//! ```text
//!  state at a block's start --transfer: each instruction--> state at its end
//!     ^  merge: from all predecessors                          |
//!     |  loops: guess, run the body, compare, again            v
//!     +------------------------------------------------ edges to the successors
//! ```
//!
//! In reading order: `state` (virtual objects), `transfer` (instructions), `table` (calls of the runtime that read and write tables), `deferred` (stores of virtual objects into real ones), `materialize` (objects that must exist, and
//! recipes in snapshots), `merge`, `loops`, `versions` (loops copied for what
//! they carry), `liveness`.
//!
//! The old instructions stay as they are until the end, because a loop's body may run several times; what a run of a block
//! makes of it is a list of instructions to keep, with new operands and snapshot, and new ones. Edges that leave a branch
//! and enter a merge get a block of their own first, so that whatever an edge needs can stand at its predecessor's end.

mod deferred;
mod liveness;
mod loops;
mod materialize;
mod merge;
mod state;
mod table;
mod transfer;
mod versions;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cfg::{Cfg, Loop, loops};
use crate::entity::{Block, Inst, Snap, Value};
use crate::graph::Graph;
use crate::inst::{Args, BlockCall, Terminator};
use crate::types::Type;
use deferred::Target;
use liveness::Liveness;
use merge::{Merged, Plan};
use state::{Form, Obj, ObjKind, State, Sym};

/// Tables with more inline slots are made at once.
const MAX_SLOTS: usize = 64;
/// Arrays are made when they get longer.
const MAX_ELEMS: usize = 64;

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    if !cfg.rpo().iter().any(|block| graph[*block].insts.iter().any(|inst| graph[*inst].op.is_new())) {
        return;
    }
    let first_new = Block::new(graph.num_blocks());
    split_edges(graph, &cfg);
    versions::run(graph);
    unsplit(graph, first_new);
    graph.mark_loop_heads();
}

/// Rewrites the graph; objects that were made only because a loop head merges them with others.
fn rewrite(graph: &mut Graph) -> Vec<Forced> {
    let cfg = Cfg::new(graph);
    let live = Liveness::new(graph, &cfg);
    let loops = loops(&cfg);
    let mut cx = Escape {
        env: graph.identity_map().into_iter().map(Sym::Value).collect(),
        arity: graph.blocks().map(|block| graph[block].params.len()).collect(),
        ends: (0..graph.num_blocks()).map(|_| Point::default()).collect(),
        edges: (0..graph.num_blocks()).map(|_| Edges::default()).collect(),
        head_of: loops.iter().enumerate().map(|(number, found)| (found.head, number)).collect(),
        loops,
        graph,
        cfg,
        live,
        kinds: Vec::new(),
        sites: FxHashMap::default(),
        merged_objects: FxHashMap::default(),
        positions: Positions::default(),
        params: FxHashMap::default(),
        snaps: FxHashMap::default(),
        plans: FxHashMap::default(),
        forced: Vec::new(),
        clock: 0,
    };
    let order = cx.cfg.rpo().to_vec();
    cx.run_blocks(&order);
    cx.commit()
}

/// An object made on an edge to a loop head, because the head has something else in that place.
#[derive(Clone, Copy)]
struct Forced {
    head: Block,
    edge: Block,
    /// The parameter of the old program that the place is, if it is one.
    param: Option<usize>,
    /// How many loops the edge is in.
    depth: u32,
}

/// The end of a block as far as it is done.
#[derive(Default)]
struct Point {
    state: State,
    insts: Vec<Out>,
    /// Changes whenever the state does.
    version: u32,
    /// Cells made before what they contain.
    unfilled: Vec<(Obj, Value)>,
    /// The snapshot of the terminator.
    snap: Option<Snap>,
}

/// An instruction of the new program.
struct Out {
    inst: Inst,
    /// The new operands of an instruction that the old program has, too.
    replaced: Option<Replaced>,
}

struct Replaced {
    args: Args,
    snap: Option<Snap>,
}

/// The parameters of a block in the new program, and what each edge passes.
#[derive(Default)]
struct Edges {
    params: Vec<Value>,
    passed: Vec<(Block, Vec<Value>)>,
}

/// The pass.
struct Escape<'g> {
    graph: &'g mut Graph,
    cfg: Cfg,
    live: Liveness,
    loops: Vec<Loop>,
    head_of: FxHashMap<Block, usize>,
    /// What the values of the old program are.
    env: Vec<Sym>,
    /// How many parameters blocks had in the old program.
    arity: Vec<usize>,
    ends: Vec<Point>,
    edges: Vec<Edges>,
    kinds: Vec<ObjKind>,
    sites: FxHashMap<Inst, Obj>,
    merged_objects: FxHashMap<(Pos, ObjKind), Obj>,
    positions: Positions,
    params: FxHashMap<(Pos, Form), Value>,
    snaps: FxHashMap<(Snap, u32), Snap>,
    plans: FxHashMap<Block, Plan>,
    forced: Vec<Forced>,
    clock: u32,
}

impl Escape<'_> {
    /// Runs these blocks, which are in order, and closed under predecessors but for what is done already.
    fn run_blocks(&mut self, blocks: &[Block]) {
        let mut done: FxHashSet<Block> = FxHashSet::default();
        for block in blocks {
            if done.contains(block) {
                continue;
            }
            if let Some(number) = self.head_of.get(block).copied() {
                done.extend(&self.loops[number].blocks);
                self.run_loop(number);
                continue;
            }
            let preds = self.cfg.preds(*block).to_vec();
            let merged = match preds.as_slice() {
                [] => Merged::default(),
                _ => self.merge(*block, &preds, None),
            };
            self.run_block(*block, &merged);
            self.incoming(*block, preds, merged.params, merged.args);
        }
    }

    /// Runs the instructions of a block.
    fn run_block(&mut self, block: Block, merged: &Merged) {
        let boxes = merged.boxes.iter().map(|inst| Out { inst: *inst, replaced: None });
        let mut at =
            Point { state: merged.state.clone(), insts: boxes.collect(), version: self.tick(), ..Point::default() };
        for inst in self.graph[block].insts.clone() {
            self.transfer(&mut at, inst);
        }
        match self.graph[block].term {
            // An exit carries out the stores that wait; what follows a jump has them waiting still.
            Terminator::Jump(_) | Terminator::Branch(..) | Terminator::Exit(..) => {}
            Terminator::Link(_, _, snap) => {
                self.materialize_all(&mut at, snap);
                self.carry_out(&mut at, |_| true);
            }
            Terminator::Return(_) | Terminator::Tail(_) | Terminator::Open => self.carry_out(&mut at, |_| true),
        }
        if let Some(snap) = self.graph[block].term.snap() {
            at.snap = Some(self.snapshot(&at, snap));
        }
        self.ends[block.index()] = at;
    }

    /// Notes the parameters of a block and what the edges pass for them.
    fn incoming(&mut self, block: Block, edges: Vec<Block>, params: Vec<Value>, args: Vec<Vec<Value>>) {
        self.edges[block.index()] = Edges { params, passed: edges.into_iter().zip(args).collect() };
    }

    /// What a value of the old program is. Values of the new program are themselves.
    fn sym(&self, value: Value) -> Sym {
        self.env.get(value.index()).copied().unwrap_or(Sym::Value(value))
    }

    fn bind(&mut self, value: Value, sym: Sym) {
        self.env[value.index()] = sym;
    }

    /// A number not used before for the state of a point.
    fn tick(&mut self) -> u32 {
        self.clock += 1;
        self.clock
    }

    fn new_object(&mut self, kind: ObjKind) -> Obj {
        self.kinds.push(kind);
        Obj(self.kinds.len() as u32 - 1)
    }

    /// The object that an instruction makes.
    fn site(&mut self, inst: Inst, kind: ObjKind) -> Obj {
        if let Some(object) = self.sites.get(&inst) {
            return *object;
        }
        let object = self.new_object(kind);
        self.sites.insert(inst, object);
        object
    }

    /// The object that different objects become in one place.
    fn merged_object(&mut self, pos: Pos, kind: ObjKind) -> Obj {
        if let Some(object) = self.merged_objects.get(&(pos, kind)) {
            return *object;
        }
        let object = self.new_object(kind);
        self.merged_objects.insert((pos, kind), object);
        object
    }

    /// The parameter for a place of a block.
    fn param(&mut self, block: Block, pos: Pos, ty: Type, form: Form) -> Value {
        if let Some(param) = self.params.get(&(pos, form)) {
            return *param;
        }
        let param = self.graph.add_param(block, form.ty(ty));
        self.params.insert((pos, form), param);
        param
    }

    /// Puts the new program in the place of the old one.
    fn commit(mut self) -> Vec<Forced> {
        for block in self.cfg.rpo().to_vec() {
            let params = &self.edges[block.index()].params;
            let keep: Vec<bool> = self.graph[block].params.iter().map(|param| params.contains(param)).collect();
            self.graph.retain_params(block, |number| keep[number]);
        }
        for block in self.cfg.rpo().to_vec() {
            let end = std::mem::take(&mut self.ends[block.index()]);
            let mut insts = Vec::with_capacity(end.insts.len());
            for out in end.insts {
                insts.push(out.inst);
                if let Some(Replaced { args, snap }) = out.replaced {
                    let data = &mut self.graph[out.inst];
                    data.args = args;
                    data.snap = snap;
                }
            }
            self.graph[block].insts = insts;
            let mut term = std::mem::replace(&mut self.graph[block].term, Terminator::Open);
            if let Terminator::Branch(cond, ..) = &mut term
                && let Sym::Value(value) = self.sym(*cond)
            {
                *cond = value;
            }
            if let (Some(old), Some(new)) = (term.snap_mut(), end.snap) {
                *old = new;
            }
            for target in term.targets_mut() {
                target.args = self.passed_args(block, target.block);
            }
            self.graph[block].term = term;
        }
        self.forced
    }

    /// Notes that an object is made on an edge to a loop head.
    fn force(&mut self, head: Block, edge: Block, param: Option<usize>) {
        let depth = self.loops.iter().filter(|found| found.blocks.contains(&edge)).count() as u32;
        self.forced.push(Forced { head, edge, param, depth });
    }

    /// What a block passes to a successor, in the order of the successor's parameters.
    fn passed_args(&self, from: Block, to: Block) -> Vec<Value> {
        let edges = &self.edges[to.index()];
        let passed = &edges.passed.iter().find(|passed| passed.0 == from).expect("every edge was merged").1;
        let number = |param| edges.params.iter().position(|other| other == param).expect("kept parameters are passed");
        self.graph[to].params.iter().map(|param| passed[number(param)]).collect()
    }
}

/// A place that can hold something at the start of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Pos(u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Path {
    /// A parameter of the old program.
    Param(Block, usize),
    /// The object itself.
    Object(Block, Obj),
    Slot(Pos, usize),
    Elem(Pos, usize),
    /// A key or a value of the hash part.
    Pair(Pos, usize),
    /// What is to be stored in a place of a real object.
    Deferred(Block, Target),
}

/// Places by number, the same number whenever a block is merged again.
#[derive(Default)]
struct Positions {
    numbers: FxHashMap<Path, Pos>,
}

impl Positions {
    fn get(&mut self, path: Path) -> Pos {
        let next = Pos(self.numbers.len() as u32);
        *self.numbers.entry(path).or_insert(next)
    }

    fn param(&mut self, block: Block, number: usize) -> Pos {
        self.get(Path::Param(block, number))
    }

    fn object(&mut self, block: Block, object: Obj) -> Pos {
        self.get(Path::Object(block, object))
    }

    fn slot(&mut self, parent: Pos, slot: usize) -> Pos {
        self.get(Path::Slot(parent, slot))
    }

    fn deferred(&mut self, block: Block, target: Target) -> Pos {
        self.get(Path::Deferred(block, target))
    }

    fn pair(&mut self, parent: Pos, index: usize) -> Pos {
        self.get(Path::Pair(parent, index))
    }

    fn elem(&mut self, parent: Pos, index: usize) -> Pos {
        self.get(Path::Elem(parent, index))
    }
}

/// Gives each edge from a block with several successors to one with several predecessors a block of its own.
fn split_edges(graph: &mut Graph, cfg: &Cfg) {
    for block in cfg.rpo() {
        let mut term = std::mem::replace(&mut graph[*block].term, Terminator::Open);
        if term.targets().count() > 1 {
            for target in term.targets_mut().filter(|target| cfg.preds(target.block).len() > 1) {
                let between = graph.new_block();
                let call = std::mem::replace(target, BlockCall { block: between, args: Vec::new() });
                graph[between].term = Terminator::Jump(call);
            }
        }
        graph[*block].term = term;
    }
}

/// Takes the blocks from this one on out again that nothing was put into.
fn unsplit(graph: &mut Graph, first_new: Block) {
    for block in graph.blocks() {
        let mut term = std::mem::replace(&mut graph[block].term, Terminator::Open);
        for target in term.targets_mut().filter(|target| target.block >= first_new) {
            let between = &graph[target.block];
            if between.insts.is_empty()
                && between.params.is_empty()
                && let Terminator::Jump(call) = &between.term
            {
                *target = call.clone();
            }
        }
        graph[block].term = term;
    }
}
