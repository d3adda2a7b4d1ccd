//! Which places in memory can be the same, and which writes can change them.
//!
//! Two references are to different objects if both were made here by different instructions, or if one was defined
//! before the other's object was made, or if one object is known to nobody else yet, or if the tables have
//! different shapes at the time. Two elements differ if their indices are known to differ.

use crate::cfg::Cfg;
use crate::effects::{AliasClass, AliasSet};
use crate::entity::{Block, Shape, Value};
use crate::graph::{Graph, ValueDef};
use crate::inst::InstData;
use crate::op::Op;
use crate::types::Type;

/// A place that holds a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// A named slot of a table.
    Slot(Value, u32),
    /// An element of a table's array part.
    Elem(Value, Value),
    /// The number of elements.
    Len(Value),
    /// Where the elements are.
    Base(Value),
    /// The contents of a cell.
    Cell(Value),
    /// A cell of a closure.
    Upvalue(Value, u32),
    /// A slot of the VM stack.
    Stack(i32),
}

impl Place {
    /// The object that has the place.
    pub(crate) fn object(self) -> Option<Value> {
        match self {
            Place::Slot(object, _)
            | Place::Elem(object, _)
            | Place::Len(object)
            | Place::Base(object)
            | Place::Cell(object)
            | Place::Upvalue(object, _) => Some(object),
            Place::Stack(_) => None,
        }
    }

    /// The class of memory that it belongs to.
    pub(crate) fn class(self) -> AliasClass {
        match self {
            Place::Slot(..) => AliasClass::Slot,
            Place::Elem(..) => AliasClass::ArrayElem,
            Place::Len(_) => AliasClass::ArrayLen,
            Place::Base(_) => AliasClass::ArrayBase,
            Place::Cell(_) => AliasClass::Cell,
            Place::Upvalue(..) => AliasClass::Upvalue,
            Place::Stack(_) => AliasClass::Stack,
        }
    }

    /// The place that an instruction reads or overwrites as a whole, if it is one place.
    pub(crate) fn of(graph: &Graph, inst: &InstData) -> Option<Place> {
        let first = inst.args.first().copied();
        Some(match inst.op {
            Op::SlotLoad | Op::SlotStore => Place::Slot(first?, inst.slot()),
            Op::ArrayLoad | Op::ArrayStore => Place::Elem(first?, inst.args[1]),
            Op::ElemLoad | Op::ElemStore => {
                let base = graph.def_inst(first?).filter(|base| base.op == Op::ArrayBase)?;
                Place::Elem(base.args[0], inst.args[1])
            }
            Op::ArrayLen => Place::Len(first?),
            Op::ArrayBase => Place::Base(first?),
            Op::CellLoad | Op::CellStore => Place::Cell(first?),
            Op::ClosureUpval => Place::Upvalue(first?, inst.index()),
            Op::StackLoad | Op::StackStore => Place::Stack(inst.stack_slot()),
            _ => return None,
        })
    }
}

/// Is this an instruction that overwrites one place with its last operand?
pub(crate) fn is_store(op: Op) -> bool {
    matches!(op, Op::SlotStore | Op::ArrayStore | Op::ElemStore | Op::CellStore | Op::StackStore)
}

/// The object behind a box made here.
pub(crate) fn unboxed(graph: &Graph, value: Value) -> Value {
    match graph.def_inst(value) {
        Some(inst) if inst.op == Op::BoxRef => inst.args[0],
        _ => value,
    }
}

/// The operands that an instruction makes known to others, or passes on under another name.
pub(crate) fn for_each_escaping(graph: &Graph, inst: &InstData, mut f: impl FnMut(Value)) {
    if inst.op.hands_over()
        && let Some(snap) = inst.snap
    {
        // The state is handed over as it is.
        return graph[snap].for_each_value(f);
    }
    let skip = match inst.op {
        // The box stands for the object itself.
        Op::BoxRef | Op::RefEq | Op::Barrier => return,
        op if op.is_guard() || op.info().effects.is_pure() => match inst.result {
            Some(result) if matches!(graph.ty(result), Type::Any | Type::Ref) => 0,
            _ => return,
        },
        Op::SlotLoad | Op::SlotStore | Op::SetShape | Op::ArrayLen | Op::ArrayLoad | Op::ArrayStore => 1,
        Op::ArrayAppend | Op::ArrayBase | Op::ElemLoad | Op::ElemStore | Op::ClosureUpval => 1,
        Op::CellLoad | Op::CellStore => 1,
        _ => 0,
    };
    inst.args.iter().skip(skip).for_each(|arg| f(*arg));
}

/// What is known of objects at a point of the program.
pub(crate) trait Objects {
    /// Is the object one that only its own value refers to?
    fn is_fresh(&self, object: Value) -> bool;
    /// The shape that the table has.
    fn shape(&self, object: Value) -> Option<Shape>;
}

