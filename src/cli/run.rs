//! Runs what the command line asks for, as the reference implementation does: statements and script in order, the first uncaught
//! error ends the program with a message, a traceback and exit status 1.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use moonset::{Lua, Stats};
use moonset_jit::Dump;
use moonset_runtime::bytecode::disasm;
use moonset_runtime::compile::compile_source;
use moonset_runtime::object::layout::{Str, Table};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::stdlib;
use moonset_runtime::syntax::{chunk_id, strip_shebang_bom};
use moonset_runtime::value::Value;
use moonset_runtime::vm::Vm;

use super::args::{self, DumpRequest, Invocation, Request, StatsFormat};
use super::{output, source, stats};

/// The first byte of a precompiled chunk.
const BINARY_MARK: u8 = 0x1b;

/// What is printed behind the program's name.
type Failure = Vec<u8>;

/// Where dumps of bytecode and of traces go together.
#[derive(Clone)]
struct SharedWriter(Rc<RefCell<Box<dyn Write>>>);

impl Write for SharedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

/// The program.
pub(crate) fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let program = words.first().map_or("moonset".into(), |word| word.to_string_lossy().into_owned());
    match args::parse(&words) {
        Request::Help => print(&format!("usage: {program} [options] [script [args]]\n{}", args::OPTIONS)),
        Request::Version => print(&version()),
        Request::Wrong(message) => {
            let usage = format!("usage: {program} [options] [script [args]]\n{}", args::OPTIONS);
            output::complain(&program, format!("{message}\n{}", usage.trim_end()).as_bytes());
            ExitCode::FAILURE
        }
        Request::Run(invocation) => match run(&program, &words, &invocation) {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        },
    }
}

fn print(text: &str) -> ExitCode {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn version() -> String {
    format!("Moonset {} (Lua 5.4)\n", env!("CARGO_PKG_VERSION"))
}

/// Runs everything; then come finalizers, files and reports, after an error too. Says whether all went well.
fn run(program: &str, words: &[OsString], invocation: &Invocation) -> bool {
    if invocation.version {
        print(&version());
    }
    let prepared = prepare(program, invocation);
    let (lua, writer) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => {
            output::complain(program, message.as_bytes());
            return false;
        }
    };
    lua.with_vm(|vm| {
        let outcome = Session { words, invocation, writer }.run(vm);
        // What the script printed comes before a message about it.
        stdlib::flush(vm);
        if let Err(message) = &outcome {
            output::complain(program, message);
        }
        vm.close();
        outcome.is_ok()
    })
}

/// The Lua state, and where dumps go. Files that are to be written are opened before anything runs.
fn prepare(program: &str, invocation: &Invocation) -> Result<(Lua, Option<SharedWriter>), String> {
    let lua = Lua::with_config(invocation.config.clone()).map_err(|error| error.to_string())?;
    if let Some((format, to)) = &invocation.stats {
        report_at_exit(&lua, program, invocation, *format, output::open(to)?);
    }
    let Some(request) = &invocation.dump else { return Ok((lua, None)) };
    let writer = SharedWriter(Rc::new(RefCell::new(output::open(&request.to)?)));
    lua.set_dump(trace_dump(request, writer.clone()));
    Ok((lua, Some(writer)))
}

/// Statistics are printed when the program ends, by `os.exit` too.
fn report_at_exit(lua: &Lua, program: &str, invocation: &Invocation, format: StatsFormat, mut out: Box<dyn Write>) {
    let (program, config) = (program.to_string(), invocation.config.clone());
    lua.with_vm(|vm| {
        vm.on_exit(move |vm| {
            if let Err(message) = stats::report(&Stats::of(&config, vm), format, &mut *out) {
                output::complain(&program, message.as_bytes());
            }
        });
    });
}

fn trace_dump(request: &DumpRequest, writer: SharedWriter) -> Dump {
    Dump {
        trace: request.trace,
        ir: request.ir,
        clif: request.clif,
        asm: request.asm,
        sink: Some(Box::new(writer)),
        ..Dump::default()
    }
}

/// A run of the program.
struct Session<'a> {
    words: &'a [OsString],
    invocation: &'a Invocation,
    writer: Option<SharedWriter>,
}

