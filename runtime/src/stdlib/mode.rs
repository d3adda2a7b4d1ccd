//! The mode string of `io.open`.

/// How a file is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenMode {
    /// It can be read.
    pub read: bool,
    /// It can be written.
    pub write: bool,
    /// Every write goes to the end.
    pub append: bool,
    /// Its content is thrown away.
    pub truncate: bool,
    /// It is made if it does not exist.
    pub create: bool,
}

impl OpenMode {
    /// Reads `r`, `w` or `a`, then perhaps `+`, then any number of `b`; `None` for anything else.
    pub fn parse(mode: &[u8]) -> Option<OpenMode> {
        let (&letter, rest) = mode.split_first()?;
        let (update, rest) = match rest {
            [b'+', rest @ ..] => (true, rest),
            _ => (false, rest),
        };
        if rest.iter().any(|&byte| byte != b'b') {
            return None;
        }
        let none = OpenMode { read: update, write: true, append: false, truncate: false, create: true };
        match letter {
            b'r' => Some(OpenMode { read: true, write: update, create: false, ..none }),
            b'w' => Some(OpenMode { truncate: true, ..none }),
            b'a' => Some(OpenMode { append: true, ..none }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_as_fopen_takes_them() {
        let flags = |mode: &[u8]| OpenMode::parse(mode).map(|m| [m.read, m.write, m.append, m.truncate, m.create]);
        assert_eq!(flags(b"r"), Some([true, false, false, false, false]));
        assert_eq!(flags(b"r+b"), Some([true, true, false, false, false]));
        assert_eq!(flags(b"w"), Some([false, true, false, true, true]));
        assert_eq!(flags(b"w+"), Some([true, true, false, true, true]));
        assert_eq!(flags(b"ab"), Some([false, true, true, false, true]));
        assert_eq!(flags(b"rbb"), flags(b"r"));
        for bad in [&b""[..], b"rw", b"x", b"rb+", b"r++", b"wx"] {
            assert_eq!(flags(bad), None);
        }
    }
}
