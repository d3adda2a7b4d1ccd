//! `load`, `loadfile` and `dofile`: from text, or a binary chunk, to a function.

use std::io::Read;

use crate::bytecode::dump::is_binary;
use crate::cx::Cx;
use crate::interp::message::complete;
use crate::native::{CallFrame, NativeResult, Raise, Then};
use crate::object::layout::Closure;
use crate::value::Value;
use crate::vm::Vm;

use super::arg::{Arguments, Given, function, opt_bytes, opt_name, to_string, until_zero};
use super::buffer::Buffer;
use super::file::{path_of, with_stream};
use super::io::STDIN_KEY;
use super::register::{Library, natives};
use super::stream::{Stream, error_text};

natives! {
    /// `dofile`
    DOFILE = "dofile", Calling(dofile);
    /// `load`
    LOAD = "load", Reentrant(load);
    /// `loadfile`
    LOADFILE = "loadfile", Reentrant(loadfile);
}

/// Adds the loading functions to the globals.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    Library::globals(cx).functions(ALL, &[])
}

fn load(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let cx = vm.cx();
    let source = to_string(cx, given.or_nil(0)).map(|text| text.bytes().to_vec());
    let mode = opt_name(cx, given, 2)?.unwrap_or(b"bt").to_vec();
    let default_name = source.clone().unwrap_or_else(|| b"=(load)".to_vec());
    let name = until_zero(opt_bytes(cx, given, 1)?.unwrap_or(&default_name)).to_vec();
    match source {
        Some(source) => finish(vm, frame, &name, &source, &mode, 3),
        None => {
            function(cx, given, 0)?;
            let loaded = vm.load_pieces(&name, &mode, &mut |vm, text| read_piece(vm, frame, text));
            finish_loaded(vm, frame, loaded, 3)
        }
    }
}

fn loadfile(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let cx = vm.cx();
    let path = opt_name(cx, given, 0)?.map(<[u8]>::to_vec);
    let mode = opt_name(cx, given, 1)?.unwrap_or(b"bt").to_vec();
    match read_file(vm.cx(), path.as_deref()) {
        Ok((name, source)) => finish(vm, frame, &name, &source, &mode, 2),
        Err(message) => {
            let cx = vm.cx();
            cx.push(Value::NIL);
            cx.push(cx.string(&message).value());
            Ok(2)
        }
    }
}

fn dofile(vm: &mut Vm, frame: CallFrame) -> Result<Then, Raise> {
    let given: Given<1> = Given::new(vm, frame);
    let path = opt_name(vm.cx(), given, 0)?.map(<[u8]>::to_vec);
    push_chunk(vm, path.as_deref())?;
    let loaded = vm.pop();
    vm.push_callee(loaded);
    Ok(Then::Call { nargs: 0, wanted: None })
}

/// Pushes the function of a file's chunk.
pub(super) fn push_file(vm: &mut Vm, path: &[u8]) -> Result<(), Raise> {
    push_chunk(vm, Some(path))
}

fn push_chunk(vm: &mut Vm, path: Option<&[u8]>) -> Result<(), Raise> {
    let cx = vm.cx();
    let (name, source) = read_file(cx, path).map_err(|message| cx.raise(cx.string(&message).value()))?;
    vm.load_chunk(&name, chunk_of_file(&source), b"bt")
}

/// Calls the reader function and appends what it gives; false: it gives nothing more. An error is in the error slot.
fn read_piece(vm: &mut Vm, frame: CallFrame, text: &mut Vec<u8>) -> Result<bool, Raise> {
    let reader = vm.slot(frame.base);
    vm.push_callee(reader);
    vm.call_protected(0, Some(1))?;
    let piece = vm.pop();
    let cx = vm.cx();
    match to_string(cx, piece) {
        Some(piece) => {
            text.extend_from_slice(piece.bytes());
            Ok(!piece.bytes().is_empty())
        }
        None if piece.is_nil() => Ok(false),
        None => {
            let raise = cx.error("reader function must return a string");
            complete(vm, raise);
            Err(Raise::Value)
        }
    }
}

