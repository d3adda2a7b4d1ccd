//! The string library.
//!
//! Reading order: `class` and `pattern` (matching bytes), `format` (laying out conversions), `pack_format` (layouts of binary
//! data), `index` (positions), which are pure; then the library itself: `basic`, `search`, `printf`, `pack`, `dump`, and
//! `coerce` (arithmetic on strings that read as numbers).

mod basic;
mod class;
pub mod coerce;
mod dump;
pub mod format;
pub mod index;
mod pack;
mod pack_format;
pub mod pattern;
mod printf;
mod search;

pub use basic::{BYTE, CHAR, LEN, LOWER, REP, REVERSE, SUB, UPPER};
pub use dump::DUMP;
pub use pack::{PACK, PACK_SIZE, UNPACK};
pub use printf::FORMAT;
pub use search::{FIND, GMATCH, GMATCH_STEP, GSUB, MATCH};

use super::register::Library;
use crate::cx::Cx;
use crate::native::Raise;

/// Makes the table `string` and the metatable of strings.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    let library = Library::new(cx, "string")?;
    library.functions(basic::ALL, &[])?;
    library.functions(search::ALL, &[])?;
    library.functions(printf::ALL, &[])?;
    library.functions(pack::ALL, &[])?;
    library.functions(dump::ALL, &[])?;
    let metatable = Library::of(cx, cx.table(0, 0));
    metatable.functions(coerce::ALL, &[])?;
    metatable.value("__index", library.table.value())?;
    let text = cx.string(b"");
    cx.set_basic_metatable(text.value(), Some(metatable.table));
    Ok(())
}

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod pattern_tests;
