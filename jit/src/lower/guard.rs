//! Guards: a comparison and a branch to the exit of the snapshot.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use moonset_ir::inst::InstData;
use moonset_ir::{Guard, Op, Snap, Tag, Type};

use super::Lower;
use super::value::{Lowered, TagOf};
use crate::layout;

impl Lower<'_, '_> {
    /// Lowers a check that leaves through its snapshot.
    pub(super) fn lower_guard(&mut self, data: &InstData) {
        self.force_exit(data);
        match data.op {
            Op::GuardTag => self.guard_tag(data),
            Op::GuardNotNil => {
                let holds = match self.tag(data.args[0]) {
                    TagOf::Known(tag) => self.known(tag != Tag::Nil as u8),
                    TagOf::Value(tag) => self.b.ins().icmp_imm_u(IntCC::NotEqual, tag, i64::from(Tag::Nil as u8)),
                };
                self.leave_unless(holds, data);
            }
            Op::GuardTruthy | Op::GuardFalsy => {
                let truthy = match self.tag(data.args[0]) {
                    TagOf::Known(tag) => self.known(tag > Tag::False as u8),
                    TagOf::Value(tag) => {
                        self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, tag, i64::from(Tag::False as u8))
                    }
                };
                if data.op == Op::GuardTruthy {
                    self.leave_unless(truthy, data);
                } else {
                    self.leave_if(truthy, data);
                }
            }
            Op::GuardTrue => {
                let cond = self.one(data.args[0]);
                self.leave_unless(cond, data);
            }
            Op::GuardFalse => {
                let cond = self.one(data.args[0]);
                self.leave_if(cond, data);
            }
            Op::Poll => {
                let ctx = self.ctx;
                // The poll word, and the word after it.
                let word = self.load(types::I64, ctx, layout::CTX_POLL);
                self.leave_if(word, data);
            }
            Op::GuardShape | Op::GuardProto => {
                let object = self.one(data.args[0]);
                let same = self.has_identity(data, object);
                self.leave_unless(same, data);
            }
            Op::GuardReady => self.guard_ready(data),
            Op::GuardFloatToInt => {
                let float = self.one(data.args[0]);
                let int = self.b.ins().fcvt_to_sint_sat(types::I64, float);
                let back = self.b.ins().fcvt_from_sint(types::F64, int);
                let equal = self.b.ins().fcmp(FloatCC::Equal, back, float);
                // 2^63 saturates to the largest integer, which converts back to 2^63.
                let in_range = self.b.ins().icmp_imm_s(IntCC::NotEqual, int, i64::MAX);
                let holds = self.b.ins().band(equal, in_range);
                self.leave_unless(holds, data);
                self.define(data.result, Lowered::One(int));
            }
            op => unreachable!("{} is no guard", op.name()),
        }
    }

    /// For tests: leaves at one pass of the guard although it holds. A guard may be left at any time, since the interpreter does
    /// again what comes after its snapshot.
    pub(super) fn force_exit(&mut self, data: &InstData) {
        let Some(counter) = self.bind.pass_counters.get(self.forced) else { return };
        self.forced += 1;
        let address = self.iconst(std::ptr::from_ref(counter).expose_provenance() as i64);
        let passes = self.load(types::I32, address, 0);
        let passes = self.b.ins().iadd_imm_s(passes, -1);
        self.store(passes, address, 0);
        let due = self.b.ins().icmp_imm_u(IntCC::Equal, passes, 0);
        self.leave_if(due, data);
    }

    /// Has a table the shape, a closure the prototype?
    pub(super) fn identity_test(&mut self, data: &InstData) {
        let object = self.one(data.args[0]);
        let is = self.has_identity(data, object);
        self.define(data.result, Lowered::One(is));
    }

    /// Has a table no metatable? Its shape says so.
    pub(super) fn is_bare(&mut self, data: &InstData) {
        let (table, ctx) = (self.one(data.args[0]), self.ctx);
        let shapes = self.load(types::I64, ctx, layout::CTX_SHAPES);
        let shape = self.load(types::I32, table, layout::TABLE_SHAPE);
        let shape = self.b.ins().uextend(types::I64, shape);
        let offset = self.b.ins().imul_imm_s(shape, layout::SHAPE_SIZE);
        let shape = self.b.ins().iadd(shapes, offset);
        let metatable = self.load(types::I64, shape, layout::SHAPE_METATABLE);
        let is = self.b.ins().icmp_imm_u(IntCC::Equal, metatable, 0);
        self.define(data.result, Lowered::One(is));
    }

    fn has_identity(&mut self, data: &InstData, object: clif::Value) -> clif::Value {
        if matches!(data.op, Op::ShapeIs | Op::GuardShape) {
            let shape = self.load(types::I32, object, layout::TABLE_SHAPE);
            let wanted = i64::from(self.bind.shapes[data.shape().index()]);
            return self.b.ins().icmp_imm_u(IntCC::Equal, shape, wanted);
        }
        let proto = self.load(types::I64, object, layout::CLOSURE_PROTO);
        let wanted = self.iconst(self.bind.protos[data.proto().index()] as i64);
        self.b.ins().icmp(IntCC::Equal, proto, wanted)
    }

    fn guard_tag(&mut self, data: &InstData) {
        let wanted = data.tag();
        let holds = match self.tag(data.args[0]) {
            TagOf::Known(tag) => self.known(tag == wanted as u8),
            TagOf::Value(tag) => self.b.ins().icmp_imm_u(IntCC::Equal, tag, i64::from(wanted as u8)),
        };
        self.leave_unless(holds, data);
        let Some(result) = data.result else { return };
        let payload = match self.graph.ty(result) {
            Type::Float => self.payload_float(data.args[0]),
            _ => self.payload_int(data.args[0]),
        };
        self.define(data.result, Lowered::One(payload));
    }

    fn known(&mut self, holds: bool) -> clif::Value {
        self.b.ins().iconst(types::I8, i64::from(holds))
    }

    /// Leaves through the snapshot of `data` if `cond` is zero.
    pub(super) fn leave_unless(&mut self, cond: clif::Value, data: &InstData) {
        let exit = self.exit_target(data);
        let next = self.b.create_block();
        self.b.ins().brif(cond, next, &[], exit, &[]);
        self.b.switch_to_block(next);
    }

    /// Leaves through the snapshot of `data` if `cond` is not zero.
    pub(super) fn leave_if(&mut self, cond: clif::Value, data: &InstData) {
        let exit = self.exit_target(data);
        let next = self.b.create_block();
        self.b.ins().brif(cond, exit, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    fn exit_target(&mut self, data: &InstData) -> clif::Block {
        let snap = data.snap.expect("a guard has a snapshot");
        let guard = data.guard.expect("a guard has an identity");
        self.exit_hop(snap, guard)
    }

    /// A block on the way to the exit of a snapshot.
    pub(super) fn exit_hop(&mut self, snap: Snap, guard: Guard) -> clif::Block {
        // The constant is made in a block of its own on the way to the exit: nothing in the hot path.
        let hop = self.b.create_block();
        self.b.set_cold_block(hop);
        self.hops.push((hop, snap, guard));
        hop
    }
}
