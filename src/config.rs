//! How a Lua state is made: what the command line's options and the builder of the library set.

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
            tunables: JitOptions::default(),
        }
    }
}

impl Config {
    /// The smallest nursery.
    pub const MIN_NURSERY: usize = 4 << 10;
    /// The largest nursery.
    pub const MAX_NURSERY: usize = 1 << 30;
}
