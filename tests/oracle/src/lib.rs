//! PUC Lua 5.4.9 as the reference for Moonset, in a crate of its own so that the product stays free of C.
//!
//! ```text
//!  puc        runs a script as `lua` does, or a source text with its output captured
//!  bless      rewrites the expected outputs of the corpus with `puc`
//!  generate   random programs that terminate by construction
//!  moonset    runs the same text in the program under test, in each of its modes
//!  reduce     drops statements of a failing program while it still fails
//! ```
//!
//! Nothing here knows Moonset's crates: the program under test is a file that is started.

#![deny(unsafe_code)]

pub mod bless;
#[path = "../../common/ecosystem.rs"]
mod ecosystem;
pub mod generate;
pub mod moonset;
pub mod puc;
pub mod reduce;
