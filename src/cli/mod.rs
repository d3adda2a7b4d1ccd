//! The command-line program.
//!
//! ```text
//!   args (what is asked) ──> run (scripts, `arg`, errors) ──> stats (numbers at the end)
//!                             └─ output (where reports go)
//! ```

pub(crate) mod args;
pub(crate) mod output;
pub(crate) mod run;
pub(crate) mod source;
pub(crate) mod stats;
