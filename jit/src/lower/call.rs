//! Calls of helpers and stubs.
//!
//! A helper is called in the system ABI with the context first; an `any` operand is two words (payload, tag), an `any`
//! result is the pair of result registers. A helper that may raise returns a status word instead (`FAILED`: nothing
//! was changed), upon which the trace is left through the call's snapshot and the interpreter raises the error.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{self as clif, AbiParam, InstBuilder, Signature, types};
use cranelift_codegen::isa::CallConv;
use moonset_ir::inst::InstData;
use moonset_ir::{Type, Value};

use super::Lower;
use super::value::Lowered;
use crate::code::stubs;
use crate::helpers::{self, FAILED_TAG};

impl Lower<'_, '_> {
    /// Lowers the call of a helper.
    pub(super) fn lower_call(&mut self, data: &InstData) {
        let helper = data.helper();
        let info = helper.info();
        let address = helpers::address(helper);
        let raises = info.effects.exits;
        let mut args = vec![self.ctx];
        if info.rest.is_some() {
            self.spill_rest(&data.args[info.args.len()..], &mut args);
        }
        for &arg in &data.args[..info.args.len()] {
            self.push_arg(arg, &mut args);
        }
        let results: &[clif::Type] = match info.result {
            None if raises => &[types::I64],
            None => &[],
            Some(Type::Float) if !raises => &[types::F64],
            Some(Type::Any) => &[types::I64, types::I64],
            Some(_) if raises => &[types::I64, types::I64],
            Some(_) => &[types::I64],
        };
        let returned = self.call_address(address, &args, results);
        if raises {
            let status = *returned.last().expect("a helper that may raise returns a status");
            let fine = self.b.ins().icmp_imm_u(IntCC::NotEqual, status, i64::from(FAILED_TAG));
            self.leave_unless(fine, data);
        }
        let lowered = match info.result {
            None => return,
            Some(Type::Any) => {
                let tag = self.b.ins().ireduce(types::I8, returned[1]);
                Lowered::Pair(returned[0], tag)
            }
            Some(Type::Bool) => Lowered::One(self.b.ins().ireduce(types::I8, returned[0])),
            Some(Type::Float) if raises => unreachable!("no helper that may raise yields a float"),
            Some(_) => Lowered::One(returned[0]),
        };
        self.define(data.result, lowered);
    }

    fn push_arg(&mut self, arg: Value, args: &mut Vec<clif::Value>) {
        match self.graph.ty(arg) {
            Type::Any => {
                args.push(self.payload_int(arg));
                let tag = self.tag_value(arg);
                args.push(self.b.ins().uextend(types::I64, tag));
            }
            Type::Bool => {
                let one = self.one(arg);
                args.push(self.b.ins().uextend(types::I64, one));
            }
            _ => args.push(self.one(arg)),
        }
    }

    /// Further operands, all `any`, are passed in the exit area: their number is the argument after the context.
    fn spill_rest(&mut self, rest: &[Value], args: &mut Vec<clif::Value>) {
        for (index, &arg) in rest.iter().enumerate() {
            let offset = crate::layout::CTX_EXIT_VALUES + 16 * index as i32;
            let ctx = self.ctx;
            let payload = self.payload_any_class(arg);
            self.store(payload, ctx, offset);
            let tag = self.tag_value(arg);
            let tag = self.b.ins().uextend(types::I64, tag);
            self.store(tag, ctx, offset + 8);
        }
        args.push(self.iconst(rest.len() as i64));
    }

    /// Calls a function in the system ABI.
    pub(super) fn call_address(
        &mut self,
        address: *const (),
        args: &[clif::Value],
        results: &[clif::Type],
    ) -> Vec<clif::Value> {
        let mut signature = Signature::new(CallConv::SystemV);
        for &arg in args {
            signature.params.push(AbiParam::new(self.b.func.dfg.value_type(arg)));
        }
        signature.returns.extend(results.iter().map(|ty| AbiParam::new(*ty)));
        let signature = self.b.import_signature(signature);
        let callee = self.iconst(address as i64);
        let call = self.b.ins().call_indirect(signature, callee, args);
        self.b.inst_results(call).to_vec()
    }

    /// Calls a stub, which preserves all registers.
    pub(super) fn call_stub(&mut self, address: usize, args: &[clif::Value]) {
        let signature = self.b.import_signature(stubs::signature());
        let callee = self.iconst(address as i64);
        let mut all = vec![self.ctx];
        all.extend_from_slice(args);
        self.b.ins().call_indirect(signature, callee, &all);
    }
}