/// Where values are defined, for the order of definitions.
pub(crate) struct Alias {
    home: Vec<(Block, u32)>,
}

impl Alias {
    /// The definitions of a graph.
    pub(crate) fn new(graph: &Graph, cfg: &Cfg) -> Alias {
        let mut home = vec![(graph.entry(), 0); graph.num_values()];
        for block in cfg.rpo() {
            graph[*block].params.iter().for_each(|param| home[param.index()] = (*block, 0));
            for (number, inst) in graph[*block].insts.iter().enumerate() {
                if let Some(result) = graph[*inst].result {
                    home[result.index()] = (*block, number as u32 + 1);
                }
            }
        }
        Alias { home }
    }

    /// Was `old` defined before `new`, whenever both are?
    fn is_older(&self, cfg: &Cfg, old: Value, new: Value) -> bool {
        match (self.home.get(old.index()), self.home.get(new.index())) {
            (Some((a, i)), Some((b, j))) if a == b => i < j,
            (Some((a, _)), Some((b, _))) => cfg.dominates(*a, *b),
            // A constant made by a pass.
            (None, _) => true,
            _ => false,
        }
    }

    /// Can two references be to the same object?
    pub(crate) fn same_object(&self, graph: &Graph, cfg: &Cfg, known: &impl Objects, a: Value, b: Value) -> bool {
        if a == b {
            return true;
        }
        let made = |value| graph.def_inst(value).is_some_and(|inst| inst.op.is_new());
        let constant = |value| matches!(graph.def(value), ValueDef::Const(_));
        match (made(a), made(b)) {
            (true, true) => false,
            (true, false) => !self.is_older(cfg, b, a) && !known.is_fresh(a),
            (false, true) => !self.is_older(cfg, a, b) && !known.is_fresh(b),
            (false, false) => !(constant(a) && constant(b)),
        }
    }

    /// Can two tables, of these shapes at the same time if known, be the same?
    pub(crate) fn same_table(
        &self,
        graph: &Graph,
        cfg: &Cfg,
        known: &impl Objects,
        (a, shape_a): (Value, Option<Shape>),
        (b, shape_b): (Value, Option<Shape>),
    ) -> bool {
        let differ = matches!((shape_a, shape_b), (Some(a), Some(b)) if a != b);
        !differ && self.same_object(graph, cfg, known, a, b)
    }

    /// Can this instruction, calls excluded, change what the place holds?
    pub(crate) fn clobbers(
        &self,
        graph: &Graph,
        cfg: &Cfg,
        known: &impl Objects,
        inst: &InstData,
        place: Place,
    ) -> bool {
        let same = |a, b| self.same_object(graph, cfg, known, a, b);
        if inst.op == Op::SetShape {
            // Slots that the new shape does not have are lost.
            return matches!(place, Place::Slot(_, slot) if slot as usize >= graph[inst.new_shape()].keys.len());
        }
        if inst.op == Op::ArrayAppend {
            // Elements that are there stay as they are.
            return match place {
                Place::Len(object) | Place::Base(object) => same(inst.args[0], object),
                _ => false,
            };
        }
        if !is_store(inst.op) {
            return false;
        }
        match (Place::of(graph, inst), place) {
            (Some(Place::Slot(a, i)), Place::Slot(b, j)) => {
                i == j && self.same_table(graph, cfg, known, (a, Some(inst.shape())), (b, known.shape(b)))
            }
            (Some(Place::Elem(a, i)), Place::Elem(b, j)) => may_equal(graph, i, j) && same(a, b),
            (Some(Place::Cell(a)), Place::Cell(b)) => same(a, b),
            (Some(Place::Stack(a)), Place::Stack(b)) => a == b,
            (None, place) => AliasSet::of(&[place.class()]).intersects(inst.effects().writes),
            _ => false,
        }
    }
}

/// Can two integers be equal?
fn may_equal(graph: &Graph, a: Value, b: Value) -> bool {
    let ((base_a, offset_a), (base_b, offset_b)) = (offset(graph, a), offset(graph, b));
    base_a != base_b || offset_a == offset_b
}

/// An integer as something plus a constant.
fn offset(graph: &Graph, value: Value) -> (Option<Value>, i64) {
    if let Some(number) = graph.as_int(value) {
        return (None, number);
    }
    if let Some(inst) = graph.def_inst(value) {
        let constant = inst.args.get(1).and_then(|arg| graph.as_int(*arg));
        match (inst.op, constant) {
            (Op::Add, Some(number)) => return (Some(inst.args[0]), number),
            (Op::Sub, Some(number)) => return (Some(inst.args[0]), number.wrapping_neg()),
            _ => {}
        }
    }
    (Some(value), 0)
}
