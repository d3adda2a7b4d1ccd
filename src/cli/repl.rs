//! The interactive mode: reads a line, runs it, prints its results.
//!
//! A line is tried as an expression first, then as a statement, which goes on over as many lines as it needs. When standard
//! input is no terminal, lines are shown behind their prompts, so that the output is what a terminal would show. That is what
//! the reference implementation prints when it is built with its line-editing library, and what its test suite expects.

use std::io::{self, IsTerminal, Write};

use moonset_runtime::native::Raise;
use moonset_runtime::object::layout::Str;
use moonset_runtime::stdlib;
use moonset_runtime::value::Raw;
use moonset_runtime::vm::Vm;

use super::output;
use super::session::{Failure, Session};
use super::terminal::Terminal;

/// How the message of a syntax error ends that more text could mend.
const END_MARK: &[u8] = b"<eof>";

/// The name of what is typed.
const CHUNK: &[u8] = b"=stdin";

/// Where lines come from.
pub(crate) trait Lines {
    /// The next line, without its end; `None` at the end of the input.
    fn line(&mut self, vm: &mut Vm, prompt: &[u8]) -> Option<Vec<u8>>;
}

/// Standard input that is no terminal.
struct Plain;

impl Lines for Plain {
    fn line(&mut self, vm: &mut Vm, prompt: &[u8]) -> Option<Vec<u8>> {
        print(vm, prompt);
        let line = stdlib::read_stdin_line(vm)?;
        print(vm, &[&line, b"\n".as_slice()].concat());
        Some(line)
    }
}

/// Reads and runs lines until the input ends. An error that nothing can catch, in what makes a prompt, ends it.
pub(crate) fn run(vm: &mut Vm, session: &Session) -> Result<(), Failure> {
    let mut lines: Box<dyn Lines> = match terminal() {
        Some(terminal) => Box::new(terminal),
        None => Box::new(Plain),
    };
    let top = vm.top();
    while let Some(loaded) = read(vm, session, &mut *lines)? {
        let outcome = loaded.and_then(|()| {
            let function = vm.pop();
            vm.push_callee(function);
            session.call(vm, 0, None)
        });
        match outcome {
            Ok(count) => print_results(vm, count),
            Err(message) => {
                stdlib::flush(vm);
                output::complain(None, &message);
            }
        }
        vm.set_top_slot(top);
    }
    print(vm, b"\n");
    Ok(())
}

/// The editor, if lines are typed.
fn terminal() -> Option<Terminal> {
    (io::stdin().is_terminal() && io::stdout().is_terminal()).then(Terminal::new)?
}

/// Whether a syntax error could be mended by more text.
pub(crate) fn is_incomplete(message: &[u8]) -> bool {
    message.ends_with(END_MARK)
}

/// Reads a chunk and pushes its function. `None`: the input has ended.
fn read(vm: &mut Vm, session: &Session, lines: &mut dyn Lines) -> Result<Option<Result<(), Failure>>, Failure> {
    let prompt = prompt(vm, b"_PROMPT", b"> ")?;
    let Some(mut text) = lines.line(vm, &prompt) else { return Ok(None) };
    if text.first() == Some(&b'=') {
        text.splice(..1, *b"return ");
    }
    let expression = [b"return ", &text[..], b";"].concat();
    if session.load(vm, CHUNK, &expression).is_ok() {
        return Ok(Some(Ok(())));
    }
    loop {
        match session.load(vm, CHUNK, &text) {
            Err(message) if is_incomplete(&message) => {
                let prompt = self::prompt(vm, b"_PROMPT2", b">> ")?;
                let Some(line) = lines.line(vm, &prompt) else { return Ok(Some(Err(message))) };
                text.push(b'\n');
                text.extend_from_slice(&line);
            }
            loaded => return Ok(Some(loaded)),
        }
    }
}

/// The text of a global, or a default if that is nil.
fn prompt(vm: &mut Vm, global: &[u8], default: &[u8]) -> Result<Vec<u8>, Failure> {
    let value = stdlib::global(vm, global).map_err(|_: Raise| vm.error_message())?;
    if value.is_nil() {
        return Ok(default.to_vec());
    }
    let text = vm.tostring(value).map_err(|_: Raise| vm.error_message())?;
    Ok(text.as_gc::<Str>().map_or(Vec::new(), |text| text.bytes().to_vec()))
}

/// Gives the topmost values to the global `print`.
fn print_results(vm: &mut Vm, count: usize) {
    if count == 0 {
        return;
    }
    if vm.ensure(8).is_err() {
        return output::complain(None, b"too many results to print");
    }
    let first = vm.top() - count;
    let function = stdlib::global(vm, b"print").unwrap_or(Raw::NIL);
    vm.push(function);
    vm.push(function);
    for slot in (first..first + count).rev() {
        let value = vm.slot(slot);
        vm.set_slot(slot + 2, value);
    }
    vm.set_slot(first, function);
    vm.set_slot(first + 1, function);
    if vm.call_protected(count, Some(0)).is_err() {
        let message = [b"error calling 'print' (", &vm.error_message()[..], b")"].concat();
        stdlib::flush(vm);
        output::complain(None, &message);
    }
}

/// Writes behind what the program itself has printed.
fn print(vm: &mut Vm, text: &[u8]) {
    stdlib::flush(vm);
    let mut out = io::stdout();
    let _ = out.write_all(text).and_then(|()| out.flush());
}
