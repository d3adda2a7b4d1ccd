//! The standard library.
//!
//! ```text
//!   pure:  random · sort · calendar · local_time · mode · process · channel · stream, and most of string/
//!   bound: buffer · arg (arguments) · access (operations with metamethods) · register (how a library is written down)
//!          base · collect · coroutine · load · package · math · table · string/ · utf8 · file · io · os
//! ```
//!
//! The pure files work on bytes and numbers and know nothing of the VM. The others are lists of native functions: leaves
//! where nothing can call Lua, re-entrant functions with a direct way for plain tables where something can.

mod access;
mod arg;
pub mod base;
mod buffer;
pub mod calendar;
pub mod channel;
pub(crate) mod collect;
pub mod coroutine;
pub mod debug;
mod file;
pub mod io;
pub mod load;
pub mod local_time;
pub mod math;
pub mod mode;
pub mod os;
pub mod package;
pub mod process;
pub mod random;
mod register;
mod sandbox;
pub mod sort;
pub mod stream;
pub mod string;
pub mod table;
pub mod utf8;

pub(crate) use arg::until_zero;
pub(crate) use file::print_warning;

use crate::native::Raise;
use crate::value::Raw;
use crate::vm::Vm;

/// What the library is opened with.
#[derive(Clone, Copy, Debug)]
pub struct LibraryOptions {
    /// Where `math.random` starts.
    pub seed: (u64, u64),
    /// Whether `LUA_PATH` and `LUA_CPATH` of the environment say where modules are.
    pub environment: bool,
    /// Whether what reaches outside is left out: see `sandbox`.
    pub sandbox: bool,
}

/// Puts the whole library into the globals of a VM.
pub fn open(vm: &mut Vm, options: LibraryOptions) -> Result<(), Raise> {
    let LibraryOptions { seed, environment, sandbox } = options;
    let cx = vm.cx();
    let stdout = io::open(cx)?;
    base::open(cx, stdout)?;
    load::open(cx)?;
    math::open(cx, seed)?;
    table::open(cx)?;
    string::open(cx)?;
    utf8::open(cx)?;
    os::open(cx)?;
    coroutine::open(cx)?;
    package::open(cx, environment)?;
    debug::open(vm)?;
    if sandbox {
        sandbox::close(vm.cx())?;
        vm.text_only = true;
    }
    Ok(())
}

/// Reads a line of standard input, without its end, as `io.stdin:read()` would: through the same buffer. `None` at the end of
/// the input.
pub fn read_stdin_line(vm: &mut Vm) -> Option<Vec<u8>> {
    let cx = vm.cx();
    let stdin = cx.registry().get_bytes(cx, io::STDIN_KEY);
    let mut line = Vec::new();
    let read = file::with_stream(stdin, |stream| stream.read_line(false, &mut line));
    matches!(read, Some(Ok(true))).then_some(line)
}

/// Reads what is left of standard input, behind what `io.read` has taken.
pub fn read_stdin(vm: &mut Vm) -> std::io::Result<Vec<u8>> {
    load::rest_of_stdin(vm.cx())
}

/// Writes out everything that the program's open files have buffered, standard output included. To be called before the
/// program ends.
pub fn flush(vm: &mut Vm) {
    file::flush_all(vm.cx());
}

/// A global variable, as Lua code would read it. It stays alive as long as nothing else runs.
pub fn global(vm: &mut Vm, name: &[u8]) -> Result<Raw, Raise> {
    let cx = vm.cx();
    let (globals, name) = (cx.globals().value().raw(), cx.intern(name).value().raw());
    access::index(vm, globals, name)
}

/// `#value`, as Lua code would compute it.
pub fn length(vm: &mut Vm, value: Raw) -> Result<i64, Raise> {
    access::length(vm, value)
}
