//! Objects that have to exist after all, and recipes for those that exist only if an exit is taken.
//!
//! Making an object makes everything that it reaches: all are allocated first and filled then, so that cycles need no
//! care. Cells come before closures, because a closure is made over its cells. No barrier is needed between the two steps:
//! the objects are fresh. A recipe lists the virtual objects that a snapshot reaches, each once.

use rustc_hash::FxHashMap;

use super::state::{Contents, Entry, Form, Leaf, Obj, ObjKind, State, Sym};
use super::{Escape, Out, Point};
use crate::entity::{Snap, Value, Virtual};
use crate::graph::Const;
use crate::helper::Helper;
use crate::inst::InstData;
use crate::op::{Op, pack};
use crate::snapshot::{Operand, Snapshot, Template, VirtualObject, Write};
use crate::types::{Tag, Type};

impl Escape<'_> {
    /// Appends a new instruction; its result, if it has one.
    pub(super) fn emit(&mut self, at: &mut Point, op: Op, args: &[Value], imm: u64) -> Option<Value> {
        let inst = self.graph.make_inst(InstData::new(op, args, imm));
        at.insts.push(Out { inst, replaced: None });
        self.graph[inst].result
    }

    /// The value to use in a place of this type, after the object is made if it must be.
    pub(super) fn real(&mut self, at: &mut Point, sym: Sym, ty: Type) -> Value {
        match sym {
            Sym::Value(value) => value,
            Sym::Object(object) => {
                let pointer = self.materialize(at, object);
                match self.kind(object).tag().filter(|_| ty == Type::Any) {
                    Some(tag) => self.emit(at, Op::BoxRef, &[pointer], tag as u64).expect("a box is a value"),
                    None => pointer,
                }
            }
        }
    }

    /// Makes an object and all that it reaches; the pointer to it.
    pub(super) fn materialize(&mut self, at: &mut Point, object: Obj) -> Value {
        if let Entry::Real(pointer) = at.state.get(object) {
            return *pointer;
        }
        let reached = reach(&at.state, object);
        for (object, contents) in reached.iter().filter(|(_, contents)| contents.template == Template::Cell) {
            // A cell is made with its contents, unless these are about to be made.
            let (first, whole) = match contents.slots[0] {
                Sym::Value(value) => (value, true),
                Sym::Object(inner) => match at.state.get(inner) {
                    Entry::Real(_) => (self.real(at, contents.slots[0], Type::Any), true),
                    Entry::Virtual(_) => (self.graph.nil(), false),
                },
            };
            let pointer = self.emit(at, Op::NewCell, &[first], 0).expect("a cell is a value");
            self.made(at, *object, pointer);
            if !whole {
                at.unfilled.push((*object, pointer));
            }
        }
        for (object, contents) in &reached {
            let pointer = match contents.template {
                Template::Cell => continue,
                Template::Table(shape) => {
                    let cap = contents.cap.max(contents.elems.len() as u32);
                    self.emit(at, Op::NewTable, &[], pack(shape.as_u32(), cap))
                }
                Template::Closure(proto) => {
                    let cells: Vec<Value> = contents.slots.iter().map(|cell| self.real(at, *cell, Type::Ref)).collect();
                    self.emit(at, Op::NewClosure, &cells, proto.as_u32().into())
                }
            };
            self.made(at, *object, pointer.expect("an object is a value"));
        }
        for (object, contents) in &reached {
            self.fill(at, *object, contents);
        }
        match at.state.get(object) {
            Entry::Real(pointer) => *pointer,
            Entry::Virtual(_) => unreachable!("the object was made just now"),
        }
    }

    fn made(&mut self, at: &mut Point, object: Obj, pointer: Value) {
        at.state.set(object, Entry::Real(pointer));
        at.version = self.tick();
    }

    fn fill(&mut self, at: &mut Point, object: Obj, contents: &Contents) {
        let Entry::Real(pointer) = *at.state.get(object) else { unreachable!("the object was made just now") };
        match contents.template {
            Template::Closure(_) => {}
            Template::Cell => {
                if let Some(found) = at.unfilled.iter().position(|other| other.0 == object) {
                    at.unfilled.swap_remove(found);
                    let value = self.real(at, contents.slots[0], Type::Any);
                    self.emit(at, Op::CellStore, &[pointer, value], 0);
                }
            }
            Template::Table(shape) => {
                let nil = Sym::Value(self.graph.nil());
                let n_slots = self.graph[shape].keys.len();
                for (slot, sym) in contents.slots.iter().enumerate().take(n_slots) {
                    if *sym != nil {
                        let value = self.real(at, *sym, Type::Any);
                        self.emit(at, Op::SlotStore, &[pointer, value], pack(shape.as_u32(), slot as u32));
                    }
                }
                for sym in &contents.elems {
                    let value = self.real(at, *sym, Type::Any);
                    self.emit(at, Op::ArrayAppend, &[pointer, value], 0);
                }
                for pair in contents.pairs.chunks_exact(2) {
                    let (key, value) = (self.real(at, pair[0], Type::Any), self.real(at, pair[1], Type::Any));
                    self.emit(at, Op::Call, &[pointer, key, value], Helper::TablePut as u64);
                }
            }
        }
    }

    /// The value taken out of its box, if it is known what box it is in.
    pub(super) fn unboxed(&mut self, value: Value) -> Leaf {
        let plain = Leaf { form: Form::Plain, value };
        if self.graph.ty(value) != Type::Any {
            return plain;
        }
        if let Some(Const::Prim(tag @ (Tag::False | Tag::True))) = self.graph.as_const(value) {
            return Leaf { form: Form::Bool, value: self.graph.bconst(tag == Tag::True) };
        }
        let Some(inst) = self.graph.def_inst(value) else { return plain };
        let form = match inst.op {
            Op::BoxInt => Form::Int,
            Op::BoxFloat => Form::Float,
            Op::BoxBool => Form::Bool,
            Op::BoxRef => Form::Ref(inst.tag()),
            _ => return plain,
        };
        match self.sym(inst.args[0]) {
            Sym::Value(value) => Leaf { form, value },
            Sym::Object(_) => plain,
        }
    }

    /// The snapshot for the new program at a point, with the virtual objects that it needs.
    pub(super) fn snapshot(&mut self, at: &Point, old: Snap) -> Snap {
        if let Some(new) = self.snaps.get(&(old, at.version)) {
            return *new;
        }
        let before = self.graph[old].clone();
        let after = self.describe(&at.state, &before);
        let new = if after == before { old } else { self.graph.add_snap(after) };
        self.snaps.insert((old, at.version), new);
        new
    }

    fn describe(&mut self, state: &State, old: &Snapshot) -> Snapshot {
        let mut recipe = Recipe { numbers: FxHashMap::default(), work: Vec::new(), next: old.virtuals.len() };
        let mut new = old.clone();
        new.for_each_operand_mut(|operand| *operand = self.operand(state, &mut recipe, *operand));
        for deferred in &state.deferred {
            let (object, place) = deferred.target.place();
            let value = self.field(state, &mut recipe, deferred.value, None);
            new.writes.push(Write { object, place, value });
        }
        while let Some(object) = recipe.work.pop() {
            let contents = state.contents(object).expect("only virtual objects are listed").clone();
            let n_slots = match contents.template {
                Template::Table(shape) => self.graph[shape].keys.len(),
                _ => contents.slots.len(),
            };
            let slots = contents.slots.iter().take(n_slots).chain(&contents.elems);
            let mut fields: Vec<Operand> = slots.map(|sym| self.field(state, &mut recipe, *sym, None)).collect();
            if matches!(contents.template, Template::Closure(_)) {
                fields.iter_mut().for_each(bare);
            }
            let pairs = contents.pairs.iter().map(|sym| self.field(state, &mut recipe, *sym, None)).collect();
            let number = recipe.numbers[&object].index();
            if new.virtuals.len() < recipe.next {
                let empty = VirtualObject { template: Template::Cell, fields: Vec::new(), pairs: Vec::new() };
                new.virtuals.resize(recipe.next, empty);
            }
            new.virtuals[number] = VirtualObject { template: contents.template, fields, pairs };
        }
        new
    }

    fn operand(&mut self, state: &State, recipe: &mut Recipe, operand: Operand) -> Operand {
        match operand {
            Operand::Virtual(_) => operand,
            Operand::Value(value) => self.field(state, recipe, self.sym(value), None),
            Operand::Ref(value, tag) => self.field(state, recipe, self.sym(value), Some(tag)),
        }
    }

    fn field(&mut self, state: &State, recipe: &mut Recipe, sym: Sym, tag: Option<Tag>) -> Operand {
        match (sym, tag) {
            (Sym::Value(value), Some(tag)) => Operand::Ref(value, tag),
            (Sym::Value(value), None) => {
                let leaf = self.unboxed(value);
                match leaf.form {
                    Form::Ref(tag) => Operand::Ref(leaf.value, tag),
                    Form::Int | Form::Float => Operand::Value(leaf.value),
                    Form::Bool if self.graph.as_const(value).is_none() => Operand::Value(leaf.value),
                    Form::Bool | Form::Plain => Operand::Value(value),
                }
            }
            (Sym::Object(object), tag) => match state.get(object) {
                Entry::Virtual(_) => recipe.number(object),
                Entry::Real(pointer) => match tag.or(self.kind(object).tag()) {
                    Some(tag) => Operand::Ref(*pointer, tag),
                    None => Operand::Value(*pointer),
                },
            },
        }
    }

    /// Makes every object that a snapshot names, for a jump that leaves this graph but not machine code.
    pub(super) fn materialize_all(&mut self, at: &mut Point, snap: Snap) {
        let mut named = Vec::new();
        self.graph[snap].for_each_value(|value| named.push(value));
        for value in named {
            if let Sym::Object(object) = self.sym(value) {
                self.materialize(at, object);
            }
        }
    }

    /// What sort of object it is.
    pub(super) fn kind(&self, object: Obj) -> ObjKind {
        self.kinds[object.0 as usize]
    }
}

