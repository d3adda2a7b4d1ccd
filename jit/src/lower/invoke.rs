//! Calls of Lua functions that are not inlined, loops that are continued in, and returns.
//!
//! Machine code calls machine code on the native stack, but the state of the caller is on the VM stack, complete, before
//! it does: everything that its snapshot names is stored, frames of inlined calls included. So the callee finds its
//! arguments where the interpreter would have put them, and an exit anywhere inside needs no more than its own
//! snapshot: the number of its tree is returned through all native frames at once, and the interpreter goes on in the frame that
//! was left. When that returns to the caller's frame, the interpreter is there already.
//!
//! What a function returns with says whether it returned or was left ([`RETURNED`]). Its results stand in the first slots of its frame.
//!
//! What must hold: nothing is collected while there is a native frame, since collecting is for safepoints; and the context's
//! `base` is that of the frame whose machine code runs.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, AbiParam, InstBuilder, Signature, types};
use cranelift_codegen::isa::CallConv;
use moonset_ir::graph::Const;
use moonset_ir::inst::InstData;
use moonset_ir::snapshot::Frame;
use moonset_ir::{Guard, Link, Operand, Proto, Snap, Tag, Type};
use moonset_runtime::engine::RETURNED;
use moonset_runtime::interp::frame::frame_flags;
use moonset_runtime::value::Tag as RtTag;

use super::Lower;
use super::memory::Place;
use crate::{helpers, layout};

impl Lower<'_, '_> {
    /// Lowers the call of a Lua function.
    pub(super) fn lower_invoke(&mut self, data: &InstData) {
        self.force_exit(data);
        let operand = |index: usize| self.graph.as_int(data.args[index]).expect("a constant") as i32;
        let (base, nargs, wanted) = (operand(0), operand(1), operand(2));
        let snap = data.snap.expect("a call has a snapshot");
        let guard = data.guard.expect("a call has an identity");
        let function = self.bind.functions[data.proto().index()];

        let top = self.top_of(snap).max(base + nargs.max(i32::from(function.frame_size)));
        let entry = self.ready_entry(function.entry, top, snap, guard);
        self.write_state(snap);
        let caller = *self.graph[snap].frames.last().expect("a snapshot has a frame");
        self.write_link(&caller, caller.pc + 1, base, 0);
        for slot in nargs..i32::from(function.num_params) {
            let place = self.stack_place(base + slot);
            let nil = self.tag_const(RtTag::Nil as u8);
            self.store_primitive(place, nil);
        }
        let status = self.call_entry(entry, base);

        let next = self.b.create_block();
        let other = self.b.create_block();
        let left = self.b.create_block();
        self.b.set_cold_block(other);
        self.b.set_cold_block(left);
        let as_wanted = self.iconst((RETURNED | wanted as u64) as i64);
        let fine = self.b.ins().icmp(IntCC::Equal, status, as_wanted);
        self.b.ins().brif(fine, next, &[], other, &[]);

        self.b.switch_to_block(other);
        let zero = self.iconst(0);
        let returned = self.b.ins().icmp(IntCC::SignedLessThan, status, zero);
        let fill = self.b.create_block();
        self.b.set_cold_block(fill);
        self.b.ins().brif(returned, fill, &[], left, &[]);
        self.b.switch_to_block(fill);
        self.fill_missing(status, base, wanted);
        self.b.ins().jump(next, &[]);

        self.b.switch_to_block(left);
        self.b.ins().return_(&[status]);

        self.b.switch_to_block(next);
        let (ctx, own) = (self.ctx, self.base);
        self.store(own, ctx, layout::CTX_BASE);
    }

