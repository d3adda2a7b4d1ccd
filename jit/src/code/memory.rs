//! The code generator and the memory of compiled functions.
//!
//! Every compiled tree has a module of its own, because only a whole module can be freed. Pages are written, then made
//! executable, never both at once (the module's memory provider sees to it).
//!
//! This file owns the invariant that a [`Code`]'s entry is valid exactly as long as the `Code` lives.

use std::sync::Arc;

use cranelift_codegen::Context;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, ModuleError, default_libcall_names};

/// The code generator refused; the text says why.
#[derive(Debug)]
pub(crate) struct GenerateError(pub(crate) String);

impl GenerateError {
    pub(crate) fn module(error: ModuleError) -> GenerateError {
        GenerateError(error.to_string())
    }
}

/// The target and a reusable compilation context.
pub(crate) struct CodeGenerator {
    isa: Arc<dyn TargetIsa>,
    /// Reused between functions: its vectors keep their capacity.
    pub(crate) context: Context,
}

/// A compiled function and its memory.
pub(crate) struct Code {
    module: Option<JITModule>,
    /// The address of the first instruction.
    entry: usize,
    /// Bytes of machine code.
    pub(crate) size: usize,
    /// Disassembly, if it was asked for.
    pub(crate) text: Option<String>,
}

impl CodeGenerator {
    /// A generator for this machine.
    pub(crate) fn new(verify: bool) -> Result<CodeGenerator, GenerateError> {
        let mut flags = settings::builder();
        let verifier = if verify { "true" } else { "false" };
        for (name, value) in [
            ("opt_level", "none"),
            ("enable_verifier", verifier),
            ("enable_probestack", "false"),
            ("unwind_info", "false"),
            ("is_pic", "false"),
        ] {
            flags.set(name, value).map_err(|error| GenerateError(error.to_string()))?;
        }
        let builder = cranelift_native::builder().map_err(|error| GenerateError(error.to_string()))?;
        let isa: OwnedTargetIsa =
            builder.finish(settings::Flags::new(flags)).map_err(|error| GenerateError(error.to_string()))?;
        Ok(CodeGenerator { isa, context: Context::new() })
    }

    /// The target.
    pub(crate) fn isa(&self) -> &dyn TargetIsa {
        &*self.isa
    }

    /// An empty module.
    pub(crate) fn module(&self) -> JITModule {
        JITModule::new(JITBuilder::with_isa(Arc::clone(&self.isa), default_libcall_names()))
    }

    /// Compiles the function in `context`, which is then clear again.
    pub(crate) fn compile(&mut self, want_text: bool) -> Result<Code, GenerateError> {
        let mut module = self.module();
        self.context.set_disasm(want_text);
        let declared = module.declare_anonymous_function(&self.context.func.signature).map_err(|e| e.to_string());
        let compiled = declared.and_then(|id| {
            module.define_function(id, &mut self.context).map_err(|e| e.to_string())?;
            module.finalize_definitions().map_err(|e| e.to_string())?;
            Ok(id)
        });
        let id = match compiled {
            Ok(id) => id,
            Err(text) => {
                module.clear_context(&mut self.context);
                // SAFETY: nothing of the module has been called or kept.
                unsafe { module.free_memory() };
                return Err(GenerateError(text));
            }
        };
        let entry = module.get_finalized_function(id).expose_provenance();
        let compiled = self.context.compiled_code();
        let size = compiled.map_or(0, |code| code.code_info().total_size as usize);
        let text = compiled.and_then(|code| code.vcode.clone());
        module.clear_context(&mut self.context);
        Ok(Code { module: Some(module), entry, size, text })
    }
}

/// Pages have at least this size.
const PAGE: usize = 4096;

impl Code {
    /// Bytes of memory: whole pages.
    pub(crate) fn held(&self) -> usize {
        self.size.next_multiple_of(PAGE)
    }

    /// The first instruction.
    pub(crate) fn entry(&self) -> *const u8 {
        std::ptr::with_exposed_provenance(self.entry)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: the owner of a `Code` drops it only when no activation is left and no site names its entry.
            unsafe { module.free_memory() };
        }
    }
}
