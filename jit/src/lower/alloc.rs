//! Allocation: a bump of the nursery's cursor, then stores; and the write barrier.
//!
//! Nothing here collects. When the window is too small a stub asks the heap for more room (which also sets the poll
//! bit, so that the trace is left at its next loop head). A `reserve` takes the memory of all allocations that it covers at
//! once; each of them then has a fixed place in it. If the section is left early, what was not used is garbage.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use moonset_ir::inst::InstData;
use moonset_ir::{Block, Op, Value};

use super::Lower;
use super::memory::Place;
use super::value::Lowered;
use crate::layout;

/// Bytes that are reserved at once at most: what the heap promises to have.
const MAX_RESERVE: i64 = 32 * 1024;

impl Lower<'_, '_> {
    /// Lowers an allocation, a reservation or a barrier.
    pub(super) fn lower_alloc(&mut self, data: &InstData, block: Block, index: usize) {
        match data.op {
            Op::NewTable => self.new_table(data),
            Op::NewCell => {
                let cell = self.bump(layout::CELL_SIZE);
                self.store_header(cell, layout::CELL_KIND, 0);
                let place = Place { payload: (cell, layout::CELL_PAYLOAD), tag: (cell, layout::CELL_TAG_OFFSET) };
                self.store_value(place, data.args[0]);
                self.define(data.result, Lowered::One(cell));
            }
            Op::NewClosure => {
                let cells = data.args.len();
                let closure = self.bump(self.bytes_of(data));
                self.store_header(closure, layout::CLOSURE_KIND, cells as u16);
                let proto = self.iconst(self.bind.protos[data.proto().index()] as i64);
                self.store(proto, closure, layout::CLOSURE_PROTO);
                for (number, cell) in data.args.iter().enumerate() {
                    let cell = self.one(*cell);
                    self.store(cell, closure, layout::CLOSURE_CELLS + 8 * number as i32);
                }
                self.define(data.result, Lowered::One(closure));
            }
            Op::Barrier => self.barrier(data),
            Op::Reserve => {
                let total = self.bytes_of_next(block, index, data.index());
                self.reserved = None;
                if total <= MAX_RESERVE {
                    let start = self.bump(total);
                    self.reserved = Some((start, 0, data.index()));
                }
            }
            Op::Charge => {
                let ctx = self.ctx;
                let window = self.load(types::I64, ctx, layout::CTX_SUNK_WINDOW);
                let left = self.b.ins().iadd_imm_s(window, -(data.index() as i64));
                self.store(left, ctx, layout::CTX_SUNK_WINDOW);
                // All ones when the window is used up.
                let out = self.b.ins().sshr_imm_u(left, 63);
                let out = self.b.ins().ireduce(types::I32, out);
                self.store(out, ctx, layout::CTX_SUNK_OUT);
            }
            op => unreachable!("{} does not allocate", op.name()),
        }
    }

    fn new_table(&mut self, data: &InstData) {
        let shape = data.shape();
        let info = &self.graph[shape];
        let cap = info.inline_cap as usize;
        let size = layout::table_size(cap);
        let array = data.array_cap() as usize;
        let table = self.bump(self.bytes_of(data));
        self.store_header(table, layout::TABLE_KIND, layout::table_aux(cap));
        let shape_and_len = self.iconst(i64::from(self.bind.shapes[shape.index()]));
        self.store(shape_and_len, table, layout::TABLE_SHAPE);
        let parts = if array > 0 {
            let parts = self.b.ins().iadd_imm_s(table, (size + layout::parts_prefix(array)) as i64);
            self.store_header_with(parts, layout::PARTS_KIND, 0, array as u32);
            let null = self.iconst(0);
            self.store(null, parts, layout::PARTS_OVERFLOW);
            self.store(null, parts, layout::PARTS_HASH);
            for word in 0..layout::parts_prefix(array) / 8 {
                self.store(null, table, (size + 8 * word) as i32);
            }
            parts
        } else {
            self.iconst(0)
        };
        self.store(parts, table, layout::TABLE_PARTS);
        // The tags of all inline slots: nil, whatever their payloads are.
        let zero = self.iconst(0);
        let tags = layout::TABLE_SLOTS + 8 * cap as i32;
        for word in 0..cap.div_ceil(8) {
            self.store(zero, table, tags + 8 * word as i32);
        }
        self.define(data.result, Lowered::One(table));
    }

