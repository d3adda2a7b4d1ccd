//! Stores of virtual objects into objects that exist.
//!
//! A loop may replace the object in a field of a long-lived object each time round: `p.pos = p.pos + step`. The store would have the new
//! object made, though the next round replaces it before anybody has looked. So the store waits: reads of the place get the virtual object,
//! a later store to the place takes its turn, exits carry it out ([`Write`](crate::snapshot::Write)), and so does the program just before
//! anything else may read or write the place or change where it is.
//!
//! At the start of a block those stores still wait that wait on all edges to it; at a loop's head, those that wait when the loop is entered
//! as well as when it comes back. What waits is a root of the objects there, and is merged and carried round like a parameter. All
//! stores that wait at a point are to places that are known to differ.

use super::merge::{Merged, Plan};
use super::state::{Entry, State, Sym};
use super::{Escape, Point};
use crate::effects::{AliasClass, AliasSet};
use crate::entity::{Block, Shape, Value};
use crate::inst::InstData;
use crate::op::{Op, pack};
use crate::snapshot::{Operand, Place};
use crate::types::{Tag, Type};

/// How many stores wait at most.
const MAX_DEFERRED: usize = 6;

/// A place in an object that exists, by the pointer to it in the new program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Target {
    Slot(Value, Shape, u32),
    Elem(Value, u32),
    Cell(Value),
}

/// A store that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deferred {
    pub(super) target: Target,
    /// An object, or what objects have become where paths met; never nil.
    pub(super) value: Sym,
}

impl Target {
    fn object(self) -> Value {
        match self {
            Target::Slot(object, ..) | Target::Elem(object, _) | Target::Cell(object) => object,
        }
    }

    /// The object and the place as a snapshot names them.
    pub(super) fn place(self) -> (Operand, Place) {
        match self {
            Target::Slot(object, shape, slot) => (Operand::Ref(object, Tag::Table), Place::Slot(shape, slot)),
            Target::Elem(object, index) => (Operand::Ref(object, Tag::Table), Place::Elem(index)),
            Target::Cell(object) => (Operand::Value(object), Place::Cell),
        }
    }

    /// The memory that must not be touched while the store waits: read or written, and written.
    fn classes(self) -> (AliasSet, AliasSet) {
        match self {
            Target::Slot(..) => (AliasSet::of(&[AliasClass::Slot]), AliasSet::of(&[AliasClass::Shape])),
            Target::Elem(..) => (AliasSet::of(&[AliasClass::ArrayElem]), AliasSet::of(&[AliasClass::ArrayLen])),
            Target::Cell(_) => (AliasSet::of(&[AliasClass::Cell]), AliasSet::NONE),
        }
    }
}

impl State {
    /// What waits to be stored in a place.
    pub(super) fn waiting(&self, target: Target) -> Option<Sym> {
        self.deferred.iter().find(|deferred| deferred.target == target).map(|deferred| deferred.value)
    }
}