impl Session<'_> {
    fn run(&self, vm: &mut Vm) -> Result<(), Failure> {
        self.set_arg(vm)?;
        for statement in &self.invocation.statements {
            self.chunk(vm, b"=(command line)", statement.as_encoded_bytes(), false)?;
        }
        match self.invocation.script {
            Some(at) if self.words[at] == "-" && self.invocation.dash_is_stdin => self.stdin(vm, true),
            Some(at) => {
                let path = Path::new(&self.words[at]);
                let text = source::of_file(path)?;
                self.chunk(vm, &source::chunk_name(path), strip_shebang_bom(&text), true)
            }
            None if self.invocation.statements.is_empty() && !self.invocation.version => {
                if io::stdin().is_terminal() {
                    print(&version());
                }
                self.stdin(vm, false)
            }
            None => Ok(()),
        }
    }

    fn stdin(&self, vm: &mut Vm, with_arguments: bool) -> Result<(), Failure> {
        let text = source::of_stdin()?;
        self.chunk(vm, b"=stdin", strip_shebang_bom(&text), with_arguments)
    }

    /// The table `arg`: the script at 0, its arguments behind, program and options before it.
    fn set_arg(&self, vm: &mut Vm) -> Result<(), Failure> {
        let script = self.invocation.script.unwrap_or(0) as i64;
        let cx = vm.cx();
        let arg = cx.table(0, self.words.len());
        let filled =
            self.words.iter().enumerate().try_for_each(|(at, word)| {
                arg.set_int(cx, at as i64 - script, cx.string(word.as_encoded_bytes()).value())
            });
        filled.and_then(|()| cx.globals().set_bytes(cx, b"arg", arg.value())).map_err(|_| error_text(vm))
    }

    /// Loads and runs a chunk.
    fn chunk(&self, vm: &mut Vm, name: &[u8], text: &[u8], with_arguments: bool) -> Result<(), Failure> {
        if let (Some(writer), Some(true)) = (&self.writer, self.invocation.dump.as_ref().map(|dump| dump.bytecode)) {
            dump_bytecode(writer, name, text);
        }
        if text.first() == Some(&BINARY_MARK) {
            return Err(
                [&chunk_id(name), b": bad binary format (precompiled chunks are not supported)".as_slice()].concat()
            );
        }
        let top = vm.top();
        vm.load(name, text).map_err(|_| error_text(vm))?;
        let function = vm.pop();
        vm.push_callee(function);
        let count = if with_arguments { push_arguments(vm)? } else { 0 };
        let outcome = vm.call_traced(count, Some(0)).map_err(|_| report(vm));
        vm.set_top_slot(top);
        outcome.map(|_| ())
    }
}

/// Pushes the values in the table `arg` as they are by now.
fn push_arguments(vm: &mut Vm) -> Result<usize, Failure> {
    let cx = vm.cx();
    let Some(arg) = cx.globals().get_bytes(cx, b"arg").as_gc::<Table>() else {
        return Err(b"'arg' is not a table".to_vec());
    };
    let count = arg.len();
    vm.ensure(count + 8).map_err(|_| b"too many arguments to script".to_vec())?;
    for index in 1..=count {
        let cx = vm.cx();
        let arg = cx.globals().get_bytes(cx, b"arg").as_gc::<Table>();
        let value = arg.map_or(Value::NIL, |arg| arg.get_int(index as i64)).raw();
        vm.push(value);
    }
    Ok(count)
}

fn error_text(vm: &mut Vm) -> Failure {
    vm.error_message()
}

/// The text of an uncaught error: an object that describes itself stands alone, everything else has a traceback.
fn report(vm: &mut Vm) -> Failure {
    let describes_itself = {
        let cx = vm.cx();
        let value = cx.error_value();
        let is_text = value.as_gc::<Str>().is_some() || value.as_int().is_some() || value.as_float().is_some();
        !is_text && cx.metamethod(value, Metamethod::ToString).is_some()
    };
    let traceback = vm.take_error_traceback();
    let mut text = vm.error_message();
    if let Some(traceback) = traceback.filter(|_| !describes_itself) {
        text.push(b'\n');
        text.extend_from_slice(&traceback);
    }
    text
}

/// Writes the bytecode of a chunk that can be compiled; what is wrong with others is said when they are loaded.
fn dump_bytecode(writer: &SharedWriter, name: &[u8], text: &[u8]) {
    if let Ok(code) = compile_source(text, name) {
        let _ = write!(writer.clone(), "---- {}\n{}", chunk_id(name).escape_ascii(), disasm::disassemble(&code));
    }
}
