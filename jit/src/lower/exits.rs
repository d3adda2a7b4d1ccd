//! Exits: cold blocks that store the live values of a snapshot into the context, and the plan that says what they mean.
//!
//! ```text
//!   guard 7 ──> hop: store number 3 ──┐
//!   guard 8 ──> hop: store number 4 ──┴──> stores of what differs ──> stores of a snapshot with part of the values ──> return
//! ```
//!
//! Each guard has a number, by which the engine finds the snapshot and the guard again. Constants and virtual objects cost no
//! instruction: they are in the plan. Neighbouring snapshots have most values in common, and what exits store is most of what the code
//! generator has to do: so an exit whose values include all those of another one stores the rest and goes on there, and each value
//! has the same word in both.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use moonset_ir::graph::Const;
use moonset_ir::snapshot::{Frame, Place, Snapshot, VirtualObject, Write};
use moonset_ir::{Guard, Op, Operand, Snap, Tag, Template, Type, Value};
use moonset_runtime::context::EXIT_VALUES;
use rustc_hash::FxHashMap;

use super::{Lower, ObjectBinding};
use crate::abort::Abort;
use crate::exit::{ExitPlan, Exits, FramePlan, Source, VirtualPlan, VirtualTemplate, WritePlace, WritePlan};
use crate::layout;

/// Exits among which one is looked for to go on in.
const NEIGHBOURS: usize = 64;

/// Words of the exit area that values were given.
#[derive(Clone, Default)]
struct Words {
    of: FxHashMap<Value, u16>,
    next: u16,
}

/// The exit of a snapshot.
struct Exit {
    snap: Snap,
    /// The blocks that lead to it, one a guard.
    hops: Vec<(clif::Block, Guard)>,
    /// All values that are in the context in the end, sorted.
    values: Vec<Value>,
    words: Words,
    /// The values that it stores itself.
    stores: Vec<Value>,
    /// The exit that stores the others.
    next: Option<usize>,
}

/// What an operand of a snapshot is to an exit.
enum Operated {
    /// Known without a store.
    Known(Source),
    /// A value to be stored; the tag is that of a reference.
    Stored(Value, Option<Tag>),
}

impl Lower<'_, '_> {
    /// Fills all blocks on the way out.
    pub(super) fn lower_exits(&mut self) -> Result<Exits, Abort> {
        let exits = self.exits()?;
        let mut table = Exits { plans: Vec::with_capacity(exits.len()), ways: Vec::new() };
        // Where those go on that lead to an exit, and how many do.
        let mut begins = Vec::with_capacity(exits.len());
        let mut users = vec![0; exits.len()];
        for (index, exit) in exits.iter().enumerate() {
            table.plans.push(self.plan(exit.snap, &exit.words));
            let begin = if exit.stores.is_empty() { exit.next.map(|next| begins[next]) } else { None };
            begins.push(begin.unwrap_or(index));
            users[begins[index]] += exit.hops.len();
            if let (None, Some(next)) = (begin, exit.next) {
                users[begins[next]] += 1;
            }
        }
        // What only one guard leads to stands in the block of that guard.
        let mut blocks: Vec<Option<clif::Block>> = vec![None; exits.len()];
        for index in (0..exits.len()).filter(|index| begins[*index] == *index && users[*index] > 1) {
            let block = self.b.create_block();
            self.b.set_cold_block(block);
            blocks[index] = Some(block);
        }
        for (index, exit) in exits.iter().enumerate() {
            let next = exit.next.and_then(|next| blocks[begins[next]]);
            for (hop, guard) in &exit.hops {
                self.b.switch_to_block(*hop);
                let number = self.b.ins().iconst(types::I32, table.ways.len() as i64);
                table.ways.push((index as u32, *guard));
                self.store_ctx(number, layout::CTX_EXIT);
                match blocks[begins[index]] {
                    Some(block) => _ = self.b.ins().jump(block, &[]),
                    None => self.fill_exit(exit, next),
                }
            }
            if let (true, Some(block)) = (begins[index] == index, blocks[index]) {
                self.b.switch_to_block(block);
                self.fill_exit(exit, next);
            }
        }
        Ok(table)
    }

