//! Where chunks come from: files, standard input, and their names in messages.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use moonset_runtime::syntax::strip_shebang_bom;

use super::output::cannot;

/// The text of a script file.
pub(crate) fn of_file(path: &Path) -> Result<Vec<u8>, String> {
    let mut file = File::open(path).map_err(|error| cannot("open", path, &error))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(|error| cannot("read", path, &error))?;
    Ok(text)
}

/// The text that standard input holds.
pub(crate) fn of_stdin() -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text).map_err(|error| cannot("read", Path::new("stdin"), &error))?;
    Ok(text)
}

/// What is to be compiled of the text of a file.
pub(crate) fn program(text: &[u8]) -> &[u8] {
    strip_shebang_bom(text)
}

/// The name of a file's chunk.
pub(crate) fn chunk_name(path: &Path) -> Vec<u8> {
    [b"@", path.as_os_str().as_encoded_bytes()].concat()
}
