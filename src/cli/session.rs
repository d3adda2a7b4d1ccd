//! How the program runs chunks: each in a protected call, with a message handler that describes errors, and with the
//! interrupt signal (Ctrl-C) raising one.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use moonset_runtime::bytecode::disasm;
use moonset_runtime::interrupt::{InterruptHandle, Request};
use moonset_runtime::native::{CallFrame, NativeCode, NativeDef, NativeResult};
use moonset_runtime::object::layout::{Str, Table};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::stdlib;
use moonset_runtime::syntax::chunk_id;
use moonset_runtime::value::{Raw, Value};
use moonset_runtime::vm::Vm;

use super::output::{SharedWriter, cannot};
use super::source;

/// The text of what went wrong.
pub(crate) type Failure = Vec<u8>;

/// Describes an error while the functions that were running are still on the stack.
static MESSAGE_HANDLER: NativeDef =
    NativeDef { name: "message handler", standard: false, code: NativeCode::Reentrant(describe) };

/// A run of the program.
pub(crate) struct Session {
    /// Set while Lua code runs: then the interrupt signal raises an error in it.
    running: Arc<AtomicBool>,
    interrupt: InterruptHandle,
    /// Where the bytecode of chunks is shown.
    bytecode: Option<SharedWriter>,
}

impl Session {
    /// A session for a VM. It handles the interrupt signal from now on.
    pub(crate) fn new(vm: &mut Vm, bytecode: Option<SharedWriter>) -> Session {
        let (running, interrupt) = (Arc::new(AtomicBool::new(false)), vm.interrupt_handle());
        // Without a handler, the signal ends the program: there is nothing to be told.
        let _ = interrupt.clone().break_on_signal(Arc::clone(&running));
        Session { running, interrupt, bytecode }
    }

    /// Runs a chunk, with the values in the table `arg` as its arguments if it is the script.
    pub(crate) fn chunk(&self, vm: &mut Vm, name: &[u8], text: &[u8], is_script: bool) -> Result<(), Failure> {
        let top = vm.top();
        self.load(vm, name, text)?;
        let function = vm.pop();
        vm.push_callee(function);
        let count = if is_script { push_arguments(vm)? } else { 0 };
        let outcome = self.call(vm, count, Some(0));
        vm.set_top_slot(top);
        outcome.map(|_| ())
    }

    /// Loads a chunk and pushes its function.
    pub(crate) fn load(&self, vm: &mut Vm, name: &[u8], text: &[u8]) -> Result<(), Failure> {
        if let Some(writer) = &self.bytecode {
            show_bytecode(writer, name, text);
        }
        vm.load_chunk(name, text, b"bt").map_err(|_| vm.error_message())
    }

    /// Calls the function that was pushed as for [`Vm::call`], which may be interrupted.
    pub(crate) fn call(&self, vm: &mut Vm, count: usize, wanted: Option<usize>) -> Result<usize, Failure> {
        self.running.store(true, Ordering::Release);
        let outcome = vm.call_handled(count, wanted, &MESSAGE_HANDLER);
        self.running.store(false, Ordering::Release);
        self.interrupt.withdraw(Request::Break);
        outcome.map_err(|_| match vm.cx().error_value().as_gc::<Str>() {
            Some(text) => text.bytes().to_vec(),
            None => b"(error message not a string)".to_vec(),
        })
    }

    /// `-l`: `module`, or `global=module`. Without a global's name it is the module's, up to its first dash.
    pub(crate) fn require(&self, vm: &mut Vm, argument: &[u8]) -> Result<(), Failure> {
        let (global, module) = match split(argument, b'=') {
            (global, Some(module)) => (global, module),
            (module, None) => (split(module, b'-').0, module),
        };
        let cx = vm.cx();
        let require = cx.globals().get_bytes(cx, b"require").raw();
        let module = cx.string(module).value().raw();
        vm.push_callee(require);
        vm.push(module);
        self.call(vm, 1, Some(1))?;
        let value = vm.pop();
        let cx = vm.cx();
        cx.globals().set_bytes(cx, global, value).map_err(|_| vm.error_message())
    }

