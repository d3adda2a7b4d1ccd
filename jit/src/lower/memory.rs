//! Loads and stores: the VM stack, tables, cells, closures, strings.
//!
//! A value in memory is a payload word and a tag byte. Where each stands is `layout`'s business.
//!
//! The write barrier belongs to the object that holds the slot. A graph's `barrier` names a table and covers its inline
//! slots; stores into its other parts bring their own.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use moonset_ir::inst::InstData;
use moonset_ir::{Op, Value};
use moonset_runtime::object::table::slots::{SlotOffsets, slot_offsets};

use super::Lower;
use super::value::Lowered;
use crate::layout;

/// Whether [`Lower::lower_memory`] handles the operation.
pub(super) fn is_memory(op: Op) -> bool {
    matches!(
        op,
        Op::StackLoad
            | Op::StackStore
            | Op::SetShape
            | Op::SlotLoad
            | Op::SlotStore
            | Op::ArrayLen
            | Op::ArrayLoad
            | Op::ArrayStore
            | Op::ArrayAppend
            | Op::ArrayBase
            | Op::ElemLoad
            | Op::ElemStore
            | Op::CellLoad
            | Op::CellStore
            | Op::ClosureUpval
            | Op::StrLen
    )
}

/// Where a value stands: address and offset of its payload and of its tag.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) payload: (clif::Value, i32),
    pub(super) tag: (clif::Value, i32),
}

impl Lower<'_, '_> {
    /// Lowers a load or store.
    pub(super) fn lower_memory(&mut self, data: &InstData) {
        match data.op {
            Op::StackLoad => {
                let place = self.stack_place(data.stack_slot());
                self.load_value(data, place);
            }
            Op::StackStore => {
                let place = self.stack_place(data.stack_slot());
                self.store_value(place, data.args[0]);
            }
            Op::SetShape => {
                let table = self.one(data.args[0]);
                let shape = i64::from(self.bind.shapes[data.new_shape().index()]);
                let shape = self.b.ins().iconst(types::I32, shape);
                self.store(shape, table, layout::TABLE_SHAPE);
            }
            Op::SlotLoad => {
                let place = self.slot_place(data);
                self.load_value(data, place);
            }
            Op::SlotStore => {
                let place = self.slot_place(data);
                self.store_value(place, data.args[1]);
                if data.slot() >= self.graph[data.shape()].inline_cap {
                    self.barrier_on(place.payload.0, data.args[1]);
                }
            }
            Op::ArrayLen => self.load_u32(data, layout::TABLE_ARRAY_LEN),
            Op::StrLen => self.load_u32(data, layout::STR_LEN),
            Op::ArrayBase => self.load_word(data, layout::TABLE_PARTS),
            Op::ArrayLoad => {
                let base = self.array_base(data.args[0]);
                let place = self.elem_place(base, data.args[1]);
                self.load_value(data, place);
            }
            Op::ArrayStore => {
                let base = self.array_base(data.args[0]);
                let place = self.elem_place(base, data.args[1]);
                self.store_value(place, data.args[2]);
                self.barrier_on(base, data.args[2]);
            }
            Op::ElemLoad => {
                let base = self.one(data.args[0]);
                let place = self.elem_place(base, data.args[1]);
                self.load_value(data, place);
            }
            Op::ElemStore => {
                let base = self.one(data.args[0]);
                let place = self.elem_place(base, data.args[1]);
                self.store_value(place, data.args[2]);
                self.barrier_on(base, data.args[2]);
            }
            Op::ArrayAppend => self.array_append(data),
            Op::CellLoad => {
                let place = self.cell_place(data.args[0]);
                self.load_value(data, place);
            }
            Op::CellStore => {
                let place = self.cell_place(data.args[0]);
                self.store_value(place, data.args[1]);
            }
            Op::ClosureUpval => self.load_word(data, layout::CLOSURE_CELLS + 8 * data.index() as i32),
            op => unreachable!("{} is no access to memory", op.name()),
        }
    }

    pub(super) fn stack_place(&mut self, slot: i32) -> Place {
        let offset = 16 * slot;
        Place { payload: (self.base, offset), tag: (self.base, offset + layout::STACK_TAG) }
    }

    fn cell_place(&mut self, cell: Value) -> Place {
        let cell = self.one(cell);
        Place { payload: (cell, layout::CELL_PAYLOAD), tag: (cell, layout::CELL_TAG_OFFSET) }
    }

    fn slot_place(&mut self, data: &InstData) -> Place {
        let table = self.one(data.args[0]);
        let info = &self.graph[data.shape()];
        match slot_offsets(data.slot() as usize, info.keys.len(), info.inline_cap as usize) {
            SlotOffsets::Inline(payload, tag) => Place { payload: (table, payload as i32), tag: (table, tag as i32) },
            SlotOffsets::Overflow(payload, tag) => {
                let parts = self.load(types::I64, table, layout::TABLE_PARTS);
                let overflow = self.load(types::I64, parts, layout::PARTS_OVERFLOW);
                Place { payload: (overflow, payload as i32), tag: (overflow, tag as i32) }
            }
        }
    }

