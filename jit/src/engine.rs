//! The trace compiler: what it does when a site runs hot, an instruction is shown, an exit is taken.
//!
//! ```text
//!   hot ──> record ... record ──> a new tree          ┐
//!   exit ──> restore, count ──> record ... ──> grown  ┘──> (forest) compile a copy, now or in the background ──> install
//! ```
//!
//! What must hold: while a recording is under way its constants are roots; those of a tree are as long as its own function lives, and with
//! that the tree goes; machine code is freed or replaced only when no activation of it is left. That is so whenever this code runs, but while library functions run that machine code has called (`Vm::is_called_out`).

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use moonset_runtime::bytecode::Inst;
use moonset_runtime::engine::{HotEvent, Interruption, Reach, Recording, SiteKind, TraceEngine};
use moonset_runtime::object::RawGc;
use moonset_runtime::object::proto::Proto;
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::background::Background;
use crate::code::perf_map::{self, PerfMap};
use crate::compile::Compiler;
use crate::deopt;
use crate::dump::Dump;
use crate::log::{Place, TraceLog, place_of_exit};
use crate::options::JitOptions;
use crate::policy;
use crate::record::{Recorder, Start, Step, place_of};
use crate::stats::JitStats;
use crate::tree::{Compiled, Source, Tree};

/// A trace compiler for one VM.
pub struct JitEngine {
    pub(crate) options: JitOptions,
    /// Whether hot code is compiled.
    pub(crate) enabled: bool,
    /// Counters.
    pub stats: JitStats,
    /// Where graphs and generated code are written.
    pub dump: Dump,
    pub(crate) log: TraceLog,
    pub(crate) perf_map: PerfMap,
    /// Whether clocks are read for the statistics.
    pub(crate) timed: bool,
    pub(crate) trees: Vec<Option<Box<Tree>>>,
    /// Numbers of the trees that are being compiled in the background.
    pub(crate) flights: Vec<u32>,
    /// Compilations begun so far.
    pub(crate) tickets: u64,
    pub(crate) compiler: Compiler,
    /// Bytes of memory that the machine code of all trees takes.
    pub(crate) held: usize,
    /// Dropped machine code that was waiting for a call to return.
    pub(crate) retired: Vec<Compiled>,
    /// Trees of functions that a collection has found dead, and that are gone.
    pub(crate) unreached: Vec<Tree>,
    /// The compiling thread, started for the first job.
    pub(crate) background: Option<Background>,
    pub(crate) recording: Option<Active>,
}

/// A recording and the tree that it grows.
pub(crate) struct Active {
    pub(crate) recorder: Recorder,
    pub(crate) tree: Option<u32>,
    /// For a root: what ran hot.
    pub(crate) event: Option<HotEvent>,
}

impl Active {
    /// What the interpreter is to do for it.
    fn state(&self) -> Recording {
        if self.recorder.is_waiting() { Recording::Waiting } else { Recording::On }
    }
}

impl JitEngine {
    /// An engine without traces, switched on or off.
    pub fn new(options: JitOptions, enabled: bool) -> JitEngine {
        JitEngine {
            options,
            enabled,
            stats: JitStats::default(),
            dump: Dump::default(),
            log: TraceLog::default(),
            perf_map: PerfMap::default(),
            timed: false,
            trees: Vec::new(),
            flights: Vec::new(),
            tickets: 0,
            compiler: Compiler::default(),
            held: 0,
            retired: Vec::new(),
            unreached: Vec::new(),
            background: None,
            recording: None,
        }
    }

    /// Lines about traces go there from now on: see the head of `log`.
    pub fn set_trace_log(&mut self, out: Box<dyn Write>) {
        self.log = TraceLog(Some(out));
    }

    /// Names of trees and their places in memory go where `perf` looks for them from now on. The error has the file's name.
    pub fn set_perf_map(&mut self) -> Result<(), (PathBuf, io::Error)> {
        self.perf_map = PerfMap::create().map_err(|error| (perf_map::path(), error))?;
        Ok(())
    }

    /// Measures from now on what recording takes: two clock reads for each instruction that is shown.
    pub fn set_timed(&mut self) {
        self.timed = true;
    }

    fn start(&mut self, recorder: Recorder, tree: Option<u32>, event: Option<HotEvent>) -> Recording {
        self.recording = Some(Active { recorder, tree, event });
        Recording::On
    }

