//! Tokens: the reserved words, the operators, and what carries a value.

use super::intern::StrId;

/// One token. Operators of one character are [`Token::Char`], and so is every byte that starts no token at all: the
/// parser refuses those.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "each is named after its text")]
pub enum Token {
    And,
    Break,
    Do,
    Else,
    Elseif,
    End,
    False,
    For,
    Function,
    Goto,
    If,
    In,
    Local,
    Nil,
    Not,
    Or,
    Repeat,
    Return,
    Then,
    True,
    Until,
    While,
    /// `//`
    IDiv,
    /// `..`
    Concat,
    /// `...`
    Dots,
    /// `==`
    Eq,
    /// `>=`
    Ge,
    /// `<=`
    Le,
    /// `~=`
    Ne,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `::`
    DbColon,
    /// End of the source.
    Eof,
    Char(u8),
    Int(i64),
    Float(f64),
    Name(StrId),
    Str(StrId),
}

/// The reserved words in alphabetical order: their place is their string id.
pub(super) const RESERVED: &[(&str, Token)] = &[
    ("and", Token::And),
    ("break", Token::Break),
    ("do", Token::Do),
    ("else", Token::Else),
    ("elseif", Token::Elseif),
    ("end", Token::End),
    ("false", Token::False),
    ("for", Token::For),
    ("function", Token::Function),
    ("goto", Token::Goto),
    ("if", Token::If),
    ("in", Token::In),
    ("local", Token::Local),
    ("nil", Token::Nil),
    ("not", Token::Not),
    ("or", Token::Or),
    ("repeat", Token::Repeat),
    ("return", Token::Return),
    ("then", Token::Then),
    ("true", Token::True),
    ("until", Token::Until),
    ("while", Token::While),
];

impl Token {
    /// The token as messages show it, quoted unless it is a class of tokens.
    pub fn text(self) -> String {
        let fixed = match self {
            Token::Char(byte) if (0x20..0x7f).contains(&byte) => return format!("'{}'", byte as char),
            Token::Char(byte) => return format!("'<\\{byte}>'"),
            Token::Int(_) => return "<integer>".into(),
            Token::Float(_) => return "<number>".into(),
            Token::Name(_) => return "<name>".into(),
            Token::Str(_) => return "<string>".into(),
            Token::Eof => return "<eof>".into(),
            Token::IDiv => "//",
            Token::Concat => "..",
            Token::Dots => "...",
            Token::Eq => "==",
            Token::Ge => ">=",
            Token::Le => "<=",
            Token::Ne => "~=",
            Token::Shl => "<<",
            Token::Shr => ">>",
            Token::DbColon => "::",
            word => RESERVED.iter().find(|(_, token)| *token == word).map_or("?", |(text, _)| text),
        };
        format!("'{fixed}'")
    }
}
