//! Source text to syntax tree, with every name resolved.
//!
//! ```text
//!   bytes --lexer--> tokens --parse--> Chunk (ast): functions, statements, expressions
//! ```
//!
//! Reading order: `token`, `intern` (names and constants become numbers), `lexer` and `lex_string`, `ast`, `fold`
//! (constant folding, needed here since a folded `<const>` local is no variable any more), `parse`, `error`,
//! `chunk_id` (how a chunk is called in messages).
//!
//! The parser finds every error that can be found in a source text, in the order and in the words of the reference
//! implementation; the compiler after it adds only the limits of the bytecode. What it guarantees: names are resolved
//! to locals, upvalues or globals; captured locals are marked; jumps have their labels; nesting of anything recursive
//! is bounded by [`parse::MAX_LEVELS`], except for left-leaning chains (`a.b.c`, `a + b + c`, `f()()`), which a
//! consumer walks with a loop.

pub mod ast;
pub mod chunk_id;
pub mod error;
pub mod fold;
pub mod intern;
mod lex_string;
pub mod lexer;
pub mod parse;
pub mod token;

pub use chunk_id::chunk_id;
pub use error::SyntaxError;
pub use intern::{Interner, StrId};
pub use lex_string::push_utf8;
pub use lexer::More;
pub use parse::{parse, parse_pieces};

/// The source without a byte order mark and without a first line that starts with `#`. The line end stays, so that
/// line numbers are right.
pub fn strip_shebang_bom(source: &[u8]) -> &[u8] {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    match source {
        [b'#', ..] => &source[source.iter().position(|&byte| byte == b'\n').unwrap_or(source.len())..],
        _ => source,
    }
}

#[cfg(test)]
mod tests;
