//! Exits: a cold block a snapshot that stores its live values into the context, and the plan that says what they mean.
//!
//! Guards that share a snapshot share the block; which of them failed arrives as its parameter, already packed with the
//! numbers of tree and snapshot. Constants and virtual objects cost no instruction: they are in the plan.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData};
use moonset_ir::graph::Const;
use moonset_ir::snapshot::{Frame, Place};
use moonset_ir::{Guard, Operand, Snap, Tag, Template, Type, Value};
use moonset_runtime::context::EXIT_VALUES;
use rustc_hash::FxHashMap;

use super::{Lower, ObjectBinding};
use crate::abort::Abort;
use crate::exit::{ExitPlan, FramePlan, Source, VirtualPlan, VirtualTemplate, WritePlace, WritePlan};
use crate::layout;

/// Trees that may exist at once: the two highest bits of an exit number tell it from other ends.
pub(crate) const MAX_TREES: u32 = 1 << 18;

/// Bits of an exit number: tree 18, snapshot 22, guard 22.
const SNAP_BITS: u32 = 22;
const GUARD_BITS: u32 = 22;

/// Snapshots and guards that a graph may have, so that exits can name them.
pub(crate) const MAX_SNAPS: usize = 1 << SNAP_BITS;

/// The number that machine code returns for an exit.
pub(crate) fn pack_exit(tree: u32, snap: Snap, guard: Guard) -> u64 {
    (u64::from(tree) << SNAP_BITS | u64::from(snap.as_u32())) << GUARD_BITS | u64::from(guard.as_u32())
}

/// Tree, snapshot and guard of an exit number.
pub(crate) fn unpack_exit(exit: u64) -> (u32, usize, Guard) {
    let guard = (exit & ((1 << GUARD_BITS) - 1)) as usize;
    let snap = (exit >> GUARD_BITS & ((1 << SNAP_BITS) - 1)) as usize;
    ((exit >> (GUARD_BITS + SNAP_BITS)) as u32, snap, Guard::new(guard))
}

/// Words of the exit area that a snapshot's values were given so far.
#[derive(Default)]
struct Words {
    of: FxHashMap<Value, u16>,
    next: u16,
}

impl Lower<'_, '_> {
    /// Fills all exit blocks; the plan of each snapshot that some guard uses.
    pub(super) fn lower_exits(&mut self) -> Result<Vec<Option<ExitPlan>>, Abort> {
        for (hop, snap, guard) in std::mem::take(&mut self.hops) {
            self.b.switch_to_block(hop);
            let number = self.iconst(pack_exit(self.bind.tree, snap, guard) as i64);
            let exit = self.exit_block(snap);
            self.b.ins().jump(exit, &[number.into()]);
        }
        let mut plans = Vec::with_capacity(self.exits.len());
        for number in 0..self.exits.len() {
            let Some(block) = self.exits[number] else {
                plans.push(None);
                continue;
            };
            self.b.switch_to_block(block);
            plans.push(Some(self.lower_exit(Snap::new(number))?));
            let result = self.b.block_params(block)[0];
            self.b.ins().return_(&[result]);
        }
        Ok(plans)
    }

    fn lower_exit(&mut self, snap: Snap) -> Result<ExitPlan, Abort> {
        let snapshot = &self.graph[snap];
        let mut words = Words::default();
        let mut frames = Vec::with_capacity(snapshot.frames.len());
        for (index, frame) in snapshot.frames.iter().enumerate() {
            // The function of the trace's own frame is in its slot already.
            let closure = match index {
                0 => Source::Immediate(0, Tag::Nil as u8),
                _ => self.source(frame.closure, &mut words)?,
            };
            frames.push(FramePlan { closure, pc: frame.pc, base: frame.base, proto: frame.kind, aux: frame.aux });
        }
        let mut slots = Vec::with_capacity(snapshot.slots.len());
        for &(slot, operand) in &snapshot.slots {
            slots.push((slot, self.source(operand, &mut words)?));
        }
        let mut virtuals = Vec::with_capacity(snapshot.virtuals.len());
        for object in &snapshot.virtuals {
            let template = match object.template {
                Template::Table(shape) => VirtualTemplate::Table {
                    shape: self.bind.shapes[shape.index()],
                    slots: self.graph[shape].keys.len() as u32,
                },
                Template::Cell => VirtualTemplate::Cell,
                Template::Closure(proto) => VirtualTemplate::Closure { proto: self.bind.protos[proto.index()] },
            };
            let mut sources = |operands: &[Operand]| {
                operands.iter().map(|operand| self.source(*operand, &mut words)).collect::<Result<Vec<_>, _>>()
            };
            let (fields, pairs) = (sources(&object.fields)?, sources(&object.pairs)?);
            virtuals.push(VirtualPlan { template, fields, pairs });
        }
        let mut writes = Vec::with_capacity(snapshot.writes.len());
        for write in &snapshot.writes {
            let place = match write.place {
                Place::Slot(_, slot) => WritePlace::Slot(slot),
                Place::Elem(index) => WritePlace::Elem(index),
                Place::Cell => WritePlace::Cell,
            };
            let (object, value) = (self.source(write.object, &mut words)?, self.source(write.value, &mut words)?);
            writes.push(WritePlan { object, place, value });
        }
        Ok(ExitPlan { frames, top: self.top_of(snap), slots, virtuals, writes })
    }

