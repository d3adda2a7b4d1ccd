//! The passes and their order.
//!
//! ```text
//!  params -> gvn
//!     -> peel -> params -> gvn -> nest -> params          (if two nested loops share a head)
//!     -> peel -> params -> gvn                            first iterations settle what does not change
//!     -> escape                                           allocations go (if sinking is on)
//!     -> forward -> params -> gvn                         what real objects hold; payloads instead of boxes
//!     -> range -> expand -> gvn -> dead_store -> dce -> straighten -> reserve
//! ```
//!
//! Each file holds one pass, a function from a valid graph to a valid graph that behaves the same at every exit: same
//! guard id or link, same frames, same stack, same reachable objects. A pass never prints and never parses.

mod alias;
mod copy;
pub mod dce;
pub mod dead_store;
pub mod escape;
pub mod expand;
pub mod fold;
pub mod forward;
mod guard;
pub mod gvn;
pub mod nest;
pub mod params;
pub mod peel;
pub mod range;
pub mod reserve;
pub mod straighten;

use crate::graph::Graph;
use crate::verify::verify;

/// A pass.
pub type Pass = fn(&mut Graph);

/// Receives the graph after each pass.
pub type Dump<'a> = &'a mut dyn FnMut(&str, &Graph);

/// What a caller decides about optimisation.
pub struct PassOptions<'a> {
    /// Shall allocations be removed?
    pub sink: bool,
    /// How many passes run; the rest is left out, to find the one that breaks a program.
    pub fuel: u32,
    /// Shall the graph be verified after each pass? A violation panics with the pass's name.
    pub verify: bool,
    /// Called after each pass with its name.
    pub dump: Option<Dump<'a>>,
}

impl Default for PassOptions<'_> {
    fn default() -> Self {
        PassOptions { sink: true, fuel: u32::MAX, verify: cfg!(debug_assertions), dump: None }
    }
}

/// All passes by name.
pub const PASSES: &[(&str, Pass)] = &[
    ("nest", nest::run),
    ("params", params::run),
    ("fold", fold::run),
    ("forward", forward::run),
    ("gvn", gvn::run),
    ("peel", peel::run),
    ("range", range::run),
    ("escape", escape::run),
    ("dce", dce::run),
    ("dead_store", dead_store::run),
    ("expand", expand::run),
    ("straighten", straighten::run),
    ("reserve", reserve::run),
];

/// Runs all passes in their order.
pub fn optimize(graph: &mut Graph, options: &mut PassOptions<'_>) {
    let sink = options.sink;
    let mut step = |graph: &mut Graph, name: &str| {
        let (_, pass) = PASSES.iter().find(|pass| pass.0 == name).expect("the pass is in the list");
        if options.fuel > 0 {
            options.fuel -= 1;
            run_pass(graph, name, *pass, options);
        }
    };
    let mut steps = |graph: &mut Graph, names: &[&str]| names.iter().for_each(|name| step(graph, name));
    steps(graph, &["params", "gvn"]);
    if nest::found(graph) {
        steps(graph, &["peel", "params", "gvn", "nest", "params"]);
    }
    steps(graph, &["peel", "params", "gvn"]);
    if sink {
        steps(graph, &["escape"]);
    }
    steps(graph, &["forward", "params", "gvn"]);
    steps(graph, &["range", "expand", "gvn", "dead_store", "dce", "straighten", "reserve"]);
}

fn run_pass(graph: &mut Graph, name: &str, pass: Pass, options: &mut PassOptions<'_>) {
    pass(graph);
    if let Some(dump) = &mut options.dump {
        dump(name, graph);
    }
    if options.verify
        && let Err(error) = verify(graph)
    {
        panic!("after {name}: {error}\n{graph}");
    }
}
