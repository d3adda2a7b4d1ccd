//! Block parameters: drops those that are always the same value, and unboxes those that always have the same tag.
//!
//! A parameter for which every jump passes one value, or the parameter itself, is that value. A boxed parameter for
//! which every jump passes a box with one tag, or a value that a guard has found to have it, becomes a parameter for the payload, boxed
//! again at the start of the block, where folding meets the box. The second rule is optimistic: parameters that feed each other
//! around loops are assumed to have the tag until an argument says otherwise.

use smallvec::SmallVec;

use crate::cfg::Cfg;
use crate::entity::{Block, Value};
use crate::graph::{Graph, ValueDef, resolve};
use crate::inst::{InstData, Terminator};
use crate::op::Op;
use crate::pass::fold::{Boxed, boxed};
use crate::types::{Tag, Type};

/// Runs the pass.
pub fn run(graph: &mut Graph) {
    let cfg = Cfg::new(graph);
    drop_redundant(graph, &cfg);
    unbox(graph, &cfg);
}

fn drop_redundant(graph: &mut Graph, cfg: &Cfg) {
    let mut map = graph.identity_map();
    let mut any = false;
    let mut changed = true;
    while changed {
        changed = false;
        for block in cfg.rpo().iter().skip(1) {
            for number in 0..graph[*block].params.len() {
                let param = graph[*block].params[number];
                if map[param.index()] == param
                    && let Some(value) = only_argument(graph, cfg, &mut map, *block, number)
                {
                    map[param.index()] = value;
                    changed = true;
                    any = true;
                }
            }
        }
    }
    if !any {
        return;
    }
    let redundant = |value: Value| map[value.index()] != value;
    let keep: Vec<Vec<bool>> =
        graph.blocks().map(|block| graph[block].params.iter().map(|param| !redundant(*param)).collect()).collect();
    retain(graph, cfg, &keep);
    graph.substitute(&mut map);
}

/// Keeps the marked parameters of all blocks, and the values passed for them.
fn retain(graph: &mut Graph, cfg: &Cfg, keep: &[Vec<bool>]) {
    for block in cfg.rpo() {
        for target in graph[*block].term.targets_mut() {
            let mut keep = keep[target.block.index()].iter();
            target.args.retain(|_| *keep.next().expect("one argument for each parameter"));
        }
        let keep = &keep[block.index()];
        if keep.contains(&false) {
            graph.retain_params(*block, |number| keep[number]);
        }
    }
}

/// The one value that jumps pass for a parameter, besides the parameter itself.
fn only_argument(graph: &Graph, cfg: &Cfg, map: &mut [Value], block: Block, number: usize) -> Option<Value> {
    let param = graph[block].params[number];
    let mut only = None;
    for pred in cfg.preds(block) {
        for target in graph[*pred].term.targets().filter(|target| target.block == block) {
            let arg = resolve(map, target.args[number]);
            if arg != param && only.replace(arg).is_some_and(|other| other != arg) {
                return None;
            }
        }
    }
    only
}

/// What the arguments of a boxed parameter have in common.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Unknown,
    Tag(Tag),
    Bool,
    Mixed,
}

impl Kind {
    fn meet(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Unknown, kind) | (kind, Kind::Unknown) => kind,
            (a, b) if a == b => a,
            _ => Kind::Mixed,
        }
    }

    /// What a value is that is passed at the end of `block`.
    fn of(graph: &Graph, kinds: &[Kind], checked: &Checked<'_>, block: Block, value: Value) -> Kind {
        match boxed(graph, value) {
            Some(Boxed::Bool(_) | Boxed::Tagged(Tag::False | Tag::True, _)) => Kind::Bool,
            Some(Boxed::Tagged(tag, Some(_))) => Kind::Tag(tag),
            Some(Boxed::Tagged(_, None)) => Kind::Mixed,
            None => match (checked.at(block, value), graph.def(value)) {
                (Some((tag, _)), _) => Kind::Tag(tag),
                (None, ValueDef::Param(..)) => kinds[value.index()],
                (None, _) => Kind::Mixed,
            },
        }
    }
}

