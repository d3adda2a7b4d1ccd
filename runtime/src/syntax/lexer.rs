//! The lexer: bytes to tokens.
//!
//! It scans one token at a time and keeps two things that messages need: the line it has reached, and the text of the
//! last name, number or string as it was read (`text_of`). Strings are scanned in `lex_string`.
//!
//! The text may come in pieces. A token that ends where the known text ends may go on in the next piece: it is scanned again
//! when that is known. So a piece is asked for when the last byte before it has been passed, and not at all after an error.

use super::chunk_id::chunk_id;
use super::error::SyntaxError;
use super::intern::{Interner, StrId};
use super::token::Token;
use crate::number::{Number, parse_number};

/// Result of everything that can find an error in the source.
pub type Parsed<T> = Result<T, SyntaxError>;

/// Appends the next piece to the text; false: there is none. Told how deep the parser has nested.
pub type More<'m> = &'m mut (dyn FnMut(&mut Vec<u8>, u32) -> bool + 'm);

/// From this length on, a token is scanned again only when what is known of it has doubled, so that the work stays linear.
const LONG: usize = 64;

/// Scanner over one source text.
pub struct Lexer<'m> {
    pub(super) src: Vec<u8>,
    /// What gives the rest of the text, as long as there may be one.
    more: Option<More<'m>>,
    /// How deep the parser has nested.
    pub(super) levels: u32,
    pub(super) pos: usize,
    /// Line of the next unread byte.
    pub line: u32,
    /// The chunk's name as messages show it.
    pub chunk: Vec<u8>,
    /// Names and constants seen so far.
    pub strings: Interner,
    /// Text of the string being read, delimiters included, escapes replaced as far as they have been read.
    pub(super) buf: Vec<u8>,
    number: (usize, usize),
}

