//! Lowering: a graph becomes Cranelift IR, its exits become data.
//!
//! ```text
//!   graph ──> mod (order of blocks) ──> block ──┬─ arith    integers, floats, comparisons
//!                                               ├─ memory   tables, cells, closures, strings, the VM stack
//!                                               ├─ alloc    bump allocation, barriers
//!                                               ├─ guard    checks that leave
//!                                               ├─ call     helpers
//!                                               └─ invoke   machine code of other functions and loops
//!   value     how an SSA value is represented        exits    cold blocks, and the plan of each
//! ```
//!
//! The function made is `extern "sysv64" fn(ctx: *mut VmContext, base: *mut Raw) -> u64`; its result is the number of the
//! tree that was left, and the context has the number of the exit. The graph was optimised by our own passes, so Cranelift runs with `opt_level=none`
//! and the work here is selection: an `any` is a pair of values, a boxing operation costs nothing until somebody wants
//! the pair, a tag that is known is an immediate.
//!
//! What must hold: no call in the system ABI stands in a cold block (such a call makes the register allocator keep the
//! loop's floats in memory); slow paths are exits or calls of stubs that preserve all registers.

use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use std::sync::atomic::AtomicU32;

use moonset_ir::{Block, Cfg, Graph, Guard, Snap, Value};

use crate::abort::Abort;
use crate::bind::Function;
use crate::code::stubs::Stubs;
use crate::exit::Exits;

mod alloc;
mod arith;
mod block;
mod call;
mod exits;
mod guard;
mod invoke;
mod memory;
mod value;

use value::Lowered;

/// What the names in a graph stand for in this process.
pub(crate) struct Bindings<'a> {
    /// Number of the tree, which its exits return.
    pub(crate) tree: u32,
    /// For each object constant of the graph: its address if it is pinned, or where its reference is kept.
    pub(crate) objects: Vec<ObjectBinding>,
    /// For each shape of the graph: the runtime's shape number.
    pub(crate) shapes: Vec<u32>,
    /// Address of each prototype that the graph names.
    pub(crate) protos: Vec<usize>,
    /// What calls need to know of each prototype.
    pub(crate) functions: Vec<Function>,
    /// For each link of the graph: the address of the word that holds the entry of the loop's machine code, or 0.
    pub(crate) links: Vec<usize>,
    /// Addresses of the stubs.
    pub(crate) stubs: &'a Stubs,
    /// For tests: how many passes each guard has before it is left although it holds. Empty: none is.
    pub(crate) pass_counters: &'a [AtomicU32],
}

/// Where machine code finds an object constant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ObjectBinding {
    /// The object never moves.
    Pinned(usize),
    /// The payload word at this address holds the reference; the collector updates it.
    Pooled(usize),
}

/// The state of one lowering.
pub(super) struct Lower<'a, 'f> {
    graph: &'a Graph,
    bind: &'a Bindings<'a>,
    b: FunctionBuilder<'f>,
    values: Vec<Lowered>,
    blocks: Vec<Option<clif::Block>>,
    /// Values of type `any` whose payload is best held as a float.
    float_payload: Vec<bool>,
    /// Blocks between a guard and its exit, to be filled at the end.
    hops: Vec<(clif::Block, Snap, Guard)>,
    /// Guards that have been given a counter of passes.
    forced: usize,
    /// What a `reserve` took: its start, the bytes given out, the allocations still covered.
    reserved: Option<(clif::Value, i64, u32)>,
    ctx: clif::Value,
    base: clif::Value,
}

/// Builds the function for a graph; returns its exits.
pub(crate) fn lower(
    graph: &Graph,
    bind: &Bindings<'_>,
    func: &mut clif::Function,
    contexts: &mut FunctionBuilderContext,
    config: cranelift_codegen::isa::TargetFrontendConfig,
) -> Result<Exits, Abort> {
    let mut b = FunctionBuilder::new(func, contexts);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (ctx, base) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    let mut lower = Lower {
        graph,
        bind,
        b,
        values: vec![Lowered::None; graph.num_values()],
        blocks: vec![None; graph.num_blocks()],
        float_payload: value::float_payloads(graph),
        hops: Vec::new(),
        forced: 0,
        reserved: None,
        ctx,
        base,
    };
    let cfg = Cfg::new(graph);
    let order: Vec<Block> = cfg.rpo().to_vec();
    for &block in &order {
        lower.declare_block(block);
    }
    let first = lower.clif_block(order[0]);
    lower.b.ins().jump(first, &[]);
    for &block in &order {
        lower.lower_block(block);
    }
    let exits = lower.lower_exits()?;
    lower.b.seal_all_blocks();
    lower.b.finalize(config);
    Ok(exits)
}

impl Lower<'_, '_> {
    fn iconst(&mut self, number: i64) -> clif::Value {
        self.b.ins().iconst(types::I64, number)
    }

    fn tag_const(&mut self, tag: u8) -> clif::Value {
        self.b.ins().iconst(types::I8, i64::from(tag))
    }

    fn clif_block(&self, block: Block) -> clif::Block {
        self.blocks[block.index()].expect("reachable blocks are declared")
    }

    fn define(&mut self, value: Option<Value>, lowered: Lowered) {
        if let Some(value) = value {
            self.values[value.index()] = lowered;
        }
    }
}