/// A closure names its cells without a tag.
fn bare(cell: &mut Operand) {
    if let Operand::Ref(value, _) = *cell {
        *cell = Operand::Value(value);
    }
}

/// The virtual objects of one snapshot.
struct Recipe {
    numbers: FxHashMap<Obj, Virtual>,
    work: Vec<Obj>,
    next: usize,
}

impl Recipe {
    fn number(&mut self, object: Obj) -> Operand {
        let (work, next) = (&mut self.work, &mut self.next);
        Operand::Virtual(*self.numbers.entry(object).or_insert_with(|| {
            work.push(object);
            *next += 1;
            Virtual::new(*next - 1)
        }))
    }
}

/// The virtual objects that one reaches, itself first.
fn reach(state: &State, object: Obj) -> Vec<(Obj, std::rc::Rc<Contents>)> {
    let mut found: Vec<(Obj, std::rc::Rc<Contents>)> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let mut work = vec![object];
    while let Some(object) = work.pop() {
        if let Some(contents) = state.contents(object).filter(|_| seen.insert(object)) {
            work.extend(contents.fields().filter_map(|sym| match sym {
                Sym::Object(inner) => Some(inner),
                Sym::Value(_) => None,
            }));
            found.push((object, contents.clone()));
        }
    }
    found
}
