//! Text for people: trace events, graphs, generated code. Nothing is written unless it was asked for.

use std::io::Write;

use cranelift_codegen::ir::Function;
use moonset_ir::Graph;

use crate::abort::Abort;
use crate::code::memory::Code;
use crate::record::Recorder;
use crate::tree::Source;

/// What is written, and where.
#[derive(Default)]
pub struct Dump {
    /// Trace events, a line each.
    pub trace: bool,
    /// Graphs as recorded and as optimised.
    pub ir: bool,
    /// Graphs after each pass.
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

    /// A line of text.
    pub(crate) fn message(&mut self, text: &str) {
        if self.trace {
            self.write(format_args!("---- {text}\n"));
        }
    }

    /// A recording was given up.
    pub(crate) fn abort(&mut self, recorder: &Recorder, why: Abort) {
        if self.trace {
            let (place, at) = (recorder.place(), recorder.position());
            self.write(format_args!("---- abort {place} at {at} -- {}\n", why.text()));
        }
    }

    /// A recording is complete and will be compiled.
    pub(crate) fn recorded(&mut self, tree: u32, graph: &Graph, source: &Source) {
        if self.trace {
            let place = crate::record::place_of(source.head_proto, source.head);
            self.write(format_args!("---- trace {tree} {place}\n"));
        }
        self.graph(tree, "recorded", graph);
    }

    /// A graph before or after optimisation.
    pub(crate) fn graph(&mut self, tree: u32, stage: &str, graph: &Graph) {
        if self.ir {
            self.write(format_args!("---- trace {tree} {stage}\n{graph}\n"));
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
