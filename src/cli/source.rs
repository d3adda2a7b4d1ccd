//! Where chunks come from: files and standard input; their names in messages; and how they are compiled.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use moonset_runtime::bytecode::dump::is_binary;
use moonset_runtime::bytecode::function::FunctionCode;
use moonset_runtime::bytecode::undump::undump;
use moonset_runtime::compile::compile_source;
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

/// What is to be compiled of the text of a file: not its byte order mark, and not a first line that begins with `#`.
pub(crate) fn program(text: &[u8]) -> &[u8] {
    match strip_shebang_bom(text) {
        // The end of the first line stays for the sake of line numbers, which binary chunks do not count.
        [b'\n', chunk @ ..] if is_binary(chunk) => chunk,
        chunk => chunk,
    }
}

/// The code of a chunk, which is text or binary.
pub(crate) fn compile(name: &[u8], chunk: &[u8]) -> Result<FunctionCode, Vec<u8>> {
    if is_binary(chunk) { undump(chunk, name) } else { compile_source(chunk, name).map_err(|error| error.message) }
}

/// The name of a file's chunk.
pub(crate) fn chunk_name(path: &Path) -> Vec<u8> {
    [b"@", path.as_os_str().as_encoded_bytes()].concat()
}
