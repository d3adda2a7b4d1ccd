//! The command-line program.
//!
//! ```text
//!   args (what is asked) ──> run (what happens when) ──> session (chunks, errors, interrupts) ──> repl ── terminal (interactive mode)
//!    ├─ options (the table)     ├─ tool (files that are not run)
//!    └─ luajit (its spellings)  └─ stats, output, source (reports, where they go, where chunks come from)
//! ```

pub(crate) mod args;
mod luajit;
mod options;
pub(crate) mod output;
mod repl;
pub(crate) mod run;
mod session;
pub(crate) mod source;
pub(crate) mod stats;
mod terminal;
mod tool;
