//! What can go wrong when a Rust program runs Lua.

use std::fmt;

/// A result with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// An error of a Lua program, or at the border between Lua and Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The text is not a Lua program.
    SyntaxError {
        /// The message, with chunk name and line.
        message: String,
        /// Whether more text could make it one.
        incomplete_input: bool,
    },
    /// The program raised an error that it did not catch.
    RuntimeError {
        /// The message, or what stands for an error object.
        message: String,
        /// The functions that were running, in Lua's form.
        traceback: String,
    },
    /// A Lua value is not what the Rust program wants.
    FromLuaConversionError {
        /// Lua's name of the type that came.
        from: &'static str,
        /// The type that was wanted.
        to: &'static str,
    },
    /// There is no memory for a Lua state.
    MemoryError,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::SyntaxError { message, .. } => f.write_str(message),
            Error::RuntimeError { message, traceback } if traceback.is_empty() => f.write_str(message),
            Error::RuntimeError { message, traceback } => write!(f, "{message}\n{traceback}"),
            Error::FromLuaConversionError { from, to } => write!(f, "error converting Lua {from} to {to}"),
            Error::MemoryError => f.write_str("not enough memory"),
        }
    }
}

impl std::error::Error for Error {}
