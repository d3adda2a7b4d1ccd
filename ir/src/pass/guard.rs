//! What is known at a point of the program because control got there: facts from guards and branches.
//!
//! - of a boxed value: the set of tags it can have;
//! - of a condition: its outcome;
//! - of a table: its shape, until something may change it.
//!
//! A fact holds in the block that learned it, from there on, and in the blocks that this block dominates. A shape
//! is known for ever if the graph has no call that changes shapes, and each `set_shape` that leads away from it is about a
//! table made later than the one in hand was known. Otherwise it is known as long as the version of the shape class is the
//! one it was learned under. `set_shape` from A keeps what is known of tables of other shapes: they are other tables.

use smallvec::SmallVec;

use crate::cfg::Cfg;
use crate::effects::AliasClass;
use crate::entity::{Block, Shape, Value};
use crate::graph::Graph;
use crate::inst::InstData;
use crate::op::Op;
use crate::pass::fold::Folded;
use crate::types::Tag;

/// A set of tags.
#[derive(Clone, Copy, PartialEq, Eq)]
struct TagSet(u16);

impl TagSet {
    const ALL: TagSet = TagSet(u16::MAX);
    const FALSY: TagSet = TagSet(1 << Tag::Nil as u8 | 1 << Tag::False as u8);

    fn one(tag: Tag) -> TagSet {
        TagSet(1 << tag as u8)
    }

    fn without(self, other: TagSet) -> TagSet {
        TagSet(self.0 & !other.0)
    }

    fn and(self, other: TagSet) -> TagSet {
        TagSet(self.0 & other.0)
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// `nil`, `false` or `true`, if it can be nothing else.
    fn prim(self) -> Option<Tag> {
        [Tag::Nil, Tag::False, Tag::True].into_iter().find(|tag| self == TagSet::one(*tag))
    }
}

#[derive(Clone, Copy)]
struct ShapeFact {
    block: Block,
    version: u32,
    shape: Shape,
}

type PerBlock<T> = SmallVec<[(Block, T); 1]>;

/// All facts, by value.
pub(crate) struct Facts {
    tags: Vec<PerBlock<TagSet>>,
    conds: Vec<PerBlock<bool>>,
    shapes: Vec<Option<ShapeFact>>,
    /// The values that `shapes` has a fact of.
    shaped: Vec<Value>,
    /// By shape, the blocks with a `set_shape` that leads away from it; none if anything may change. The block is that of
    /// the table's allocation if the graph made it, otherwise the entry.
    unstable: Option<Vec<Vec<Block>>>,
    /// The block of each value's definition, the entry for constants.
    home: Vec<Block>,
}

impl Facts {
    /// No facts; the shapes that can change are found.
    pub(crate) fn new(graph: &Graph, cfg: &Cfg) -> Facts {
        let home = homes(graph, cfg);
        let mut unstable = Some(vec![Vec::new(); graph.shapes().len()]);
        for inst in cfg.rpo().iter().flat_map(|block| &graph[*block].insts) {
            let inst = &graph[*inst];
            if inst.op == Op::SetShape {
                let fresh = graph.def_inst(inst.args[0]).is_some_and(|object| object.op == Op::NewTable);
                if let Some(unstable) = &mut unstable {
                    unstable[inst.shape().index()].push(if fresh { home[inst.args[0].index()] } else { graph.entry() });
                }
            } else if inst.effects().writes.contains(AliasClass::Shape) {
                unstable = None;
            }
        }
        let n = graph.num_values();
        Facts {
            tags: vec![SmallVec::new(); n],
            conds: vec![SmallVec::new(); n],
            shapes: vec![None; n],
            shaped: Vec::new(),
            unstable,
            home,
        }
    }

    /// Takes in a value that is defined in `block` and that facts are to be learned of.
    pub(crate) fn admit(&mut self, value: Value, block: Block) {
        let n = value.index() + 1;
        self.tags.resize(n, SmallVec::new());
        self.conds.resize(n, SmallVec::new());
        self.shapes.resize(n, None);
        // Those between are constants.
        self.home.resize(n - 1, Block::new(0));
        self.home.push(block);
    }