/// What guards have taken out of boxed values: for each value the guard's block, the tag and the payload.
struct Checked<'a> {
    cfg: &'a Cfg,
    by_value: Vec<SmallVec<[(Block, Tag, Value); 1]>>,
}

impl Checked<'_> {
    fn new<'a>(graph: &Graph, cfg: &'a Cfg) -> Checked<'a> {
        let mut by_value = vec![SmallVec::new(); graph.num_values()];
        for block in cfg.rpo() {
            for inst in graph[*block].insts.iter().map(|inst| &graph[*inst]).filter(|inst| inst.op == Op::GuardTag) {
                if let Some(payload) = inst.result {
                    by_value[inst.args[0].index()].push((*block, inst.tag(), payload));
                }
            }
        }
        Checked { cfg, by_value }
    }

    /// The tag that a value is known to have at the end of a block, and its payload.
    fn at(&self, block: Block, value: Value) -> Option<(Tag, Value)> {
        let guards = self.by_value.get(value.index())?;
        guards.iter().find(|(home, ..)| self.cfg.dominates(*home, block)).map(|(_, tag, payload)| (*tag, *payload))
    }
}

fn unbox(graph: &mut Graph, cfg: &Cfg) {
    let checked = Checked::new(graph, cfg);
    let mut kinds = vec![Kind::Unknown; graph.num_values()];
    let mut changed = true;
    while changed {
        changed = false;
        for (block, target) in
            cfg.rpo().iter().flat_map(|block| graph[*block].term.targets().map(move |target| (*block, target)))
        {
            for (param, arg) in graph[target.block].params.iter().zip(&target.args) {
                if graph.ty(*param) == Type::Any && kinds[param.index()] != Kind::Mixed {
                    let kind = kinds[param.index()].meet(Kind::of(graph, &kinds, &checked, block, *arg));
                    changed |= kind != kinds[param.index()];
                    kinds[param.index()] = kind;
                }
            }
        }
    }
    let mut unboxed = vec![false; graph.num_values()];
    for block in cfg.rpo() {
        let mut boxes = Vec::new();
        for number in 0..graph[*block].params.len() {
            let param = graph[*block].params[number];
            let (op, ty, imm) = match kinds[param.index()] {
                Kind::Tag(Tag::Int) => (Op::BoxInt, Type::Int, 0),
                Kind::Tag(Tag::Float) => (Op::BoxFloat, Type::Float, 0),
                Kind::Tag(tag) if tag.payload() == Some(Type::Ref) => (Op::BoxRef, Type::Ref, tag as u64),
                Kind::Bool => (Op::BoxBool, Type::Bool, 0),
                _ => continue,
            };
            let payload = graph.replace_param(*block, number, ty);
            boxes.push(graph.make_inst_for(param, InstData::new(op, &[payload], imm)));
            unboxed[param.index()] = true;
        }
        graph[*block].insts.splice(0..0, boxes);
    }
    if unboxed.contains(&true) {
        unbox_arguments(graph, &checked);
    }
}

/// Passes payloads where the parameter is one and the argument is still boxed.
fn unbox_arguments(graph: &mut Graph, checked: &Checked<'_>) {
    for block in checked.cfg.rpo() {
        let mut term = std::mem::replace(&mut graph[*block].term, Terminator::Open);
        for target in term.targets_mut() {
            for (number, arg) in target.args.iter_mut().enumerate() {
                let param = graph[target.block].params[number];
                if graph.ty(*arg) == Type::Any && graph.ty(param) != Type::Any {
                    let payload = checked.at(*block, *arg).map(|(_, payload)| payload);
                    *arg = match (payload.filter(|payload| graph.ty(*payload) == graph.ty(param)), boxed(graph, *arg)) {
                        (Some(payload), _) => payload,
                        (None, Some(Boxed::Tagged(_, Some(payload)) | Boxed::Bool(payload))) => payload,
                        (None, Some(Boxed::Tagged(tag, None))) => graph.bconst(tag == Tag::True),
                        (None, None) => unreachable!("every argument is a box, or was checked"),
                    };
                }
            }
        }
        graph[*block].term = term;
    }
}
