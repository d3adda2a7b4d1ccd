//! From source text, or a binary chunk, to a closure on the stack.

use crate::bytecode::dump::is_binary;
use crate::bytecode::function::FunctionCode;
use crate::bytecode::undump::undump;
use crate::compile;
use crate::heap::Charge;
use crate::native::Raise;
use crate::syntax::{More, parse_pieces};
use crate::value::Value;
use crate::vm::Vm;

/// About what compiling takes, a byte of source text.
const WORKING_MEMORY: usize = 40;

/// How much of a text that comes in pieces is charged at once.
const CHARGED_AT_ONCE: usize = 16 << 10;

/// Appends the next piece of a chunk; false: there is none.
pub(crate) type Pieces<'p> = &'p mut dyn FnMut(&mut Vm, &mut Vec<u8>) -> Result<bool, Raise>;

impl Vm {
    /// What compiling a text of this length takes is charged as long as the result is kept.
    fn charge_for(&mut self, length: usize) -> Result<Charge, Raise> {
        let working_memory = length.saturating_mul(WORKING_MEMORY);
        self.cx().charge(working_memory).or_else(|_| {
            self.collect_full();
            self.cx().charge(working_memory)
        })
    }

    /// Loads a chunk of source text and pushes its function, whose environment is the table of globals.
    pub fn load(&mut self, chunk_name: &[u8], source: &[u8]) -> Result<(), Raise> {
        let _charge = self.charge_for(source.len())?;
        let looked_at = self.cx().space().keeps_locals;
        match compile::compile_source_with(source, chunk_name, looked_at) {
            Ok(code) => self.load_code(code),
            Err(error) => return Err(self.cx().raise_message_bytes(&error.message)),
        }
        Ok(())
    }

    /// Loads a chunk of source text, or a binary one, as far as `mode` has a `t` or a `b`.
    pub fn load_chunk(&mut self, chunk_name: &[u8], chunk: &[u8], mode: &[u8]) -> Result<(), Raise> {
        if !self.check_mode(is_binary(chunk), mode)? {
            return self.load(chunk_name, chunk);
        }
        match undump(chunk, chunk_name) {
            Ok(code) => self.load_code(code),
            Err(message) => return Err(self.cx().raise_message_bytes(&message)),
        }
        Ok(())
    }

    /// As [`Vm::load_chunk`], of a chunk that `next` gives in pieces. Of a text no more pieces are asked for after a
    /// syntax error.
    pub(crate) fn load_pieces(&mut self, chunk_name: &[u8], mode: &[u8], next: Pieces<'_>) -> Result<(), Raise> {
        let (mut charges, mut charged) = (Vec::new(), 0);
        let mut next = |vm: &mut Vm, chunk: &mut Vec<u8>| {
            let goes_on = next(vm, chunk)?;
            if chunk.len() - charged >= CHARGED_AT_ONCE {
                charges.push(vm.charge_for(chunk.len() - charged)?);
                charged = chunk.len();
            }
            Ok(goes_on)
        };
        let mut chunk = Vec::new();
        let begun = next(self, &mut chunk)?;
        if self.check_mode(is_binary(&chunk), mode)? {
            while next(self, &mut chunk)? {}
            return self.load_chunk(chunk_name, &chunk, mode);
        }
        let mut failure = None;
        let mut more = |text: &mut Vec<u8>, nested: u32| {
            let levels = self.levels;
            self.levels.nest(nested);
            let got = next(self, text);
            self.levels = levels;
            got.unwrap_or_else(|raise| {
                failure = Some(raise);
                false
            })
        };
        let more: Option<More<'_>> = if begun { Some(&mut more) } else { None };
        let parsed = parse_pieces(chunk, more, chunk_name);
        if let Some(raise) = failure {
            return Err(raise);
        }
        let looked_at = self.cx().space().keeps_locals;
        match parsed.and_then(|chunk| compile::compile(&chunk, chunk_name, looked_at)) {
            Ok(code) => self.load_code(code),
            Err(error) => return Err(self.cx().raise_message_bytes(&error.message)),
        }
        Ok(())
    }

    /// Whether a chunk is binary, if `mode` allows what it is.
    fn check_mode(&mut self, binary: bool, mode: &[u8]) -> Result<bool, Raise> {
        let (kind, letter) = if binary { ("binary", b'b') } else { ("text", b't') };
        let mode = if binary && self.text_only { b"t" } else { mode };
        if !mode.contains(&letter) {
            let kind = kind.as_bytes();
            let message = [b"attempt to load a ", kind, b" chunk (mode is '", mode, b"')"].concat();
            return Err(self.cx().raise_message_bytes(&message));
        }
        Ok(binary)
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