    /// The exits that guards lead to, by snapshot: neighbours in the order of the program.
    fn exits(&mut self) -> Result<Vec<Exit>, Abort> {
        let mut hops = std::mem::take(&mut self.hops);
        hops.sort_by_key(|(_, snap, _)| *snap);
        let mut exits: Vec<Exit> = Vec::new();
        for same in hops.chunk_by(|one, other| one.1 == other.1) {
            let snap = same[0].1;
            let values = self.stored_values(&self.graph[snap]);
            let near = exits.len().saturating_sub(NEIGHBOURS);
            let fitting = (near..exits.len()).filter(|index| includes(&values, &exits[*index].values));
            let next = fitting.max_by_key(|index| exits[*index].values.len());
            let mut words = next.map(|next| exits[next].words.clone()).unwrap_or_default();
            let stores: Vec<Value> = values.iter().copied().filter(|value| !words.of.contains_key(value)).collect();
            for value in &stores {
                words.of.insert(*value, words.next);
                words.next += if self.graph.ty(*value) == Type::Any { 2 } else { 1 };
                if words.next as usize > EXIT_VALUES {
                    return Err(Abort::TooManyLiveValues);
                }
            }
            let hops = same.iter().map(|(hop, _, guard)| (*hop, *guard)).collect();
            exits.push(Exit { snap, hops, values, words, stores, next });
        }
        Ok(exits)
    }

