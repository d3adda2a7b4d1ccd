//! From a graph to machine code: passes, lowering, code generation.
//!
//! A [`Job`] holds all that this takes: a graph of its own, addresses instead of references, settings. Nothing here looks at
//! the VM, so a job is done the same way in the thread of the VM or beside it. Addresses are only written into machine code;
//! that they stay right is the business of the tree that asked (its cells follow the objects of its pool).

use std::sync::atomic::AtomicU32;
use std::time::Instant;

use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilderContext;
use moonset_ir::Graph;
use moonset_ir::pass::{self, PassOptions};

use crate::abort::Abort;
use crate::bind::{Names, allocations};
use crate::code::memory::{Code, CodeGenerator};
use crate::code::stubs::Stubs;
use crate::dump::Dump;
use crate::exit::Exits;
use crate::lower;
use crate::options::JitOptions;

/// A tree to be compiled.
pub(crate) struct Job {
    /// Number of the tree, which its exits return.
    pub(crate) tree: u32,
    /// A copy of its graph.
    pub(crate) graph: Graph,
    /// What the names in the graph stand for.
    pub(crate) names: Names,
    /// Whether allocations are sunk.
    pub(crate) sink: bool,
    /// How many transformations passes may make.
    pub(crate) fuel: u32,
    /// The pass at which each guard is left although it holds; 0: none.
    pub(crate) force_exits: u32,
    /// Whether graphs and Cranelift IR are verified.
    pub(crate) verify: bool,
}

/// What became of a job.
pub(crate) struct Product {
    /// Machine code.
    pub(crate) code: Code,
    /// Its exits.
    pub(crate) exits: Exits,
    /// What machine code counts passes of guards in, if exits are forced.
    pub(crate) pass_counters: Box<[AtomicU32]>,
    /// Instructions of the optimised graph.
    pub(crate) cost: u32,
    /// Allocations in the recorded graph.
    pub(crate) sink_sites: u64,
    /// Allocations that the machine code carries out.
    pub(crate) kept_sites: u64,
}

/// A job's result, and what it took.
pub(crate) type Done = (Result<Product, Abort>, Times);

/// Nanoseconds that a job took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    /// Passes.
    pub(crate) passes: u64,
    /// Lowering and code generation.
    pub(crate) codegen: u64,
    /// The program waited for it.
    pub(crate) waited: bool,
}

/// Does jobs. The code generator is made for the first one.
#[derive(Default)]
pub(crate) struct Compiler {
    generator: Option<Generator>,
}

/// The code generator with what it needs beside it.
struct Generator {
    code: CodeGenerator,
    stubs: Stubs,
    builder: FunctionBuilderContext,
}

/// The signature of compiled trees: `fn(ctx, base) -> exit`.
fn signature() -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend([AbiParam::new(types::I64), AbiParam::new(types::I64)]);
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

impl Compiler {
    /// Does a job.
    pub(crate) fn run(&mut self, job: Job, dump: &mut Dump) -> Done {
        let start = Instant::now();
        let mut times = Times::default();
        let product = self.product(job, dump, &mut times.passes);
        times.codegen = start.elapsed().as_nanos() as u64 - times.passes;
        (product, times)
    }

    fn product(&mut self, job: Job, dump: &mut Dump, passes: &mut u64) -> Result<Product, Abort> {
        let start = Instant::now();
        let Job { tree, mut graph, names, sink, fuel, force_exits, verify } = job;
        let sink_sites = allocations(&graph);
        let mut on_pass = |name: &str, graph: &Graph| dump.pass(tree, name, graph);
        pass::optimize(&mut graph, &mut PassOptions { sink, fuel, verify, dump: Some(&mut on_pass) });
        *passes = start.elapsed().as_nanos() as u64;
        dump.optimised(tree, &graph);

        let Generator { code, stubs, builder } = match &mut self.generator {
            Some(generator) => generator,
            None => self.generator.insert(Generator::new(verify)?),
        };
        let guards = if force_exits > 0 { graph.num_insts() } else { 0 };
        let pass_counters: Box<[AtomicU32]> = (0..guards).map(|_| AtomicU32::new(force_exits)).collect();
        let bindings = names.bindings(tree, &graph, stubs, &pass_counters);
        let config = code.isa().frontend_config();
        let func = &mut code.context.func;
        func.signature = signature();
        let exits = match lower::lower(&graph, &bindings, func, builder, config) {
            Ok(exits) => exits,
            Err(why) => {
                // What was begun and not finished is of no use to the next function.
                code.context.clear();
                *builder = FunctionBuilderContext::new();
                return Err(why);
            }
        };
        dump.clif(tree, func);
        let code = code.compile(dump.wants_asm()).map_err(|error| {
            dump.refusal(tree, &error.0);
            Abort::CodeGenerator
        })?;
        dump.asm(tree, &code);
        let (cost, kept_sites) = (graph.num_insts() as u32, allocations(&graph));
        Ok(Product { code, exits, pass_counters, cost, sink_sites, kept_sites })
    }
}

impl Job {
    /// A job with the settings of an engine.
    pub(crate) fn new(tree: u32, graph: &Graph, names: Names, options: &JitOptions) -> Job {
        Job {
            tree,
            graph: graph.clone(),
            names,
            sink: options.sink,
            fuel: options.fuel.unwrap_or(u32::MAX),
            force_exits: options.force_exits,
            verify: options.verify,
        }
    }
}

impl Generator {
    fn new(verify: bool) -> Result<Generator, Abort> {
        let mut code = CodeGenerator::new(verify).map_err(|_| Abort::CodeGenerator)?;
        let stubs = Stubs::new(&mut code).map_err(|_| Abort::CodeGenerator)?;
        Ok(Generator { code, stubs, builder: FunctionBuilderContext::new() })
    }
}
