//! `debug.getinfo`.

use crate::cx::Cx;
use crate::interp::walk::Level;
use crate::native::{CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::{Closure, Native, Table};
use crate::object::proto::Proto;
use crate::syntax::chunk_id;
use crate::value::{Tag, Value};
use crate::vm::Vm;

use super::super::arg::{Arguments, Given, opt_name};
use super::super::register::natives;
use super::{Subject, small_int};

natives! {
    /// `debug.getinfo`
    GETINFO = "debug.getinfo", Reentrant(getinfo);
}

/// What is given when nothing is asked for.
const DEFAULT: &[u8] = b"flnSrtu";

/// The letters that mean something.
const OPTIONS: &[u8] = b"SlnrutLf";

fn getinfo(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let options = opt_name(vm.cx(), given, subject.first + 1)?.unwrap_or(DEFAULT).to_vec();
    if options.first() == Some(&b'>') {
        return Err(vm.cx().arg_error(subject.first + 1, "invalid option '>'"));
    }
    let what = given.or_nil(subject.first);
    let level = if matches!(what.tag(), Tag::Closure | Tag::Native) {
        None
    } else {
        let number = small_int(vm.cx(), given, subject.first)?;
        match subject.level(vm, number) {
            Some(level) => Some(level),
            None => return vm.cx().ret1(Value::NIL),
        }
    };
    if options.iter().any(|option| !OPTIONS.contains(option)) {
        return Err(vm.cx().arg_error(subject.first + 1, "invalid option"));
    }
    let function = level.map_or(what, |level| level.function());
    let transfer = level.filter(|_| subject.thread.is_none()).and_then(|level| {
        let base = vm.slot_number(level.base);
        vm.exec.hooks.transfer_of(base)
    });
    let cx = vm.cx();
    let table = cx.table(0, 0);
    let asked = |letter: u8| options.contains(&letter);
    let set = |name: &str, value: Value<'_>| table.raw().set_bytes(cx, name.as_bytes(), value.raw());
    let proto = function.as_gc::<Closure>().map(|closure| closure.proto().get());
    if asked(b'S') {
        let (source, line, last_line, what) = match proto {
            Some(proto) => {
                let what = if proto.line_defined == 0 { "main" } else { "Lua" };
                (&proto.source[..], i64::from(proto.line_defined), i64::from(proto.last_line), what)
            }
            None => (b"=[C]".as_slice(), -1, -1, "C"),
        };
        set("source", cx.string(source).value())?;
        set("short_src", cx.string(&chunk_id(source)).value())?;
        set("linedefined", Value::int(line))?;
        // The main function ends nowhere.
        set("lastlinedefined", Value::int(last_line))?;
        set("what", cx.string(what.as_bytes()).value())?;
    }
    if asked(b'l') {
        set("currentline", Value::int(level.and_then(|level| level.line()).map_or(-1, i64::from)))?;
    }
    if asked(b'u') {
        let upvalues = super::variable::count_upvalues(function);
        set("nups", Value::int(upvalues as i64))?;
        set("nparams", Value::int(proto.map_or(0, |proto| i64::from(proto.num_params))))?;
        set("isvararg", Value::bool(proto.is_none_or(|proto| proto.is_vararg)))?;
    }
    if asked(b'n') {
        let origin = level.and_then(|level| level.called_as());
        let kind = origin.as_ref().map_or("", |origin| origin.kind);
        if let Some(origin) = &origin {
            set("name", cx.string(&origin.name).value())?;
        }
        set("namewhat", cx.string(kind.as_bytes()).value())?;
    }
    if asked(b'r') {
        let (first, count) = transfer.filter(|it| it.count > 0).map_or((0, 0), |it| (it.first, it.count));
        set("ftransfer", Value::int(first as i64))?;
        set("ntransfer", Value::int(count as i64))?;
    }
    if asked(b't') {
        set("istailcall", Value::bool(level.is_some_and(|level: Level| level.is_tail_call())))?;
    }
    if asked(b'L')
        && let Some(proto) = proto
    {
        set("activelines", active_lines(cx, proto)?)?;
    }
    if asked(b'f') {
        set("func", function)?;
    }
    cx.ret1(table.value())
}

/// The lines on which a function has instructions, as the keys of a table. What prepares a vararg function has no line.
fn active_lines<'gc>(cx: Cx<'gc>, proto: &Proto) -> Result<Value<'gc>, Raise> {
    let lines: Gc<'gc, Table> = cx.table(0, 0);
    for &line in proto.lines.iter().skip(usize::from(proto.is_vararg)) {
        lines.set_int(cx, i64::from(line), Value::TRUE)?;
    }
    Ok(lines.value())
}

/// Whether a value is a function.
pub(super) fn is_function(value: Value<'_>) -> bool {
    value.as_gc::<Closure>().is_some() || value.as_gc::<Native>().is_some()
}
