//! Work on files that runs nothing: looking for syntax errors, and showing bytecode.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use moonset_runtime::bytecode::disasm;
use moonset_runtime::compile::compile_source;
use moonset_runtime::syntax::strip_shebang_bom;

use super::{output, source};

/// What is done with the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToolKind {
    /// `--check`
    Check,
    /// `--list`
    List,
}

/// A tool and its files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    kind: ToolKind,
    files: Vec<OsString>,
}

/// Reads the words behind a tool's option: files, and `-` for standard input.
pub(crate) fn parse(kind: ToolKind, words: &[OsString]) -> Result<Tool, String> {
    let mut files = Vec::new();
    let mut options = true;
    for word in words {
        match word.as_encoded_bytes() {
            b"--" if options => options = false,
            [b'-', _, ..] if options => return Err(format!("unrecognized option '{}'", word.to_string_lossy())),
            _ => files.push(word.clone()),
        }
    }
    if files.is_empty() {
        return Err(format!("'{}' needs a file", kind.name()));
    }
    Ok(Tool { kind, files })
}

impl ToolKind {
    fn name(self) -> &'static str {
        match self {
            ToolKind::Check => "--check",
            ToolKind::List => "--list",
        }
    }
}

/// Works on all files; what is wrong with one is told, and the next one follows. Says whether all went well.
pub(crate) fn run(program: &str, tool: &Tool) -> bool {
    let mut good = true;
    for file in &tool.files {
        if let Err(message) = one(tool, file) {
            output::complain(Some(program), &message);
            good = false;
        }
    }
    good
}

fn one(tool: &Tool, file: &OsString) -> Result<(), Vec<u8>> {
    let path = Path::new(file);
    let (name, text) = match file == "-" {
        true => (b"=stdin".to_vec(), source::of_stdin()?),
        false => (source::chunk_name(path), source::of_file(path)?),
    };
    let code = compile_source(strip_shebang_bom(&text), &name).map_err(|error| error.message)?;
    if tool.kind == ToolKind::List {
        let listing = disasm::disassemble(&code);
        let mut out = io::stdout();
        let written = out.write_all(listing.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| output::cannot("write", Path::new("stdout"), &error))?;
    }
    Ok(())
}
