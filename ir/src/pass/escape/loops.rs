//! Loops: guess what the head holds from the edges that enter, run the body, compare with the edges that come back.
//!
//! The first guess is the best one: objects that enter the loop stay virtual, and what their places hold does not change.
//! A back edge that disagrees makes the head's plan worse in that place, from unchanged to a parameter, from a parameter
//! out of its box to one in it, from a virtual object to one made where the loop is entered; then the body runs again.
//! Plans only get worse, so this ends. What a loop has learned is kept for when an outer loop runs its body again.

use rustc_hash::FxHashMap;

use super::merge::{Merged, Place, Plan};
use super::state::{Entry, Form, Obj, Sym};
use super::{Escape, Pos};
use crate::entity::{Block, Value};
use crate::types::Type;

/// After so many attempts everything is made where the loop is entered.
const MAX_ROUNDS: usize = 12;

/// The comparison of one back edge with the head.
struct Check {
    head: Block,
    edge: Block,
    /// The parameter of the old program that the walk is at.
    param: Option<(Pos, usize)>,
    /// Objects that parameters need are made first; then the comparison counts.
    making: bool,
    /// Which object of the edge stands for which object of the head, and back, and where that was found.
    to_edge: FxHashMap<Obj, (Obj, Pos)>,
    to_head: FxHashMap<Obj, (Obj, Pos)>,
    args: FxHashMap<Value, Value>,
    changed: bool,
}

