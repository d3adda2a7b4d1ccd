//! The operating system library.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::Table;
use crate::value::{Raw, Value};
use crate::vm::Vm;

use super::access;
use super::arg::{Arguments, Given, bytes, choice, int, opt_bytes, opt_int, table, to_number};
use super::calendar::{Civil, strftime, unix_of_local};
use super::file::path_of;
use super::io::push_outcome;
use super::register::{Library, natives};

natives! {
    /// `os.clock`
    CLOCK = "os.clock", Leaf(clock);
    /// `os.date`
    DATE = "os.date", Leaf(date);
    /// `os.difftime`
    DIFFTIME = "os.difftime", Leaf(difftime);
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

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Makes the table `os`.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    STARTED.get_or_init(Instant::now);
    Library::new(cx, "os")?.functions(ALL, &[])
}

/// Nanoseconds since 1970.
pub(super) fn wall_clock_nanos() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_nanos() as u64)
}

/// Processor time of the program in seconds, if the system tells it.
fn processor_time() -> Option<f64> {
    #[cfg(target_os = "linux")]
    {
        // The first field: nanoseconds on a processor, of the main thread.
        let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
        let nanos: f64 = text.split(' ').next()?.parse().ok()?;
        Some(nanos / 1e9)
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

fn clock<'gc>(cx: Cx<'gc>, _args: Args<'gc>) -> NativeResult {
    let seconds = processor_time().unwrap_or_else(|| STARTED.get_or_init(Instant::now).elapsed().as_secs_f64());
    cx.ret1(Value::float(seconds))
}

fn difftime<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (late, early) = (int(cx, args, 0)?, int(cx, args, 1)?);
    cx.ret1(Value::float(late as f64 - early as f64))
}

fn getenv<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let name = path_of(bytes(cx, args, 0)?);
    // The standard library refuses names that no variable can have.
    let possible =
        !name.as_os_str().is_empty() && !name.as_os_str().as_encoded_bytes().iter().any(|b| b"=\0".contains(b));
    let value = if possible { std::env::var_os(name.as_os_str()) } else { None };
    cx.ret1(value.map_or(Value::NIL, |value| cx.string(value.as_encoded_bytes()).value()))
}

fn remove<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let name = bytes(cx, args, 0)?;
    let path = path_of(name);
    let is_directory = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_dir());
    let outcome = if is_directory { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) };
    push_outcome(cx, outcome, Some(name))
}

fn rename<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (from, to) = (bytes(cx, args, 0)?, bytes(cx, args, 1)?);
    push_outcome(cx, std::fs::rename(path_of(from), path_of(to)), Some(from))
}

fn setlocale<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let locale = opt_bytes(cx, args, 0)?;
    choice(cx, args, 1, Some(0), &["all", "collate", "ctype", "monetary", "numeric", "time"])?;
    // There is one locale.
    cx.ret1(match locale {
        None | Some(b"" | b"C" | b"POSIX") => cx.intern(b"C").value(),
        Some(_) => Value::NIL,
    })
}

/// A path that did not exist a moment ago, and an open file there unless that failed.
pub(super) fn temporary_name() -> (PathBuf, io::Result<std::fs::File>) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let unique = wall_clock_nanos() ^ COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let path = std::env::temp_dir().join(format!("lua_{:x}_{:x}", std::process::id(), unique));
        let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
        match &made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            _ => return (path, made),
        }
    }
}

fn tmpname<'gc>(cx: Cx<'gc>, _args: Args<'gc>) -> NativeResult {
    match temporary_name() {
        (path, Ok(_)) => cx.ret1(cx.string(path.as_os_str().as_encoded_bytes()).value()),
        _ => Err(cx.error("unable to generate a unique filename")),
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
        None => (Civil::local(unix), format),
    };
    let Some(civil) = civil else {
        return Err(cx.error("date result cannot be represented in this installation"));
    };
    if format == b"*t" {
        let fields = cx.table(9, 0);
        set_fields(cx, fields, &civil)?;
        return cx.ret1(fields.value());
    }
    match strftime(format, &civil) {
        Ok(text) => cx.ret1(cx.string(&text).value()),
        Err(rest) => Err(cx.arg_error_bytes(0, &[b"invalid conversion specifier '%", &rest[..], b"'"].concat())),
    }
}

fn set_fields<'gc>(cx: Cx<'gc>, fields: Gc<'gc, Table>, civil: &Civil) -> Result<(), Raise> {
    for (name, value) in [
        ("year", civil.year),
        ("month", civil.month),
        ("day", civil.day),
        ("hour", civil.hour),
        ("min", civil.minute),
        ("sec", civil.second),
        ("yday", civil.yearday),
        ("wday", civil.weekday),
    ] {
        fields.set_bytes(cx, name.as_bytes(), Value::int(value))?;
    }
    fields.set_bytes(cx, b"isdst", Value::bool(civil.is_dst))
}

fn time(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let cx = vm.cx();
    if given.is_absent(0) {
        return cx.ret1(Value::int((wall_clock_nanos() / 1_000_000_000) as i64));
    }
    table(cx, given, 0)?;
    let mut fields = [0; 6];
    for (field, (name, default)) in fields.iter_mut().zip([
        ("year", None),
        ("month", None),
        ("day", None),
        ("hour", Some(12)),
        ("min", Some(0)),
        ("sec", Some(0)),
    ]) {
        *field = date_field(vm, frame, name, default)?;
    }
    let is_dst = raw_field(vm, frame, "isdst")?;
    let is_dst = if is_dst.is_nil() { None } else { Some(is_dst.is_truthy()) };
    let result = unix_of_local(fields, is_dst).and_then(|unix| Some((unix, Civil::local(unix)?)));
    let object = vm.slot(frame.base).as_gc::<Table>();
    let cx = vm.cx();
    let (Some((unix, civil)), Some(object)) = (result, object) else {
        return Err(cx.error("time result cannot be represented in this installation"));
    };
    // The fields come back in their ranges.
    set_fields(cx, object, &civil)?;
    cx.ret1(Value::int(unix))
}

fn raw_field(vm: &mut Vm, frame: CallFrame, name: &str) -> Result<Raw, Raise> {
    let key = vm.cx().intern(name.as_bytes()).value().raw();
    let object = vm.slot(frame.base);
    access::index(vm, object, key)
}

fn date_field(vm: &mut Vm, frame: CallFrame, name: &str, default: Option<i64>) -> Result<i64, Raise> {
    let value = raw_field(vm, frame, name)?;
    match (to_number(value).and_then(|number| number.to_int_exact()), default) {
        (Some(int), _) if i32::try_from(int).is_ok() => Ok(int),
        (Some(_), _) => Err(vm.error_text(format_args!("field '{name}' is out-of-bound"))),
        (None, _) if !value.is_nil() => Err(vm.error_text(format_args!("field '{name}' is not an integer"))),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(vm.error_text(format_args!("field '{name}' missing in date table"))),
    }
}
