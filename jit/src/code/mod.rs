//! Machine code: the code generator's settings, memory for code, stubs.
//!
//! ```text
//!   memory    the target, one module a compiled tree, so that a tree's code can be freed
//!   stubs     slow paths that preserve all registers
//!   perf_map  names of compiled trees, for perf
//! ```

pub(crate) mod memory;
pub(crate) mod perf_map;
pub(crate) mod stubs;