    fn array_base(&mut self, table: Value) -> clif::Value {
        let table = self.one(table);
        self.load(types::I64, table, layout::TABLE_PARTS)
    }

    fn elem_place(&mut self, base: clif::Value, index: Value) -> Place {
        if let Some(index) = self.graph.as_int(index).filter(|index| (0..1 << 20).contains(index)) {
            let index = index as i32;
            return Place { payload: (base, layout::PARTS_PAYLOADS + 8 * index), tag: (base, -1 - index) };
        }
        let index = self.one(index);
        self.elem_place_at(base, index)
    }

    fn elem_place_at(&mut self, base: clif::Value, index: clif::Value) -> Place {
        let three = self.iconst(3);
        let bytes = self.b.ins().ishl(index, three);
        let payload = self.b.ins().iadd(base, bytes);
        let tag = self.b.ins().isub(base, index);
        Place { payload: (payload, layout::PARTS_PAYLOADS), tag: (tag, -1) }
    }

    /// Appends to the array part; a stub does it where there is no room, or a hash part that may hold what follows.
    fn array_append(&mut self, data: &InstData) {
        let (table, value) = (self.one(data.args[0]), data.args[1]);
        let len = self.b.ins().uload32(MemFlagsData::trusted(), table, layout::TABLE_ARRAY_LEN);
        let parts = self.load(types::I64, table, layout::TABLE_PARTS);
        let [check, room, fits, slow, done] = [(); 5].map(|()| self.b.create_block());
        self.b.set_cold_block(slow);
        self.b.ins().brif(parts, check, &[], slow, &[]);

        self.b.switch_to_block(check);
        let capacity = self.b.ins().uload32(MemFlagsData::trusted(), parts, layout::HEADER_HASH);
        let fitting = self.b.ins().icmp(clif::condcodes::IntCC::UnsignedLessThan, len, capacity);
        self.b.ins().brif(fitting, room, &[], slow, &[]);

        self.b.switch_to_block(room);
        let hash = self.load(types::I64, parts, layout::PARTS_HASH);
        self.b.ins().brif(hash, slow, &[], fits, &[]);

        self.b.switch_to_block(fits);
        let place = self.elem_place_at(parts, len);
        self.store_value(place, value);
        let next = self.b.ins().iadd_imm_s(len, 1);
        self.b.ins().istore32(MemFlagsData::trusted(), next, table, layout::TABLE_ARRAY_LEN);
        self.barrier_on(parts, value);
        self.b.ins().jump(done, &[]);

        self.b.switch_to_block(slow);
        let ctx = self.ctx;
        let place = Place { payload: (ctx, layout::CTX_STUB_VALUE), tag: (ctx, layout::CTX_STUB_VALUE + 8) };
        self.store_value(place, value);
        self.call_stub(self.bind.stubs.append, &[table]);
        self.b.ins().jump(done, &[]);

        self.b.switch_to_block(done);
    }

    pub(super) fn load(&mut self, ty: clif::Type, address: clif::Value, offset: i32) -> clif::Value {
        self.b.ins().load(ty, MemFlagsData::trusted(), address, offset)
    }

    pub(super) fn store(&mut self, value: clif::Value, address: clif::Value, offset: i32) {
        self.b.ins().store(MemFlagsData::trusted(), value, address, offset);
    }

    fn load_word(&mut self, data: &InstData, offset: i32) {
        let object = self.one(data.args[0]);
        let word = self.load(types::I64, object, offset);
        self.define(data.result, Lowered::One(word));
    }

    fn load_u32(&mut self, data: &InstData, offset: i32) {
        let object = self.one(data.args[0]);
        let number = self.b.ins().uload32(MemFlagsData::trusted(), object, offset);
        self.define(data.result, Lowered::One(number));
    }

    fn load_value(&mut self, data: &InstData, place: Place) {
        let result = data.result.expect("a load has a result");
        let ty = if self.float_payload[result.index()] { types::F64 } else { types::I64 };
        let payload = self.load(ty, place.payload.0, place.payload.1);
        let tag = self.load(types::I8, place.tag.0, place.tag.1);
        self.define(data.result, Lowered::Pair(payload, tag));
    }

    /// Stores a value: its payload from whatever register class holds it, its tag as an immediate if it is known.
    pub(super) fn store_value(&mut self, place: Place, value: Value) {
        if !self.has_no_payload(value) {
            let payload = self.payload_any_class(value);
            self.store(payload, place.payload.0, place.payload.1);
        }
        let tag = self.tag_value(value);
        self.store(tag, place.tag.0, place.tag.1);
    }
}
