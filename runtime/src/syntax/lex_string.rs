//! String literals: short strings with their escapes, long strings, long comments.
//!
//! While a string is read, `buf` holds its text with the opening delimiter, since messages quote the part read so
//! far; a backslash stays in it until its escape has been understood.

use super::error::SyntaxError;
use super::intern::StrId;
use super::lexer::{Lexer, Parsed};
use super::token::Token;
use crate::number::parse::is_blank;

impl Lexer<'_> {
    /// A string in quotes; the current byte is the opening one.
    pub(super) fn short_string(&mut self, quote: u8) -> Parsed<Token> {
        self.buf.clear();
        self.keep();
        loop {
            let run = self.src[self.pos..]
                .iter()
                .position(|&byte| byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'))
                .unwrap_or(self.src.len() - self.pos);
            self.buf.extend_from_slice(&self.src[self.pos..self.pos + run]);
            self.pos += run;
            match self.peek() {
                None => return Err(self.error_near("unfinished string", Token::Eof)),
                Some(b'\\') => self.escape()?,
                Some(byte) if byte == quote => {
                    self.keep();
                    let content = &self.buf[1..self.buf.len() - 1];
                    return Ok(Token::Str(self.strings.intern(content)));
                }
                Some(_) => return Err(self.error_string("unfinished string")),
            }
        }
    }

    /// If a long bracket (`[[`, `[==[`, or with `]`) starts here, steps over it and gives its level.
    pub(super) fn long_bracket(&mut self, bracket: u8) -> Option<usize> {
        let mut end = self.pos + 1;
        while self.src.get(end) == Some(&b'=') {
            end += 1;
        }
        if self.src.get(end) != Some(&bracket) {
            return None;
        }
        let level = end - self.pos - 1;
        self.pos = end + 1;
        Some(level)
    }

    /// The rest of a long string or comment after its opening bracket.
    pub(super) fn long_string(&mut self, level: usize, comment: bool) -> Parsed<StrId> {
        let opened_at = self.line;
        let content = self.buf.len();
        if matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.newline()?;
        }
        loop {
            let run = self.src[self.pos..]
                .iter()
                .position(|&byte| matches!(byte, b']' | b'\n' | b'\r'))
                .unwrap_or(self.src.len() - self.pos);
            if !comment {
                self.buf.extend_from_slice(&self.src[self.pos..self.pos + run]);
            }
            self.pos += run;
            match self.peek() {
                None => {
                    let what = if comment { "comment" } else { "string" };
                    let text = format!("unfinished long {what} (starting at line {opened_at})");
                    return Err(self.error_near(&text, Token::Eof));
                }
                Some(b']') => {
                    let start = self.pos;
                    if self.closes(level) {
                        if comment {
                            return Ok(StrId(0));
                        }
                        let id = self.strings.intern(&self.buf[content..]);
                        self.buf.extend_from_slice(&self.src[start..self.pos]);
                        return Ok(id);
                    }
                    if !comment {
                        self.buf.extend_from_slice(&self.src[start..self.pos]);
                    }
                }
                Some(_) => {
                    if !comment {
                        self.buf.push(b'\n');
                    }
                    self.newline()?;
                }
            }
        }
    }

    /// At a `]`: steps over it and the `=` after it, and over a second `]` if that closes a bracket of this level.
    fn closes(&mut self, level: usize) -> bool {
        let mut end = self.pos + 1;
        while self.src.get(end) == Some(&b'=') {
            end += 1;
        }
        let closed = end - self.pos - 1 == level && self.src.get(end) == Some(&b']');
        self.pos = if closed { end + 1 } else { end };
        closed
    }

    fn escape(&mut self) -> Parsed<()> {
        self.keep();
        let Some(byte) = self.peek() else { return Ok(()) };
        let value = match byte {
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'\\' | b'"' | b'\'' => byte,
            b'\n' | b'\r' => {
                self.newline()?;
                self.replace(1, b'\n');
                return Ok(());
            }
            b'x' => {
                let high = self.hex_digit()?;
                let low = self.hex_digit()?;
                self.pos += 1;
                self.replace(3, (high << 4 | low) as u8);
                return Ok(());
            }
            b'z' => {
                self.buf.pop();
                self.pos += 1;
                while let Some(byte) = self.peek().filter(|&byte| is_blank(byte)) {
                    if matches!(byte, b'\n' | b'\r') {
                        self.newline()?;
                    } else {
                        self.pos += 1;
                    }
                }
                return Ok(());
            }
            b'u' => return self.utf8_escape(),
            b'0'..=b'9' => return self.decimal_escape(),
            _ => return Err(self.error_escape("invalid escape sequence")),
        };
        self.pos += 1;
        self.replace(1, value);
        Ok(())
    }

    fn decimal_escape(&mut self) -> Parsed<()> {
        let mut value = 0;
        let mut digits = 0;
        while let Some(digit) = self.peek().filter(|byte| byte.is_ascii_digit() && digits < 3) {
            value = value * 10 + u32::from(digit - b'0');
            digits += 1;
            self.keep();
        }
        if value > 255 {
            return Err(self.error_escape("decimal escape too large"));
        }
        self.replace(digits + 1, value as u8);
        Ok(())
    }

    fn utf8_escape(&mut self) -> Parsed<()> {
        let start = self.buf.len() - 1;
        self.keep();
        if self.peek() != Some(b'{') {
            return Err(self.error_escape("missing '{'"));
        }
        let mut value = self.hex_digit()?;
        loop {
            self.keep();
            let Some(digit) = self.peek().and_then(hex_value) else { break };
            if value > 0x7fff_ffff >> 4 {
                return Err(self.error_escape("UTF-8 value too large"));
            }
            value = value << 4 | digit;
        }
        if self.peek() != Some(b'}') {
            return Err(self.error_escape("missing '}'"));
        }
        self.pos += 1;
        self.buf.truncate(start);
        push_utf8(&mut self.buf, value);
        Ok(())
    }

    /// Steps over the current byte, and expects a hexadecimal digit after it, which stays current.
    fn hex_digit(&mut self) -> Parsed<u32> {
        self.keep();
        match self.peek().and_then(hex_value) {
            Some(digit) => Ok(digit),
            None => Err(self.error_escape("hexadecimal digit expected")),
        }
    }

    /// Moves the current byte to the buffer.
    fn keep(&mut self) {
        self.buf.push(self.src[self.pos]);
        self.pos += 1;
    }

    /// Puts one byte in the place of the last `count` ones.
    fn replace(&mut self, count: usize, byte: u8) {
        self.buf.truncate(self.buf.len() - count);
        self.buf.push(byte);
    }

    fn error_string(&self, text: &str) -> SyntaxError {
        self.error_near(text, Token::Str(StrId(0)))
    }

    /// An error in an escape: the message quotes the string up to and with the current byte.
    fn error_escape(&mut self, text: &str) -> SyntaxError {
        if self.peek().is_some() {
            self.keep();
        }
        self.error_string(text)
    }
}

fn hex_value(byte: u8) -> Option<u32> {
    (byte as char).to_digit(16)
}

/// Appends the UTF-8 form of a number below 2^31, by the original definition with up to six bytes.
pub fn push_utf8(out: &mut Vec<u8>, value: u32) {
    if value < 0x80 {
        out.push(value as u8);
        return;
    }
    let mut tail = [0; 6];
    let mut count = 0;
    let mut rest = value;
    let mut first_room = 0x3fu32;
    while rest > first_room {
        tail[count] = 0x80 | (rest & 0x3f) as u8;
        count += 1;
        rest >>= 6;
        first_room >>= 1;
    }
    // The first byte starts with as many ones as there are bytes: the complement of the room, doubled.
    out.push((!first_room << 1) as u8 | rest as u8);
    out.extend(tail[..count].iter().rev());
}
