//! How a chunk's name is shown in messages.
//!
//! A name that starts with `=` is shown as it is, one that starts with `@` is a file name, and anything else is the
//! source itself, of which the first line is quoted. The result never exceeds [`ID_SIZE`]` - 1` bytes: file names
//! lose their beginning, the others their end.

/// Room for the shown name, with the terminator that C's version counts.
pub const ID_SIZE: usize = 60;

const DOTS: &[u8] = b"...";
const OPEN: &[u8] = b"[string \"";
const CLOSE: &[u8] = b"\"]";

/// The form of a chunk's name for messages: `script.lua`, `[string "x = 1"]`, `stdin`.
pub fn chunk_id(name: &[u8]) -> Vec<u8> {
    match name.first() {
        Some(b'=') => name[1..].iter().copied().take(ID_SIZE - 1).collect(),
        Some(b'@') => {
            let file = &name[1..];
            if file.len() < ID_SIZE {
                return file.to_vec();
            }
            let keep = ID_SIZE - 1 - DOTS.len();
            [DOTS, &file[file.len() - keep..]].concat()
        }
        _ => {
            let line_end = name.iter().position(|&byte| byte == b'\n');
            let room = ID_SIZE - 1 - OPEN.len() - DOTS.len() - CLOSE.len();
            match line_end {
                None if name.len() < room => [OPEN, name, CLOSE].concat(),
                _ => {
                    let line = &name[..line_end.unwrap_or(name.len())];
                    [OPEN, &line[..line.len().min(room)], DOTS, CLOSE].concat()
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(chunk_id(b"=stdin"), b"stdin");
        assert_eq!(chunk_id(b"@a/b.lua"), b"a/b.lua");
        assert_eq!(chunk_id(b"x = 1"), b"[string \"x = 1\"]");
        assert_eq!(chunk_id(b"x = 1\ny"), b"[string \"x = 1...\"]");
        assert_eq!(chunk_id(b""), b"[string \"\"]");
    }

    #[test]
    fn long_names_are_cut() {
        let long = [b'x'; 100];
        for prefix in ["=", "@", ""] {
            assert_eq!(chunk_id(&[prefix.as_bytes(), &long].concat()).len(), 59, "{prefix:?}");
        }
        assert!(chunk_id(&[b"@", &long[..]].concat()).starts_with(b"...x"));
        assert_eq!(chunk_id(&[b'y'; 44]).len(), 55);
    }
}
