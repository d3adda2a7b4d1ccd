//! The standard library.
//!
//! ```text
//!   pure:  random · sort · calendar · mode · stream, and most of string/
//!   bound: arg (arguments) · access (operations with metamethods) · register (how a library is written down)
//!          base · load · math · table · string/ · file · io · os
//! ```
//!
//! The pure files work on bytes and numbers and know nothing of the VM. The others are lists of native functions: leaves
//! where nothing can call Lua, re-entrant functions with a direct way for plain tables where something can.

mod access;
mod arg;
pub mod base;
pub mod calendar;
mod file;
pub mod io;
pub mod load;
pub mod math;
pub mod mode;
pub mod os;
pub mod random;
mod register;
pub mod sort;
pub mod stream;
pub mod string;
pub mod table;

use crate::native::Raise;
use crate::object::layout::Userdata;
use crate::vm::Vm;

/// Puts the whole library into the globals of a VM. `seed` is where `math.random` starts.
pub fn open(vm: &mut Vm, seed: (u64, u64)) -> Result<(), Raise> {
    let cx = vm.cx();
    let stdout = io::open(cx)?;
    base::open(cx, stdout)?;
    load::open(cx)?;
    math::open(cx, seed)?;
    table::open(cx)?;
    string::open(cx)?;
    os::open(cx)
}

/// Writes out everything that the program's open files have buffered, standard output included. To be called before the
/// program ends.
pub fn flush(vm: &mut Vm) {
    let cx = vm.cx();
    let streams = cx.registry().get_bytes(cx, io::STREAMS_KEY).as_gc::<Userdata>();
    if let Some(streams) = streams {
        streams.with(file::Streams::flush);
    }
}