    /// The first slot above everything that a state uses: its frames, and an open list that may reach beyond them.
    pub(super) fn top_of(&self, snap: Snap) -> i32 {
        let snapshot = &self.graph[snap];
        let size = |frame: &Frame| i32::from(self.bind.functions[frame.kind as usize].frame_size);
        let frames = snapshot.frames.iter().map(|frame| frame.base + size(frame));
        let slots = snapshot.slots.iter().map(|(slot, _)| slot + 1);
        frames.chain(slots).max().expect("a snapshot has a frame")
    }

    fn source(&mut self, operand: Operand, words: &mut Words) -> Result<Source, Abort> {
        let (value, ref_tag) = match operand {
            Operand::Virtual(object) => return Ok(Source::Virtual(object.as_u32())),
            Operand::Value(value) => (value, None),
            Operand::Ref(value, tag) => (value, Some(tag)),
        };
        match self.graph.as_const(value) {
            Some(Const::Int(number)) => return Ok(Source::Immediate(number as u64, Tag::Int as u8)),
            Some(Const::Float(bits)) => return Ok(Source::Immediate(bits, Tag::Float as u8)),
            Some(Const::Bool(cond)) => return Ok(Source::Immediate(0, Tag::False as u8 + u8::from(cond))),
            Some(Const::Prim(tag)) => return Ok(Source::Immediate(0, tag as u8)),
            Some(Const::Object(object)) => {
                let tag = ref_tag.map_or(layout::CELL_TAG, |tag| tag as u8);
                return Ok(match self.bind.objects[object.index()] {
                    ObjectBinding::Pinned(address) => Source::Immediate(address as u64, tag),
                    ObjectBinding::Pooled(address) => Source::Pool(address, tag),
                });
            }
            None => {}
        }
        // A boxing that nothing else needed is undone here: its operand is stored and the plan knows the tag.
        if let Some(data) = self.graph.def_inst(value) {
            use moonset_ir::Op;
            match data.op {
                Op::BoxInt | Op::BoxFloat | Op::BoxBool => return self.source(Operand::Value(data.args[0]), words),
                Op::BoxRef => return self.source(Operand::Ref(data.args[0], data.tag()), words),
                _ => {}
            }
        }
        let ty = self.graph.ty(value);
        let word = match words.of.get(&value) {
            Some(word) => *word,
            None => {
                let word = words.next;
                words.next += if ty == Type::Any { 2 } else { 1 };
                if words.next as usize > EXIT_VALUES {
                    return Err(Abort::TooManyLiveValues);
                }
                self.store_exit_value(value, ty, word);
                words.of.insert(value, word);
                word
            }
        };
        Ok(match ty {
            Type::Int => Source::Word(word, Tag::Int as u8),
            Type::Float => Source::Word(word, Tag::Float as u8),
            Type::Bool => Source::Bool(word),
            Type::Any => Source::Pair(word),
            Type::Ref => Source::Word(word, ref_tag.map_or(layout::CELL_TAG, |tag| tag as u8)),
        })
    }

    fn store_exit_value(&mut self, value: Value, ty: Type, word: u16) {
        let offset = layout::CTX_EXIT_VALUES + 8 * i32::from(word);
        if ty == Type::Any {
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
