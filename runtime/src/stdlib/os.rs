//! The operating system library.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::value::{Raw, Value};
use crate::vm::Vm;

use super::access;
use super::arg::{Arguments, Given, choice, int, name, opt_bytes, opt_int, opt_name, table, to_number, until_zero};
use super::calendar::{Civil, strftime};
use super::file::{flush_all, path_of};
use super::io::{push_exit, push_outcome};
use super::local_time;
use super::process;
use super::register::{Library, natives};

natives! {
    /// `os.clock`
    CLOCK = "os.clock", Leaf(clock);
    /// `os.date`
    DATE = "os.date", Leaf(date);
    /// `os.difftime`
    DIFFTIME = "os.difftime", Leaf(difftime);
    /// `os.execute`
    EXECUTE = "os.execute", Leaf(execute);
    /// `os.exit`
    EXIT = "os.exit", Reentrant(exit);
    /// `os.getenv`
    GETENV = "os.getenv", Leaf(getenv);
    /// `os.remove`
    REMOVE = "os.remove", Leaf(remove);
    /// `os.rename`
    RENAME = "os.rename", Leaf(rename);
    /// `os.setlocale`
    SETLOCALE = "os.setlocale", Leaf(setlocale);
    /// `os.time`
    TIME = "os.time", Reentrant(time);
    /// `os.tmpname`
    TMPNAME = "os.tmpname", Leaf(tmpname);
}

/// Makes the table `os`.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    Library::new(cx, "os")?.functions(ALL, &[])
}

/// Nanoseconds since 1970.
pub(super) fn wall_clock_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_nanos() as u64)
}

fn clock<'gc>(cx: Cx<'gc>, _args: Args<'gc>) -> NativeResult {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    cx.ret1(Value::float(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9))
}

fn difftime<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (late, early) = (int(cx, args, 0)?, int(cx, args, 1)?);
    cx.ret1(Value::float((i128::from(late) - i128::from(early)) as f64))
}

fn getenv<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let name = path_of(name(cx, args, 0)?);
    // The standard library refuses names that no variable can have.
    let possible =
        !name.as_os_str().is_empty() && !name.as_os_str().as_encoded_bytes().iter().any(|b| b"=\0".contains(b));
    let value = if possible { std::env::var_os(name.as_os_str()) } else { None };
    cx.ret1(value.map_or(Value::NIL, |value| cx.string(value.as_encoded_bytes()).value()))
}

fn remove<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let name = name(cx, args, 0)?;
    let path = path_of(name);
    let is_directory = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
    let outcome = if is_directory { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) };
    push_outcome(cx, outcome, Some(name))
}

fn rename<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (from, to) = (name(cx, args, 0)?, name(cx, args, 1)?);
    push_outcome(cx, std::fs::rename(path_of(from), path_of(to)), None)
}

fn setlocale<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let locale = opt_name(cx, args, 0)?;
    choice(cx, args, 1, Some(0), &["all", "collate", "ctype", "monetary", "numeric", "time"])?;
    // There is one locale.
    cx.ret1(match locale {
        None | Some(b"" | b"C" | b"POSIX") => cx.intern(b"C").value(),
        Some(_) => Value::NIL,
    })
}

fn tmpname<'gc>(cx: Cx<'gc>, _args: Args<'gc>) -> NativeResult {
    let made = tempfile::Builder::new().prefix("lua_").tempfile().map(|file| file.into_temp_path().keep());
    match made {
        Ok(Ok(path)) => cx.ret1(cx.string(path.as_os_str().as_encoded_bytes()).value()),
        _ => Err(cx.error("unable to generate a unique filename")),
    }
}

fn execute<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    match opt_name(cx, args, 0)? {
        Some(command) => {
            flush_all(cx);
            push_exit(cx, process::run(command))
        }
        None => cx.ret1(Value::bool(process::has_shell())),
    }
}

fn exit(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let status = match given.or_nil(0).as_bool() {
        Some(true) => 0,
        Some(false) => 1,
        None => opt_int(vm.cx(), given, 0, 0)? as i32,
    };
    if given.or_nil(1).is_truthy() {
        vm.close();
    }
    vm.exit(status)
}