    /// Bytes that the next `count` allocations of a block take.
    fn bytes_of_next(&self, block: Block, index: usize, count: u32) -> i64 {
        let insts = self.graph[block].insts[index + 1..].iter().map(|inst| &self.graph[*inst]);
        insts.filter(|next| next.op.is_new()).take(count as usize).map(|next| self.bytes_of(next)).sum()
    }

    /// Bytes that an allocation takes.
    fn bytes_of(&self, data: &InstData) -> i64 {
        match data.op {
            Op::NewCell => layout::CELL_SIZE,
            Op::NewClosure => i64::from(layout::CLOSURE_CELLS) + 8 * data.args.len() as i64,
            _ => {
                let array = data.array_cap() as usize;
                let parts = if array > 0 { layout::parts_size(array) } else { 0 };
                (layout::table_size(self.graph[data.shape()].inline_cap as usize) + parts) as i64
            }
        }
    }

    /// Takes `size` bytes: from what a `reserve` took, else from the nursery.
    fn bump(&mut self, size: i64) -> clif::Value {
        if let Some((start, offset, left)) = self.reserved.filter(|(.., left)| *left > 0) {
            self.reserved = Some((start, offset + size, left - 1));
            return self.b.ins().iadd_imm_s(start, offset);
        }
        let size = self.iconst(size);
        let cursor = self.make_room(size);
        let next = self.b.ins().iadd(cursor, size);
        let ctx = self.ctx;
        self.store(next, ctx, layout::CTX_CURSOR);
        cursor
    }

    /// The nursery's cursor, with `bytes` free after it.
    fn make_room(&mut self, bytes: clif::Value) -> clif::Value {
        let ctx = self.ctx;
        let cursor = self.load(types::I64, ctx, layout::CTX_CURSOR);
        let limit = self.load(types::I64, ctx, layout::CTX_LIMIT);
        let next = self.b.ins().iadd(cursor, bytes);
        let full = self.b.ins().icmp(IntCC::UnsignedGreaterThan, next, limit);
        let slow = self.b.create_block();
        let done = self.b.create_block();
        self.b.append_block_param(done, types::I64);
        self.b.set_cold_block(slow);
        self.b.ins().brif(full, slow, &[], done, &[cursor.into()]);
        self.b.switch_to_block(slow);
        self.call_stub(self.bind.stubs.reserve, &[bytes]);
        let fresh = self.load(types::I64, ctx, layout::CTX_CURSOR);
        self.b.ins().jump(done, &[fresh.into()]);
        self.b.switch_to_block(done);
        self.b.block_params(done)[0]
    }

    fn store_header(&mut self, object: clif::Value, kind: u8, aux: u16) {
        self.store_header_with(object, kind, aux, 0);
    }

    fn store_header_with(&mut self, object: clif::Value, kind: u8, aux: u16, hash: u32) {
        let header = self.iconst((u64::from(kind) | u64::from(aux) << 16 | u64::from(hash) << 32) as i64);
        self.store(header, object, 0);
    }

    fn barrier(&mut self, data: &InstData) {
        if !self.is_not_pointer(data.args[1]) {
            let object = self.one(data.args[0]);
            self.barrier_on(object, data.args[1]);
        }
    }

    /// The write barrier of `object` after `value` was stored into it.
    pub(super) fn barrier_on(&mut self, object: clif::Value, value: Value) {
        if self.is_not_pointer(value) {
            return;
        }
        let flags = self.b.ins().uload8(types::I64, MemFlagsData::trusted(), object, layout::HEADER_FLAGS);
        let bit = self.b.ins().band_imm_u(flags, i64::from(layout::BARRIER));
        let slow = self.b.create_block();
        let done = self.b.create_block();
        self.b.set_cold_block(slow);
        self.b.ins().brif(bit, slow, &[], done, &[]);
        self.b.switch_to_block(slow);
        self.call_stub(self.bind.stubs.remember, &[object]);
        self.b.ins().jump(done, &[]);
        self.b.switch_to_block(done);
    }
}
