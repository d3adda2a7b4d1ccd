//! Blocks: parameters, instructions in order, terminators.

use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use moonset_ir::inst::{BlockCall, Terminator};
use moonset_ir::{Block, Inst, Op, Tag, Type};

use super::Lower;
use super::value::{Lowered, TagOf};

impl Lower<'_, '_> {
    /// Makes the Cranelift block of a block, with its parameters.
    pub(super) fn declare_block(&mut self, block: Block) {
        let made = self.b.create_block();
        self.blocks[block.index()] = Some(made);
        for index in 0..self.graph[block].params.len() {
            let param = self.graph[block].params[index];
            let lowered = match self.graph.ty(param) {
                Type::Any => {
                    let payload = self.b.append_block_param(made, types::I64);
                    Lowered::Pair(payload, self.b.append_block_param(made, types::I8))
                }
                ty => Lowered::One(self.b.append_block_param(made, clif_type(ty))),
            };
            self.values[param.index()] = lowered;
        }
    }

    /// Fills the Cranelift block of a block.
    pub(super) fn lower_block(&mut self, block: Block) {
        let made = self.clif_block(block);
        self.b.switch_to_block(made);
        self.reserved = None;
        for index in 0..self.graph[block].insts.len() {
            let inst = self.graph[block].insts[index];
            self.lower_inst(inst, block, index);
        }
        match &self.graph[block].term {
            Terminator::Jump(target) => {
                let args = self.block_args(target);
                let to = self.clif_block(target.block);
                self.b.ins().jump(to, &args);
            }
            Terminator::Branch(cond, yes, no) => {
                let cond = self.one(*cond);
                let (yes_args, no_args) = (self.block_args(yes), self.block_args(no));
                let (yes, no) = (self.clif_block(yes.block), self.clif_block(no.block));
                self.b.ins().brif(cond, yes, &yes_args, no, &no_args);
            }
            Terminator::Link(link, guard, snap) => self.lower_link(*link, *guard, *snap),
            Terminator::Tail(proto) => self.lower_tail(*proto),
            Terminator::Return(results) => self.lower_return(*results),
            Terminator::Exit(guard, snap) => {
                let hop = self.exit_hop(*snap, *guard);
                self.b.ins().jump(hop, &[]);
            }
            Terminator::Open => unreachable!("{block} has no end"),
        }
    }

    fn block_args(&mut self, target: &BlockCall) -> Vec<clif::BlockArg> {
        let mut args = Vec::with_capacity(target.args.len());
        for &arg in &target.args {
            if self.graph.ty(arg) == Type::Any {
                args.push(self.payload_int(arg).into());
                args.push(self.tag_value(arg).into());
            } else {
                args.push(self.one(arg).into());
            }
        }
        args
    }

    fn lower_inst(&mut self, inst: Inst, block: Block, index: usize) {
        let data = self.graph[inst].clone();
        match data.op {
            Op::BoxInt | Op::BoxFloat | Op::BoxBool | Op::BoxRef => {}
            Op::TagIs => {
                let is = match self.tag(data.args[0]) {
                    TagOf::Known(tag) => self.b.ins().iconst(types::I8, i64::from(tag == data.imm as u8)),
                    TagOf::Value(tag) => {
                        self.b.ins().icmp_imm_u(clif::condcodes::IntCC::Equal, tag, i64::from(data.imm as u8))
                    }
                };
                self.define(data.result, Lowered::One(is));
            }
            Op::TagOf => {
                let tag = self.tag_value(data.args[0]);
                let wide = self.b.ins().uextend(types::I64, tag);
                self.define(data.result, Lowered::One(wide));
            }
            Op::Truthy => {
                let truthy = match self.tag(data.args[0]) {
                    TagOf::Known(tag) => self.b.ins().iconst(types::I8, i64::from(tag > Tag::False as u8)),
                    TagOf::Value(tag) => self.b.ins().icmp_imm_u(
                        clif::condcodes::IntCC::UnsignedGreaterThan,
                        tag,
                        i64::from(Tag::False as u8),
                    ),
                };
                self.define(data.result, Lowered::One(truthy));
            }
            Op::ShapeIs | Op::ProtoIs => self.identity_test(&data),
            Op::IsBare => self.is_bare(&data),
            Op::Call => self.lower_call(&data),
            Op::Invoke => self.lower_invoke(&data),
            Op::InvokeNative => self.lower_invoke_native(&data),
            Op::NewTable | Op::NewCell | Op::NewClosure | Op::Barrier | Op::Reserve | Op::Charge => {
                self.lower_alloc(&data, block, index);
            }
            op if op.is_guard() => self.lower_guard(&data),
            op if super::memory::is_memory(op) => self.lower_memory(&data),
            _ => self.lower_arith(&data),
        }
    }
}

/// The Cranelift type of a value that is not a pair.
fn clif_type(ty: Type) -> clif::Type {
    match ty {
        Type::Int | Type::Ref => types::I64,
        Type::Float => types::F64,
        Type::Bool => types::I8,
        Type::Any => unreachable!("a pair"),
    }
}
