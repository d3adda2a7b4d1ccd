//! The trace compiler: what it does when a site runs hot, an instruction is shown, an exit is taken.
//!
//! ```text
//!   hot ──> record ... record ──> finish: a new tree          ┐
//!   exit ──> restore, count ──> record ... ──> finish: grown  ┘──> optimise a copy ──> lower ──> install
//! ```
//!
//! What must hold: while a recording is under way its constants are roots; machine code is dropped only when no
//! activation of it is left, which is so whenever this code runs, since machine code calls nothing that comes back here.

use std::time::Instant;

use cranelift_frontend::FunctionBuilderContext;
use moonset_ir::pass::{self, PassOptions};
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::engine::{HotEvent, Interruption, Recording, SiteKind, TraceEngine};
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::bind;
use crate::code::memory::CodeGenerator;
use crate::code::stubs::Stubs;
use crate::deopt;
use crate::dump::Dump;
use crate::lower;
use crate::lower::exits::unpack_exit;
use crate::options::JitOptions;
use crate::policy;
use crate::record::{Recorder, Start, Step, turns_left};
use crate::stats::JitStats;
use crate::tree::{Compiled, Tree};

/// A trace compiler for one VM.
pub struct JitEngine {
    pub(crate) options: JitOptions,
    /// Whether hot code is compiled.
    pub(crate) enabled: bool,
    /// Counters.
    pub stats: JitStats,
    /// Where traces are written in text form.
    pub dump: Dump,
    generator: Option<Generator>,
    pub(crate) trees: Vec<Option<Box<Tree>>>,
    recording: Option<Active>,
}

/// The code generator with what it needs beside it, made when the first trace is compiled.
struct Generator {
    code: CodeGenerator,
    stubs: Stubs,
    builder: FunctionBuilderContext,
}

/// A recording and the tree that it grows.
struct Active {
    recorder: Recorder,
    tree: Option<u32>,
    /// For a root: what ran hot.
    event: Option<HotEvent>,
}

impl JitEngine {
    /// An engine without traces, switched on or off.
    pub fn new(options: JitOptions, enabled: bool) -> JitEngine {
        JitEngine {
            options,
            enabled,
            stats: JitStats::default(),
            dump: Dump::default(),
            generator: None,
            trees: Vec::new(),
            recording: None,
        }
    }

    fn start(&mut self, recorder: Recorder, tree: Option<u32>, event: Option<HotEvent>) -> Recording {
        self.recording = Some(Active { recorder, tree, event });
        Recording::On
    }

    /// A recording failed.
    pub(crate) fn give_up(&mut self, vm: &mut Vm, why: Abort) {
        let Some(active) = self.recording.take() else { return };
        self.unpin_new(vm, &active);
        self.stats.abort(why);
        self.dump.abort(&active.recorder, why);
        match (active.recorder.start, active.tree) {
            (Start::Side(guard), Some(tree)) => {
                if let Some(tree) = self.trees[tree as usize].as_mut() {
                    let left_alone = policy::side_failed(tree.guard(guard), &self.options);
                    self.stats.blacklisted += u64::from(left_alone);
                }
            }
            _ => {
                let failed = active.event.map(|event| policy::root_failed(event, why, &self.options));
                self.stats.blacklisted += u64::from(failed == Some(true));
            }
        }
    }

    /// Lets go of the shapes that a failed recording pinned.
    fn unpin_new(&self, vm: &mut Vm, active: &Active) {
        let tree = active.tree.and_then(|tree| self.trees[tree as usize].as_ref());
        let kept = tree.map_or(0, |tree| tree.source.pinned.len());
        for id in &active.recorder.source.pinned[kept..] {
            vm.unpin_shape(*id);
        }
    }

    /// A recording is complete.
    fn finish(&mut self, vm: &mut Vm) {
        let Some(active) = self.recording.take() else { return };
        let start = Instant::now();
        let grown = match active.tree {
            Some(tree) => self.grow(vm, tree, active),
            None => self.plant(vm, active),
        };
        self.stats.compile_ns += start.elapsed().as_nanos() as u64;
        if let Err(why) = grown {
            self.stats.abort(why);
        }
    }

    /// Makes a tree of a root recording.
    fn plant(&mut self, vm: &mut Vm, active: Active) -> Result<(), Abort> {
        let Active { recorder, event, .. } = active;
        let Some(event) = event else { return Err(Abort::Interrupted) };
        let site = event.site;
        let number = self.free_number();
        let mut tree = Tree {
            graph: recorder.graph,
            source: recorder.source,
            site,
            guards: Vec::new(),
            compiled: None,
            side_paths: 0,
            cost: 0,
            length: recorder.length,
        };
        match self.compile(vm, number, &mut tree) {
            Ok(()) => {
                install(number, &tree);
                self.trees[number as usize] = Some(Box::new(tree));
                self.stats.traces += 1;
                Ok(())
            }
            Err(why) => {
                policy::root_failed(event, why, &self.options);
                Err(why)
            }
        }
    }

