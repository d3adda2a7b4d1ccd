//! A trace tree: the pristine graph of a hot site, what its names stand for, and its compiled form.

use std::sync::atomic::AtomicU32;

use moonset_ir::{Block, Graph, Guard, Value};
use moonset_runtime::bytecode::Inst;
use moonset_runtime::engine::{HotEvent, Reach};
use moonset_runtime::object::RawGc;
use moonset_runtime::object::layout::ShapeId;
use moonset_runtime::object::proto::{HotSite, Proto};
use moonset_runtime::value::Raw;
use rustc_hash::FxHashMap;

use crate::code::memory::Code;
use crate::exit::Exits;
use crate::log::Link;

/// What the names in a tree's graph stand for, and what recording needs to go on from it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Object constants, by the ids that the graph has for them. Roots of the collector.
    pub(crate) pool: Vec<Raw>,
    /// Prototypes, by the numbers that frames and operations have for them. The tree keeps them alive as long as the first one lives,
    /// which is that of its own function.
    pub(crate) protos: Vec<RawGc<Proto>>,
    /// Loops whose machine code paths of the tree continue in, by the numbers of links. Their prototypes are among `protos`.
    pub(crate) links: Vec<*mut HotSite>,
    /// Shapes that the graph names. They are kept like the prototypes, so that their numbers keep their meaning.
    pub(crate) shapes: Vec<ShapeId>,
    /// The prototype of the head's frame.
    pub(crate) head_proto: RawGc<Proto>,
    /// The loop head, or the first instruction of the function.
    pub(crate) head: *const Inst,
    /// The instruction that owns the hot site.
    pub(crate) anchor: *mut Inst,
    /// Loads of stack slots in the entry block that are not head parameters.
    pub(crate) initial: FxHashMap<i32, Value>,
    /// The block of the loop head.
    pub(crate) head_block: Block,
    /// Stack slots that the head carries: its parameters, in order.
    pub(crate) params: Vec<(i32, Value)>,
    /// Exits at the ends of paths: what follows them is not recorded.
    pub(crate) final_exits: Vec<Guard>,
    /// The shapes that tables had at an instruction, by its prototype's number and its index, up to one more than are recorded one by one.
    pub(crate) met: FxHashMap<(u32, u32), Vec<ShapeId>>,
    /// The head's frame is taken to have no pending variables to be closed.
    pub(crate) unclosed: bool,
}

impl Source {
    /// The parameter of the head that carries a slot.
    pub(crate) fn head_param(&self, slot: i32) -> Option<Value> {
        self.params.iter().find(|(carried, _)| *carried == slot).map(|(_, value)| *value)
    }

    /// The id of an object constant, added to the pool if it is new.
    pub(crate) fn pool_index(&mut self, raw: Raw) -> u32 {
        let found = self.pool.iter().position(|known| known.same_bits(raw));
        found.unwrap_or_else(|| {
            self.pool.push(raw);
            self.pool.len() - 1
        }) as u32
    }

    /// Tells a collection which functions and shapes are in use.
    pub(crate) fn reach(&self, reach: &mut dyn Reach) {
        self.protos.iter().for_each(|proto| reach.function(*proto));
        self.shapes.iter().for_each(|id| reach.shape(*id));
    }

    /// The number of a prototype, added if it is new.
    pub(crate) fn proto_index(&mut self, proto: RawGc<Proto>) -> u32 {
        let found = self.protos.iter().position(|known| *known == proto);
        found.unwrap_or_else(|| {
            self.protos.push(proto);
            self.protos.len() - 1
        }) as u32
    }
}

/// Where a guard of the tree stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GuardState {
    /// Times that machine code left through it.
    pub(crate) exits: u32,
    /// Exits at which recording is tried next.
    pub(crate) next_try: u32,
    /// Failed recordings.
    pub(crate) failures: u32,
    /// A side path has replaced it.
    pub(crate) grown: bool,
}

