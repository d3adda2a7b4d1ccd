//! What one instruction does to the virtual objects.
//!
//! An operation on a virtual object happens here and leaves nothing in the new program: a read becomes the value last
//! written, a write changes the contents, a check of something known disappears. Whatever is not listed needs its
//! operands to exist. Code behind a check that always fails may ask for nonsense (another shape, an index out of bounds):
//! then the object is made too, and the program keeps the nonsense.

use std::rc::Rc;

use super::state::{Contents, Entry, Form, Obj, ObjKind, Sym};
use super::{Escape, MAX_ELEMS, MAX_SLOTS, Out, Point, Replaced};
use crate::entity::{Inst, Value};
use crate::helper::Helper;
use crate::inst::{Args, InstData};
use crate::op::Op;
use crate::snapshot::Template;
use crate::types::{Tag, Type};

/// Arrays up to this length are accessed by a computed index as a chain of selections.
const MAX_CHAIN: usize = 8;

impl Escape<'_> {
    /// Runs one instruction.
    pub(super) fn transfer(&mut self, at: &mut Point, inst: Inst) {
        let data = self.graph[inst].clone();
        if data.op.hands_over()
            && let Some(snap) = data.snap
        {
            self.materialize_all(at, snap);
            self.carry_out(at, |_| true);
        }
        if !self.virtually(at, inst, &data) && !self.defer(at, &data) {
            self.keep(at, inst, &data);
        }
    }

    /// Keeps an instruction, with operands that exist.
    fn keep(&mut self, at: &mut Point, inst: Inst, data: &InstData) {
        let args: Args = data.args.iter().map(|arg| self.real(at, self.sym(*arg), self.graph.ty(*arg))).collect();
        let snap = data.snap.map(|snap| self.snapshot(at, snap));
        at.insts.push(Out { inst, replaced: Some(Replaced { args, snap }) });
        if let Some(result) = data.result {
            self.bind(result, Sym::Value(result));
        }
    }

    /// Tries to run an instruction on virtual objects alone.
    fn virtually(&mut self, at: &mut Point, inst: Inst, data: &InstData) -> bool {
        match data.op {
            Op::NewTable | Op::NewCell | Op::NewClosure => self.allocate(at, inst, data),
            Op::BoxRef => match self.object(data.args[0]) {
                Some(object) => self.fold(data, Sym::Object(object)),
                None => false,
            },
            Op::GuardTag => self.guard_tag(data),
            Op::TagIs | Op::TagOf | Op::Truthy | Op::GuardNotNil | Op::GuardTruthy => {
                let Some(tag) = self.object(data.args[0]).and_then(|object| self.kind(object).tag()) else {
                    return false;
                };
                let known = match data.op {
                    Op::TagIs => self.graph.bconst(tag == data.tag()),
                    Op::TagOf => self.graph.iconst(tag as i64),
                    _ => self.graph.bconst(true),
                };
                self.fold(data, Sym::Value(known))
            }
            Op::RefEq => self.same(at, data),
            Op::Call if data.helper() == Helper::RawEq => self.same(at, data),
            Op::Select => {
                let (yes, no) = (self.sym(data.args[1]), self.sym(data.args[2]));
                yes == no && matches!(yes, Sym::Object(_)) && self.fold(data, yes)
            }
            _ => match data.args.first().and_then(|arg| self.object(*arg)) {
                Some(object) => self.access(at, data, object).is_some(),
                None => false,
            },
        }
    }

    /// The object that a value refers to, if it was virtual once.
    fn object(&self, value: Value) -> Option<Obj> {
        match self.sym(value) {
            Sym::Object(object) => Some(object),
            Sym::Value(_) => None,
        }
    }

    pub(super) fn fold(&mut self, data: &InstData, sym: Sym) -> bool {
        if let Some(result) = data.result {
            self.bind(result, sym);
        }
        true
    }

    fn allocate(&mut self, at: &mut Point, inst: Inst, data: &InstData) -> bool {
        let syms = || data.args.iter().map(|arg| self.sym(*arg)).collect();
        let (template, cap, slots) = match data.op {
            Op::NewCell => (Template::Cell, 0, syms()),
            Op::NewClosure => (Template::Closure(data.proto()), 0, syms()),
            _ => {
                let info = &self.graph[data.shape()];
                if info.has_finalizer || info.inline_cap as usize > MAX_SLOTS {
                    return false;
                }
                let n_slots = info.inline_cap.max(info.keys.len() as u32) as usize;
                let nil = Sym::Value(self.graph.nil());
                (Template::Table(data.shape()), data.array_cap(), vec![nil; n_slots])
            }
        };
        let object = self.site(inst, ObjKind::of(template));
        let contents = Contents { template, cap, slots, elems: Vec::new(), pairs: Vec::new() };
        at.state.set(object, Entry::Virtual(Rc::new(contents)));
        at.version = self.tick();
        self.fold(data, Sym::Object(object))
    }

    fn guard_tag(&mut self, data: &InstData) -> bool {
        match self.sym(data.args[0]) {
            Sym::Object(object) => self.kind(object).tag() == Some(data.tag()) && self.fold(data, Sym::Object(object)),
            Sym::Value(value) => {
                let leaf = self.unboxed(value);
                let matches = match leaf.form {
                    Form::Int => data.tag() == Tag::Int,
                    Form::Float => data.tag() == Tag::Float,
                    Form::Ref(tag) => data.tag() == tag,
                    Form::Bool | Form::Plain => false,
                };
                matches && self.fold(data, Sym::Value(leaf.value))
            }
        }
    }

    /// Identity: a virtual object equals itself and nothing else.
    fn same(&mut self, at: &mut Point, data: &InstData) -> bool {
        let (a, b) = (self.sym(data.args[0]), self.sym(data.args[1]));
        let is_virtual = |sym| matches!(sym, Sym::Object(object) if at.state.contents(object).is_some());
        if a != b && !is_virtual(a) && !is_virtual(b) || !matches!(a, Sym::Object(_)) && a == b {
            return false;
        }
        let same = self.graph.bconst(a == b);
        self.fold(data, Sym::Value(same))
    }

    /// An operation whose first operand is an object that was virtual once.
    fn access(&mut self, at: &mut Point, data: &InstData, object: Obj) -> Option<()> {
        let contents = at.state.contents(object)?.clone();
        let is_shape = |shape| contents.template == Template::Table(shape);
        let is_table = matches!(contents.template, Template::Table(_));
        let mut known = None;
        match data.op {
            Op::GuardShape => is_shape(data.shape()).then_some(())?,
            Op::GuardProto => (contents.template == Template::Closure(data.proto())).then_some(())?,
            Op::ShapeIs => known = Some(Sym::Value(self.graph.bconst(is_shape(data.shape())))),
            Op::IsBare => {
                let Template::Table(shape) = contents.template else { return None };
                known = Some(Sym::Value(self.graph.bconst(!self.graph[shape].has_metatable)));
            }
            Op::ProtoIs => {
                let is = contents.template == Template::Closure(data.proto());
                known = Some(Sym::Value(self.graph.bconst(is)));
            }
            Op::Barrier => {}
            Op::SetShape => {
                let new = &self.graph[data.new_shape()];
                let fits = new.inline_cap == self.graph[data.shape()].inline_cap && !new.has_finalizer;
                (fits && is_shape(data.shape())).then_some(())?;
                let n_slots = new.keys.len();
                let nil = Sym::Value(self.graph.nil());
                let contents = self.change(at, object);
                contents.template = Template::Table(data.new_shape());
                contents.slots.iter_mut().skip(n_slots).for_each(|slot| *slot = nil);
            }
            Op::SlotLoad => {
                is_shape(data.shape()).then_some(())?;
                known = Some(*contents.slots.get(data.slot() as usize)?);
            }
            Op::SlotStore => {
                let at_slot = data.slot() as usize;
                (is_shape(data.shape()) && at_slot < contents.slots.len()).then_some(())?;
                let sym = self.sym(data.args[1]);
                self.change(at, object).slots[at_slot] = sym;
            }
            Op::CellLoad => known = Some(*contents.slots.first()?),
            Op::CellStore => {
                let sym = self.sym(data.args[1]);
                *self.change(at, object).slots.first_mut()? = sym;
            }
            Op::ClosureUpval => known = Some(*contents.slots.get(data.index() as usize)?),
            Op::ArrayLen => {
                is_table.then_some(())?;
                known = Some(Sym::Value(self.graph.iconst(contents.elems.len() as i64)));
            }
            Op::ArrayAppend => {
                (is_table && contents.elems.len() < MAX_ELEMS).then_some(())?;
                let sym = self.sym(data.args[1]);
                self.change(at, object).elems.push(sym);
            }
            Op::ArrayLoad => known = Some(self.array_load(at, data, &contents)?),
            Op::ArrayStore => self.array_store(at, data, object, &contents)?,
            Op::Call => known = self.call(at, data, object, &contents)?,
            _ => return None,
        }
        if let Some(sym) = known {
            self.fold(data, sym);
        }
        Some(())
    }

    pub(super) fn change<'s>(&mut self, at: &'s mut Point, object: Obj) -> &'s mut Contents {
        at.version = self.tick();
        at.state.contents_mut(object).expect("the object is virtual")
    }

    /// The element index, if it is a constant within bounds.
    fn index(&self, value: Value, contents: &Contents) -> Option<usize> {
        let Sym::Value(index) = self.sym(value) else { return None };
        let index = usize::try_from(self.graph.as_int(index)?).ok()?;
        (index < contents.elems.len()).then_some(index)
    }

    /// The element index, if it is computed and the array is short.
    fn computed(&self, value: Value, contents: &Contents) -> Option<Value> {
        let Sym::Value(index) = self.sym(value) else { return None };
        let short = (1..=MAX_CHAIN).contains(&contents.elems.len());
        (short && self.graph.as_int(index).is_none()).then_some(index)
    }

    fn array_load(&mut self, at: &mut Point, data: &InstData, contents: &Contents) -> Option<Sym> {
        if let Some(index) = self.index(data.args[1], contents) {
            return Some(contents.elems[index]);
        }
        let index = self.computed(data.args[1], contents)?;
        // Elements of one known form are selected without their boxes.
        let values: Vec<Value> = contents.elems.iter().map(|sym| self.real(at, *sym, Type::Any)).collect();
        let leaves: Vec<_> = values.iter().map(|value| self.unboxed(*value)).collect();
        let form = leaves.iter().map(|leaf| leaf.form).reduce(Form::join)?;
        let pick = |number: usize| if form == Form::Plain { values[number] } else { leaves[number].value };
        let mut chosen = pick(values.len() - 1);
        for number in (0..values.len() - 1).rev() {
            let key = self.graph.iconst(number as i64);
            let cond = self.emit(at, Op::Eq, &[index, key], 0)?;
            chosen = self.emit(at, Op::Select, &[cond, pick(number), chosen], 0)?;
        }
        let boxed = self.boxed_inst(form, chosen);
        Some(Sym::Value(match boxed {
            Some(inst) => {
                at.insts.push(Out { inst, replaced: None });
                self.graph[inst].result?
            }
            None => chosen,
        }))
    }

    fn array_store(&mut self, at: &mut Point, data: &InstData, object: Obj, contents: &Contents) -> Option<()> {
        let sym = self.sym(data.args[2]);
        if let Some(index) = self.index(data.args[1], contents) {
            self.change(at, object).elems[index] = sym;
            return Some(());
        }
        let index = self.computed(data.args[1], contents)?;
        let new = self.real(at, sym, Type::Any);
        let values: Vec<Value> = contents.elems.iter().map(|sym| self.real(at, *sym, Type::Any)).collect();
        // Making these may have made this object as well.
        at.state.contents(object)?;
        for (number, old) in values.into_iter().enumerate() {
            let key = self.graph.iconst(number as i64);
            let cond = self.emit(at, Op::Eq, &[index, key], 0)?;
            let chosen = self.emit(at, Op::Select, &[cond, new, old], 0)?;
            self.change(at, object).elems[number] = Sym::Value(chosen);
        }
        Some(())
    }
}