    /// Lowers the call of a library function that the interpreter makes.
    pub(super) fn lower_invoke_native(&mut self, data: &InstData) {
        self.force_exit(data);
        let operand = |index: usize| self.graph.as_int(data.args[index]).expect("a constant") as i32;
        let (function, end, results) = (operand(0), operand(1), operand(2));
        let snap = data.snap.expect("a call has a snapshot");
        let guard = data.guard.expect("a call has an identity");
        self.fit_stack(self.top_of(snap).max(end), snap, guard);
        self.write_state(snap);
        let caller = *self.graph[snap].frames.last().expect("a snapshot has a frame");
        let code = self.bind.functions[caller.kind as usize].code;
        let pc = self.iconst((code + (caller.pc as usize + 1) * layout::INST) as i64);
        let slot = |this: &mut Self, slot: i32| this.b.ins().iadd_imm_s(this.base, i64::from(slot * layout::SLOT));
        let (frame, top) = (slot(self, caller.base), slot(self, end));
        let open = if data.index() == 0 { self.iconst(0) } else { slot(self, function + results) };
        let ctx = self.ctx;
        let status = self.call_address(helpers::call_out as *const (), &[ctx, frame, pc, top, open], &[types::I64]);
        let (next, left) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(left);
        self.b.ins().brif(status[0], left, &[], next, &[]);
        self.b.switch_to_block(left);
        self.b.ins().return_(&[status[0]]);
        self.b.switch_to_block(next);
        let (ctx, own) = (self.ctx, self.base);
        self.store(own, ctx, layout::CTX_BASE);
    }

    /// Lowers the end of a path in a loop that has machine code of its own.
    pub(super) fn lower_link(&mut self, link: Link, guard: Guard, snap: Snap) {
        let frame = *self.graph[snap].frames.last().expect("a snapshot has a frame");
        let site = self.bind.links[link.index()];
        let entry = self.ready_entry(site, self.top_of(snap), snap, guard);
        self.write_state(snap);
        let status = self.call_entry(entry, frame.base);
        self.b.ins().return_(&[status]);
    }

    /// Lowers the check that a function can be continued in.
    pub(super) fn guard_ready(&mut self, data: &InstData) {
        let top = self.graph.as_int(data.args[0]).expect("a constant") as i32;
        let function = self.bind.functions[data.proto().index()];
        let snap = data.snap.expect("a guard has a snapshot");
        let guard = data.guard.expect("a guard has an identity");
        self.ready_entry(function.entry, top, snap, guard);
    }

    /// Lowers the end of a path in a function that takes the place of the trace's own frame.
    pub(super) fn lower_tail(&mut self, proto: Proto) {
        let address = self.base;
        let kind_offset = layout::STACK_TAG + 1 - layout::SLOT;
        let kind = self.load(types::I8, address, kind_offset);
        let kind = self.b.ins().bor_imm_s(kind, i64::from(frame_flags::TAIL));
        self.store(kind, address, kind_offset);
        let word = self.iconst(self.bind.functions[proto.index()].entry as i64);
        let entry = self.load(types::I64, word, 0);
        let status = self.call_entry(entry, 0);
        self.b.ins().return_(&[status]);
    }

    /// Lowers a return.
    pub(super) fn lower_return(&mut self, results: u32) {
        let status = self.iconst((RETURNED | u64::from(results)) as i64);
        self.b.ins().return_(&[status]);
    }

    /// The entry of a site's machine code; leaves if it has none, or if there is no room for a frame that reaches up to slot `top`.
    fn ready_entry(&mut self, site: usize, top: i32, snap: Snap, guard: Guard) -> clif::Value {
        let ctx = self.ctx;
        let word = self.iconst(site as i64);
        let entry = self.load(types::I64, word, 0);
        self.go_on_if(entry, snap, guard);
        self.fit_stack(top, snap, guard);
        let limit = self.load(types::I64, ctx, layout::CTX_NATIVE_LIMIT);
        let native = self.b.ins().get_stack_pointer(types::I64);
        let fits = self.b.ins().icmp(IntCC::UnsignedGreaterThan, native, limit);
        self.go_on_if(fits, snap, guard);
        entry
    }

    /// Leaves if the VM stack does not reach up to slot `top`.
    fn fit_stack(&mut self, top: i32, snap: Snap, guard: Guard) {
        let ctx = self.ctx;
        let limit = self.load(types::I64, ctx, layout::CTX_STACK_LIMIT);
        let end = self.b.ins().iadd_imm_s(self.base, i64::from(top * layout::SLOT));
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        self.go_on_if(fits, snap, guard);
    }

    fn go_on_if(&mut self, cond: clif::Value, snap: Snap, guard: Guard) {
        let exit = self.exit_hop(snap, guard);
        let next = self.b.create_block();
        self.b.ins().brif(cond, next, &[], exit, &[]);
        self.b.switch_to_block(next);
    }

