//! How a library is written down and put into the globals.
//!
//! `natives!` makes a `static` for every function, so that its address identifies it, and a list of them. The last part
//! of the qualified name is the field of the library's table.

use crate::cx::Cx;
use crate::native::{NativeDef, Raise};
use crate::object::Gc;
use crate::object::layout::Table;
use crate::value::Value;

/// A list of native functions: a `static` for each, and the list `ALL` (or under the name given by `group`, or none).
macro_rules! natives {
    (unlisted; $($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident($($code:expr),+);)*) => {
        $(
            $(#[$doc])*
            pub static $name: crate::native::NativeDef = crate::native::NativeDef {
                name: $text,
                standard: true,
                code: crate::native::NativeCode::$kind($($code),+),
            };
        )*
    };
    (group $group:ident; $($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident($($code:expr),+);)*) => {
        natives! { unlisted; $($(#[$doc])* $name = $text, $kind($($code),+);)* }
        /// The functions of this list.
        pub(in crate::stdlib) const $group: &[&crate::native::NativeDef] = &[$(&$name),*];
    };
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident($($code:expr),+);)*) => {
        natives! { group ALL; $($(#[$doc])* $name = $text, $kind($($code),+);)* }
    };
}
pub(super) use natives;

/// The table of a library.
#[derive(Clone, Copy)]
pub(super) struct Library<'gc> {
    cx: Cx<'gc>,
    /// The table.
    pub(super) table: Gc<'gc, Table>,
}

impl<'gc> Library<'gc> {
    /// A new table in the global `name`.
    pub(super) fn new(cx: Cx<'gc>, name: &str) -> Result<Self, Raise> {
        let table = cx.table(0, 0);
        cx.globals().set_bytes(cx, name.as_bytes(), table.value())?;
        set_loaded(cx, name, table)?;
        Ok(Library { cx, table })
    }

    /// The globals themselves.
    pub(super) fn globals(cx: Cx<'gc>) -> Self {
        Library { cx, table: cx.globals() }
    }

    /// Some other table, such as a metatable.
    pub(super) fn of(cx: Cx<'gc>, table: Gc<'gc, Table>) -> Self {
        Library { cx, table }
    }

    /// Adds functions, each with these values of its own.
    pub(super) fn functions(self, defs: &[&'static NativeDef], values: &[Value<'gc>]) -> Result<(), Raise> {
        for def in defs {
            self.value(field_name(def), self.cx.native(def, values).value())?;
        }
        Ok(())
    }

    /// Adds a value.
    pub(super) fn value(self, name: &str, value: Value<'gc>) -> Result<(), Raise> {
        self.table.set_bytes(self.cx, name.as_bytes(), value)
    }
}

/// Notes a table as the module `name`: `require` finds it, and messages name functions by the module that has them.
pub(super) fn set_loaded<'gc>(cx: Cx<'gc>, name: &str, module: Gc<'gc, Table>) -> Result<(), Raise> {
    loaded_modules(cx)?.set_bytes(cx, name.as_bytes(), module.value())
}

/// The table of loaded modules.
pub(super) fn loaded_modules(cx: Cx<'_>) -> Result<Gc<'_, Table>, Raise> {
    if let Some(loaded) = cx.registry().get_bytes(cx, LOADED_KEY).as_gc::<Table>() {
        return Ok(loaded);
    }
    let loaded = cx.table(0, 0);
    cx.registry().set_bytes(cx, LOADED_KEY, loaded.value())?;
    Ok(loaded)
}

/// Where the registry keeps the loaded modules.
const LOADED_KEY: &[u8] = b"_LOADED";

/// The last part of a qualified name.
fn field_name(def: &NativeDef) -> &'static str {
    def.name.rsplit('.').next().unwrap_or(def.name)
}
