//! Where reports go: a file, or standard error.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::args::Destination;

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

/// Prints a message behind the program's name, as far as standard error takes it.
pub(crate) fn complain(program: &str, message: &[u8]) {
    let mut text = Vec::with_capacity(program.len() + message.len() + 3);
    text.extend_from_slice(program.as_bytes());
    text.extend_from_slice(b": ");
    text.extend_from_slice(message);
    text.push(b'\n');
    let _ = io::stderr().write_all(&text);
}
