//! Block parameters: drops those that are always the same value, and unboxes those that always have the same tag.
//!
//! A parameter for which every jump passes one value, or the parameter itself, is that value. A boxed parameter for
//! which every jump passes a box with one tag becomes a parameter for the payload, boxed again at the start of the block, where
//! folding meets the box. The second rule is optimistic: parameters that feed each other around loops are assumed to have
//! the tag until an argument says otherwise.

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

    fn of(graph: &Graph, kinds: &[Kind], value: Value) -> Kind {
        if let ValueDef::Param(..) = graph.def(value) {
            return kinds[value.index()];
        }
        match boxed(graph, value) {
            Some(Boxed::Bool(_) | Boxed::Tagged(Tag::False | Tag::True, _)) => Kind::Bool,
            Some(Boxed::Tagged(tag, Some(_))) => Kind::Tag(tag),
            _ => Kind::Mixed,
        }
    }
}

fn unbox(graph: &mut Graph, cfg: &Cfg) {
    let mut kinds = vec![Kind::Unknown; graph.num_values()];
    let mut changed = true;
    while changed {
        changed = false;
        for target in cfg.rpo().iter().flat_map(|block| graph[*block].term.targets()) {
            for (param, arg) in graph[target.block].params.iter().zip(&target.args) {
                if graph.ty(*param) == Type::Any && kinds[param.index()] != Kind::Mixed {
                    let kind = kinds[param.index()].meet(Kind::of(graph, &kinds, *arg));
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
        unbox_arguments(graph, cfg);
    }
}

/// Passes payloads where the parameter is one and the argument is still a box.
fn unbox_arguments(graph: &mut Graph, cfg: &Cfg) {
    for block in cfg.rpo() {
        let mut term = std::mem::replace(&mut graph[*block].term, Terminator::Open);
        for target in term.targets_mut() {
            for (number, arg) in target.args.iter_mut().enumerate() {
                let param = graph[target.block].params[number];
                if graph.ty(*arg) == Type::Any && graph.ty(param) != Type::Any {
                    *arg = match boxed(graph, *arg) {
                        Some(Boxed::Tagged(_, Some(payload)) | Boxed::Bool(payload)) => payload,
                        Some(Boxed::Tagged(tag, None)) => graph.bconst(tag == Tag::True),
                        None => unreachable!("every argument is a box"),
                    };
                }
            }
        }
        graph[*block].term = term;
    }
}