    fn tags(&self, cfg: &Cfg, at: Block, value: Value) -> TagSet {
        let facts = self.tags.get(value.index()).map_or(&[] as &[_], |facts| facts);
        let known = facts.iter().filter(|(block, _)| cfg.dominates(*block, at));
        known.fold(TagSet::ALL, |set, (_, other)| set.and(*other))
    }

    /// The outcome of a condition, if it is known here.
    pub(crate) fn cond(&self, cfg: &Cfg, at: Block, cond: Value) -> Option<bool> {
        let facts = self.conds.get(cond.index())?;
        facts.iter().find(|(block, _)| cfg.dominates(*block, at)).map(|(_, known)| *known)
    }

    /// Which of `nil`, `false` and `true` a boxed value is, if that is known here.
    pub(crate) fn prim(&self, cfg: &Cfg, at: Block, value: Value) -> Option<Tag> {
        let facts = self.tags.get(value.index())?;
        if facts.is_empty() { None } else { self.tags(cfg, at, value).prim() }
    }

    fn shape(&self, cfg: &Cfg, at: Block, version: u32, table: Value) -> Option<Shape> {
        let fact = (*self.shapes.get(table.index())?)?;
        // A table known before another is made is not that other one.
        let home = self.home[table.index()];
        let older = |made: &Block| *made != home && cfg.dominates(home, *made);
        let stable = self.unstable.as_ref().is_some_and(|unstable| unstable[fact.shape.index()].iter().all(older));
        (cfg.dominates(fact.block, at) && (stable || fact.version == version)).then_some(fact.shape)
    }

    /// Decides a guard or a test by what is known.
    pub(crate) fn decide(
        &self,
        graph: &mut Graph,
        cfg: &Cfg,
        at: Block,
        inst: &InstData,
        shape_version: u32,
    ) -> Folded {
        if inst.op == Op::GuardShape {
            return match self.shape(cfg, at, shape_version, inst.args[0]) {
                Some(shape) if shape == inst.shape() => Folded::Drop,
                Some(_) => Folded::Fail,
                None => Folded::Keep,
            };
        }
        if inst.op == Op::ShapeIs {
            return match self.shape(cfg, at, shape_version, inst.args[0]) {
                Some(shape) => Folded::Value(graph.bconst(shape == inst.shape())),
                None => Folded::Keep,
            };
        }
        if inst.op == Op::IsBare {
            return match self.shape(cfg, at, shape_version, inst.args[0]) {
                Some(shape) => Folded::Value(graph.bconst(!graph[shape].has_metatable)),
                None => Folded::Keep,
            };
        }
        let (Op::GuardTag | Op::GuardNotNil | Op::GuardTruthy | Op::GuardFalsy | Op::TagIs | Op::Truthy) = inst.op
        else {
            return Folded::Keep;
        };
        let known = self.tags(cfg, at, inst.args[0]);
        let passing = match inst.op {
            Op::GuardTag | Op::TagIs => TagSet::one(inst.tag()),
            Op::GuardNotNil => TagSet::ALL.without(TagSet::one(Tag::Nil)),
            Op::GuardFalsy => TagSet::FALSY,
            _ => TagSet::ALL.without(TagSet::FALSY),
        };
        let outcome = if known.and(passing).is_empty() {
            false
        } else if known.without(passing).is_empty() {
            true
        } else {
            return Folded::Keep;
        };
        match inst.op {
            Op::TagIs | Op::Truthy => Folded::Value(graph.bconst(outcome)),
            _ if !outcome => Folded::Fail,
            // A known tag gives no payload: the guard stays for it.
            Op::GuardTag if inst.result.is_some() => Folded::Keep,
            _ => Folded::Drop,
        }
    }

