//! `find`, `match`, `gmatch` and `gsub`.
//!
//! The first three are leaves. `gsub` may call a function or an `__index` for every match; it keeps subject, pattern and
//! replacement in its argument slots and reads them again after each call.

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::{Str, Table};
use crate::stdlib::access;
use crate::stdlib::arg::{Arguments, Given, bytes, opt_int, string, to_string};
use crate::stdlib::buffer::Buffer;
use crate::stdlib::register::natives;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

use super::index::start_position;
use super::pattern::{Capture, Matcher, PatternError, Scan, find_plain, is_plain};

natives! {
    /// `string.find`
    FIND = "string.find", Leaf(find);
    /// `string.gmatch`
    GMATCH = "string.gmatch", Leaf(gmatch);
    /// `string.gsub`
    GSUB = "string.gsub", Either(plain_gsub, gsub);
    /// `string.match`
    MATCH = "string.match", Leaf(match_first);
}

natives! {
    unlisted;
    /// The iterator that `string.gmatch` returns. Its own values: subject, pattern, place, end of the last match.
    GMATCH_STEP = "gmatch_aux", Leaf(gmatch_step);
}

fn find<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (subject, pattern) = (bytes(cx, args, 0)?, bytes(cx, args, 1)?);
    let init = start_position(opt_int(cx, args, 2, 1)?, subject.len()) - 1;
    if init > subject.len() {
        return cx.ret1(Value::NIL);
    }
    if args.value(3).is_truthy() || is_plain(pattern) {
        let Some(start) = find_plain(subject, pattern, init) else { return cx.ret1(Value::NIL) };
        cx.push(Value::int(start as i64 + 1));
        cx.push(Value::int((start + pattern.len()) as i64));
        return Ok(2);
    }
    let mut matcher = Matcher::new(subject, pattern).watched(cx.watch());
    let Some((start, end)) = matcher.find_from(init).map_err(|error| pattern_error(cx, error))? else {
        return cx.ret1(Value::NIL);
    };
    cx.push(Value::int(start as i64 + 1));
    cx.push(Value::int(end as i64));
    Ok(2 + push_captures(cx, &matcher, matcher.n_captures(), start, end)?)
}

fn match_first<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (subject, pattern) = (bytes(cx, args, 0)?, bytes(cx, args, 1)?);
    let init = start_position(opt_int(cx, args, 2, 1)?, subject.len()) - 1;
    if init > subject.len() {
        return cx.ret1(Value::NIL);
    }
    let mut matcher = Matcher::new(subject, pattern).watched(cx.watch());
    match matcher.find_from(init).map_err(|error| pattern_error(cx, error))? {
        Some((start, end)) => push_captures(cx, &matcher, matcher.n_values(), start, end),
        None => cx.ret1(Value::NIL),
    }
}

fn gmatch<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (subject, pattern) = (string(cx, args, 0)?, string(cx, args, 1)?);
    let init = start_position(opt_int(cx, args, 2, 1)?, subject.len()) - 1;
    let init = init.min(subject.len() + 1);
    let own = [subject.value(), pattern.value(), Value::int(init as i64), Value::int(-1)];
    cx.ret1(cx.native(&GMATCH_STEP, &own).value())
}

fn gmatch_step<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let own = args.callee();
    let text = |index| own.get(index).as_gc::<Str>().expect("made by `gmatch`");
    let offset = |index| own.get(index).as_int().expect("made by `gmatch`") as usize;
    // An offset of -1 comes back as `usize::MAX`: no match yet.
    let mut scan = Scan { at: offset(2), last_end: offset(3) };
    let mut matcher = Matcher::unanchored(text(0).bytes(), text(1).bytes()).watched(cx.watch());
    let Some((start, end)) = scan.next_match(&mut matcher).map_err(|error| pattern_error(cx, error))? else {
        return Ok(0);
    };
    // Captures may be wrong: then nothing has changed.
    let results = push_captures(cx, &matcher, matcher.n_values(), start, end)?;
    own.set(cx, 2, Value::int(scan.at as i64));
    own.set(cx, 3, Value::int(scan.last_end as i64));
    Ok(results)
}

