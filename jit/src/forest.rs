//! How recordings become trees, and trees machine code.
//!
//! ```text
//!   finish ──> a job ──┬── at once ────────────────────┬──> land ──> install
//!                      └── in the background ── ... ───┘
//! ```
//!
//! A tree whose growth is being compiled stays as it was until the result lands: its old machine code runs, its exits are
//! counted, and only its next growth waits. A site whose first tree is being compiled is interpreted, and asks every so many
//! passes. Results land while nothing is recorded, so that no recording sees instructions change under it, and while no
//! machine code runs, so that what they replace can be freed.

use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::engine::{HotEvent, SiteKind};
use moonset_runtime::object::proto::HotSite;
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use crate::abort::Abort;
use crate::background::Background;
use crate::bind::{Names, entry_site};
use crate::compile::{Done, Job, Product, Times};
use crate::engine::{Active, JitEngine};
use crate::log::{Begin, Entry, Place, place_of_exit};
use crate::policy;
use crate::record::{Start, place_of};
use crate::tree::{Compiled, Flight, Growth, Source, Stage, Tree};

impl JitEngine {
    /// A recording is complete.
    pub(crate) fn finish(&mut self, vm: &mut Vm) {
        let Some(Active { recorder, tree, event }) = self.recording.take() else { return };
        let link = recorder.link();
        let (graph, source, length) = (recorder.graph, recorder.source, recorder.length);
        let number = tree.unwrap_or_else(|| self.free_number());
        self.dump.recorded(number, &graph);
        match (recorder.start, tree, event) {
            (Start::Side(guard), Some(_), _) => {
                let tree = self.trees[number as usize].as_mut().expect("a tree that was grown");
                let patience = policy::exits_before_joining(tree, &self.options);
                let growth = Growth { paths: vec![(guard, link)], length, patience, graph, source };
                let growth = match tree.growth.take() {
                    None => growth,
                    Some(earlier) => Growth {
                        paths: [earlier.paths, growth.paths].concat(),
                        length: earlier.length + length,
                        patience: earlier.patience,
                        ..growth
                    },
                };
                tree.growth = Some(Box::new(growth));
                if !policy::waits_for_others(tree, &self.options) {
                    self.compile_growth(vm, number);
                }
            }
            (_, None, Some(event)) => {
                self.trees[number as usize] = Some(Box::new(Tree {
                    graph,
                    source,
                    site: event.site,
                    guards: Vec::new(),
                    compiled: None,
                    side_paths: 0,
                    cost: 0,
                    length,
                    growth: None,
                    singly: false,
                    flight: None,
                }));
                self.compile(vm, number, Stage::Root(event, link));
            }
            _ => unreachable!("a recording begins at a hot site, or at a guard of a tree"),
        }
    }

    /// Compiles a tree with the side paths that were recorded.
    pub(crate) fn compile_growth(&mut self, vm: &mut Vm, number: u32) {
        if let Some(growth) = self.tree(number).growth.take() {
            self.compile(vm, number, Stage::Side(growth));
        }
    }

    /// Compiles a tree, now or in the background.
    fn compile(&mut self, vm: &mut Vm, number: u32, stage: Stage) {
        let tree = self.trees[number as usize].as_mut().expect("a tree of this number");
        let (graph, source) = match &stage {
            Stage::Root(..) => (&tree.graph, &tree.source),
            Stage::Side(growth) => (&growth.graph, &growth.source),
        };
        let cells: Box<[Raw]> = source.pool.clone().into();
        let job = Job::new(number, graph, Names::new(source, &cells), &self.options);
        let event = if let Stage::Root(event, _) = stage { Some(event) } else { None };
        self.tickets += 1;
        let ticket = self.tickets;
        tree.flight = Some(Flight { ticket, cells, stage });
        match self.submit(ticket, job) {
            None => {
                self.flights.push(number);
                if let Some(event) = event {
                    event.arm(policy::PASSES_IN_FLIGHT);
                }
            }
            Some(job) => {
                let (result, times) = self.compiler.run(job, &mut self.dump);
                self.land(vm, number, (result, Times { waited: true, ..times }));
            }
        }
    }

    /// Hands a job to the compiling thread; gives it back if it is to be done at once.
    fn submit(&mut self, ticket: u64, job: Job) -> Option<Job> {
        if !self.options.background || self.dump.wants_compilations() {
            return Some(job);
        }
        if self.background.is_none() {
            self.background = Background::start();
        }
        match &self.background {
            Some(background) => {
                background.submit(ticket, job);
                None
            }
            None => {
                self.options.background = false;
                Some(job)
            }
        }
    }

