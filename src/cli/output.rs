//! Where reports go: a file, or standard error.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;

use super::args::Destination;

/// A destination that several reports share.
#[derive(Clone)]
pub(crate) struct SharedWriter(Rc<RefCell<Box<dyn Write>>>);

impl SharedWriter {
    /// To be shared.
    pub(crate) fn new(out: Box<dyn Write>) -> SharedWriter {
        SharedWriter(Rc::new(RefCell::new(out)))
    }
}

impl Write for SharedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

/// Opens the destination of a report.
pub(crate) fn open(to: &Destination) -> Result<Box<dyn Write>, String> {
    match to {
        Some(path) => {
            let file = File::create(path).map_err(|error| cannot("open", Path::new(path), &error))?;
            Ok(Box::new(io::LineWriter::new(file)))
        }
        None => Ok(Box::new(io::stderr())),
    }
}

/// `cannot open FILE: No such file or directory`
pub(crate) fn cannot(what: &str, path: &Path, error: &io::Error) -> String {
    let text = error.to_string();
    // The system's words, without the number that Rust adds to them.
    let words = text.split(" (os error").next().unwrap_or(&text);
    format!("cannot {what} {}: {words}", path.display())
}

/// Prints a message behind the program's name, if that is given, as far as standard error takes it.
pub(crate) fn complain(program: Option<&str>, message: &[u8]) {
    let mut text = Vec::with_capacity(message.len() + 16);
    if let Some(program) = program {
        text.extend_from_slice(program.as_bytes());
        text.extend_from_slice(b": ");
    }
    text.extend_from_slice(message);
    text.push(b'\n');
    let _ = io::stderr().write_all(&text);
}