impl<'m> Lexer<'m> {
    /// A lexer at the start of `src`, which `more` may go on with; `name` is the chunk's name with its `=` or `@`.
    pub fn new(src: Vec<u8>, more: Option<More<'m>>, name: &[u8]) -> Lexer<'m> {
        Lexer {
            src,
            more,
            levels: 0,
            pos: 0,
            line: 1,
            chunk: chunk_id(name),
            strings: Interner::new(),
            buf: Vec::new(),
            number: (0, 0),
        }
    }

    /// The next token.
    #[inline]
    pub fn scan(&mut self) -> Parsed<Token> {
        if self.more.is_none() { self.scan_known() } else { self.scan_pieces() }
    }

    fn scan_pieces(&mut self) -> Parsed<Token> {
        let (start, line) = (self.pos, self.line);
        loop {
            let scanned = self.scan_known();
            let known = self.src.len();
            if self.pos < known {
                return scanned;
            }
            let wanted = if known - start < LONG { known + 1 } else { known + (known - start) };
            while self.src.len() < wanted {
                let Some(more) = &mut self.more else { break };
                if !more(&mut self.src, self.levels) {
                    self.more = None;
                }
            }
            if self.src.len() == known {
                return scanned;
            }
            (self.pos, self.line) = (start, line);
        }
    }

    /// The next token of the text that is known.
    fn scan_known(&mut self) -> Parsed<Token> {
        loop {
            let Some(byte) = self.peek() else { return Ok(Token::Eof) };
            match byte {
                b'\n' | b'\r' => self.newline()?,
                b' ' | b'\t' | 0x0b | 0x0c => self.pos += 1,
                b'-' => {
                    self.pos += 1;
                    if self.peek() != Some(b'-') {
                        return Ok(Token::Char(b'-'));
                    }
                    self.pos += 1;
                    self.comment()?;
                }
                b'[' => return self.open_bracket(),
                b'=' => return Ok(self.one_or_two(b'=', &[(b'=', Token::Eq)])),
                b'<' => return Ok(self.one_or_two(b'<', &[(b'=', Token::Le), (b'<', Token::Shl)])),
                b'>' => return Ok(self.one_or_two(b'>', &[(b'=', Token::Ge), (b'>', Token::Shr)])),
                b'/' => return Ok(self.one_or_two(b'/', &[(b'/', Token::IDiv)])),
                b'~' => return Ok(self.one_or_two(b'~', &[(b'=', Token::Ne)])),
                b':' => return Ok(self.one_or_two(b':', &[(b':', Token::DbColon)])),
                b'"' | b'\'' => return self.short_string(byte),
                b'.' => {
                    if self.peek_at(1) == Some(b'.') {
                        let dots = self.peek_at(2) == Some(b'.');
                        self.pos += if dots { 3 } else { 2 };
                        return Ok(if dots { Token::Dots } else { Token::Concat });
                    }
                    if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) {
                        return self.numeral();
                    }
                    self.pos += 1;
                    return Ok(Token::Char(b'.'));
                }
                b'0'..=b'9' => return self.numeral(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => return Ok(self.name()),
                _ => {
                    self.pos += 1;
                    return Ok(Token::Char(byte));
                }
            }
        }
    }

    /// An error at the current line, near the given token. A NUL outside of a string is not quoted: the reference takes its
    /// number for "no token".
    pub fn error_near(&self, text: &str, token: Token) -> SyntaxError {
        if token == Token::Char(0) {
            return self.error(text);
        }
        SyntaxError::at(&self.chunk, self.line, text, Some(&self.text_of(token)))
    }

    /// An error at the current line that names no token.
    pub fn error(&self, text: &str) -> SyntaxError {
        SyntaxError::at(&self.chunk, self.line, text, None)
    }

    /// A token as messages quote it. What has a value is quoted as it stands in the source, up to a NUL byte.
    fn text_of(&self, token: Token) -> Vec<u8> {
        match token {
            Token::Name(id) => quote(self.strings.get(id)),
            Token::Str(_) => quote(&self.buf),
            Token::Int(_) | Token::Float(_) => quote(&self.src[self.number.0..self.number.1]),
            _ => token.text().into_bytes(),
        }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.src.get(self.pos).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.src.get(self.pos + ahead).copied()
    }

    /// Steps over a line end (`\n`, `\r`, or both in either order).
    pub(super) fn newline(&mut self) -> Parsed<()> {
        let first = self.src[self.pos];
        self.pos += 1;
        if let Some(second @ (b'\n' | b'\r')) = self.peek()
            && second != first
        {
            self.pos += 1;
        }
        if self.line >= i32::MAX as u32 {
            return Err(self.error("chunk has too many lines"));
        }
        self.line += 1;
        Ok(())
    }

    fn one_or_two(&mut self, first: u8, seconds: &[(u8, Token)]) -> Token {
        self.pos += 1;
        for &(second, token) in seconds {
            if self.peek() == Some(second) {
                self.pos += 1;
                return token;
            }
        }
        Token::Char(first)
    }

    /// What follows `--`.
    fn comment(&mut self) -> Parsed<()> {
        if self.peek() == Some(b'[') {
            let level = self.long_bracket(b'[');
            if let Some(level) = level {
                self.buf.clear();
                return self.long_string(level, true).map(|_| ());
            }
        }
        while !matches!(self.peek(), None | Some(b'\n' | b'\r')) {
            self.pos += 1;
        }
        Ok(())
    }

    fn open_bracket(&mut self) -> Parsed<Token> {
        let start = self.pos;
        match self.long_bracket(b'[') {
            Some(level) => {
                self.buf.clear();
                self.buf.extend_from_slice(&self.src[start..self.pos]);
                self.long_string(level, false).map(Token::Str)
            }
            None if self.peek_at(1) != Some(b'=') => {
                self.pos += 1;
                Ok(Token::Char(b'['))
            }
            None => {
                let mut end = start + 1;
                while self.src.get(end) == Some(&b'=') {
                    end += 1;
                }
                self.pos = end;
                self.buf.clear();
                self.buf.extend_from_slice(&self.src[start..end]);
                Err(self.error_near("invalid long string delimiter", Token::Str(StrId(0))))
            }
        }
    }

    fn name(&mut self) -> Token {
        let start = self.pos;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.pos += 1;
        }
        let id = self.strings.intern(&self.src[start..self.pos]);
        Interner::reserved(id).unwrap_or(Token::Name(id))
    }

    /// Takes everything that could belong to a number, then lets the conversion judge it.
    fn numeral(&mut self) -> Parsed<Token> {
        let start = self.pos;
        if self.peek() == Some(b'.') {
            self.pos += 1;
        }
        let first = self.peek();
        self.pos += 1;
        let mut exponent = b'e';
        if first == Some(b'0') && matches!(self.peek(), Some(b'x' | b'X')) {
            self.pos += 1;
            exponent = b'p';
        }
        while let Some(byte) = self.peek() {
            if byte.to_ascii_lowercase() == exponent {
                self.pos += 1;
                if matches!(self.peek(), Some(b'-' | b'+')) {
                    self.pos += 1;
                }
            } else if byte.is_ascii_hexdigit() || byte == b'.' {
                self.pos += 1;
            } else {
                break;
            }
        }
        if self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            self.pos += 1;
        }
        self.number = (start, self.pos);
        match parse_number(&self.src[start..self.pos]) {
            Some(Number::Int(int)) => Ok(Token::Int(int)),
            Some(Number::Float(float)) => Ok(Token::Float(float)),
            None => Err(self.error_near("malformed number", Token::Float(0.0))),
        }
    }
}

fn quote(text: &[u8]) -> Vec<u8> {
    let shown = text.split(|&byte| byte == 0).next().unwrap_or(text);
    [b"'", shown, b"'"].concat()
}
