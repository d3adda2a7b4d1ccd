//! A Lua program that a Rust program runs.

use moonset_runtime::vm::Vm;

use crate::convert::{FromLua, Value};
use crate::error::{Error, Result};
use crate::lua::Lua;

/// A text that is to be run: see [`Lua::load`].
#[must_use]
pub struct Chunk<'lua> {
    lua: &'lua Lua,
    source: Vec<u8>,
    name: Vec<u8>,
}

impl<'lua> Chunk<'lua> {
    pub(crate) fn new(lua: &'lua Lua, source: Vec<u8>) -> Chunk<'lua> {
        let name = source.clone();
        Chunk { lua, source, name }
    }

    /// The name in messages: with `@` in front that of a file, with `=` a name to be shown as it is.
    pub fn set_name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.name = name.as_ref().to_vec();
        self
    }

    /// Runs it.
    pub fn exec(self) -> Result<()> {
        self.eval()
    }

    /// Runs it for its first result.
    pub fn eval<T: FromLua>(self) -> Result<T> {
        let value = self.lua.with_vm(|vm| run(vm, &self.name, &self.source))?;
        T::from_lua(value)
    }
}

fn run(vm: &mut Vm, name: &[u8], source: &[u8]) -> Result<Value> {
    let top = vm.top();
    if vm.load(name, source).is_err() {
        let message = String::from_utf8_lossy(&vm.error_message()).into_owned();
        vm.set_top_slot(top);
        let incomplete_input = message.ends_with("near <eof>");
        return Err(Error::SyntaxError { message, incomplete_input });
    }
    let function = vm.pop();
    vm.push_callee(function);
    let outcome = match vm.call_traced(0, Some(1)) {
        Ok(_) => Ok(Value::copy_from(vm.pop())),
        Err(_) => {
            let message = String::from_utf8_lossy(&vm.error_message()).into_owned();
            let traceback = String::from_utf8_lossy(&vm.take_error_traceback().unwrap_or_default()).into_owned();
            Err(Error::RuntimeError { message, traceback })
        }
    };
    vm.set_top_slot(top);
    outcome
}
