//! The trace compiler: recorder, lowering to machine code, exits.
//!
//! ```text
//!   engine (what happens when) ── policy (whether) ── control (switches) ── forest (recordings become trees) ── evict (trees make room)
//!      │
//!      ├─ record/   bytecode + live values ──> graph        tree     the pristine graph of a site, and its code
//!      ├─ compile   a job, done at once or in background    bind     names in the graph ──> addresses
//!      ├─ (ir)      passes on a copy
//!      ├─ lower/    graph ──> Cranelift IR                  exit     plans of exits
//!      ├─ code/     machine code, stubs                     helpers  functions that machine code calls
//!      └─ deopt     an exit rebuilds the interpreter        materialize  sunk objects come into being
//!   options, stats, abort, dump, log, layout
//! ```
//!
//! `record` knows no Cranelift, `lower` knows no recorder, `deopt` and `materialize` know neither.

mod abort;
mod background;
mod bind;
mod code;
mod compile;
mod control;
mod deopt;
mod dump;
mod engine;
mod evict;
mod exit;
mod forest;
mod helpers;
mod layout;
mod log;
mod lower;
mod materialize;
pub mod options;
mod policy;
mod record;
mod stats;
mod tree;

pub use abort::Abort;
pub use dump::Dump;
pub use engine::JitEngine;
pub use options::JitOptions;
pub use stats::JitStats;
