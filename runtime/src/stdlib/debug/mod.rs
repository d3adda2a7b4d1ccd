//! The debug library.
//!
//! ```text
//!   info   getinfo                       variable   locals and upvalues
//!   watch  hooks                         here       metatables, tracebacks, the registry, the prompt
//! ```
//!
//! Most functions take a coroutine as an optional first argument; [`Subject`] is what it selects. Everything that is asked
//! of a stack is asked by levels of a [`Walk`], which are used up before anything can run or collect.

pub mod info;
pub mod variable;
pub mod watch;

use crate::cx::Cx;
use crate::interp::walk::{Level, Walk};
use crate::interp::{coroutine, traceback};
use crate::native::{Args, CallFrame, NativeCode, NativeDef, NativeResult, Raise};
use crate::object::layout::{Str, Table, Thread, Userdata};
use crate::object::{Gc, RawGc};
use crate::value::{Tag, Value};
use crate::vm::Vm;

use super::arg::{Arguments, Given, any, int, opt_int, to_string, until_zero};
use super::register::{Library, natives};

natives! {
    group HERE;
    /// `debug.debug`
    DEBUG = "debug.debug", Reentrant(prompt);
    /// `debug.getmetatable`
    GETMETATABLE = "debug.getmetatable", Leaf(getmetatable);
    /// `debug.getregistry`
    GETREGISTRY = "debug.getregistry", Leaf(getregistry);
    /// `debug.getuservalue`
    GETUSERVALUE = "debug.getuservalue", Leaf(getuservalue);
    /// `debug.setcstacklimit`
    SETCSTACKLIMIT = "debug.setcstacklimit", Leaf(setcstacklimit);
    /// `debug.setmetatable`
    SETMETATABLE = "debug.setmetatable", Reentrant(setmetatable);
    /// `debug.setuservalue`
    SETUSERVALUE = "debug.setuservalue", Leaf(setuservalue);
    /// `debug.traceback`
    TRACEBACK = "debug.traceback", Reentrant(traceback);
}

/// What the lowest level of the main program's stack is: the program that runs it.
static HOST: NativeDef = NativeDef { name: "host", standard: false, code: NativeCode::Leaf(|_, _| Ok(0)) };

/// Puts the library into the globals.
pub(super) fn open(vm: &mut Vm) -> Result<(), Raise> {
    let cx = vm.cx();
    let library = Library::new(cx, "debug")?;
    library.functions(HERE, &[])?;
    library.functions(info::ALL, &[])?;
    library.functions(variable::ALL, &[])?;
    library.functions(watch::ALL, &[])?;
    let host = vm.native(&HOST).value();
    vm.set_host_function(host);
    Ok(())
}

/// The coroutine that a function asks about.
#[derive(Clone, Copy)]
struct Subject {
    /// `None`: the running one.
    thread: Option<RawGc<Thread>>,
    /// Where the other arguments start.
    first: usize,
}

impl Subject {
    fn new<'gc>(vm: &Vm, given: impl Arguments<'gc>) -> Subject {
        match given.arg(0).and_then(|value| value.as_gc::<Thread>()) {
            Some(thread) => Subject { thread: vm.other_thread(thread.raw()), first: 1 },
            None => Subject { thread: None, first: 0 },
        }
    }

    fn walk(self, vm: &mut Vm) -> Walk {
        match self.thread {
            None => Walk::running(vm),
            Some(thread) => coroutine::walk(vm, thread),
        }
    }

    fn level(self, vm: &mut Vm, level: i64) -> Option<Level> {
        self.walk(vm).nth(usize::try_from(level).ok()?)
    }
}

/// An integer as the reference implementation passes it on: the lower half.
fn small_int<'gc>(cx: Cx<'gc>, given: impl Arguments<'gc>, index: usize) -> Result<i64, Raise> {
    int(cx, given, index).map(|int| i64::from(int as i32))
}

// ---- metatables and user values

fn getmetatable<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    let metatable = cx.metatable(value);
    cx.ret1(metatable.map_or(Value::NIL, Gc::value))
}

fn setmetatable(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let cx = vm.cx();
    let metatable = given.or_nil(1).as_gc::<Table>();
    if metatable.is_none() && !given.arg(1).is_some_and(Value::is_nil) {
        return Err(cx.arg_type_error(1, "nil or table", given.arg(1)));
    }
    let value: Value<'_> = given.or_nil(0);
    match value.tag() {
        Tag::Table => value.as_gc::<Table>().into_iter().for_each(|table| table.set_metatable(cx, metatable)),
        Tag::Userdata => {
            value.as_gc::<Userdata>().into_iter().for_each(|userdata| userdata.set_metatable(cx, metatable));
        }
        _ => {
            let (value, metatable) = (value.raw(), metatable.map(Gc::raw));
            vm.set_basic_metatable(value, metatable);
        }
    }
    let value = vm.slot(frame.base);
    vm.cx().ret1(value)
}

fn getuservalue<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    opt_int(cx, args, 1, 1)?;
    // No userdata has values of this kind.
    cx.ret1(Value::NIL)
}

fn setuservalue<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    opt_int(cx, args, 2, 1)?;
    if args.value(0).tag() != Tag::Userdata {
        return Err(cx.arg_type_error(0, "userdata", args.get(0)));
    }
    any(cx, args, 1)?;
    cx.ret1(Value::NIL)
}

fn getregistry<'gc>(cx: Cx<'gc>, _args: Args<'gc>) -> NativeResult {
    cx.ret1(cx.registry().value())
}

fn setcstacklimit<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    int(cx, args, 0)?;
    cx.ret1(Value::int(FIXED_LIMIT))
}

/// What the reference implementation says that the limit is, whatever it is set to.
const FIXED_LIMIT: i64 = 200;

// ---- tracebacks

fn traceback(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let message = given.or_nil(subject.first);
    let cx = vm.cx();
    let text = to_string(cx, message).map(|text| until_zero(text.bytes()).to_vec());
    if text.is_none() && !message.is_nil() {
        return cx.ret1(message);
    }
    let level = opt_int(cx, given, subject.first + 1, i64::from(subject.thread.is_none()))?;
    let walk = subject.walk(vm);
    let text = match usize::try_from(level as i32) {
        Ok(level) => traceback::text(vm, walk, text.as_deref(), level),
        // There is no such level, and no higher one is asked for.
        Err(_) => traceback::text(vm, Walk::nowhere(), text.as_deref(), 0),
    };
    let cx = vm.cx();
    cx.ret1(cx.string(&text).value())
}

// ---- the prompt

fn prompt(vm: &mut Vm, _frame: CallFrame) -> NativeResult {
    loop {
        eprint!("lua_debug> ");
        let Some(line) = super::read_stdin_line(vm).filter(|line| line != b"cont") else { return Ok(0) };
        let top = vm.top();
        let run = match vm.load(b"=(debug command)", &line) {
            Ok(()) => {
                let function = vm.pop();
                vm.push_callee(function);
                vm.call_protected(0, Some(0)).map(|_| ())
            }
            Err(raise) => Err(raise),
        };
        if run.is_err() {
            let text = error_text(vm);
            eprintln!("{}", String::from_utf8_lossy(&text));
        }
        vm.set_top_slot(top);
    }
}

/// The error as `tostring` gives it.
fn error_text(vm: &mut Vm) -> Vec<u8> {
    let error = vm.cx().error_value().raw();
    match vm.tostring(error) {
        Ok(text) => text.as_gc::<Str>().map_or(Vec::new(), |text| text.bytes().to_vec()),
        Err(_) => Vec::new(),
    }
}
