//! The string library.
//!
//! Reading order: `class` and `pattern` (matching), `format` (what `string.format` prints), `index` (positions).

mod class;
pub mod format;
pub mod index;
pub mod pattern;

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod pattern_tests;
