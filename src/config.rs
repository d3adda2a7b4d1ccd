//! How a Lua state is made: what the command line's options and the builder of the library set.

use std::time::Duration;

use moonset_jit::JitOptions;

/// What compiles traces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JitMode {
    /// Nothing: everything is interpreted.
    Off,
    /// The trace compiler, once code is hot.
    #[default]
    On,
    /// Testing: the trace compiler, with hot counts of 1.
    Stress,
}

/// When garbage is collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GcMode {
    /// When the nursery is full, or the old generation has grown.
    #[default]
    Generational,
    /// Testing: at every safepoint, with everything moved and the memory that was left overwritten.
    Stress,
}

/// Settings of a Lua state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What compiles traces.
    pub jit: JitMode,
    /// Whether traces sink allocations that don't escape.
    pub sink: bool,
    /// When garbage is collected.
    pub gc: GcMode,
    /// A fixed size of the nursery in bytes; `None`: it adapts.
    pub nursery: Option<usize>,
    /// Two runs do the same: fixed seeds, a nursery that keeps its size.
    pub deterministic: bool,
    /// The seed of string hashes and of `math.random`; `None`: a random one.
    pub seed: Option<u64>,
    /// `LUA_PATH` and `LUA_CPATH` of the environment don't say where modules are.
    pub ignore_environment: bool,
    /// The most bytes that may be held for the script; `None`: as many as there are. It can't be less than [`Config::MIN_MEMORY`].
    pub max_memory: Option<usize>,
    /// How long scripts may run, from the making of the state on.
    pub timeout: Option<Duration>,
    /// How many instructions may be carried out. The same number ends a script at the same place in every run: nothing is compiled
    /// to machine code then.
    pub max_instructions: Option<u64>,
    /// The library has no files, processes, modules and no `debug`, and binary chunks are not loaded.
    pub sandbox: bool,
    /// What takes how much time is measured, for [`crate::Stats::times`]: two clock reads whenever machine code is entered, and
    /// for each instruction that is recorded.
    pub times: bool,
    /// The file `/tmp/perf-PID.map` is written, by which Linux's `perf` names compiled traces.
    pub perf_map: bool,
    /// The most bytes of machine code, in whole pages. When there is more, whole traces are freed, those entered longest ago first;
    /// `None`: as many as the tunable `max_code` says.
    pub max_mcode: Option<usize>,
    /// Tunables of the trace compiler. Its `sink` does not count: see [`Config::sink`].
    pub tunables: JitOptions,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            jit: JitMode::On,
            sink: true,
            gc: GcMode::Generational,
            nursery: None,
            deterministic: false,
            seed: None,
            ignore_environment: false,
            max_memory: None,
            timeout: None,
            max_instructions: None,
            sandbox: false,
            times: false,
            perf_map: false,
            max_mcode: None,
            tunables: JitOptions::default(),
        }
    }
}

impl Config {
    /// The smallest limit on memory: what a state with its library needs.
    pub const MIN_MEMORY: usize = 1 << 20;
    /// The smallest nursery.
    pub const MIN_NURSERY: usize = 4 << 10;
    /// The smallest limit on machine code: a page.
    pub const MIN_MCODE: usize = 4 << 10;
    /// The largest nursery.
    pub const MAX_NURSERY: usize = 1 << 30;
}
