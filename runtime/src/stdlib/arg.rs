//! Fetching and checking the arguments of native functions, with the messages of the reference.
//!
//! A leaf has `Args`; a re-entrant function first takes its arguments out of the stack as `Given`. Both are `Arguments`,
//! and the functions here take either. Indices count from 0.

use crate::cx::Cx;
use crate::native::{Args, CallFrame, Raise};
use crate::number::{Number, format_number, parse_number};
use crate::object::Gc;
use crate::object::layout::{Str, Table};
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

/// Arguments of a native function.
pub(super) trait Arguments<'gc>: Copy {
    /// The argument, if it was given.
    fn arg(self, index: usize) -> Option<Value<'gc>>;

    /// The argument, nil if it was not given.
    #[inline]
    fn or_nil(self, index: usize) -> Value<'gc> {
        self.arg(index).unwrap_or(Value::NIL)
    }

    /// True if the argument was not given or is nil.
    #[inline]
    fn is_absent(self, index: usize) -> bool {
        self.or_nil(index).is_nil()
    }
}

impl<'gc> Arguments<'gc> for Args<'gc> {
    #[inline]
    fn arg(self, index: usize) -> Option<Value<'gc>> {
        self.get(index)
    }
}

/// The first `N` arguments of a re-entrant function, valid until something collects.
#[derive(Clone, Copy)]
pub(super) struct Given<const N: usize> {
    values: [Raw; N],
    count: usize,
}

impl<const N: usize> Given<N> {
    /// Reads the arguments as they stand in the stack now.
    #[inline]
    pub(super) fn new(vm: &Vm, frame: CallFrame) -> Self {
        let mut values = [Raw::NIL; N];
        for (index, value) in values.iter_mut().enumerate().take(frame.len) {
            *value = vm.slot(frame.base + index);
        }
        Given { values, count: frame.len }
    }
}

impl<'gc, const N: usize> Arguments<'gc> for Given<N> {
    #[inline]
    fn arg(self, index: usize) -> Option<Value<'gc>> {
        (index < self.count).then(|| self.values[index])
    }
}

/// An argument that must be given.
#[inline]
pub(super) fn any<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Value<'gc>, Raise> {
    args.arg(index).ok_or_else(|| cx.arg_error(index, "value expected"))
}

/// A table.
#[inline]
pub(super) fn table<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Gc<'gc, Table>, Raise> {
    args.or_nil(index).as_gc::<Table>().ok_or_else(|| cx.arg_type_error(index, "table", args.arg(index)))
}

/// A function.
pub(super) fn function<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Value<'gc>, Raise> {
    let value = args.or_nil(index);
    if matches!(value.tag(), Tag::Closure | Tag::Native) {
        return Ok(value);
    }
    Err(cx.arg_type_error(index, "function", args.arg(index)))
}

/// A number, or a string that reads as one.
#[inline]
pub(super) fn number<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Number, Raise> {
    to_number(args.or_nil(index)).ok_or_else(|| cx.arg_type_error(index, "number", args.arg(index)))
}

/// A number as a float.
#[inline]
pub(super) fn float<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<f64, Raise> {
    if let Some(float) = args.or_nil(index).as_float() {
        return Ok(float);
    }
    number(cx, args, index).map(Number::to_float)
}

/// An integer, or what has the value of one.
#[inline]
pub(super) fn int<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<i64, Raise> {
    if let Some(int) = args.or_nil(index).as_int() {
        return Ok(int);
    }
    number(cx, args, index)?.to_int_exact().ok_or_else(|| cx.arg_error(index, "number has no integer representation"))
}

/// An integer, with a default for an argument that is absent or nil.
#[inline]
pub(super) fn opt_int<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize, default: i64) -> Result<i64, Raise> {
    if args.is_absent(index) { Ok(default) } else { int(cx, args, index) }
}

/// The bytes of a string, or of the text of a number.
#[inline]
pub(super) fn bytes<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<&'gc [u8], Raise> {
    string(cx, args, index).map(Gc::<Str>::bytes)
}

/// A string, or the text of a number.
#[inline]
pub(super) fn string<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Gc<'gc, Str>, Raise> {
    to_string(cx, args.or_nil(index)).ok_or_else(|| cx.arg_type_error(index, "string", args.arg(index)))
}

/// The bytes of a string, if one is given.
#[inline]
pub(super) fn opt_bytes<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Option<&'gc [u8]>, Raise> {
    if args.is_absent(index) { Ok(None) } else { bytes(cx, args, index).map(Some) }
}

/// The bytes of a string up to its first zero: names of files, variables, modules and options end there, as they do for the system.
pub(super) fn name<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<&'gc [u8], Raise> {
    bytes(cx, args, index).map(until_zero)
}

/// The bytes of a string up to its first zero, if one is given.
pub(super) fn opt_name<'gc>(cx: Cx<'gc>, args: impl Arguments<'gc>, index: usize) -> Result<Option<&'gc [u8]>, Raise> {
    Ok(opt_bytes(cx, args, index)?.map(until_zero))
}

/// The part before the first zero.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(0, text).unwrap_or(text.len())]
}

/// One of several words; the first is the default.
pub(super) fn choice<'gc>(
    cx: Cx<'gc>,
    args: impl Arguments<'gc>,
    index: usize,
    default: Option<usize>,
    words: &[&str],
) -> Result<usize, Raise> {
    if let (Some(default), true) = (default, args.is_absent(index)) {
        return Ok(default);
    }
    let word = name(cx, args, index)?;
    words
        .iter()
        .position(|known| known.as_bytes() == word)
        .ok_or_else(|| cx.arg_error_bytes(index, &[b"invalid option '", word, b"'"].concat()))
}

/// A value as a number, strings included.
#[inline]
pub(super) fn to_number(value: Value<'_>) -> Option<Number> {
    match value.tag() {
        Tag::Int => value.as_int().map(Number::Int),
        Tag::Float => value.as_float().map(Number::Float),
        Tag::Str => value.as_gc::<Str>().and_then(|text| parse_number(text.bytes())),
        _ => None,
    }
}

/// A string, or the text of a number; nothing else converts.
#[inline]
pub(super) fn to_string<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Option<Gc<'gc, Str>> {
    match value.tag() {
        Tag::Str => value.as_gc::<Str>(),
        Tag::Int | Tag::Float => to_number(value).map(|number| cx.string(&format_number(number))),
        _ => None,
    }
}

/// The value of a number.
#[inline]
pub(super) fn of_number(number: Number) -> Value<'static> {
    match number {
        Number::Int(int) => Value::int(int),
        Number::Float(float) => Value::float(float),
    }
}

/// Equality without metamethods.
pub(super) fn raw_equal(a: Value<'_>, b: Value<'_>) -> bool {
    match (to_plain_number(a), to_plain_number(b)) {
        (Some(a), Some(b)) => crate::number::number_eq(a, b),
        (None, None) => match (a.as_gc::<Str>(), b.as_gc::<Str>()) {
            (Some(a), Some(b)) => a.equals(b),
            _ => a.same_bits(b),
        },
        _ => false,
    }
}

/// A number, without conversion of strings.
#[inline]
pub(super) fn to_plain_number(value: Value<'_>) -> Option<Number> {
    match value.tag() {
        Tag::Int => value.as_int().map(Number::Int),
        Tag::Float => value.as_float().map(Number::Float),
        _ => None,
    }
}