    /// Adds a side path to its tree and compiles the tree again.
    fn grow(&mut self, vm: &mut Vm, number: u32, active: Active) -> Result<(), Abort> {
        let Start::Side(guard) = active.recorder.start else { return Err(Abort::Interrupted) };
        let Some(mut tree) = self.trees[number as usize].take() else { return Err(Abort::Interrupted) };
        let graph = std::mem::replace(&mut tree.graph, active.recorder.graph);
        let source = std::mem::replace(&mut tree.source, active.recorder.source);
        let result = match self.compile(vm, number, &mut tree) {
            Ok(()) => {
                install(number, &tree);
                tree.side_paths += 1;
                tree.length += active.recorder.length;
                tree.guard(guard).grown = true;
                self.stats.side_traces += 1;
                Ok(())
            }
            Err(why) => {
                tree.graph = graph;
                tree.source = source;
                policy::side_failed(tree.guard(guard), &self.options);
                Err(why)
            }
        };
        self.trees[number as usize] = Some(tree);
        result
    }

    fn free_number(&mut self) -> u32 {
        let free = self.trees.iter().position(Option::is_none);
        let number = free.unwrap_or_else(|| {
            self.trees.push(None);
            self.trees.len() - 1
        });
        number as u32
    }

    /// Optimises and compiles a tree's graph; replaces its machine code.
    fn compile(&mut self, vm: &mut Vm, number: u32, tree: &mut Tree) -> Result<(), Abort> {
        if self.stats.code_bytes as usize > self.options.max_code {
            return Err(Abort::CodeMemory);
        }
        let mut graph = tree.graph.clone();
        self.dump.graph(number, "recorded", &graph, &tree.source);
        let allocations = bind::allocations(&graph);
        let dump = &mut self.dump;
        let mut on_pass = |name: &str, graph: &moonset_ir::Graph| dump.pass(number, name, graph);
        let mut options = PassOptions {
            sink: self.options.sink,
            fuel: self.options.fuel.unwrap_or(u32::MAX),
            verify: self.options.verify,
            dump: Some(&mut on_pass),
        };
        pass::optimize(&mut graph, &mut options);
        self.dump.graph(number, "optimised", &graph, &tree.source);
        tree.cost = graph.num_insts() as u32;
        if graph.num_snaps() >= lower::exits::MAX_SNAPS || graph.num_guards() >= lower::exits::MAX_SNAPS {
            return Err(Abort::TreeTooLarge);
        }

        let generator = match &mut self.generator {
            Some(generator) => generator,
            None => self.generator.insert(Generator::new(self.options.verify)?),
        };
        let cells: Box<[Raw]> = tree.source.pool.clone().into();
        let bindings = bind::bindings(vm, number, &graph, &tree.source, &cells, &generator.stubs)?;
        let config = generator.code.isa().frontend_config();
        let func = &mut generator.code.context.func;
        func.signature = bind::signature();
        let lowered = lower::lower(&graph, &bindings, func, &mut generator.builder, config);
        let exits = match lowered {
            Ok(exits) => exits,
            Err(why) => {
                generator.code.context.clear();
                return Err(why);
            }
        };
        self.dump.clif(number, func);
        let code = generator.code.compile(self.dump.wants_asm()).map_err(|error| {
            self.dump.message(&error.0);
            Abort::CodeGenerator
        })?;
        self.dump.asm(number, &code);
        let left = bind::allocations(&graph);
        self.stats.sink_sites += allocations;
        self.stats.sunk_sites += allocations.saturating_sub(left);
        self.stats.code_bytes += code.size as u64;
        if let Some(old) = tree.compiled.replace(Compiled { code, exits, cells }) {
            self.stats.code_bytes -= old.code.size as u64;
        }
        Ok(())
    }
}

impl Generator {
    fn new(verify: bool) -> Result<Generator, Abort> {
        let mut code = CodeGenerator::new(verify).map_err(|_| Abort::CodeGenerator)?;
        let stubs = Stubs::new(&mut code).map_err(|_| Abort::CodeGenerator)?;
        Ok(Generator { code, stubs, builder: FunctionBuilderContext::new() })
    }
}

impl TraceEngine for JitEngine {
    fn hot(&mut self, vm: &mut Vm, event: HotEvent) -> Recording {
        if !self.enabled {
            event.disarm();
            return Recording::Off;
        }
        policy::reset(event, &self.options);
        if self.recording.is_some() || policy::is_settled(event.site) {
            return Recording::Off;
        }
        // Entering machine code for a few turns costs as much as interpreting them: such a loop is unrolled where it is
        // part of another.
        if event.kind == SiteKind::Loop
            && turns_left(vm, &event).is_some_and(|turns| turns < u64::from(self.options.min_turns))
        {
            return Recording::Off;
        }
        match Recorder::root(vm, event, &self.options) {
            Ok(recorder) => self.start(recorder, None, Some(event)),
            Err(why) => {
                self.stats.abort(why);
                policy::root_failed(event, why, &self.options);
                Recording::Off
            }
        }
    }

