//! PUC Lua 5.4.9 as the reference for Moonset, in a crate of its own so that the product stays free of C.
//!
//! ```text
//!  puc        runs a script as `lua` does, or a source text with its output captured
//!  bless      rewrites the expected outputs of the corpus with `puc`
//! ```
//!
//! Nothing here knows Moonset's crates.

#![forbid(unsafe_code)]

pub mod bless;
pub mod puc;
