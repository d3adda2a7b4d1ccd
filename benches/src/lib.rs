//! Measures Moonset against itself in its modes and against other Lua implementations.
//!
//! ```text
//!  program     the Lua programs of `programs/`: what each measures, and how its work grows with its argument
//!  contender   what runs them: Moonset in a mode, lua5.4, luajit
//!  child       one run of one contender: time, memory, output
//!  rounds      interleaved runs and their medians
//!  numbers     medians, geometric means
//!  table       columns of text
//!  figures     the figures that Moonset has set itself, measured
//!  counters    what Moonset counts in a deterministic run, against a checked-in table
//!
//!  bin/side-by-side   ratios of times and memory, on a quiet machine
//!  bin/counters       the short form for CI: exact counts, no clock
//! ```
//!
//! Nothing here knows Moonset's crates: every contender is a program that is started. Time is judged by people only;
//! what may fail a build is counted.

#![forbid(unsafe_code)]

pub mod child;
pub mod contender;
pub mod counters;
pub mod figures;
pub mod numbers;
pub mod program;
pub mod rounds;
pub mod table;