    /// Notes what holds after this instruction.
    pub(crate) fn learn(&mut self, graph: &Graph, cfg: &Cfg, at: Block, inst: &InstData, shape_version: u32) {
        match inst.op {
            Op::GuardTag => self.learn_tags(cfg, at, inst.args[0], TagSet::one(inst.tag())),
            Op::GuardNotNil => {
                self.learn_tags(cfg, at, inst.args[0], TagSet::ALL.without(TagSet::one(Tag::Nil)));
            }
            Op::GuardTruthy => self.learn_tags(cfg, at, inst.args[0], TagSet::ALL.without(TagSet::FALSY)),
            Op::GuardFalsy => self.learn_tags(cfg, at, inst.args[0], TagSet::FALSY),
            Op::GuardTrue => self.learn_cond(graph, cfg, at, inst.args[0], true),
            Op::GuardFalse => self.learn_cond(graph, cfg, at, inst.args[0], false),
            Op::GuardShape => self.learn_shape(at, inst.args[0], inst.shape(), shape_version),
            Op::NewTable => {
                if let Some(table) = inst.result {
                    self.learn_shape(at, table, inst.shape(), shape_version);
                }
            }
            _ => {}
        }
    }

    /// Notes the outcome of a condition, and what follows from it.
    pub(crate) fn learn_cond(&mut self, graph: &Graph, cfg: &Cfg, at: Block, cond: Value, outcome: bool) {
        let Some(inst) = graph.def_inst(cond) else {
            if graph.as_const(cond).is_none() {
                self.push_cond(at, cond, outcome);
            }
            return;
        };
        self.push_cond(at, cond, outcome);
        match (inst.op, outcome) {
            (Op::Not, _) => self.learn_cond(graph, cfg, at, inst.args[0], !outcome),
            (Op::And, true) | (Op::Or, false) => {
                self.learn_cond(graph, cfg, at, inst.args[0], outcome);
                self.learn_cond(graph, cfg, at, inst.args[1], outcome);
            }
            (Op::TagIs, true) => self.learn_tags(cfg, at, inst.args[0], TagSet::one(inst.tag())),
            (Op::TagIs, false) => {
                self.learn_tags(cfg, at, inst.args[0], TagSet::ALL.without(TagSet::one(inst.tag())));
            }
            (Op::Truthy, true) => self.learn_tags(cfg, at, inst.args[0], TagSet::ALL.without(TagSet::FALSY)),
            (Op::Truthy, false) => self.learn_tags(cfg, at, inst.args[0], TagSet::FALSY),
            _ => {}
        }
    }

    /// Notes a change of shape. `before` and `after` are the versions of the shape class around it.
    pub(crate) fn set_shape(&mut self, at: Block, inst: &InstData, before: u32, after: u32) {
        let table = inst.args[0];
        for other in &self.shaped {
            if let Some(fact) = &mut self.shapes[other.index()]
                && fact.version == before
                && fact.shape != inst.shape()
            {
                fact.version = after;
            }
        }
        self.learn_shape(at, table, inst.new_shape(), after);
    }

    fn learn_tags(&mut self, cfg: &Cfg, at: Block, value: Value, set: TagSet) {
        if value.index() >= self.tags.len() || self.tags(cfg, at, value).without(set).is_empty() {
            return;
        }
        self.tags[value.index()].push((at, set));
    }

    fn push_cond(&mut self, at: Block, cond: Value, outcome: bool) {
        if let Some(facts) = self.conds.get_mut(cond.index()) {
            facts.push((at, outcome));
        }
    }

    fn learn_shape(&mut self, block: Block, table: Value, shape: Shape, version: u32) {
        let Some(fact) = self.shapes.get_mut(table.index()) else { return };
        if fact.is_none() {
            self.shaped.push(table);
        }
        *fact = Some(ShapeFact { block, version, shape });
    }
}

/// The block of each value's definition, the entry for constants.
fn homes(graph: &Graph, cfg: &Cfg) -> Vec<Block> {
    let mut home = vec![graph.entry(); graph.num_values()];
    for block in cfg.rpo() {
        graph[*block].params.iter().for_each(|param| home[param.index()] = *block);
        for result in graph[*block].insts.iter().filter_map(|inst| graph[*inst].result) {
            home[result.index()] = *block;
        }
    }
    home
}