    /// A recording failed.
    pub(crate) fn give_up(&mut self, why: Abort) {
        let Some(active) = self.recording.take() else { return };
        self.stats.abort(why);
        if self.log.is_on() {
            let at = active.recorder.position();
            self.log_abort(active.recorder.start, active.tree, &active.recorder.source, why, at.as_ref());
        }
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

    /// Writes a line about a path that was given up.
    pub(crate) fn log_abort(
        &mut self,
        start: Start,
        tree: Option<u32>,
        source: &Source,
        why: Abort,
        at: Option<&Place>,
    ) {
        let root = || place_of(source.head_proto, source.head);
        let grown = tree.and_then(|number| self.trees[number as usize].as_deref().map(|tree| (number, tree)));
        match (start, grown) {
            (Start::Side(guard), Some((number, tree))) => {
                let place = place_of_exit(tree, guard).unwrap_or_else(root);
                self.log.abort(Some((number, guard.index())), &place, why, at);
            }
            _ => self.log.abort(None, &root(), why, at),
        }
    }
}

impl TraceEngine for JitEngine {
    fn hot(&mut self, vm: &mut Vm, event: HotEvent) -> Recording {
        if !self.enabled {
            event.disarm();
            return Recording::Off;
        }
        self.land_finished(vm);
        policy::reset(event, &self.options);
        if self.is_in_flight(event.site) {
            event.arm(policy::PASSES_IN_FLIGHT);
            return Recording::Off;
        }
        if self.recording.is_some() || policy::is_settled(event.site) {
            return Recording::Off;
        }
        if self.has_full_queue() {
            event.arm(policy::PASSES_IN_FLIGHT);
            return Recording::Off;
        }
        // Entering machine code for a few turns costs as much as interpreting them: such a loop is unrolled where it is
        // part of another.
        if event.kind == SiteKind::Loop && vm.has_few_turns(&event, policy::turns_to_compile(&event, &self.options)) {
            return Recording::Off;
        }
        if event.kind == SiteKind::Function && !policy::function_pays(vm, &event, &self.options) {
            return Recording::Off;
        }
        match Recorder::root(vm, event, &self.options) {
            Ok(recorder) => self.start(recorder, None, Some(event)),
            Err(why) => {
                self.stats.abort(why);
                if self.log.is_on() {
                    self.log.abort(None, &place_of(event.proto, event.head), why, None);
                }
                policy::root_failed(event, why, &self.options);
                Recording::Off
            }
        }
    }

    fn record(&mut self, vm: &mut Vm, pc: *const Inst, base: *mut Raw) -> Recording {
        let Some(active) = &mut self.recording else { return Recording::Off };
        let clock = self.timed.then(Instant::now);
        let step = active.recorder.step(vm, pc, base);
        if let Some(clock) = clock {
            self.stats.recorder_ns += clock.elapsed().as_nanos() as u64;
        }
        match step {
            Ok(Step::Next) => active.state(),
            Ok(Step::Done) => {
                self.finish(vm);
                Recording::Off
            }
            Err(why) => {
                self.give_up(why);
                Recording::Off
            }
        }
    }

    fn interrupt(&mut self, _vm: &mut Vm, why: Interruption) {
        self.give_up(match why {
            Interruption::Error => Abort::Error,
            Interruption::Boundary => Abort::Interrupted,
        });
    }

    fn exit(&mut self, vm: &mut Vm, code: u64, exit: u32, base: *mut Raw) -> Recording {
        let number = code as u32;
        let tree = self.trees[number as usize].as_mut().expect("an exit belongs to a tree");
        let compiled = tree.compiled.as_ref().expect("an exit belongs to machine code");
        let (plan, guard) = compiled.exits.ways[exit as usize];
        let plan = &compiled.exits.plans[plan as usize];
        let made = deopt::restore(vm, plan, &tree.source.protos, base);
        self.stats.exits += 1;
        self.stats.materialized += made as u64;
        if let Some(active) = &self.recording {
            return active.state();
        }
        let state = tree.guard(guard);
        state.exits = state.exits.saturating_add(1);
        self.land_finished(vm);
        let queue_is_full = self.has_full_queue();
        // What has landed may have taken this tree's place.
        let Some(tree) = self.trees[number as usize].as_mut() else { return Recording::Off };
        // The grown tree would take the place of machine code that may be waiting.
        if tree.flight.is_some() || vm.is_called_out() || queue_is_full {
            return Recording::Off;
        }
        if policy::has_waited(tree) {
            self.compile_growth(vm, number);
            return Recording::Off;
        }
        if !policy::is_due(tree, guard, &self.options) || !policy::may_grow(tree, &self.options) {
            return Recording::Off;
        }
        match Recorder::side(vm, tree, guard, &self.options) {
            Ok(recorder) => self.start(recorder, Some(number), None),
            // Nothing was tried: the callee is to be, and the guard holds once it is ready.
            Err(Abort::NotReady) => {
                let state = tree.guard(guard);
                state.next_try = state.exits.saturating_mul(2);
                Recording::Off
            }
            Err(why) => {
                self.stats.abort(why);
                if let Some(place) = place_of_exit(tree, guard).filter(|_| self.log.is_on()) {
                    self.log.abort(Some((number, guard.index())), &place, why, None);
                }
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
        self.trees.iter_mut().flatten().flat_map(|tree| tree.constants()).for_each(&mut *visit);
        if let Some(active) = &mut self.recording {
            active.recorder.source.pool.iter_mut().for_each(&mut *visit);
        }
    }

    fn trace_reached(&mut self, reach: &mut dyn Reach) {
        for tree in self.trees.iter_mut().flatten() {
            if reach.is_reached(tree.source.head_proto) {
                tree.names().reach(reach);
                tree.constants().for_each(|value| reach.constant(value));
            }
        }
        if let Some(active) = &mut self.recording {
            let source = &mut active.recorder.source;
            source.reach(reach);
            source.pool.iter_mut().for_each(|value| reach.constant(value));
        }
    }

    fn drop_unreached(&mut self, is_reached: &dyn Fn(RawGc<Proto>) -> bool) {
        for (number, place) in self.trees.iter_mut().enumerate() {
            if let Some(tree) = place.take_if(|tree| !is_reached(tree.source.head_proto)) {
                self.flights.retain(|flight| *flight as usize != number);
                self.unreached.push(*tree);
            }
        }
    }

    fn hot_counts(&self) -> (u32, u32) {
        if self.enabled { (self.options.hot_loop, self.options.hot_call) } else { (u32::MAX, u32::MAX) }
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}