/// A replacement that is a text, or a table without a metatable.
fn plain_gsub<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let replacement = args.value(2);
    let table = replacement.as_gc::<Table>().filter(|table| table.metatable(cx).is_none());
    if table.is_none() && !matches!(replacement.tag(), Tag::Str | Tag::Int | Tag::Float) {
        return Err(Raise::Reenter);
    }
    let subject = string(cx, args, 0)?;
    let pattern = string(cx, args, 1)?;
    let limit = opt_int(cx, args, 3, subject.len() as i64 + 1)?;
    match (table, to_string(cx, replacement)) {
        (Some(table), _) => with_table(cx, subject, pattern.bytes(), table, limit),
        (None, Some(text)) => with_text(cx, subject, pattern.bytes(), text.bytes(), limit),
        (None, None) => Err(Raise::Reenter),
    }
}

fn gsub(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let cx = vm.cx();
    let subject = string(cx, given, 0)?;
    let pattern = string(cx, given, 1)?;
    let replacement = given.or_nil(2);
    let kind = replacement.tag();
    let limit = opt_int(cx, given, 3, subject.len() as i64 + 1)?;
    if !matches!(kind, Tag::Str | Tag::Int | Tag::Float | Tag::Table | Tag::Closure | Tag::Native) {
        return Err(cx.arg_type_error(2, "string/function/table", given.arg(2)));
    }
    if let Some(text) = to_string(cx, replacement) {
        return with_text(cx, subject, pattern.bytes(), text.bytes(), limit);
    }
    // Numbers have become strings: what is read again below are strings.
    let (subject, pattern) = (subject.value().raw(), pattern.value().raw());
    vm.set_slot(frame.base, subject);
    vm.set_slot(frame.base + 1, pattern);
    with_values(vm, frame, limit)
}

/// A replacement that is a text.
fn with_text<'gc>(cx: Cx<'gc>, subject: Gc<'gc, Str>, pattern: &[u8], text: &[u8], limit: i64) -> NativeResult {
    let bytes = subject.bytes();
    let mut matcher = Matcher::new(bytes, pattern).watched(cx.watch());
    let (mut scan, mut copied, mut count) = (Scan::new(0), 0, 0);
    let mut out = Buffer::new();
    let marks = memchr::memchr_iter(b'%', text).count();
    while count < limit {
        let Some((start, end)) = scan.next_match(&mut matcher).map_err(|error| pattern_error(cx, error))? else {
            break;
        };
        out.reserve(cx, start - copied + Matcher::expanded_len(text, marks, start, end))?;
        out.extend_from_slice(&bytes[copied..start]);
        matcher.expand(text, start, end, &mut out).map_err(|error| pattern_error(cx, error))?;
        copied = end;
        count += 1;
        if matcher.is_anchored() {
            break;
        }
    }
    if count == 0 {
        cx.push(subject.value());
    } else {
        out.push(cx, &bytes[copied..])?;
        cx.push(new_string(cx, &out)?);
    }
    cx.push(Value::int(count));
    Ok(2)
}

/// A replacement that is a table without a metatable.
fn with_table<'gc>(
    cx: Cx<'gc>,
    subject: Gc<'gc, Str>,
    pattern: &[u8],
    table: Gc<'gc, Table>,
    limit: i64,
) -> NativeResult {
    let bytes = subject.bytes();
    let mut matcher = Matcher::new(bytes, pattern).watched(cx.watch());
    let (mut scan, mut copied, mut count) = (Scan::new(0), 0, 0);
    let mut out = Buffer::new();
    while count < limit {
        let Some((start, end)) = scan.next_match(&mut matcher).map_err(|error| pattern_error(cx, error))? else {
            break;
        };
        let value = table.get(cx, capture_value(cx, &matcher, 0, start, end)?);
        if value.is_truthy() {
            out.push(cx, &bytes[copied..start])?;
            out.push(cx, replacement_text(cx, value)?.bytes())?;
            copied = end;
        }
        count += 1;
        if matcher.is_anchored() {
            break;
        }
    }
    if copied == 0 && out.is_empty() {
        cx.push(subject.value());
    } else {
        out.push(cx, &bytes[copied..])?;
        cx.push(new_string(cx, &out)?);
    }
    cx.push(Value::int(count));
    Ok(2)
}

