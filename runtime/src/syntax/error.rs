//! What a source text can be refused for: one kind of error, a message in the words of the reference implementation.

use std::fmt;

use super::token::Token;

/// The source is not a Lua chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The whole message, with chunk and line: what `load` returns.
    pub message: Vec<u8>,
    /// Whether more input could make the text valid: it ended too early.
    pub incomplete: bool,
}

impl SyntaxError {
    /// `chunk:line: text near token`; without a token, or with the zero byte as one, the last part is left out.
    pub fn at(chunk: &[u8], line: u32, text: &str, near: Option<&[u8]>) -> SyntaxError {
        let mut message = chunk.to_vec();
        message.extend_from_slice(format!(":{line}: {text}").as_bytes());
        if let Some(near) = near.filter(|near| near != b"'<\\0>'") {
            message.extend_from_slice(b" near ");
            message.extend_from_slice(near);
        }
        SyntaxError { message, incomplete: near == Some(Token::Eof.text().as_bytes()) }
    }

    /// An error that has no place in the text.
    pub fn plain(text: &str) -> SyntaxError {
        SyntaxError { message: text.as_bytes().to_vec(), incomplete: false }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.message))
    }
}

impl std::error::Error for SyntaxError {}
