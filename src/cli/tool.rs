//! Work on files that runs nothing: looking for syntax errors, writing binary chunks, showing bytecode.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use moonset_runtime::bytecode::combine::combine;
use moonset_runtime::bytecode::disasm;
use moonset_runtime::bytecode::dump::dump;
use moonset_runtime::bytecode::function::FunctionCode;

use super::session::Failure;
use super::{output, source};

/// Where `--compile` writes to, if nothing else is said.
const DEFAULT_OUTPUT: &str = "luac.out";

/// What is done with the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToolKind {
    /// `--check`
    Check,
    /// `--compile`
    Compile,
    /// `--list`
    List,
}

impl ToolKind {
    fn name(self) -> &'static str {
        match self {
            ToolKind::Check => "--check",
            ToolKind::Compile => "--compile",
            ToolKind::List => "--list",
        }
    }
}

/// A tool and its files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    kind: ToolKind,
    files: Vec<OsString>,
    /// `-o`: where the binary chunk goes; `-` is standard output.
    output: OsString,
    /// `-s`: without debug information.
    strip: bool,
}

/// Reads the words behind a tool's option: its own options, files, and `-` for standard input.
pub(crate) fn parse(kind: ToolKind, words: &[OsString]) -> Result<Tool, String> {
    let mut tool = Tool { kind, files: Vec::new(), output: DEFAULT_OUTPUT.into(), strip: false };
    let compiles = kind == ToolKind::Compile;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_encoded_bytes() {
            b"--" => {
                tool.files.extend(words.cloned());
                break;
            }
            b"-s" if compiles => tool.strip = true,
            b"-o" if compiles => tool.output = words.next().ok_or("'-o' needs argument")?.clone(),
            [b'-', _, ..] => return Err(format!("unrecognized option '{}'", word.to_string_lossy())),
            _ => tool.files.push(word.clone()),
        }
    }
    if tool.files.is_empty() {
        return Err(format!("'{}' needs a file", kind.name()));
    }
    Ok(tool)
}

/// Works on all files; what is wrong with one is told, and the next one follows. Says whether all went well.
pub(crate) fn run(program: &str, tool: &Tool) -> bool {
    let mut parts = Vec::new();
    let mut good = true;
    let mut complain = |message: Failure| {
        output::complain(Some(program), &message);
        good = false;
    };
    for file in &tool.files {
        match compile(file).and_then(|code| list(tool, code)) {
            Ok(code) => parts.push(code),
            Err(message) => complain(message),
        }
    }
    if tool.kind == ToolKind::Compile
        && parts.len() == tool.files.len()
        && let Err(message) = write(tool, &dump(&combine(parts), tool.strip))
    {
        complain(message);
    }
    good
}

fn compile(file: &OsString) -> Result<FunctionCode, Failure> {
    let path = Path::new(file);
    let (name, text) = match file == "-" {
        true => (b"=stdin".to_vec(), source::of_stdin()?),
        false => (source::chunk_name(path), source::of_file(path)?),
    };
    source::compile(&name, source::program(&text))
}

fn list(tool: &Tool, code: FunctionCode) -> Result<FunctionCode, Failure> {
    if tool.kind == ToolKind::List {
        write_out(disasm::disassemble(&code).as_bytes())?;
    }
    Ok(code)
}

fn write(tool: &Tool, chunk: &[u8]) -> Result<(), Failure> {
    if tool.output == "-" {
        return write_out(chunk);
    }
    let path = Path::new(&tool.output);
    Ok(fs::write(path, chunk).map_err(|error| output::cannot("write", path, &error))?)
}

fn write_out(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    Ok(written.map_err(|error| output::cannot("write", Path::new("stdout"), &error))?)
}
