//! Tokens of the text form, line by line. `#` starts a comment.

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Token {
    /// A name or a number.
    Word(String),
    /// A quoted string.
    Str(String),
    /// A punctuation mark.
    Mark(char),
}

/// The tokens of a line.
pub(crate) fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '#' => break,
            '"' => out.push(Token::Str(string(&mut chars)?)),
            c if c.is_whitespace() => {}
            c if is_word(c) => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| is_word(*c)) {
                    word.push(c);
                }
                out.push(Token::Word(word));
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '|' | ',' | ';' | ':' | '=' => out.push(Token::Mark(c)),
            c => return Err(format!("unexpected character {c:?}")),
        }
    }
    Ok(out)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-')
}

fn string(chars: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut out = String::new();
    loop {
        match chars.next().ok_or("unfinished string")? {
            '"' => return Ok(out),
            '\\' => match chars.next().ok_or("unfinished string")? {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                '0' => out.push('\0'),
                'u' => {
                    let code: String = chars.by_ref().skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(&code, 16).map_err(|_| "malformed escape")?;
                    out.push(char::from_u32(code).ok_or("malformed escape")?);
                }
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
}
