//! The library of a sandbox: what reaches files, processes, modules, the inside of other functions or unverified code is not there.
//!
//! Left are the basic functions without `dofile` and `loadfile`, `coroutine`, `math`, `string`, `table`, `utf8`, and of `os` what tells
//! the time. `load` takes texts only. Time, memory and instructions are limited by other options.

use crate::cx::Cx;
use crate::native::Raise;
use crate::object::Gc;
use crate::object::layout::Table;
use crate::value::Value;

use super::register::loaded_modules;

/// Globals that are taken away, libraries and functions.
const GLOBALS: &[&str] = &["io", "package", "require", "debug", "dofile", "loadfile"];

/// What stays of `os`.
const OS: &[&str] = &["clock", "date", "difftime", "time"];

/// Takes away what a sandbox must not have, after everything has been opened.
pub(super) fn close<'gc>(cx: Cx<'gc>) -> Result<(), Raise> {
    let loaded = loaded_modules(cx)?;
    for name in GLOBALS {
        cx.globals().set_bytes(cx, name.as_bytes(), Value::NIL)?;
        loaded.set_bytes(cx, name.as_bytes(), Value::NIL)?;
    }
    let Some(os) = cx.globals().get_bytes(cx, b"os").as_gc::<Table>() else { return Ok(()) };
    let reduced: Gc<'gc, Table> = cx.table(0, 0);
    for name in OS {
        reduced.set_bytes(cx, name.as_bytes(), os.get_bytes(cx, name.as_bytes()))?;
    }
    cx.globals().set_bytes(cx, b"os", reduced.value())?;
    loaded.set_bytes(cx, b"os", reduced.value())
}
