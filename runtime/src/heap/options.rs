//! The heap's tunables, one table: name, default, meaning.

/// How the heap behaves. The defaults are what `moonset` uses.
#[derive(Clone, Debug)]
pub struct HeapOptions {
    /// Nursery size in bytes at the start.
    pub nursery: usize,
    /// Whether the nursery keeps its size, rather than adapting between `nursery_min` and `nursery_max`.
    pub nursery_fixed: bool,
    /// Smallest nursery that adapting chooses.
    pub nursery_min: usize,
    /// Largest nursery that adapting chooses.
    pub nursery_max: usize,
    /// The first major collection happens when the old generation exceeds this, and later ones not below it.
    pub major_min: usize,
    /// A major collection is due when the old generation reaches this percentage of what the last one left.
    pub major_growth: usize,
    /// Blocks with a smaller percentage of live bytes are evacuated.
    pub evacuate_below: usize,
    /// Testing: a major collection moves every old object.
    pub evacuate_all: bool,
    /// The mutator gets no memory beyond this many bytes held.
    pub limit: Option<usize>,
    /// Testing: how safepoints are turned into collections.
    pub stress: Stress,
    /// Testing: memory that was left is filled with [`POISON`](super::stress::POISON), as is memory to be allocated.
    pub poison: bool,
    /// Testing: memory that was left is made inaccessible for some collections before it is reused.
    pub guard: bool,
    /// Testing: the whole graph is checked before and after each collection.
    pub verify: bool,
}

/// Which safepoints collect beyond those that must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stress {
    /// None.
    Off,
    /// Every `minor`th safepoint runs a minor collection, and every `major`th of those a major one.
    Every {
        /// Safepoints for each collection; at least 1.
        minor: u32,
        /// Collections for each major one; at least 1.
        major: u32,
    },
}

impl Default for HeapOptions {
    fn default() -> HeapOptions {
        HeapOptions {
            nursery: 1 << 20,
            nursery_fixed: false,
            nursery_min: 512 << 10,
            nursery_max: 8 << 20,
            major_min: 4 << 20,
            major_growth: 200,
            evacuate_below: 75,
            evacuate_all: false,
            limit: None,
            stress: Stress::Off,
            poison: false,
            guard: false,
            verify: false,
        }
    }
}