    fn call_entry(&mut self, entry: clif::Value, base: i32) -> clif::Value {
        let ctx = self.ctx;
        let frame = self.b.ins().iadd_imm_s(self.base, i64::from(base * layout::SLOT));
        self.store(frame, ctx, layout::CTX_BASE);
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
        signature.returns.push(AbiParam::new(types::I64));
        let signature = self.b.import_signature(signature);
        let call = self.b.ins().call_indirect(signature, entry, &[ctx, frame]);
        self.b.inst_results(call)[0]
    }

    /// Results that were wanted and not given are nil.
    fn fill_missing(&mut self, status: clif::Value, base: i32, wanted: i32) {
        let count = self.b.ins().ireduce(types::I32, status);
        for index in 0..wanted {
            let given = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, count, i64::from(index));
            let place = self.stack_place(base + index);
            let payload = self.load(types::I64, place.payload.0, place.payload.1);
            let tag = self.load(types::I8, place.tag.0, place.tag.1);
            let (zero, nil) = (self.iconst(0), self.tag_const(RtTag::Nil as u8));
            let payload = self.b.ins().select(given, payload, zero);
            let tag = self.b.ins().select(given, tag, nil);
            self.store(payload, place.payload.0, place.payload.1);
            self.store(tag, place.tag.0, place.tag.1);
        }
    }

    /// Stores `nil`, `false` or `true`, whose payload is 0.
    fn store_primitive(&mut self, place: Place, tag: clif::Value) {
        let zero = self.iconst(0);
        self.store(zero, place.payload.0, place.payload.1);
        self.store(tag, place.tag.0, place.tag.1);
    }

    /// Brings the VM stack to the state that a snapshot describes.
    fn write_state(&mut self, snap: Snap) {
        let graph = self.graph;
        let snapshot = &graph[snap];
        for &(slot, operand) in &snapshot.slots {
            let place = self.stack_place(slot);
            self.store_operand(place, operand);
        }
        for pair in snapshot.frames.windows(2) {
            let place = self.stack_place(pair[1].base - 2);
            self.store_operand(place, pair[1].closure);
            self.write_link(&pair[0], pair[0].pc, pair[1].base, pair[1].aux);
        }
    }

    /// Writes the link of the frame at slot `base`, which returns into the frame `below`.
    fn write_link(&mut self, below: &Frame, return_pc: u32, base: i32, aux: u32) {
        let function = self.bind.functions[below.kind as usize];
        let pc = self.iconst((function.code + return_pc as usize * layout::INST) as i64);
        let (kind, extra) = (u64::from(aux >> 16 & 0xff), u64::from(aux & 0xffff));
        let delta = (base - below.base) as u32;
        let rest = RtTag::FrameLink as u64 | kind << 8 | extra << 16 | u64::from(delta) << 32;
        let rest = self.iconst(rest as i64);
        let address = self.base;
        self.store(pc, address, (base - 1) * layout::SLOT);
        self.store(rest, address, (base - 1) * layout::SLOT + layout::STACK_TAG);
    }

    /// Stores what a snapshot names, boxed.
    fn store_operand(&mut self, place: Place, operand: Operand) {
        let (value, tag) = match operand {
            Operand::Value(value) => (value, None),
            Operand::Ref(value, tag) => (value, Some(tag as u8)),
            Operand::Virtual(object) => unreachable!("{object} in a state that is written"),
        };
        let tag = match self.graph.ty(value) {
            Type::Any => return self.store_value(place, value),
            Type::Int => Tag::Int as u8,
            Type::Float => Tag::Float as u8,
            Type::Ref => tag.unwrap_or(layout::CELL_TAG),
            Type::Bool => {
                let tag = match self.graph.as_const(value) {
                    Some(Const::Bool(cond)) => self.tag_const(Tag::False as u8 + u8::from(cond)),
                    _ => {
                        let cond = self.one(value);
                        self.b.ins().iadd_imm_s(cond, i64::from(Tag::False as u8))
                    }
                };
                return self.store_primitive(place, tag);
            }
        };
        let payload = self.one(value);
        self.store(payload, place.payload.0, place.payload.1);
        let tag = self.tag_const(tag);
        self.store(tag, place.tag.0, place.tag.1);
    }
}