/// Loads, sets the environment if argument `env` was given, and returns the function, or nil and a message.
fn finish(vm: &mut Vm, frame: CallFrame, name: &[u8], source: &[u8], mode: &[u8], env: usize) -> NativeResult {
    let source = if env == 2 { chunk_of_file(source) } else { source };
    let loaded = vm.load_chunk(name, source, mode);
    finish_loaded(vm, frame, loaded, env)
}

/// As [`finish`], after loading.
fn finish_loaded(vm: &mut Vm, frame: CallFrame, loaded: Result<(), Raise>, env: usize) -> NativeResult {
    if loaded.is_err() {
        return fail(vm);
    }
    if env < frame.len {
        let environment = vm.slot(frame.base + env);
        let loaded = vm.pop();
        vm.push(loaded);
        if let Some(closure) = loaded.as_gc::<Closure>().filter(|closure| closure.num_upvalues() > 0) {
            closure.cell(0).set(vm.cx(), environment);
        }
    }
    Ok(1)
}

/// Returns nil and what is in the error slot.
fn fail(vm: &mut Vm) -> NativeResult {
    let cx = vm.cx();
    cx.push(Value::NIL);
    cx.push(cx.take_error());
    Ok(2)
}

/// The chunk name and the content of a file; without a name, what is left of standard input.
fn read_file(cx: Cx<'_>, path: Option<&[u8]>) -> Result<(Vec<u8>, Vec<u8>), Vec<u8>> {
    let Some(path) = path else {
        let read = rest_of_stdin(cx).map(|source| (b"=stdin".to_vec(), source));
        return read.map_err(|error| format!("cannot read stdin: {}", error_text(&error)).into_bytes());
    };
    let failed = |what: &str, error: &std::io::Error| {
        [b"cannot ", what.as_bytes(), b" ", path, b": ", error_text(error).as_bytes()].concat()
    };
    let mut file = std::fs::File::open(path_of(path)).map_err(|error| failed("open", &error))?;
    let mut source = Buffer::new();
    loop {
        let size = source.len().max(1 << 16);
        source.reserve(cx, size).map_err(|_| b"not enough memory".to_vec())?;
        let read =
            Read::take(&mut file, size as u64).read_to_end(&mut source).map_err(|error| failed("read", &error))?;
        if read == 0 {
            return Ok(([b"@", path].concat(), std::mem::take(&mut *source)));
        }
    }
}

/// What is left of standard input, behind what the program has read.
pub(super) fn rest_of_stdin(cx: Cx<'_>) -> std::io::Result<Vec<u8>> {
    let mut source = Vec::new();
    let stdin = cx.registry().get_bytes(cx, STDIN_KEY);
    let read = with_stream(stdin, |stream| stream.read_all(&mut source));
    read.unwrap_or_else(|| Stream::stdin().read_all(&mut source)).map(|()| source)
}

/// A file's text without a byte order mark and without the text of a first line that starts with `#`; its end stays, so
/// that lines keep their numbers.
pub fn skip_first_comment(source: &[u8]) -> &[u8] {
    let source = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source);
    if source.first() != Some(&b'#') {
        return source;
    }
    memchr::memchr(b'\n', source).map_or(&[], |end| &source[end..])
}

/// What a file's bytes hold to be loaded: a binary chunk may stand behind a first line with `#`, too.
pub fn chunk_of_file(bytes: &[u8]) -> &[u8] {
    let rest = skip_first_comment(bytes);
    match rest {
        [b'\n', chunk @ ..] if rest.len() < bytes.len() && is_binary(chunk) => chunk,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_with_a_hash_is_a_comment() {
        assert_eq!(skip_first_comment(b"#!/usr/bin/lua\nreturn 1"), b"\nreturn 1");
        assert_eq!(skip_first_comment(b"\xef\xbb\xbfx"), b"x");
        assert_eq!(skip_first_comment(b"#only"), b"");
        assert_eq!(skip_first_comment(b"return 1"), b"return 1");
        assert_eq!(chunk_of_file(b"#!lua\nreturn 1"), b"\nreturn 1");
        assert_eq!(chunk_of_file(b"#!lua\n\x1bLua"), b"\x1bLua");
        assert_eq!(chunk_of_file(b"\n\x1bLua"), b"\n\x1bLua");
    }
}
