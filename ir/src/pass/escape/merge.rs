//! The state at a block's start, from the states at the ends of its predecessors.
//!
//! The walk starts at everything live: objects that values from above refer to, and the parameters. In each place it looks
//! at what all edges hold there. The same object on all edges stays that object. Different virtual objects of one layout
//! become one object, if nothing else refers to any of them: each object of each edge may stand for one object here, so
//! that the identities seen afterwards are those that were. What differs otherwise becomes a parameter, taken out of
//! its box if all edges have it in the same sort of box. Where an object meets something it cannot be merged with, it is
//! made on its edge, and the walk starts anew.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::deferred::{Deferred, Target};
use super::state::{Contents, Entry, Form, Leaf, Obj, ObjKind, State, Sym};
use super::{Escape, Point, Pos};
use crate::entity::{Block, Inst, Value};
use crate::inst::InstData;
use crate::op::Op;
use crate::types::Type;

/// How deep objects are nested in objects at most; deeper ones are made.
const MAX_DEPTH: usize = 12;
/// How many parameters one block gets for the contents of objects at most.
const MAX_PARAMS: usize = 48;

pub(super) type Syms = SmallVec<[Sym; 4]>;

/// What a place holds at the start of a block.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// The same thing on all edges, or a merged object.
    Same(Sym),
    /// A parameter.
    Param(Value, Form),
}

/// What a loop head has learned of its back edges: places that need a parameter, or an object that exists.
#[derive(Default, Debug)]
pub(super) struct Plan {
    pub(super) forms: FxHashMap<Pos, Form>,
    /// Stores into these places are carried out before the loop is entered.
    pub(super) carried_out: FxHashSet<Target>,
    /// No object is carried and no box is opened.
    pub(super) give_up: bool,
}

/// The outcome of a merge.
#[derive(Default)]
pub(super) struct Merged {
    pub(super) state: State,
    pub(super) places: FxHashMap<Pos, Place>,
    /// Under which position the fields of an object stand.
    pub(super) homes: FxHashMap<Obj, Pos>,
    /// The objects that values from above refer to.
    pub(super) roots: Vec<Obj>,
    /// The parameters, and the values that each edge passes.
    pub(super) params: Vec<Value>,
    pub(super) args: Vec<Vec<Value>>,
    /// Boxes around parameters, for the start of the block.
    pub(super) boxes: Vec<Inst>,
}

/// One attempt.
struct Walk<'p> {
    block: Block,
    edges: &'p [Block],
    plan: Option<&'p Plan>,
    /// For each edge, what its objects stand for.
    mapped: Vec<FxHashMap<Obj, Obj>>,
    merged: Merged,
    /// An object was made, so what was found so far may be wrong.
    dirty: bool,
    depth: usize,
    /// The parameter of the old program that the walk looks at, unless it is inside an object.
    param: Option<usize>,
}