// ---- dates

fn date<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let format = opt_bytes(cx, args, 0)?.unwrap_or(b"%c");
    let unix = opt_int(cx, args, 1, (wall_clock_nanos() / 1_000_000_000) as i64)?;
    let (civil, format) = match format.strip_prefix(b"!") {
        Some(format) => (Civil::utc(unix), format),
        None => (local_time::civil_of_unix(unix), format),
    };
    let Some(civil) = civil else {
        return Err(cx.error("date result cannot be represented in this installation"));
    };
    if until_zero(format) == b"*t" {
        let fields = cx.table(9, 0);
        for (name, value) in fields_of(&civil) {
            fields.set_bytes(cx, name.as_bytes(), value)?;
        }
        return cx.ret1(fields.value());
    }
    match strftime(format, &civil) {
        Ok(text) => cx.ret1(cx.string(&text).value()),
        Err(rest) => {
            // Quoted up to a NUL, as the reference does.
            Err(cx.arg_error_bytes(0, &[b"invalid conversion specifier '%", until_zero(&rest), b"'"].concat()))
        }
    }
}

/// The fields of a date table, in the order in which they are set.
fn fields_of(civil: &Civil) -> [(&'static str, Value<'static>); 9] {
    [
        ("year", Value::int(civil.year)),
        ("month", Value::int(civil.month)),
        ("day", Value::int(civil.day)),
        ("hour", Value::int(civil.hour)),
        ("min", Value::int(civil.minute)),
        ("sec", Value::int(civil.second)),
        ("yday", Value::int(civil.yearday)),
        ("wday", Value::int(civil.weekday)),
        ("isdst", Value::bool(civil.is_dst)),
    ]
}

fn time(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let cx = vm.cx();
    if given.is_absent(0) {
        return cx.ret1(Value::int((wall_clock_nanos() / 1_000_000_000) as i64));
    }
    table(cx, given, 0)?;
    let mut fields = [0; 6];
    for (field, (name, default, origin)) in fields.iter_mut().zip([
        ("year", None, 1900),
        ("month", None, 1),
        ("day", None, 0),
        ("hour", Some(12), 0),
        ("min", Some(0), 0),
        ("sec", Some(0), 0),
    ]) {
        *field = date_field(vm, frame, name, default, origin)?;
    }
    let is_dst = raw_field(vm, frame, "isdst")?;
    let is_dst = if is_dst.is_nil() { None } else { Some(is_dst.is_truthy()) };
    let Some((unix, civil)) = local_time::unix_of_fields(fields, is_dst) else {
        return Err(vm.error_text("time result cannot be represented in this installation"));
    };
    // The fields come back in their ranges.
    for (name, value) in fields_of(&civil) {
        let key = vm.cx().intern(name.as_bytes()).value().raw();
        let object = vm.slot(frame.base);
        access::set_index(vm, object, key, value)?;
    }
    vm.cx().ret1(Value::int(unix))
}

fn raw_field(vm: &mut Vm, frame: CallFrame, name: &str) -> Result<Raw, Raise> {
    let key = vm.cx().intern(name.as_bytes()).value().raw();
    let object = vm.slot(frame.base);
    access::index(vm, object, key)
}

/// A field of the table, which must fit in 32 bits when it is counted from `origin`.
fn date_field(vm: &mut Vm, frame: CallFrame, name: &str, default: Option<i64>, origin: i64) -> Result<i64, Raise> {
    let value = raw_field(vm, frame, name)?;
    let in_range = |int: i64| int.checked_sub(origin).is_some_and(|it| i32::try_from(it).is_ok());
    match (to_number(value).and_then(|number| number.to_int_exact()), default) {
        (Some(int), _) if in_range(int) => Ok(int),
        (Some(_), _) => Err(vm.error_text(format_args!("field '{name}' is out-of-bound"))),
        (None, _) if !value.is_nil() => Err(vm.error_text(format_args!("field '{name}' is not an integer"))),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.error_text(format_args!("field '{name}' missing in date table"))),
    }
}
