//! Text for people: graphs and generated code. Nothing is written unless it was asked for. Events are in `log`.

use std::io::Write;

use cranelift_codegen::ir::Function;
use moonset_ir::Graph;

use crate::code::memory::Code;

/// What is written, and where.
#[derive(Default)]
pub struct Dump {
    /// Graphs as recorded and as optimised.
    pub ir: bool,
    /// Graphs as recorded and after each pass.
    pub passes: bool,
    /// Cranelift IR.
    pub clif: bool,
    /// Machine code.
    pub asm: bool,
    /// Receives the text.
    pub sink: Option<Box<dyn Write>>,
}

impl Dump {
    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        if let Some(sink) = &mut self.sink {
            // A sink that takes no more is no reason to stop the program.
            let _ = sink.write_fmt(text);
        }
    }

    /// What the code generator says about a function that it refuses.
    pub(crate) fn refusal(&mut self, tree: u32, text: &str) {
        self.write(format_args!("---- trace {tree} refused: {text}\n"));
    }

    /// A graph before optimisation.
    pub(crate) fn recorded(&mut self, tree: u32, graph: &Graph) {
        if self.ir || self.passes {
            self.write(format_args!("---- trace {tree} recorded\n{graph}\n"));
        }
    }

    /// A graph after optimisation.
    pub(crate) fn optimised(&mut self, tree: u32, graph: &Graph) {
        if self.ir {
            self.write(format_args!("---- trace {tree} optimised\n{graph}\n"));
        }
    }

    /// The graph after a pass.
    pub(crate) fn pass(&mut self, tree: u32, name: &str, graph: &Graph) {
        if self.passes {
            self.write(format_args!("---- trace {tree} after {name}\n{graph}\n"));
        }
    }

    /// The function for the code generator.
    pub(crate) fn clif(&mut self, tree: u32, func: &Function) {
        if self.clif {
            self.write(format_args!("---- trace {tree} clif\n{}\n", func.display()));
        }
    }

    /// Whether compilations write something.
    pub(crate) fn wants_compilations(&self) -> bool {
        self.ir || self.passes || self.clif || self.asm
    }

    /// Whether disassembly is wanted.
    pub(crate) fn wants_asm(&self) -> bool {
        self.asm
    }

    /// Machine code.
    pub(crate) fn asm(&mut self, tree: u32, code: &Code) {
        if let Some(text) = code.text.as_deref().filter(|_| self.asm) {
            self.write(format_args!("---- trace {tree} machine code, {} bytes\n{text}\n", code.size));
        }
    }
}