impl Escape<'_> {
    /// Merges the ends of these predecessors; with a plan, for the head of a loop.
    pub(super) fn merge(&mut self, block: Block, edges: &[Block], plan: Option<&Plan>) -> Merged {
        let targets = self.common_targets(edges, plan);
        for edge in edges {
            self.on_edge(*edge, |cx, at| cx.carry_out(at, |deferred| !targets.contains(&deferred.target)));
        }
        loop {
            let mut walk = Walk {
                block,
                edges,
                plan,
                mapped: vec![FxHashMap::default(); edges.len()],
                merged: Merged { args: vec![Vec::new(); edges.len()], ..Merged::default() },
                dirty: false,
                depth: 0,
                param: None,
            };
            self.walk_roots(&mut walk);
            for target in &targets {
                let waiting = |edge: &Block| self.ends[edge.index()].state.waiting(*target).expect("a common target");
                let syms: Syms = edges.iter().map(waiting).collect();
                let pos = self.positions.deferred(block, *target);
                let value = self.place(&mut walk, pos, Type::Any, None, &syms);
                walk.merged.state.deferred.push(Deferred { target: *target, value });
            }
            if !walk.dirty {
                return walk.merged;
            }
        }
    }

    fn walk_roots(&mut self, walk: &mut Walk<'_>) {
        let params = self.graph[walk.block].params.clone();
        let above: Vec<Value> = self.live.values(walk.block).filter(|value| !params.contains(value)).collect();
        for value in above {
            if let Sym::Object(object) = self.sym(value)
                && !walk.merged.homes.contains_key(&object)
            {
                walk.merged.roots.push(object);
                self.same_object(walk, object);
            }
        }
        let arity = self.arity[walk.block.index()];
        for (number, param) in params.into_iter().enumerate().take(arity) {
            if !self.live.contains(walk.block, param) {
                continue;
            }
            let syms: Syms = walk.edges.iter().map(|edge| self.passed(*edge, walk.block, number)).collect();
            let pos = self.positions.param(walk.block, number);
            walk.param = Some(number);
            let sym = self.place(walk, pos, self.graph.ty(param), Some(param), &syms);
            walk.param = None;
            self.bind(param, sym);
        }
    }

    /// What a jump passes for a parameter of the old program.
    pub(super) fn passed(&self, edge: Block, block: Block, number: usize) -> Sym {
        let call = self.graph[edge].term.targets().find(|target| target.block == block);
        self.sym(call.expect("an edge is a jump").args[number])
    }

    /// Merges what the edges hold in one place. `param` is the parameter of the old program that the place is, if any.
    fn place(&mut self, walk: &mut Walk<'_>, pos: Pos, ty: Type, param: Option<Value>, syms: &[Sym]) -> Sym {
        let form = match walk.plan {
            Some(plan) if plan.give_up => Some(Form::Plain),
            Some(plan) => plan.forms.get(&pos).copied(),
            None => None,
        };
        let sym = match form {
            Some(_) => None,
            None => self.objects(walk, pos, syms),
        };
        let sym = match sym {
            Some(sym) => {
                walk.merged.places.insert(pos, Place::Same(sym));
                sym
            }
            None => self.leaves(walk, pos, ty, param, form, syms),
        };
        if walk.merged.params.len() > MAX_PARAMS + self.arity[walk.block.index()] {
            walk.depth = walk.depth.max(MAX_DEPTH);
        }
        sym
    }

    /// The object that a place holds, if all edges hold objects that can be one.
    fn objects(&mut self, walk: &mut Walk<'_>, pos: Pos, syms: &[Sym]) -> Option<Sym> {
        let mut objects: SmallVec<[Obj; 4]> = SmallVec::new();
        for sym in syms {
            match sym {
                Sym::Object(object) => objects.push(*object),
                Sym::Value(_) => return None,
            }
        }
        let first = objects[0];
        if objects.iter().all(|object| *object == first) {
            self.same_object(walk, first);
            return Some(Sym::Object(first));
        }
        let all: Option<SmallVec<[Rc<Contents>; 4]>> =
            (walk.edges.iter().zip(&objects)).map(|(edge, object)| self.contents_on(*edge, *object)).collect();
        let contents = all?;
        if contents.iter().any(|other| !other.same_layout(&contents[0])) || walk.depth >= MAX_DEPTH {
            return None;
        }
        let mapped: SmallVec<[Option<Obj>; 4]> =
            walk.mapped.iter().zip(&objects).map(|(map, object)| map.get(object).copied()).collect();
        if let Some(object) = mapped[0].filter(|_| mapped.iter().all(|other| *other == mapped[0])) {
            return Some(Sym::Object(object));
        }
        if mapped.iter().any(Option::is_some) {
            return None;
        }
        let object = self.merged_object(pos, ObjKind::of(contents[0].template));
        walk.mapped.iter_mut().zip(&objects).for_each(|(map, old)| _ = map.insert(*old, object));
        walk.merged.homes.insert(object, pos);
        self.fields(walk, object, pos, &contents);
        Some(Sym::Object(object))
    }

    /// An object that is the same on all edges.
    fn same_object(&mut self, walk: &mut Walk<'_>, object: Obj) {
        let clash = walk.mapped.iter().position(|map| map.get(&object).is_some_and(|other| *other != object));
        if let Some(number) = clash {
            self.make_on(walk, number, object);
            return;
        }
        if walk.merged.homes.contains_key(&object) {
            return;
        }
        let pos = self.positions.object(walk.block, object);
        walk.mapped.iter_mut().for_each(|map| _ = map.insert(object, object));
        walk.merged.homes.insert(object, pos);
        let all: Option<SmallVec<[Rc<Contents>; 4]>> =
            walk.edges.iter().map(|edge| self.contents_on(*edge, object)).collect();
        let stays = !walk.plan.is_some_and(|plan| plan.give_up || plan.forms.contains_key(&pos));
        if let Some(contents) = all
            && stays
            && (walk.depth < MAX_DEPTH || walk.edges.len() == 1 && walk.plan.is_none())
            && contents.iter().all(|other| other.same_layout(&contents[0]))
        {
            self.fields(walk, object, pos, &contents);
            return;
        }
        let pointers: SmallVec<[Value; 4]> =
            (0..walk.edges.len()).map(|number| self.make_on(walk, number, object)).collect();
        if pointers.iter().all(|pointer| *pointer == pointers[0]) {
            walk.merged.state.set(object, Entry::Real(pointers[0]));
            return;
        }
        let param = self.param(walk.block, pos, Type::Ref, Form::Plain);
        walk.merged.params.push(param);
        walk.merged.args.iter_mut().zip(pointers).for_each(|(args, pointer)| args.push(pointer));
        walk.merged.places.insert(pos, Place::Param(param, Form::Plain));
        walk.merged.state.set(object, Entry::Real(param));
    }

    /// Merges the fields of an object.
    fn fields(&mut self, walk: &mut Walk<'_>, object: Obj, pos: Pos, contents: &[Rc<Contents>]) {
        let first = &contents[0];
        let ty = first.slot_type();
        let mut new = Contents::clone(first);
        walk.depth += 1;
        let param = walk.param.take();
        for slot in 0..first.slots.len() {
            let syms: Syms = contents.iter().map(|contents| contents.slots[slot]).collect();
            let child = self.positions.slot(pos, slot);
            new.slots[slot] = self.place(walk, child, ty, None, &syms);
        }
        for index in 0..first.elems.len() {
            let syms: Syms = contents.iter().map(|contents| contents.elems[index]).collect();
            let child = self.positions.elem(pos, index);
            new.elems[index] = self.place(walk, child, ty, None, &syms);
        }
        for index in 0..first.pairs.len() {
            let syms: Syms = contents.iter().map(|contents| contents.pairs[index]).collect();
            let child = self.positions.pair(pos, index);
            new.pairs[index] = self.place(walk, child, ty, None, &syms);
        }
        walk.depth = walk.depth.saturating_sub(1);
        walk.param = param;
        walk.merged.state.set(object, Entry::Virtual(Rc::new(new)));
    }

    /// A place whose values exist on all edges, if need be from now on.
    fn leaves(
        &mut self,
        walk: &mut Walk<'_>,
        pos: Pos,
        ty: Type,
        param: Option<Value>,
        form: Option<Form>,
        syms: &[Sym],
    ) -> Sym {
        let leaves: SmallVec<[Leaf; 4]> =
            (0..syms.len()).map(|number| self.leaf_on(walk, number, syms[number], ty)).collect();
        let is_head_param = walk.plan.is_some() && param.is_some();
        if form.is_none() && !is_head_param && leaves.iter().all(|leaf| *leaf == leaves[0]) {
            let sym = match syms[0] {
                Sym::Value(_) if syms.iter().all(|sym| *sym == syms[0]) => syms[0],
                _ => Sym::Value(self.reboxed(walk, leaves[0])),
            };
            walk.merged.places.insert(pos, Place::Same(sym));
            return sym;
        }
        let joined = leaves.iter().map(|leaf| leaf.form).chain(form).reduce(Form::join).expect("a block has edges");
        let new = match param.filter(|_| joined == Form::Plain) {
            Some(param) => param,
            None => self.param(walk.block, pos, ty, joined),
        };
        walk.merged.params.push(new);
        walk.merged.places.insert(pos, Place::Param(new, joined));
        for number in 0..syms.len() {
            let arg = self.arg_on(walk.edges[number], syms[number], ty, leaves[number], joined);
            walk.merged.args[number].push(arg);
        }
        Sym::Value(self.reboxed(walk, Leaf { form: joined, value: new }))
    }

    /// The value that an edge passes for a parameter of some form.
    pub(super) fn arg_on(&mut self, edge: Block, sym: Sym, ty: Type, leaf: Leaf, form: Form) -> Value {
        if form != Form::Plain {
            return leaf.value;
        }
        self.on_edge(edge, |cx, at| cx.real(at, sym, ty))
    }

    /// A value in its box, at the start of the block.
    fn reboxed(&mut self, walk: &mut Walk<'_>, leaf: Leaf) -> Value {
        match self.boxed_inst(leaf.form, leaf.value) {
            None => leaf.value,
            Some(inst) => {
                walk.merged.boxes.push(inst);
                self.graph[inst].result.expect("a box is a value")
            }
        }
    }

    /// An instruction that puts a value into its box, unless it needs none.
    pub(super) fn boxed_inst(&mut self, form: Form, value: Value) -> Option<Inst> {
        let (op, imm) = match form {
            Form::Plain => return None,
            Form::Int => (Op::BoxInt, 0),
            Form::Float => (Op::BoxFloat, 0),
            Form::Bool => (Op::BoxBool, 0),
            Form::Ref(tag) => (Op::BoxRef, tag as u64),
        };
        Some(self.graph.make_inst(InstData::new(op, &[value], imm)))
    }

    fn contents_on(&self, edge: Block, object: Obj) -> Option<Rc<Contents>> {
        self.ends[edge.index()].state.contents(object).cloned()
    }

    /// Makes an object on an edge.
    fn make_on(&mut self, walk: &mut Walk<'_>, number: usize, object: Obj) -> Value {
        let edge = walk.edges[number];
        let is_virtual = self.contents_on(edge, object).is_some();
        walk.dirty |= is_virtual;
        if is_virtual && walk.plan.is_some() {
            self.force(walk.block, edge, walk.param);
        }
        self.on_edge(edge, |cx, at| cx.materialize(at, object))
    }

    fn leaf_on(&mut self, walk: &mut Walk<'_>, number: usize, sym: Sym, ty: Type) -> Leaf {
        if let Sym::Object(object) = sym {
            self.make_on(walk, number, object);
        }
        self.leaf(walk.edges[number], sym, ty).expect("the object was made")
    }

    /// What a place on an edge holds, out of its box; none if it is a virtual object.
    pub(super) fn leaf(&mut self, edge: Block, sym: Sym, ty: Type) -> Option<Leaf> {
        match sym {
            Sym::Value(value) => Some(self.unboxed(value)),
            Sym::Object(object) => match self.ends[edge.index()].state.get(object) {
                Entry::Virtual(_) => None,
                Entry::Real(pointer) => Some(Leaf { form: self.form(object, ty), value: *pointer }),
            },
        }
    }

    /// How a reference to an object stands in a place.
    pub(super) fn form(&self, object: Obj, ty: Type) -> Form {
        match self.kind(object).tag() {
            Some(tag) if ty == Type::Any => Form::Ref(tag),
            _ => Form::Plain,
        }
    }

    /// Runs something at the end of a block, which jumps nowhere else.
    pub(super) fn on_edge<R>(&mut self, edge: Block, run: impl FnOnce(&mut Self, &mut Point) -> R) -> R {
        let mut at = std::mem::take(&mut self.ends[edge.index()]);
        let result = run(self, &mut at);
        self.ends[edge.index()] = at;
        result
    }
}