    /// Whether the first tree of a site is being compiled.
    pub(crate) fn is_in_flight(&self, site: *mut HotSite) -> bool {
        self.flights.iter().any(|number| self.trees[*number as usize].as_ref().is_some_and(|tree| tree.site == site))
    }

    /// Whether nothing more is to be recorded before the compiling thread has done something.
    pub(crate) fn has_full_queue(&self) -> bool {
        self.flights.len() >= policy::MAX_IN_FLIGHT
    }

    /// Installs what has been compiled in the background meanwhile.
    #[inline]
    pub(crate) fn land_finished(&mut self, vm: &mut Vm) {
        if !self.retired.is_empty()
            || !self.unreached.is_empty()
            || self.background.as_ref().is_some_and(Background::has_results)
        {
            self.land_results(vm);
        }
    }

    fn land_results(&mut self, vm: &mut Vm) {
        if vm.is_called_out() || self.recording.is_some() {
            return;
        }
        self.retired.clear();
        self.sweep(vm);
        while let Some((ticket, done)) = self.background.as_mut().and_then(Background::poll) {
            let in_flight = |number: &u32| {
                let flight = self.trees[*number as usize].as_ref().and_then(|tree| tree.flight.as_ref());
                flight.is_some_and(|flight| flight.ticket == ticket)
            };
            // What has been dropped meanwhile has no tree.
            if let Some(place) = self.flights.iter().position(in_flight) {
                let number = self.flights.swap_remove(place);
                self.land(vm, number, done);
            }
        }
    }

    /// A tree has been compiled, or cannot be.
    fn land(&mut self, vm: &mut Vm, number: u32, (result, times): Done) {
        let nanoseconds = times.passes + times.codegen;
        self.stats.passes_ns += times.passes;
        self.stats.codegen_ns += times.codegen;
        self.stats.waited_ns += if times.waited { nanoseconds } else { 0 };
        let Some(Flight { cells, stage, .. }) = self.tree(number).flight.take() else { return };
        let limit = self.options.max_code;
        let fits = |product: Product| if product.code.held() <= limit { Ok(product) } else { Err(Abort::CodeMemory) };
        match result.and_then(fits) {
            Ok(product) => {
                self.log_compiled(number, &stage, &product, nanoseconds);
                self.map_for_perf(number, &product);
                match stage {
                    Stage::Root(..) => self.stats.traces += 1,
                    Stage::Side(growth) => {
                        let Growth { paths, length, graph, source, .. } = *growth;
                        self.stats.side_traces += paths.len() as u64;
                        let tree = self.tree(number);
                        (tree.graph, tree.source) = (graph, source);
                        tree.side_paths += paths.len() as u32;
                        tree.length += length;
                        for (guard, _) in paths {
                            tree.guard(guard).grown = true;
                        }
                    }
                }
                let Product { code, exits, pass_counters, cost, sink_sites, kept_sites } = product;
                self.stats.sink_sites += sink_sites;
                self.stats.sunk_sites += sink_sites.saturating_sub(kept_sites);
                self.stats.code_bytes += code.size as u64;
                let tree = self.trees[number as usize].as_ref().expect("a tree that is being compiled");
                let min_turns = policy::turns_to_enter(tree, &self.options);
                let tree = self.tree(number);
                for guard in tree.source.final_exits.clone() {
                    tree.guard(guard).grown = true;
                }
                tree.cost = cost;
                let held = code.held();
                let old = tree.compiled.replace(Compiled { code, exits, cells, _pass_counters: pass_counters });
                install(number, tree, min_turns);
                self.held += held;
                if let Some(old) = old {
                    self.held -= old.code.held();
                    self.stats.code_bytes -= old.code.size as u64;
                }
                self.make_room(vm, number);
            }
            Err(why) => {
                self.stats.abort(why);
                let left_alone = match stage {
                    Stage::Root(event, _) => {
                        let tree = self.trees[number as usize].take().expect("it was compiled for this tree");
                        self.log_abort(Start::Root, None, &tree.source, why, None);
                        u64::from(policy::root_failed(event, why, &self.options))
                    }
                    Stage::Side(growth) => {
                        let mut left_alone = 0;
                        for (guard, _) in &growth.paths {
                            self.log_abort(Start::Side(*guard), Some(number), &growth.source, why, None);
                            let tree = self.trees[number as usize].as_mut().expect("as above");
                            tree.singly |= growth.paths.len() > 1;
                            left_alone += u64::from(policy::side_failed(tree.guard(*guard), &self.options));
                        }
                        left_alone
                    }
                };
                self.stats.blacklisted += left_alone;
            }
        }
    }

