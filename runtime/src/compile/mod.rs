//! The compiler: syntax tree to bytecode.
//!
//! ```text
//!   Chunk (syntax) --> one Func a function --> FunctionCode (bytecode::function)
//! ```
//!
//! Reading order: `func` (the function under construction: instructions and lines), `regs` (registers, scopes,
//! locals), `constant`, `jump` (jump lists, loops' exits, labels), `expr` (values into registers), `cond` (tests and
//! `and`/`or`), `call`, `table`, `assign`, `stmt`.
//!
//! **Destinations.** An expression is computed straight into the register where its user wants it. If that register is
//! a visible local, it is written by the last instruction only, since the expression may read the local before. An
//! operand that is a plain local needs no instruction: its register is used as it is, which is right because nothing
//! in an expression assigns to a local that is not captured.
//!
//! **Captured locals** hold a cell from the moment they are in scope. So leaving a scope needs no instruction, and each
//! round of a loop has its own variables. A captured local that is also to be closed has two registers, the plain
//! value for the closing and a cell for everything else: such a variable never changes.
//!
//! **Jumps.** Conditional jumps go forward only; every back edge is an instruction with a hot site.

mod assign;
mod call;
mod cond;
mod constant;
mod expr;
mod func;
mod jump;
mod regs;
mod stmt;
mod table;

use std::sync::Arc;

use crate::bytecode::function::{FunctionCode, is_local_inspector};
use crate::syntax::ast::{Chunk, FuncId};
use crate::syntax::{SyntaxError, chunk_id, parse};
use func::{Func, Shared};

/// Result of compiling something.
type Done<T = ()> = Result<T, SyntaxError>;

/// A register number.
type Reg = u8;

/// Compiles source text. `name` is the chunk's name with its `=` or `@`.
pub fn compile_source(source: &[u8], name: &[u8]) -> Result<FunctionCode, SyntaxError> {
    compile_source_with(source, name, false)
}

/// As [`compile_source`]; `looked_at`: something else in the program may look at local variables of running functions, and
/// change them.
pub fn compile_source_with(source: &[u8], name: &[u8], looked_at: bool) -> Result<FunctionCode, SyntaxError> {
    compile(&parse(source, name)?, name, looked_at)
}

/// Compiles a parsed chunk: gives its main function. What can still fail is a limit of the bytecode.
pub(crate) fn compile(chunk: &Chunk, name: &[u8], looked_at: bool) -> Result<FunctionCode, SyntaxError> {
    let texts: Vec<Arc<[u8]>> =
        (0..chunk.strings.count()).map(|id| Arc::from(chunk.strings.get(crate::syntax::StrId(id as u32)))).collect();
    let shared = Shared {
        chunk,
        looked_at: looked_at || texts.iter().any(|text| is_local_inspector(text)),
        texts,
        source: name.into(),
        shown_name: chunk_id(name),
    };
    Func::compile(&shared, FuncId(0), None)
}

#[cfg(test)]
mod tests;
