//! The basic functions.
//!
//! `pcall`, `xpcall`, `next` and the step of `ipairs` are carried out by the interpreter: here they only get their names.

use crate::cx::Cx;
use crate::native::{Args, Builtin, CallFrame, NativeResult, Raise, Then};
use crate::number::parse::parse_int_in_base;
use crate::object::Gc;
use crate::object::layout::{Native, Str, Table};
use crate::object::metamethod::Metamethod;
use crate::value::{Tag, Value};
use crate::vm::Vm;

use super::access;
use super::arg::{Arguments, Given, any, int, opt_int, raw_equal, table, to_number, to_string, until_zero};
use super::collect::collectgarbage;
use super::file;
use super::register::{Library, natives, set_loaded};

natives! {
    /// `assert`
    ASSERT = "assert", Leaf(assert);
    /// `collectgarbage`
    COLLECTGARBAGE = "collectgarbage", Reentrant(collectgarbage);
    /// `error`
    ERROR = "error", Reentrant(error);
    /// `getmetatable`
    GETMETATABLE = "getmetatable", Leaf(getmetatable);
    /// `next`
    NEXT = "next", Builtin(Builtin::Next);
    /// `pcall`
    PCALL = "pcall", Builtin(Builtin::Pcall);
    /// `rawequal`
    RAWEQUAL = "rawequal", Leaf(rawequal);
    /// `rawget`
    RAWGET = "rawget", Leaf(rawget);
    /// `rawlen`
    RAWLEN = "rawlen", Leaf(rawlen);
    /// `rawset`
    RAWSET = "rawset", Leaf(rawset);
    /// `select`
    SELECT = "select", Leaf(select);
    /// `setmetatable`
    SETMETATABLE = "setmetatable", Leaf(setmetatable);
    /// `tonumber`
    TONUMBER = "tonumber", Leaf(tonumber);
    /// `tostring`
    TOSTRING = "tostring", Either(plain_tostring, tostring);
    /// `warn`
    WARN = "warn", Reentrant(warn);
    /// `xpcall`
    XPCALL = "xpcall", Builtin(Builtin::Xpcall);
}

natives! {
    unlisted;
    /// `ipairs`. Its own value: the step.
    IPAIRS = "ipairs", Leaf(ipairs);
    /// The iterator that `ipairs` returns.
    IPAIRS_STEP = "ipairs_aux", Builtin(Builtin::IpairsStep);
    /// `pairs`. Its own value: `next`.
    PAIRS = "pairs", Calling(pairs);
    /// `print`. Its own value: the file of standard output.
    PRINT = "print", Either(plain_print, print);
    /// `type`. Its own values: the name of every type under its tag.
    TYPE = "type", Leaf(type_of);
}

/// Puts the basic functions into the globals. `stdout` is the file that `print` writes to.
pub(super) fn open<'gc>(cx: Cx<'gc>, stdout: Value<'gc>) -> Result<(), Raise> {
    let globals = Library::globals(cx);
    globals.functions(ALL, &[])?;
    globals.functions(&[&PRINT], &[stdout])?;
    globals.functions(&[&PAIRS], &[globals.table.get_bytes(cx, b"next")])?;
    globals.functions(&[&IPAIRS], &[cx.native(&IPAIRS_STEP, &[]).value()])?;
    let mut type_names = [Value::NIL; 16];
    for (number, name) in type_names.iter_mut().enumerate() {
        *name = cx.intern(Tag::from_byte(number as u8).type_name().as_bytes()).value();
    }
    globals.functions(&[&TYPE], &type_names)?;
    set_loaded(cx, "_G", globals.table)?;
    globals.value("_G", globals.table.value())?;
    globals.value("_VERSION", cx.intern(b"Lua 5.4").value())
}

fn assert<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(0).is_truthy() {
        return Ok(args.len());
    }
    any(cx, args, 0)?;
    let message = args.get(1).unwrap_or_else(|| cx.string(b"assertion failed!").value());
    match message.as_gc::<Str>() {
        Some(text) => Err(cx.error_bytes(text.bytes())),
        None => Err(cx.raise(message)),
    }
}

fn error(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let cx = vm.cx();
    let level = opt_int(cx, given, 1, 1)?;
    let message = given.or_nil(0);
    match (message.as_gc::<Str>(), level) {
        (Some(text), 1) => Err(cx.error_bytes(text.bytes())),
        (Some(_), 2..) => {
            let position = vm.position(level as usize);
            let cx = vm.cx();
            let text = message.as_gc::<Str>().map_or(&b""[..], |text| text.bytes());
            let text = cx.concat(&[&position, text])?;
            Err(cx.raise(text.value()))
        }
        _ => Err(cx.raise(message)),
    }
}

fn getmetatable<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    let Some(metatable) = cx.metatable(value) else { return cx.ret1(Value::NIL) };
    let shown = metatable.get_interned(cx, cx.name(Metamethod::Metatable));
    cx.ret1(if shown.is_nil() { metatable.value() } else { shown })
}

fn setmetatable<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let target = table(cx, args, 0)?;
    let metatable = args.value(1).as_gc::<Table>();
    if metatable.is_none() && !args.get(1).is_some_and(Value::is_nil) {
        return Err(cx.arg_type_error(1, "nil or table", args.get(1)));
    }
    if let Some(old) = target.metatable(cx)
        && !old.get_interned(cx, cx.name(Metamethod::Metatable)).is_nil()
    {
        return Err(cx.error("cannot change a protected metatable"));
    }
    target.set_metatable(cx, metatable);
    cx.ret1(target.value())
}