impl Escape<'_> {
    /// Lets an instruction that needs real operands wait, answers it by a store that waits, or carries those out that it may
    /// meet. Is it done with?
    pub(super) fn defer(&mut self, at: &mut Point, data: &InstData) -> bool {
        let target = if at.state.deferred.is_empty() && !stores(data.op) { None } else { self.target(at, data) };
        match (target, data.op) {
            (None, Op::Barrier) => self.barrier_waits(at, data),
            (None, _) => {
                let effects = *data.effects();
                self.carry_out(at, |deferred| {
                    let (touched, written) = deferred.target.classes();
                    touched.intersects(effects.reads | effects.writes) || written.intersects(effects.writes)
                });
                false
            }
            (Some(target), op) => {
                self.carry_out_overlapping(at, target);
                if stores(op) {
                    let value = self.sym(data.args[data.args.len() - 1]);
                    return self.replace(at, target, value);
                }
                match at.state.waiting(target) {
                    Some(value) => self.fold(data, value),
                    None => false,
                }
            }
        }
    }

    /// The place that an instruction reads or writes, if it is known.
    fn target(&self, at: &Point, data: &InstData) -> Option<Target> {
        let object = match self.sym(*data.args.first()?) {
            Sym::Value(value) => value,
            Sym::Object(object) => match at.state.get(object) {
                Entry::Real(pointer) => *pointer,
                Entry::Virtual(_) => return None,
            },
        };
        match data.op {
            Op::SlotLoad | Op::SlotStore => Some(Target::Slot(object, data.shape(), data.slot())),
            Op::CellLoad | Op::CellStore => Some(Target::Cell(object)),
            Op::ArrayLoad | Op::ArrayStore => {
                let Sym::Value(index) = self.sym(data.args[1]) else { return None };
                Some(Target::Elem(object, u32::try_from(self.graph.as_int(index)?).ok()?))
            }
            _ => None,
        }
    }

    /// A store to a place: what waited to be stored there never needs to be. Does the new store wait in its turn?
    fn replace(&mut self, at: &mut Point, target: Target, value: Sym) -> bool {
        let before = at.state.deferred.len();
        at.state.deferred.retain(|deferred| deferred.target != target);
        let is_virtual = matches!(value, Sym::Object(object) if at.state.contents(object).is_some());
        let waits = is_virtual && at.state.deferred.len() < MAX_DEFERRED;
        if waits {
            at.state.deferred.push(Deferred { target, value });
        }
        if waits || at.state.deferred.len() != before {
            at.version = self.tick();
        }
        waits
    }

    /// A barrier for a store that waits: it is carried out with the store. What is virtual has been stored nowhere yet; an object that
    /// exists may have been stored a second time, at once, and needs the barrier of that store.
    fn barrier_waits(&self, at: &Point, data: &InstData) -> bool {
        let pointer = match self.sym(data.args[0]) {
            Sym::Value(value) => Some(value),
            Sym::Object(object) => match at.state.get(object) {
                Entry::Real(pointer) => Some(*pointer),
                Entry::Virtual(_) => None,
            },
        };
        let value = self.sym(data.args[1]);
        matches!(value, Sym::Object(object) if at.state.contents(object).is_some())
            && at
                .state
                .deferred
                .iter()
                .any(|deferred| Some(deferred.target.object()) == pointer && deferred.value == value)
    }

    fn carry_out_overlapping(&mut self, at: &mut Point, target: Target) {
        if at.state.deferred.is_empty() {
            return;
        }
        let constants = |a, b| self.graph.as_const(a).is_some() && self.graph.as_const(b).is_some();
        let overlaps = |other: Target| match (target, other) {
            (Target::Slot(a, shape, i), Target::Slot(b, of_other, j)) => {
                i == j && (a == b || shape == of_other && !constants(a, b))
            }
            (Target::Elem(a, i), Target::Elem(b, j)) => i == j && (a == b || !constants(a, b)),
            (Target::Cell(a), Target::Cell(b)) => a == b || !constants(a, b),
            _ => false,
        };
        let met: Vec<Target> = at.state.deferred.iter().map(|deferred| deferred.target).collect();
        let met: Vec<Target> = met.into_iter().filter(|other| *other != target && overlaps(*other)).collect();
        self.carry_out(at, |deferred| met.contains(&deferred.target));
    }

    /// Carries out some of the stores that wait.
    pub(super) fn carry_out(&mut self, at: &mut Point, which: impl Fn(&Deferred) -> bool) {
        while let Some(number) = at.state.deferred.iter().position(&which) {
            let Deferred { target, value } = at.state.deferred.remove(number);
            at.version = self.tick();
            let value = self.real(at, value, Type::Any);
            match target {
                Target::Slot(object, shape, slot) => {
                    self.emit(at, Op::SlotStore, &[object, value], pack(shape.as_u32(), slot));
                    self.emit(at, Op::Barrier, &[object, value], 0);
                }
                Target::Elem(object, index) => {
                    let index = self.graph.iconst(i64::from(index));
                    self.emit(at, Op::ArrayStore, &[object, index, value], 0);
                }
                Target::Cell(object) => {
                    self.emit(at, Op::CellStore, &[object, value], 0);
                    self.emit(at, Op::Barrier, &[object, value], 0);
                }
            }
        }
    }

    /// The places into which a store waits on all these edges.
    pub(super) fn common_targets(&self, edges: &[Block], plan: Option<&Plan>) -> Vec<Target> {
        let stays = |target: &Target| {
            plan.is_none_or(|plan| !plan.give_up && !plan.carried_out.contains(target))
                && edges.iter().all(|edge| self.ends[edge.index()].state.waiting(*target).is_some())
        };
        let first = &self.ends[edges[0].index()].state.deferred;
        first.iter().map(|deferred| deferred.target).filter(stays).collect()
    }

    /// Carries out what waits on a back edge but not at the head. Does something wait at the head alone, so that the plan changes?
    pub(super) fn settle(&mut self, merged: &Merged, edge: Block, plan: &mut Plan) -> bool {
        let at_head: Vec<Target> = merged.state.deferred.iter().map(|deferred| deferred.target).collect();
        self.on_edge(edge, |cx, at| cx.carry_out(at, |deferred| !at_head.contains(&deferred.target)));
        let state = &self.ends[edge.index()].state;
        let missing: Vec<Target> = at_head.into_iter().filter(|target| state.waiting(*target).is_none()).collect();
        plan.carried_out.extend(&missing);
        !missing.is_empty()
    }
}

fn stores(op: Op) -> bool {
    matches!(op, Op::SlotStore | Op::ArrayStore | Op::CellStore)
}