    /// Writes a line about each path that will be installed.
    fn log_compiled(&mut self, number: u32, stage: &Stage, product: &Product, nanoseconds: u64) {
        if !self.log.is_on() {
            return;
        }
        let tree = self.trees[number as usize].as_ref().expect("a tree of this number");
        let head = place_of(tree.source.head_proto, tree.source.head);
        let paths = match stage {
            Stage::Root(_, link) => vec![(Begin::Root, *link, head)],
            Stage::Side(growth) => {
                let place = |guard| place_of_exit(tree, guard).unwrap_or_else(|| head.clone());
                growth.paths.iter().map(|(guard, link)| (Begin::Exit(guard.index()), *link, place(*guard))).collect()
            }
        };
        let sites = product.sink_sites;
        for (index, (begin, link, place)) in paths.iter().enumerate() {
            self.log.compiled(&Entry {
                tree: number,
                begin: *begin,
                link: *link,
                place,
                instructions: product.cost,
                bytes: product.code.size,
                nanoseconds: if index == 0 { nanoseconds } else { 0 },
                sunk: (sites.saturating_sub(product.kept_sites), sites),
            });
        }
    }

    /// Writes a line about a tree that goes.
    pub(crate) fn log_evicted(&mut self, number: u32, tree: &Tree) {
        if self.log.is_on() {
            self.log.evicted(number, &place_of(tree.source.head_proto, tree.source.head));
        }
    }

    /// Tells `perf` what stands where.
    fn map_for_perf(&mut self, number: u32, product: &Product) {
        if self.perf_map.is_on() {
            let source = &self.tree(number).source;
            let Place { line, function, .. } = place_of(source.head_proto, source.head);
            self.perf_map.add(&product.code, &format!("lua {line} in {function}, trace {number}"));
        }
    }

    fn tree(&mut self, number: u32) -> &mut Tree {
        self.trees[number as usize].as_mut().expect("a tree of this number")
    }

    fn free_number(&mut self) -> u32 {
        let free = self.trees.iter().position(Option::is_none);
        let number = free.unwrap_or_else(|| {
            self.trees.push(None);
            self.trees.len() - 1
        });
        number as u32
    }
}

/// The stamp of the last entry into the machine code of a tree.
pub(crate) fn last_entered(tree: &Tree) -> u64 {
    // SAFETY: the site belongs to the tree's own function: the tree goes when that does.
    unsafe { (*tree.site).entered }
}

/// The trees that machine code of a tree may enter: those of functions that it knows, and of loops that it continues in.
pub(crate) fn entered_from(tree: &Tree) -> impl Iterator<Item = u32> {
    let functions = tree.source.protos.iter().map(|proto| {
        // SAFETY: prototypes of a tree are alive as long as it is.
        let proto = unsafe { &*proto.as_ptr() };
        proto.sites.wrapping_add(usize::from(proto.unlinked.hot_sites))
    });
    functions.chain(tree.source.links.iter().copied()).filter_map(|site| {
        // SAFETY: a site of such a prototype.
        let site = unsafe { &*site };
        (!site.entry.is_null()).then_some(site.trace)
    })
}

/// Takes back what [`install`] did. Returns the site, as it was when it ran hot.
pub(crate) fn uninstall(tree: &Tree) -> HotEvent {
    // SAFETY: the site belongs to the tree's own function: the tree goes when that does.
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
    let in_place = tree.source.head == tree.source.anchor.cast_const();
    let kind = if in_place { SiteKind::Function } else { SiteKind::Loop };
    let Source { head_proto: proto, anchor, head, .. } = tree.source;
    HotEvent { proto, site: tree.site, anchor, head, kind }
}

/// Lets the interpreter enter a tree's machine code at its site.
fn install(number: u32, tree: &Tree, min_turns: u16) {
    let Some(compiled) = &tree.compiled else { return };
    // SAFETY: the site belongs to the tree's own function: the tree goes when that does.
    let site = unsafe { &mut *tree.site };
    site.entry = compiled.code.entry();
    site.trace = number;
    site.min_turns = min_turns;
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
            Inst::wide(Op::JitEnter, 0, entry_site(tree), 0)
        }
    };
    // SAFETY: as above.
    unsafe { *tree.source.anchor = entered };
}