impl Escape<'_> {
    /// Runs a loop until its head's plan holds. `blocks` are its blocks in order, the head first.
    pub(super) fn run_loop(&mut self, number: usize) {
        let head = self.loops[number].head;
        let blocks = self.loops[number].blocks.clone();
        let latches = self.loops[number].latches.clone();
        let entries: Vec<Block> = self.cfg.preds(head).iter().copied().filter(|pred| !latches.contains(pred)).collect();
        let mut plan = self.plans.remove(&head).unwrap_or_default();
        self.forced.retain(|forced| forced.head != head);
        for round in 0.. {
            self.forced.retain(|forced| forced.head != head || entries.contains(&forced.edge));
            plan.give_up |= round >= MAX_ROUNDS;
            let merged = self.merge(head, &entries, Some(&plan));
            self.run_block(head, &merged);
            self.run_blocks(&blocks[1..]);
            let mut changed = false;
            let mut args = merged.args.clone();
            for latch in &latches {
                changed |= self.come_back(head, &merged, *latch, &mut plan, &mut args);
            }
            if !changed {
                let edges = entries.iter().chain(&latches).copied().collect();
                self.incoming(head, edges, merged.params, args);
                break;
            }
        }
        self.plans.insert(head, plan);
    }

    /// Compares a back edge with the head; did the plan change? Otherwise the edge's values are added to `args`.
    fn come_back(
        &mut self,
        head: Block,
        merged: &Merged,
        edge: Block,
        plan: &mut Plan,
        args: &mut Vec<Vec<Value>>,
    ) -> bool {
        if self.settle(merged, edge, plan) {
            return true;
        }
        let mut check = Check {
            head,
            edge,
            param: None,
            making: true,
            to_edge: FxHashMap::default(),
            to_head: FxHashMap::default(),
            args: FxHashMap::default(),
            changed: false,
        };
        self.check_roots(head, merged, &mut check, plan);
        check.making = false;
        check.to_edge.clear();
        check.to_head.clear();
        self.check_roots(head, merged, &mut check, plan);
        if !check.changed {
            args.push(merged.params.iter().map(|param| check.args[param]).collect());
        }
        check.changed
    }

    fn check_roots(&mut self, head: Block, merged: &Merged, check: &mut Check, plan: &mut Plan) {
        for object in &merged.roots {
            let pos = self.positions.object(head, *object);
            self.check_object(merged, check, plan, pos, *object, Sym::Object(*object), Type::Ref);
        }
        for number in 0..self.arity[head.index()] {
            let param = self.graph[head].params[number];
            if self.live.contains(head, param) {
                let pos = self.positions.param(head, number);
                let sym = self.passed(check.edge, head, number);
                check.param = Some((pos, number));
                self.check_place(merged, check, plan, pos, self.graph.ty(param), sym);
            }
        }
        check.param = None;
        for deferred in &merged.state.deferred {
            let pos = self.positions.deferred(head, deferred.target);
            let sym = self.ends[check.edge.index()].state.waiting(deferred.target).expect("see `settle`");
            self.check_place(merged, check, plan, pos, Type::Any, sym);
        }
    }

    fn check_place(&mut self, merged: &Merged, check: &mut Check, plan: &mut Plan, pos: Pos, ty: Type, sym: Sym) {
        match merged.places[&pos] {
            Place::Param(param, form) => {
                if let Sym::Object(object) = sym {
                    if self.ends[check.edge.index()].state.contents(object).is_some() {
                        self.force(check.head, check.edge, check.param.filter(|(at, _)| *at == pos).map(|at| at.1));
                    }
                    self.on_edge(check.edge, |cx, at| cx.materialize(at, object));
                }
                if check.making {
                    return;
                }
                let leaf = self.leaf(check.edge, sym, ty).expect("the object was made");
                if form != Form::Plain && leaf.form != form {
                    self.worsen(check, plan, pos, Form::Plain);
                    return;
                }
                let arg = self.arg_on(check.edge, sym, ty, leaf, form);
                check.args.insert(param, arg);
            }
            Place::Same(Sym::Object(object)) => self.check_object(merged, check, plan, pos, object, sym, ty),
            Place::Same(Sym::Value(value)) => {
                if check.making {
                    return;
                }
                let before = self.unboxed(value);
                if self.leaf(check.edge, sym, ty) != Some(before) {
                    let form = before.form.join(self.form_of(check.edge, sym, ty));
                    self.worsen(check, plan, pos, form);
                }
            }
        }
    }

    /// Compares an object of the head with what the edge has in one of its places.
    #[expect(clippy::too_many_arguments, reason = "the walk's context and one place of it")]
    fn check_object(
        &mut self,
        merged: &Merged,
        check: &mut Check,
        plan: &mut Plan,
        pos: Pos,
        object: Obj,
        sym: Sym,
        ty: Type,
    ) {
        let contents = match merged.state.get(object) {
            Entry::Virtual(contents) => contents.clone(),
            Entry::Real(pointer) => return self.check_real(merged, check, plan, pos, object, *pointer, sym, ty),
        };
        let other = match sym {
            Sym::Object(other) => self.ends[check.edge.index()].state.contents(other).cloned().map(|c| (other, c)),
            Sym::Value(_) => None,
        };
        let Some((other, found)) = other.filter(|(_, found)| found.same_layout(&contents)) else {
            if !check.making {
                let form = self.form(object, ty).join(self.form_of(check.edge, sym, ty));
                self.worsen(check, plan, pos, form);
            }
            return;
        };
        let (to_edge, to_head) = (check.to_edge.get(&object).copied(), check.to_head.get(&other).copied());
        match (to_edge, to_head) {
            (None, None) => {}
            (Some((known, _)), Some(_)) if known == other => return,
            _ => {
                if !check.making {
                    let form = self.form(object, ty);
                    for pos in [Some(pos), to_edge.map(|known| known.1), to_head.map(|known| known.1)] {
                        pos.into_iter().for_each(|pos| self.worsen(check, plan, pos, form));
                    }
                }
                return;
            }
        }
        check.to_edge.insert(object, (other, pos));
        check.to_head.insert(other, (object, pos));
        let home = merged.homes[&object];
        let ty = contents.slot_type();
        for (slot, sym) in found.slots.iter().enumerate() {
            let child = self.positions.slot(home, slot);
            self.check_place(merged, check, plan, child, ty, *sym);
        }
        for (index, sym) in found.elems.iter().enumerate() {
            let child = self.positions.elem(home, index);
            self.check_place(merged, check, plan, child, ty, *sym);
        }
        for (index, sym) in found.pairs.iter().enumerate() {
            let child = self.positions.pair(home, index);
            self.check_place(merged, check, plan, child, ty, *sym);
        }
    }

    /// The same for an object that exists.
    #[expect(clippy::too_many_arguments, reason = "the walk's context and one place of it")]
    fn check_real(
        &mut self,
        merged: &Merged,
        check: &mut Check,
        plan: &mut Plan,
        pos: Pos,
        object: Obj,
        pointer: Value,
        sym: Sym,
        ty: Type,
    ) {
        if check.making {
            return;
        }
        let leaf = self.leaf(check.edge, sym, ty);
        if let Some(Place::Param(param, _)) = merged.places.get(&merged.homes[&object]) {
            // Several entering edges had different pointers to this object.
            match leaf.filter(|leaf| check.args.get(param).is_none_or(|known| *known == leaf.value)) {
                Some(leaf) => _ = check.args.insert(*param, leaf.value),
                None => self.worsen(check, plan, pos, Form::Plain),
            }
            return;
        }
        let form = self.form(object, ty);
        if leaf != Some(super::state::Leaf { form, value: pointer }) {
            let joined = form.join(self.form_of(check.edge, sym, ty));
            self.worsen(check, plan, pos, joined);
        }
    }

    /// In which box a place on an edge is, or will be once its object is made.
    fn form_of(&mut self, edge: Block, sym: Sym, ty: Type) -> Form {
        match sym {
            Sym::Object(object) => self.form(object, ty),
            Sym::Value(_) => self.leaf(edge, sym, ty).map_or(Form::Plain, |leaf| leaf.form),
        }
    }

    fn worsen(&mut self, check: &mut Check, plan: &mut Plan, pos: Pos, form: Form) {
        check.changed = true;
        let old = plan.forms.entry(pos).or_insert(form);
        *old = old.join(form);
    }
}
