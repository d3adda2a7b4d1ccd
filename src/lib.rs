//! Moonset: a Lua 5.4 runtime with a tracing JIT that sinks allocations, a nursery and a copying collector.
//!
//! This crate is the program `moonset` and a small library for Rust programs that run Lua:
//!
//! ```
//! use moonset::Lua;
//!
//! let lua = Lua::new();
//! lua.globals().set("n", 20)?;
//! let sum: i64 = lua.load("local s = 0 for i = 1, n do s = s + i end return s").eval()?;
//! assert_eq!(sum, 210);
//! # Ok::<(), moonset::Error>(())
//! ```
//!
//! The names are those of the crate `mlua` where the meaning is the same. `config` has the settings, `lua` the state,
//! `chunk` what is loaded, `convert` the values that cross the border, `error` what can go wrong, `stats` the numbers, `module` the library that scripts
//! get by `require "moonset"`.

#![forbid(unsafe_code)]

mod chunk;
mod config;
mod convert;
mod error;
mod limits;
mod lua;
mod module;
mod stats;

pub use chunk::Chunk;
pub use config::{Config, GcMode, JitMode};
pub use convert::{FromLua, IntoLua, Value};
pub use error::{Error, Result};
pub use moonset_runtime::heap::{BlockSource, OsSource};
pub use moonset_runtime::interrupt::{InterruptHandle, Request};

pub use lua::{Builder, Globals, Lua};
pub use stats::{Gc, Jit, Pauses, Sink, Stats};