    /// The values that the exit of a snapshot has to have in the context, sorted.
    fn stored_values(&self, snapshot: &Snapshot) -> Vec<Value> {
        // The function of the trace's own frame is in its slot already.
        let closures = snapshot.frames.iter().skip(1).map(|frame| frame.closure);
        let slots = snapshot.slots.iter().map(|(_, operand)| *operand);
        let fields = snapshot.virtuals.iter().flat_map(VirtualObject::operands).copied();
        let writes = snapshot.writes.iter().flat_map(|write| [write.object, write.value]);
        let operands = closures.chain(slots).chain(fields).chain(writes);
        let mut values: Vec<Value> = operands
            .filter_map(|operand| match self.operated(operand) {
                Operated::Stored(value, _) => Some(value),
                Operated::Known(_) => None,
            })
            .collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Stores what an exit stores itself, and goes on to the next one, or back to the interpreter with the number of the tree.
    fn fill_exit(&mut self, exit: &Exit, next: Option<clif::Block>) {
        for value in &exit.stores {
            self.store_exit_value(*value, exit.words.of[value]);
        }
        match next {
            Some(next) => _ = self.b.ins().jump(next, &[]),
            None => {
                let tree = self.iconst(i64::from(self.bind.tree));
                self.b.ins().return_(&[tree]);
            }
        }
    }

    fn plan(&self, snap: Snap, words: &Words) -> ExitPlan {
        let snapshot = &self.graph[snap];
        let source = |operand: Operand| self.source(operand, words);
        let sources = |operands: &[Operand]| operands.iter().map(|operand| source(*operand)).collect();
        let frame = |(index, frame): (usize, &Frame)| {
            let closure = if index == 0 { Source::Immediate(0, Tag::Nil as u8) } else { source(frame.closure) };
            FramePlan { closure, pc: frame.pc, base: frame.base, proto: frame.kind, aux: frame.aux }
        };
        let object = |object: &VirtualObject| {
            let template = match object.template {
                Template::Table(shape) => VirtualTemplate::Table {
                    shape: self.bind.shapes[shape.index()],
                    slots: self.graph[shape].keys.len() as u32,
                },
                Template::Cell => VirtualTemplate::Cell,
                Template::Closure(proto) => VirtualTemplate::Closure { proto: self.bind.protos[proto.index()] },
            };
            VirtualPlan { template, fields: sources(&object.fields), pairs: sources(&object.pairs) }
        };
        let write = |write: &Write| {
            let place = match write.place {
                Place::Slot(_, slot) => WritePlace::Slot(slot),
                Place::Elem(index) => WritePlace::Elem(index),
                Place::Cell => WritePlace::Cell,
            };
            WritePlan { object: source(write.object), place, value: source(write.value) }
        };
        ExitPlan {
            frames: snapshot.frames.iter().enumerate().map(frame).collect(),
            top: self.top_of(snap),
            slots: snapshot.slots.iter().map(|(slot, operand)| (*slot, source(*operand))).collect(),
            virtuals: snapshot.virtuals.iter().map(object).collect(),
            writes: snapshot.writes.iter().map(write).collect(),
        }
    }

    /// The first slot above everything that a state uses: its frames, and an open list that may reach beyond them.
    pub(super) fn top_of(&self, snap: Snap) -> i32 {
        let snapshot = &self.graph[snap];
        let size = |frame: &Frame| i32::from(self.bind.functions[frame.kind as usize].frame_size);
        let frames = snapshot.frames.iter().map(|frame| frame.base + size(frame));
        let slots = snapshot.slots.iter().map(|(slot, _)| slot + 1);
        frames.chain(slots).max().expect("a snapshot has a frame")
    }

    fn operated(&self, operand: Operand) -> Operated {
        let (value, ref_tag) = match operand {
            Operand::Virtual(object) => return Operated::Known(Source::Virtual(object.as_u32())),
            Operand::Value(value) => (value, None),
            Operand::Ref(value, tag) => (value, Some(tag)),
        };
        match self.graph.as_const(value) {
            Some(Const::Int(number)) => return Operated::Known(Source::Immediate(number as u64, Tag::Int as u8)),
            Some(Const::Float(bits)) => return Operated::Known(Source::Immediate(bits, Tag::Float as u8)),
            Some(Const::Bool(cond)) => {
                return Operated::Known(Source::Immediate(0, Tag::False as u8 + u8::from(cond)));
            }
            Some(Const::Prim(tag)) => return Operated::Known(Source::Immediate(0, tag as u8)),
            Some(Const::Object(object)) => {
                let tag = ref_tag.map_or(layout::CELL_TAG, |tag| tag as u8);
                return Operated::Known(match self.bind.objects[object.index()] {
                    ObjectBinding::Pinned(address) => Source::Immediate(address as u64, tag),
                    ObjectBinding::Pooled(address) => Source::Pool(address, tag),
                });
            }
            None => {}
        }
        // A boxing that nothing else needed is undone here: its operand is stored and the plan knows the tag.
        match self.graph.def_inst(value) {
            Some(data) if matches!(data.op, Op::BoxInt | Op::BoxFloat | Op::BoxBool) => {
                self.operated(Operand::Value(data.args[0]))
            }
            Some(data) if data.op == Op::BoxRef => self.operated(Operand::Ref(data.args[0], data.tag())),
            _ => Operated::Stored(value, ref_tag),
        }
    }

    fn source(&self, operand: Operand, words: &Words) -> Source {
        let (value, ref_tag) = match self.operated(operand) {
            Operated::Known(source) => return source,
            Operated::Stored(value, ref_tag) => (value, ref_tag),
        };
        let word = words.of[&value];
        match self.graph.ty(value) {
            Type::Int => Source::Word(word, Tag::Int as u8),
            Type::Float => Source::Word(word, Tag::Float as u8),
            Type::Bool => Source::Bool(word),
            Type::Any => Source::Pair(word),
            Type::Ref => Source::Word(word, ref_tag.map_or(layout::CELL_TAG, |tag| tag as u8)),
        }
    }

    fn store_exit_value(&mut self, value: Value, word: u16) {
        let offset = layout::CTX_EXIT_VALUES + 8 * i32::from(word);
        if self.graph.ty(value) == Type::Any {
            let payload = self.payload_any_class(value);
            self.store_ctx(payload, offset);
            let tag = self.tag_value(value);
            self.store_ctx(tag, offset + 8);
        } else {
            let one = self.one(value);
            self.store_ctx(one, offset);
        }
    }

    fn store_ctx(&mut self, value: clif::Value, offset: i32) {
        let ctx = self.ctx;
        self.b.ins().store(MemFlagsData::trusted(), value, ctx, offset);
    }
}

/// Whether `all` has every value of `part`. Both are sorted.
fn includes(all: &[Value], part: &[Value]) -> bool {
    let mut rest = all.iter();
    part.len() <= all.len() && part.iter().all(|value| rest.any(|other| other == value))
}
