//! The standard library.
//!
//! `random` and the parts of `string` are pure: they work on bytes and numbers and know nothing of the VM.

pub mod calendar;
pub mod mode;
pub mod random;
pub mod sort;
pub mod stream;
pub mod string;
