//! Stubs that machine code calls in cold blocks: they preserve every register, so that the hot path around the call
//! keeps its values in registers. Each one calls a Rust function in the system ABI.

use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::JITModule;
use cranelift_module::Module;

use super::memory::{CodeGenerator, GenerateError};
use crate::helpers;

/// Addresses of the stubs; all have the signature `(ctx, word)` in the preserve-all convention, without result.
pub(crate) struct Stubs {
    /// Makes room for `word` bytes in the allocation window.
    pub(crate) reserve: usize,
    /// Remembers the object at `word` for the next collection.
    pub(crate) remember: usize,
    /// Appends the value in the context's last two exit words to the array part of the table at `word`.
    pub(crate) append: usize,
    _module: JITModule,
}

/// The signature of stubs.
pub(crate) fn signature() -> Signature {
    let mut signature = Signature::new(CallConv::PreserveAll);
    signature.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    signature
}

impl Stubs {
    /// Compiles the stubs.
    pub(crate) fn new(generator: &mut CodeGenerator) -> Result<Stubs, GenerateError> {
        let mut module = generator.module();
        let mut ids = Vec::new();
        let targets = [
            helpers::reserve as *const () as usize,
            helpers::remember as *const () as usize,
            helpers::append as *const () as usize,
        ];
        let mut builder_context = FunctionBuilderContext::new();
        for target in targets {
            let mut context = Context::new();
            context.func.signature = signature();
            let mut b = FunctionBuilder::new(&mut context.func, &mut builder_context);
            let block = b.create_block();
            b.append_block_params_for_function_params(block);
            b.switch_to_block(block);
            let mut callee = Signature::new(CallConv::SystemV);
            callee.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
            let callee = b.import_signature(callee);
            let address = b.ins().iconst(types::I64, target as i64);
            let args = b.block_params(block).to_vec();
            b.ins().call_indirect(callee, address, &args);
            b.ins().return_(&[]);
            b.seal_all_blocks();
            b.finalize(generator.isa().frontend_config());
            let id = module.declare_anonymous_function(&context.func.signature).map_err(GenerateError::module)?;
            module.define_function(id, &mut context).map_err(GenerateError::module)?;
            ids.push(id);
        }
        module.finalize_definitions().map_err(GenerateError::module)?;
        let address = |index: usize| module.get_finalized_function(ids[index]) as usize;
        let (reserve, remember, append) = (address(0), address(1), address(2));
        Ok(Stubs { reserve, remember, append, _module: module })
    }
}