    /// Runs a file.
    pub(crate) fn file(&self, vm: &mut Vm, path: &Path, is_script: bool) -> Result<(), Failure> {
        let text = source::of_file(path)?;
        self.chunk(vm, &source::chunk_name(path), source::program(&text), is_script)
    }

    /// Runs what standard input holds.
    pub(crate) fn stdin(&self, vm: &mut Vm, is_script: bool) -> Result<(), Failure> {
        let text = stdlib::read_stdin(vm).map_err(|error| cannot("read", Path::new("stdin"), &error))?;
        self.chunk(vm, b"=stdin", source::program(&text), is_script)
    }
}

/// Makes the table `arg`: the script at 0, its arguments behind, program and options before it.
pub(crate) fn set_arguments(vm: &mut Vm, words: &[OsString], script: usize) -> Result<(), Failure> {
    let cx = vm.cx();
    let arg = cx.table(0, words.len());
    let filled = words.iter().enumerate().try_for_each(|(at, word)| {
        arg.set_int(cx, at as i64 - script as i64, cx.string(word.as_encoded_bytes()).value())
    });
    filled.and_then(|()| cx.globals().set_bytes(cx, b"arg", arg.value())).map_err(|_| vm.error_message())
}

/// Pushes the values in the table `arg` as they are by now.
fn push_arguments(vm: &mut Vm) -> Result<usize, Failure> {
    let cx = vm.cx();
    let arg = cx.globals().get_bytes(cx, b"arg").raw();
    if arg.as_gc::<Table>().is_none() {
        return Err(b"'arg' is not a table".to_vec());
    }
    let count = stdlib::length(vm, arg).map_err(|_| vm.error_message())?;
    let count = usize::try_from(count).unwrap_or(0);
    vm.ensure(count + 8).map_err(|_| b"too many arguments to script".to_vec())?;
    for index in 1..=count {
        let cx = vm.cx();
        let arg = cx.globals().get_bytes(cx, b"arg").as_gc::<Table>();
        let value = arg.map_or(Value::NIL, |arg| arg.get_int(index as i64)).raw();
        vm.push(value);
    }
    Ok(count)
}

/// The message handler: a string or a number gets a traceback, an object with `__tostring` describes itself, anything else is
/// named by its type, with a traceback.
fn describe(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let error = vm.arg(frame, 0).unwrap_or(Raw::NIL);
    let is_text = error.as_gc::<Str>().is_some() || error.as_int().is_some() || error.as_float().is_some();
    let text = if is_text {
        text_of(vm, error)?
    } else {
        if let Some(method) = vm.cx().metamethod(error, Metamethod::ToString).map(|method| method.raw()) {
            vm.push_callee(method);
            vm.push(error);
            vm.call(1, Some(1))?;
            let text = vm.pop();
            if text.as_gc::<Str>().is_some() {
                return vm.cx().ret1(text);
            }
        }
        let error = vm.arg(frame, 0).unwrap_or(Raw::NIL);
        [b"(error object is a ", error.tag().type_name().as_bytes(), b" value)"].concat()
    };
    // A message ends at its first zero.
    let text = split(&text, 0).0;
    let text = vm.traceback(Some(text), 1);
    let cx = vm.cx();
    cx.ret1(cx.string(&text).value())
}

/// The text of a string or a number.
fn text_of(vm: &mut Vm, value: Raw) -> Result<Vec<u8>, moonset_runtime::native::Raise> {
    let text = vm.tostring(value)?;
    Ok(text.as_gc::<Str>().map_or(Vec::new(), |text| text.bytes().to_vec()))
}

/// A text up to a byte, and what follows it.
fn split(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&byte| byte == at) {
        Some(end) => (&text[..end], Some(&text[end + 1..])),
        None => (text, None),
    }
}

/// Writes the bytecode of a chunk that can be compiled; what is wrong with others is said when they are loaded.
fn show_bytecode(writer: &SharedWriter, name: &[u8], text: &[u8]) {
    use std::io::Write;
    if let Ok(code) = source::compile(name, text) {
        let _ = write!(writer.clone(), "---- {}\n{}", chunk_id(name).escape_ascii(), disasm::disassemble(&code));
    }
}