    fn record(&mut self, vm: &mut Vm, pc: *const Inst, base: *mut Raw) -> Recording {
        let Some(active) = &mut self.recording else { return Recording::Off };
        match active.recorder.step(vm, pc, base) {
            Ok(Step::Next) => Recording::On,
            Ok(Step::Done) => {
                self.finish(vm);
                Recording::Off
            }
            Err(why) => {
                self.give_up(vm, why);
                Recording::Off
            }
        }
    }

    fn interrupt(&mut self, vm: &mut Vm, why: Interruption) {
        self.give_up(
            vm,
            match why {
                Interruption::Error => Abort::Error,
                Interruption::Boundary => Abort::Interrupted,
            },
        );
    }

    fn exit(&mut self, vm: &mut Vm, exit: u64, base: *mut Raw) -> Recording {
        let (number, snap, guard) = unpack_exit(exit);
        let tree = self.trees[number as usize].as_mut().expect("an exit belongs to a tree");
        let compiled = tree.compiled.as_ref().expect("an exit belongs to machine code");
        let plan = compiled.exits[snap].as_ref().expect("a taken exit has a plan");
        let made = deopt::restore(vm, plan, &tree.source.protos, base);
        self.stats.exits += 1;
        self.stats.materialized += made as u64;
        if self.recording.is_some() {
            return Recording::On;
        }
        let enough = policy::exits_before_growth(tree, &self.options);
        let state = tree.guard(guard);
        state.exits = state.exits.saturating_add(1);
        if state.exits < state.next_try.max(enough) || state.grown {
            return Recording::Off;
        }
        if !policy::may_grow(tree, &self.options) {
            return Recording::Off;
        }
        match Recorder::side(vm, tree, guard, &self.options) {
            Ok(recorder) => self.start(recorder, Some(number), None),
            Err(why) => {
                self.stats.abort(why);
                let left_alone = policy::side_failed(tree.guard(guard), &self.options);
                self.stats.blacklisted += u64::from(left_alone);
                Recording::Off
            }
        }
    }

    fn drop_compiled(&mut self, vm: &mut Vm) {
        self.flush(vm);
    }

    fn trace_roots(&mut self, visit: &mut dyn FnMut(&mut Raw)) {
        for tree in self.trees.iter_mut().flatten() {
            tree.source.pool.iter_mut().for_each(&mut *visit);
            if let Some(compiled) = &mut tree.compiled {
                compiled.cells.iter_mut().for_each(&mut *visit);
            }
        }
        if let Some(active) = &mut self.recording {
            active.recorder.source.pool.iter_mut().for_each(&mut *visit);
        }
    }

    fn hot_counts(&self) -> (u32, u32) {
        if self.enabled { (self.options.hot_loop, self.options.hot_call) } else { (u32::MAX, u32::MAX) }
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

/// Takes back what [`install`] did.
pub(crate) fn uninstall(tree: &Tree) {
    // SAFETY: the site belongs to a prototype that the tree keeps alive.
    let site = unsafe { &mut *tree.site };
    site.entry = std::ptr::null();
    // SAFETY: the anchor is an instruction of that prototype.
    let inst = unsafe { *tree.source.anchor };
    let plain = match inst.op() {
        Op::JitForLoop => inst.with_op(Op::ForLoop),
        Op::JitJmpBack => inst.with_op(Op::JmpBack),
        Op::JitTForLoop => inst.with_op(Op::TForLoop),
        Op::JitEnter => site.replaced,
        _ => inst,
    };
    // SAFETY: as above.
    unsafe { *tree.source.anchor = plain };
}

/// Lets the interpreter enter a tree's machine code at its site.
fn install(number: u32, tree: &Tree) {
    let Some(compiled) = &tree.compiled else { return };
    // SAFETY: the site belongs to a prototype that the tree keeps alive.
    let site = unsafe { &mut *tree.site };
    site.entry = compiled.code.entry();
    site.trace = number;
    site.unclosed = tree.source.unclosed;
    site.counter = u32::MAX;
    // SAFETY: the anchor is an instruction of that prototype.
    let inst = unsafe { *tree.source.anchor };
    let entered = match inst.op() {
        Op::ForLoop => inst.with_op(Op::JitForLoop),
        Op::JmpBack => inst.with_op(Op::JitJmpBack),
        Op::TForLoop => inst.with_op(Op::JitTForLoop),
        Op::JitForLoop | Op::JitJmpBack | Op::JitTForLoop | Op::JitEnter => inst,
        _ => {
            site.replaced = inst;
            Inst::wide(Op::JitEnter, 0, bind::entry_site(tree), 0)
        }
    };
    // SAFETY: as above.
    unsafe { *tree.source.anchor = entered };
}