fn rawequal<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (a, b) = (any(cx, args, 0)?, any(cx, args, 1)?);
    cx.ret1(Value::bool(raw_equal(a, b)))
}

fn rawget<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let target = table(cx, args, 0)?;
    let key = any(cx, args, 1)?;
    cx.ret1(target.get(cx, key))
}

fn rawlen<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = args.value(0);
    let len = match (value.as_gc::<Table>(), value.as_gc::<Str>()) {
        (Some(table), _) => table.len(),
        (_, Some(text)) => text.len(),
        _ => return Err(cx.arg_type_error(0, "table or string", args.get(0))),
    };
    cx.ret1(Value::int(len as i64))
}

fn rawset<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let target = table(cx, args, 0)?;
    let (key, value) = (any(cx, args, 1)?, any(cx, args, 2)?);
    if key.is_nil() {
        return Err(cx.raise_message("table index is nil"));
    }
    if key.as_float().is_some_and(f64::is_nan) {
        return Err(cx.raise_message("table index is NaN"));
    }
    target.set(cx, key, value)?;
    cx.ret1(target.value())
}

fn select<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let len = args.len() as i64;
    if args.string(0).is_some_and(|text| text.bytes().first() == Some(&b'#')) {
        return cx.ret1(Value::int(len - 1));
    }
    let index = match int(cx, args, 0)? {
        index if index < 0 => len + index,
        index => index.min(len),
    };
    if index < 1 {
        return Err(cx.arg_error(0, "index out of range"));
    }
    Ok((len - index) as usize)
}

fn tonumber<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if args.value(1).is_nil() {
        let value = any(cx, args, 0)?;
        return cx.ret1(if value.is_number() {
            value
        } else {
            to_number(value).map_or(Value::NIL, super::arg::of_number)
        });
    }
    let base = int(cx, args, 1)?;
    let Some(text) = args.string(0) else { return Err(cx.arg_type_error(0, "string", args.get(0))) };
    if !(2..=36).contains(&base) {
        return Err(cx.arg_error(1, "base out of range"));
    }
    cx.ret1(parse_int_in_base(text.bytes(), base as u32).map_or(Value::NIL, Value::int))
}

fn plain_tostring<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    match access::text_of_plain(cx, value) {
        Some(text) => cx.ret1(text.value()),
        None => Err(Raise::Reenter),
    }
}

fn tostring(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let value = any(vm.cx(), given, 0)?.raw();
    let text = access::to_text(vm, value)?;
    vm.cx().ret1(text)
}

fn type_of<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    cx.ret1(args.callee().get(value.tag_byte() as usize))
}

fn ipairs<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let value = any(cx, args, 0)?;
    cx.push(args.callee().get(0));
    cx.push(value);
    cx.push(Value::int(0));
    Ok(3)
}

fn pairs(vm: &mut Vm, frame: CallFrame) -> Result<Then, Raise> {
    let given: Given<1> = Given::new(vm, frame);
    let callee = vm.callee(frame);
    let cx = vm.cx();
    let value = any(cx, given, 0)?;
    if let Some(handler) = cx.metamethod(value, Metamethod::Pairs) {
        let (handler, value) = (handler.raw(), value.raw());
        vm.push_callee(handler);
        vm.push(value);
        return Ok(Then::Call { nargs: 1, wanted: Some(3) });
    }
    cx.push(callee.as_gc::<Native>().expect("the function being called").get(0));
    cx.push(value);
    cx.push(Value::NIL);
    Ok(Then::Return(3))
}

/// Prints values none of which has a `__tostring`.
fn plain_print<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    if (0..args.len()).any(|index| cx.metamethod(args.value(index), Metamethod::ToString).is_some()) {
        return Err(Raise::Reenter);
    }
    let stdout = args.callee().get(0);
    for index in 0..args.len() {
        let value = args.value(index);
        let text = if value.is_number() { Some(value) } else { access::text_of_plain(cx, value).map(Gc::value) };
        file::print(stdout, if index == 0 { b"" } else { b"\t" }, text.unwrap_or(Value::NIL));
    }
    file::end_printed_line(stdout);
    Ok(0)
}

fn print(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    for index in 0..frame.len {
        let value = vm.slot(frame.base + index);
        let text = access::to_text(vm, value)?;
        let stdout = own_value(vm, frame);
        file::print(stdout, if index == 0 { b"" } else { b"\t" }, text);
    }
    file::end_printed_line(own_value(vm, frame));
    Ok(0)
}

fn own_value(vm: &Vm, frame: CallFrame) -> Value<'static> {
    vm.callee(frame).as_gc::<Native>().expect("the function being called").get(0)
}

fn warn(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let mut message = Vec::new();
    for index in 0..frame.len.max(1) {
        let value = if index < frame.len { Some(vm.slot(frame.base + index)) } else { None };
        let cx = vm.cx();
        match value.and_then(|value| to_string(cx, value)) {
            Some(text) => message.extend_from_slice(until_zero(text.bytes())),
            None => return Err(cx.arg_type_error(index, "string", value)),
        }
    }
    match &message[..] {
        [b'@', control @ ..] if frame.len == 1 => vm.control_warnings(control),
        text => vm.warn(text),
    }
    Ok(0)
}
