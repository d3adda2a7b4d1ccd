//! The passes and their order.
//!
//! ```text
//!  nest -> params -> gvn -> peel -> params -> gvn -> escape -> params -> range -> expand -> gvn -> dce -> reserve
//! ```
//!
//! Each file holds one pass, a function from a valid graph to a valid graph that behaves the same at every exit: same
//! guard id or link, same frames, same stack, same reachable objects. A pass never prints and never parses.

mod copy;
pub mod dce;
pub mod escape;
pub mod expand;
pub mod fold;
mod guard;
pub mod gvn;
pub mod nest;
pub mod params;
pub mod peel;
pub mod range;
pub mod reserve;

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
    ("gvn", gvn::run),
    ("peel", peel::run),
    ("range", range::run),
    ("escape", escape::run),
    ("dce", dce::run),
    ("expand", expand::run),
    ("reserve", reserve::run),
];

/// Runs all passes in their order.
pub fn optimize(graph: &mut Graph, options: &mut PassOptions<'_>) {
    let sink = options.sink;
    let mut step = |name: &str, pass: Pass| {
        if options.fuel == 0 {
            return;
        }
        options.fuel -= 1;
        pass(graph);
        if let Some(dump) = &mut options.dump {
            dump(name, graph);
        }
        if options.verify
            && let Err(error) = verify(graph)
        {
            panic!("after {name}: {error}\n{graph}");
        }
    };
    step("nest", nest::run);
    step("params", params::run);
    step("gvn", gvn::run);
    step("peel", peel::run);
    step("params", params::run);
    step("gvn", gvn::run);
    if sink {
        step("escape", escape::run);
    }
    step("params", params::run);
    step("range", range::run);
    step("expand", expand::run);
    step("gvn", gvn::run);
    step("dce", dce::run);
    step("reserve", reserve::run);
}
