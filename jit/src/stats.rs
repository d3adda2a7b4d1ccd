//! Counters of the trace compiler.

use std::collections::BTreeMap;

use crate::abort::Abort;

/// What the trace compiler has done.
#[derive(Clone, Debug, Default)]
pub struct JitStats {
    /// Root traces compiled.
    pub traces: u64,
    /// Side paths grafted.
    pub side_traces: u64,
    /// Recordings given up.
    pub aborts: u64,
    /// Recordings given up, by reason.
    pub abort_reasons: BTreeMap<&'static str, u64>,
    /// Sites and guards left alone for good.
    pub blacklisted: u64,
    /// Times that all machine code was dropped.
    pub flushes: u64,
    /// Trees freed because machine code was at its limit.
    pub evicted: u64,
    /// Exits taken.
    pub exits: u64,
    /// Bytes of machine code alive.
    pub code_bytes: u64,
    /// Time spent in passes, in nanoseconds.
    pub passes_ns: u64,
    /// Time spent in lowering and code generation, in nanoseconds.
    pub codegen_ns: u64,
    /// Of both, what the program waited for: the rest was spent beside it.
    pub waited_ns: u64,
    /// Time spent in recording, in nanoseconds, if it is measured.
    pub recorder_ns: u64,
    /// Allocations in the recorded graphs of compiled trees.
    pub sink_sites: u64,
    /// Of those, the ones that the compiled code does not carry out.
    pub sunk_sites: u64,
    /// Objects made by exits.
    pub materialized: u64,
}

impl JitStats {
    pub(crate) fn abort(&mut self, why: Abort) {
        self.aborts += 1;
        *self.abort_reasons.entry(why.text()).or_insert(0) += 1;
    }
}
