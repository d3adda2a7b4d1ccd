//! The Lua runtime: values, heap, objects, front end, bytecode, interpreter and standard library.
//!
//! It knows nothing of the compiler for traces: that is reached through the trait in `engine`.

pub mod bytecode;
pub mod clock;
pub mod compile;
pub mod context;
pub mod cx;
mod embed;
pub mod engine;
pub mod heap;
pub mod inspect;
pub mod interp;
pub mod interrupt;
pub mod native;
pub mod number;
pub mod object;
pub mod stdlib;
pub mod syntax;
pub mod value;
pub mod vm;
mod warning;
