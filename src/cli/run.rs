//! Runs what the command line asks for, as the reference implementation does: `LUA_INIT`, then `-e`, `-l` and `-W` in order,
//! then the script, then the interactive mode. The first uncaught error ends the program with a message, a traceback and exit
//! status 1.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use moonset::{Lua, Stats};
use moonset_jit::Dump;
use moonset_runtime::stdlib;
use moonset_runtime::vm::Vm;

use super::args::{self, Action, DumpRequest, Invocation, Request, StatsFormat, Text};
use super::output::SharedWriter;
use super::session::{self, Failure, Session};
use super::{luajit, options, output, repl, stats, tool};

/// The variables of which the first that is set holds what runs before everything else.
const INIT_VARIABLES: [&str; 2] = ["LUA_INIT_5_4", "LUA_INIT"];

/// The program.
pub(crate) fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let program = match words.first() {
        Some(word) if !word.is_empty() => word.to_string_lossy().into_owned(),
        _ => "moonset".to_string(),
    };
    let good = match args::parse(&words, |name| std::env::var_os(name)) {
        Request::Print(Text::Help) => print(&options::usage(&program)),
        Request::Print(Text::Version) => print(&version()),
        Request::Print(Text::Tunables) => print(&luajit::table()),
        Request::Wrong(message) => {
            let usage = options::usage(&program);
            output::complain(Some(&program), format!("{message}\n{}", usage.trim_end()).as_bytes());
            false
        }
        Request::Tool(tool) => tool::run(&program, &tool),
        Request::Run(invocation) => run(&program, &words, &invocation),
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(text: &str) -> bool {
    let mut out = io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok()
}

/// The version line. Programs that ask which Lua this is look for `Lua 5.4` in it.
fn version() -> String {
    format!("Moonset {}, a runtime for Lua 5.4 as defined by Lua.org, PUC-Rio\n", env!("CARGO_PKG_VERSION"))
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
            output::complain(Some(program), message.as_bytes());
            return false;
        }
    };
    lua.with_vm(|vm| {
        let bytecode = writer.filter(|_| invocation.dump.as_ref().is_some_and(|dump| dump.bytecode));
        let session = Session::new(vm, bytecode);
        let outcome = everything(vm, &session, program, words, invocation);
        // What the script printed comes before a message about it.
        stdlib::flush(vm);
        if let Err(message) = &outcome {
            output::complain(Some(program), message);
        }
        vm.close();
        outcome.is_ok()
    })
}

/// The Lua state, and where dumps go. Files that are to be written are opened before anything runs.
fn prepare(program: &str, invocation: &Invocation) -> Result<(Lua, Option<SharedWriter>), String> {
    let lua = Lua::with_config(invocation.config.clone()).map_err(|error| format!("cannot create state: {error}"))?;
    if let Some((format, to)) = &invocation.stats {
        report_at_exit(&lua, program, *format, output::open(to)?);
    }
    if let Some(to) = &invocation.trace_log {
        lua.set_trace_log(output::open(to)?);
    }
    let Some(request) = &invocation.dump else { return Ok((lua, None)) };
    let writer = SharedWriter::new(output::open(&request.to)?);
    lua.set_dump(trace_dump(request, writer.clone()));
    Ok((lua, Some(writer)))
}

/// Statistics are printed when the program ends, by `os.exit` too.
fn report_at_exit(lua: &Lua, program: &str, format: StatsFormat, mut out: Box<dyn Write>) {
    let program = program.to_string();
    lua.with_vm(|vm| {
        vm.on_exit(move |vm| {
            if let Err(message) = stats::report(&Stats::of(vm), format, &mut *out) {
                output::complain(Some(&program), message.as_bytes());
            }
        });
    });
}

fn trace_dump(request: &DumpRequest, writer: SharedWriter) -> Dump {
    Dump { ir: request.ir, passes: request.passes, clif: request.clif, asm: request.asm, sink: Some(Box::new(writer)) }
}

fn everything(
    vm: &mut Vm,
    session: &Session,
    program: &str,
    words: &[OsString],
    invocation: &Invocation,
) -> Result<(), Failure> {
    session::set_arguments(vm, words, invocation.script.unwrap_or(0))?;
    if !invocation.config.ignore_environment {
        initialise(vm, session)?;
    }
    for action in &invocation.actions {
        match action {
            Action::Execute(text) => session.chunk(vm, b"=(command line)", text.as_encoded_bytes(), false)?,
            Action::Require(argument) => session.require(vm, argument.as_encoded_bytes())?,
            Action::Warnings => vm.set_warnings(true),
        }
    }
    if let Some(at) = invocation.script {
        if words[at] == "-" && !invocation.dash_is_file {
            session.stdin(vm, true)?;
        } else {
            session.file(vm, Path::new(&words[at]), true)?;
        }
    }
    let executes = invocation.actions.iter().any(|action| matches!(action, Action::Execute(_)));
    if invocation.interactive {
        repl::run(vm, session)?;
    } else if invocation.script.is_none() && !executes && !invocation.version {
        if io::stdin().is_terminal() {
            print(&version());
            repl::run(vm, session)?;
        } else {
            // The reference takes no notice of how this ends.
            if let Err(message) = session.stdin(vm, false) {
                stdlib::flush(vm);
                output::complain(Some(program), &message);
            }
        }
    }
    Ok(())
}

/// Runs what `LUA_INIT` says: a text, or behind `@` the name of a file.
fn initialise(vm: &mut Vm, session: &Session) -> Result<(), Failure> {
    let found = INIT_VARIABLES.iter().find_map(|name| std::env::var_os(name).map(|value| (name, value)));
    let Some((name, value)) = found else { return Ok(()) };
    match value.as_encoded_bytes() {
        [b'@', ..] => session.file(vm, Path::new(&args::tail(&value, 1)), false),
        text => session.chunk(vm, format!("={name}").as_bytes(), text, false),
    }
}