/// The text that a table or a function gives for a match.
#[inline]
fn replacement_text<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Result<Gc<'gc, Str>, Raise> {
    to_string(cx, value)
        .ok_or_else(|| cx.error(format_args!("invalid replacement value (a {})", value.tag().type_name())))
}

/// A replacement that is a table or a function. Subject, pattern and replacement stand in the first argument slots.
fn with_values(vm: &mut Vm, frame: CallFrame, limit: i64) -> NativeResult {
    let (mut scan, mut copied, mut count, mut changed) = (Scan::new(0), 0, 0, false);
    let mut out = Buffer::new();
    while count < limit {
        vm.safepoint();
        let (subject, pattern) = (text_slot(vm, frame.base), text_slot(vm, frame.base + 1));
        let replacement = vm.slot(frame.base + 2);
        let cx = vm.cx();
        let mut matcher = Matcher::new(subject.bytes(), pattern.bytes()).watched(cx.watch());
        let found = match scan.next_match(&mut matcher) {
            Err(PatternError::Interrupted) => {
                vm.check_interrupt()?;
                continue;
            }
            found => found.map_err(|error| pattern_error(cx, error))?,
        };
        let Some((start, end)) = found else { break };
        out.push(cx, &subject.bytes()[copied..start])?;
        let anchored = matcher.is_anchored();
        let value = if replacement.tag() == Tag::Table {
            let key = capture_value(cx, &matcher, 0, start, end)?.raw();
            match replacement.as_gc::<Table>().map(|table| table.get(cx, key)).filter(|value| !value.is_nil()) {
                Some(value) => value.raw(),
                None => access::index(vm, replacement, key)?,
            }
        } else {
            let n_args = matcher.n_values();
            let mut values = [Raw::NIL; super::pattern::MAX_CAPTURES];
            for (index, value) in values.iter_mut().enumerate().take(n_args) {
                *value = capture_value(cx, &matcher, index, start, end)?.raw();
            }
            vm.ensure(n_args + 2)?;
            access::call(vm, replacement, &values[..n_args])?
        };
        let subject = text_slot(vm, frame.base);
        let cx = vm.cx();
        if !value.is_truthy() {
            out.push(cx, &subject.bytes()[start..end])?;
        } else {
            out.push(cx, replacement_text(cx, value)?.bytes())?;
            changed = true;
        }
        copied = end;
        count += 1;
        if anchored {
            break;
        }
    }
    let subject = text_slot(vm, frame.base);
    let cx = vm.cx();
    if changed {
        out.push(cx, &subject.bytes()[copied..])?;
        cx.push(new_string(cx, &out)?);
    } else {
        cx.push(subject.value());
    }
    cx.push(Value::int(count));
    Ok(2)
}

fn new_string<'gc>(cx: Cx<'gc>, bytes: &[u8]) -> Result<Value<'gc>, Raise> {
    Ok(cx.concat(&[bytes])?.value())
}

fn text_slot(vm: &Vm, slot: usize) -> Gc<'static, Str> {
    vm.slot(slot).as_gc::<Str>().expect("the slot was given a string")
}

fn capture_value<'gc>(
    cx: Cx<'gc>,
    matcher: &Matcher<'_>,
    index: usize,
    start: usize,
    end: usize,
) -> Result<Value<'gc>, Raise> {
    match matcher.capture(index, start, end) {
        Ok(Capture::Text(text)) => Ok(cx.string(text).value()),
        Ok(Capture::Position(position)) => Ok(Value::int(position)),
        Err(error) => Err(pattern_error(cx, error)),
    }
}

fn push_captures<'gc>(cx: Cx<'gc>, matcher: &Matcher<'_>, n: usize, start: usize, end: usize) -> NativeResult {
    if cx.room() < n {
        return Err(cx.error("too many captures"));
    }
    for index in 0..n {
        cx.push(capture_value(cx, matcher, index, start, end)?);
    }
    Ok(n)
}

fn pattern_error(cx: Cx<'_>, error: PatternError) -> Raise {
    if error == PatternError::Interrupted { Raise::Interrupted } else { cx.error(error) }
}