/// The compiled form of a tree.
pub(crate) struct Compiled {
    /// Machine code.
    pub(crate) code: Code,
    /// Its exits.
    pub(crate) exits: Exits,
    /// Payloads of the movable object constants, where machine code reads them; visited with the pool.
    pub(crate) cells: Box<[Raw]>,
    /// What machine code counts passes of guards in, if exits are forced.
    pub(crate) _pass_counters: Box<[AtomicU32]>,
}

/// A trace tree.
pub(crate) struct Tree {
    /// The graph as recorded.
    pub(crate) graph: Graph,
    /// What its names stand for.
    pub(crate) source: Source,
    /// The site that enters it.
    pub(crate) site: *mut HotSite,
    /// State of each guard, by guard id.
    pub(crate) guards: Vec<GuardState>,
    /// Machine code, once compiled.
    pub(crate) compiled: Option<Compiled>,
    /// Side paths that it has.
    pub(crate) side_paths: u32,
    /// Instructions of the optimised graph: what compiling again costs.
    pub(crate) cost: u32,
    /// Instructions recorded, for the limit on its size.
    pub(crate) length: usize,
    /// Side paths that were recorded and wait for others, to be compiled with them. None while anything is being compiled.
    pub(crate) growth: Option<Box<Growth>>,
    /// Compiling several side paths at once has failed: each is compiled alone.
    pub(crate) singly: bool,
    /// What is being compiled of it, if anything is.
    pub(crate) flight: Option<Flight>,
}

/// A compilation under way.
pub(crate) struct Flight {
    /// Tells its result from those of others.
    pub(crate) ticket: u64,
    /// What will be [`Compiled::cells`].
    pub(crate) cells: Box<[Raw]>,
    /// What it makes of the tree.
    pub(crate) stage: Stage,
}

/// What a compilation makes of a tree.
pub(crate) enum Stage {
    /// The tree itself, for a site that ran hot, and where its path leads.
    Root(HotEvent, Link),
    /// The tree with more side paths; until then the tree is as it was.
    Side(Box<Growth>),
}

/// A grown tree.
pub(crate) struct Growth {
    /// The guards that new paths replace, and where the paths lead; in the order in which they were recorded.
    pub(crate) paths: Vec<(Guard, Link)>,
    /// Instructions recorded.
    pub(crate) length: usize,
    /// Exits of the tree for which more paths are waited for.
    pub(crate) patience: u32,
    /// The grown graph.
    pub(crate) graph: Graph,
    /// What its names stand for.
    pub(crate) source: Source,
}

impl Tree {
    /// The object constants of the tree, of what is being compiled of it, and of their machine code.
    pub(crate) fn constants(&mut self) -> impl Iterator<Item = &mut Raw> {
        let compiled = self.compiled.iter_mut().flat_map(|compiled| compiled.cells.iter_mut());
        let flight = self.flight.iter_mut().flat_map(|flight| {
            let grown = match &mut flight.stage {
                Stage::Side(growth) => growth.source.pool.as_mut_slice(),
                Stage::Root(..) => &mut [],
            };
            flight.cells.iter_mut().chain(grown)
        });
        let waiting = self.growth.iter_mut().flat_map(|growth| growth.source.pool.iter_mut());
        self.source.pool.iter_mut().chain(compiled).chain(flight).chain(waiting)
    }

    /// What names stand for in the tree, and in all that was recorded of it, which has what the tree itself has.
    pub(crate) fn names(&self) -> &Source {
        match self.flight.as_ref().map(|flight| &flight.stage) {
            Some(Stage::Side(growth)) => &growth.source,
            _ => self.recorded().1,
        }
    }

    /// The state of a guard.
    pub(crate) fn guard(&mut self, guard: Guard) -> &mut GuardState {
        if self.guards.len() <= guard.index() {
            self.guards.resize(guard.index() + 1, GuardState::default());
        }
        &mut self.guards[guard.index()]
    }

    /// The tree with all that was recorded of it, compiled or not: where the next recording goes on.
    pub(crate) fn recorded(&self) -> (&Graph, &Source) {
        self.growth.as_ref().map_or((&self.graph, &self.source), |growth| (&growth.graph, &growth.source))
    }
}
