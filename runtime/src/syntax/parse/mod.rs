//! The parser: tokens to syntax tree in one pass, by recursive descent.
//!
//! `scope` resolves names and jumps, `expr` and `stmt` hold the grammar. Names are resolved when they are met, as the
//! language defines scope by position; marks on a variable that later text sets (`captured`, `assigned`) are complete
//! when the tree is.

mod expr;
mod scope;
mod stmt;

use super::ast::{Chunk, Expr, ExprId, ExprNode, Function};
use super::error::SyntaxError;
use super::intern::StrId;
use super::lexer::{Lexer, More, Parsed};
use super::token::Token;
use scope::FuncScope;

/// How deep statements and expressions may nest: the reference implementation's 200 levels of C calls, less what it
/// has used up when it begins to parse.
pub const MAX_LEVELS: u32 = 197;

/// Most local variables of a function at one time.
pub const MAX_LOCALS: usize = 200;

/// Most upvalues of a function.
pub const MAX_UPVALUES: usize = 255;

/// Parses a chunk. `name` is the chunk's name with its `=` or `@`, for messages.
pub fn parse(source: &[u8], name: &[u8]) -> Result<Chunk, SyntaxError> {
    parse_pieces(source.to_vec(), None, name)
}

/// As [`parse`], of a text that begins with `source` and goes on as `more` says.
pub fn parse_pieces(source: Vec<u8>, more: Option<More<'_>>, name: &[u8]) -> Result<Chunk, SyntaxError> {
    let mut parser = Parser::new(source, more, name);
    parser.main()?;
    Ok(Chunk { strings: parser.lexer.strings, exprs: parser.exprs, functions: parser.functions })
}

struct Parser<'m> {
    lexer: Lexer<'m>,
    token: Token,
    /// The token after `token`, when it had to be looked at.
    ahead: Option<Token>,
    /// Line of the last token that was passed.
    last_line: u32,
    exprs: Vec<ExprNode>,
    functions: Vec<Function>,
    /// The functions around the current place, outermost first.
    open: Vec<FuncScope>,
    names: Names,
}

/// Names that the language itself uses.
struct Names {
    env: StrId,
    this: StrId,
    for_state: StrId,
    attrib_const: StrId,
    attrib_close: StrId,
}

impl<'m> Parser<'m> {
    fn new(source: Vec<u8>, more: Option<More<'m>>, name: &[u8]) -> Parser<'m> {
        let mut lexer = Lexer::new(source, more, name);
        let mut intern = |text: &str| lexer.strings.intern(text.as_bytes());
        let names = Names {
            env: intern("_ENV"),
            this: intern("self"),
            for_state: intern("(for state)"),
            attrib_const: intern("const"),
            attrib_close: intern("close"),
        };
        Parser {
            lexer,
            token: Token::Eof,
            ahead: None,
            last_line: 1,
            exprs: Vec::new(),
            functions: Vec::new(),
            open: Vec::new(),
            names,
        }
    }

    fn main(&mut self) -> Parsed<()> {
        self.open_main();
        self.next()?;
        let stmts = self.statements()?;
        self.check(Token::Eof)?;
        self.close_function(stmts, self.last_line)?;
        Ok(())
    }

    /// Passes the current token.
    fn next(&mut self) -> Parsed<()> {
        self.last_line = self.lexer.line;
        self.token = match self.ahead.take() {
            Some(token) => token,
            None => self.lexer.scan()?,
        };
        Ok(())
    }

    /// The token after the current one.
    fn look_ahead(&mut self) -> Parsed<Token> {
        let token = self.lexer.scan()?;
        self.ahead = Some(token);
        Ok(token)
    }

    /// Line that the lexer has reached.
    fn line(&self) -> u32 {
        self.lexer.line
    }

    fn at(&self, token: Token) -> bool {
        self.token == token
    }

    /// Passes the current token if it is this one.
    fn accept(&mut self, token: Token) -> Parsed<bool> {
        let found = self.at(token);
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn check(&self, token: Token) -> Parsed<()> {
        if self.at(token) { Ok(()) } else { Err(self.error(&format!("{} expected", token.text()))) }
    }

    fn expect(&mut self, token: Token) -> Parsed<()> {
        self.check(token)?;
        self.next()
    }

    /// Expects the token that closes what `opener` opened at `line`.
    fn expect_match(&mut self, closer: Token, opener: Token, line: u32) -> Parsed<()> {
        if self.at(closer) {
            return self.next();
        }
        if line == self.line() {
            return self.check(closer);
        }
        let text = format!("{} expected (to close {} at line {line})", closer.text(), opener.text());
        Err(self.error(&text))
    }

    fn expect_name(&mut self) -> Parsed<StrId> {
        match self.token {
            Token::Name(name) => {
                self.next()?;
                Ok(name)
            }
            _ => Err(self.error("<name> expected")),
        }
    }

    /// An error near the current token.
    fn error(&self, text: &str) -> SyntaxError {
        self.lexer.error_near(text, self.token)
    }

    /// An error that names no token.
    fn semantic_error(&self, text: &str) -> SyntaxError {
        self.lexer.error(text)
    }

    /// A name for a message; C strings end at a NUL, names have none.
    fn show(&self, name: StrId) -> String {
        String::from_utf8_lossy(self.lexer.strings.get(name)).into_owned()
    }

    fn enter_level(&mut self) -> Parsed<()> {
        self.lexer.levels += 1;
        if self.lexer.levels > MAX_LEVELS { Err(SyntaxError::plain("C stack overflow")) } else { Ok(()) }
    }

    fn leave_level(&mut self) {
        self.lexer.levels -= 1;
    }

    fn push_expr(&mut self, line: u32, kind: Expr) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.exprs.push(ExprNode { line, kind });
        id
    }

    fn kind(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize].kind
    }
}
