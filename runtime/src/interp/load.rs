//! From source text, or a binary chunk, to a closure on the stack.

use crate::bytecode::dump::is_binary;
use crate::bytecode::function::FunctionCode;
use crate::bytecode::undump::undump;
use crate::compile;
use crate::native::Raise;
use crate::value::Value;
use crate::vm::Vm;

/// About what compiling takes, a byte of source text.
const WORKING_MEMORY: usize = 40;

impl Vm {
    /// Loads a chunk of source text and pushes its function, whose environment is the table of globals.
    pub fn load(&mut self, chunk_name: &[u8], source: &[u8]) -> Result<(), Raise> {
        let working_memory = source.len().saturating_mul(WORKING_MEMORY);
        let charge = self.cx().charge(working_memory).or_else(|_| {
            self.collect_full();
            self.cx().charge(working_memory)
        });
        let _charge = charge?;
        let looked_at = self.cx().space().keeps_locals;
        match compile::compile_source_with(source, chunk_name, looked_at) {
            Ok(code) => self.load_code(code),
            Err(error) => return Err(self.cx().raise_message_bytes(&error.message)),
        }
        Ok(())
    }

    /// Loads a chunk of source text, or a binary one, as far as `mode` has a `t` or a `b`.
    pub fn load_chunk(&mut self, chunk_name: &[u8], chunk: &[u8], mode: &[u8]) -> Result<(), Raise> {
        let binary = is_binary(chunk);
        let (kind, letter) = if binary { ("binary", b'b') } else { ("text", b't') };
        let mode = if self.text_only { b"t" } else { mode };
        if !mode.contains(&letter) {
            let kind = kind.as_bytes();
            let message = [b"attempt to load a ", kind, b" chunk (mode is '", mode, b"')"].concat();
            return Err(self.cx().raise_message_bytes(&message));
        }
        if !binary {
            return self.load(chunk_name, chunk);
        }
        match undump(chunk, chunk_name) {
            Ok(code) => self.load_code(code),
            Err(message) => return Err(self.cx().raise_message_bytes(&message)),
        }
        Ok(())
    }

    /// Pushes a closure of a compiled function. Its upvalues are fresh: the first is the table of globals, the others nil.
    pub fn load_code(&mut self, code: FunctionCode) {
        let hot = self.hot_counts();
        let cx = self.cx();
        if !cx.space().keeps_locals && code.looks_at_locals() {
            cx.keep_locals();
        }
        let count = code.upvalues.len();
        let proto = cx.link(code, hot);
        let cells = (0..count).map(|index| cx.cell(if index == 0 { cx.globals().value() } else { Value::NIL }));
        let closure = cx.closure(proto, cells).value().raw();
        self.push(closure);
    }
}
