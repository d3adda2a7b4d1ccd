//! Operations that respect metamethods, for re-entrant library functions: indexing, length, order, text.
//!
//! An operation that fails inside a library function is not on a line of Lua code, so its message has no position.
//!
//! Each of them may call Lua. Values that are passed in are safe inside (they are pushed before anything is called); a
//! value that comes out is valid until the next call.

use crate::cx::Cx;
use crate::native::Raise;
use crate::number::{format_number, number_lt};
use crate::object::Gc;
use crate::object::layout::{Str, Table};
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

use super::arg::{to_plain_number, to_string};

/// How many `__index` or `__newindex` may follow each other.
const MAX_CHAIN: usize = 2000;

/// Calls a function with some arguments for one result.
pub(super) fn call(vm: &mut Vm, function: Raw, args: &[Raw]) -> Result<Raw, Raise> {
    vm.push_callee(function);
    for &arg in args {
        vm.push(arg);
    }
    vm.call(args.len(), Some(1))?;
    Ok(vm.pop())
}

/// `object[key]`.
pub(super) fn index(vm: &mut Vm, mut object: Raw, key: Raw) -> Result<Raw, Raise> {
    for _ in 0..MAX_CHAIN {
        let cx = vm.cx();
        let handler = match object.as_gc::<Table>() {
            Some(table) => {
                let value = table.get(cx, key);
                if !value.is_nil() {
                    return Ok(value.raw());
                }
                match table.metamethod(cx, Metamethod::Index) {
                    Some(handler) => handler,
                    None => return Ok(Raw::NIL),
                }
            }
            None => match cx.metamethod(object, Metamethod::Index) {
                Some(handler) => handler,
                None => {
                    return Err(unplaced(cx, &[b"attempt to index a ", cx.typename(object), b" value"].concat()));
                }
            },
        };
        let handler = handler.raw();
        if is_function(handler) {
            return call(vm, handler, &[object, key]);
        }
        object = handler;
    }
    Err(vm.cx().raise_message("'__index' chain too long; possible loop"))
}

/// `object[key] = value`.
pub(super) fn set_index(vm: &mut Vm, mut object: Raw, key: Raw, value: Raw) -> Result<(), Raise> {
    for _ in 0..MAX_CHAIN {
        let cx = vm.cx();
        let handler = match object.as_gc::<Table>() {
            Some(table) => {
                let handler = table.metamethod(cx, Metamethod::NewIndex);
                match handler {
                    Some(handler) if table.get(cx, key).is_nil() => handler,
                    _ => return table.set(cx, key, value),
                }
            }
            None => match cx.metamethod(object, Metamethod::NewIndex) {
                Some(handler) => handler,
                None => {
                    return Err(unplaced(cx, &[b"attempt to index a ", cx.typename(object), b" value"].concat()));
                }
            },
        };
        let handler = handler.raw();
        if is_function(handler) {
            vm.push_callee(handler);
            vm.push(object);
            vm.push(key);
            vm.push(value);
            vm.call(3, Some(0))?;
            return Ok(());
        }
        object = handler;
    }
    Err(vm.cx().raise_message("'__newindex' chain too long; possible loop"))
}

/// `#object`, which must be an integer.
pub(super) fn length(vm: &mut Vm, object: Raw) -> Result<i64, Raise> {
    let cx = vm.cx();
    if let Some(text) = object.as_gc::<Str>() {
        return Ok(text.len() as i64);
    }
    let length = match (cx.metamethod(object, Metamethod::Len).map(Value::raw), object.as_gc::<Table>()) {
        (Some(handler), _) => call(vm, handler, &[object])?,
        (None, Some(table)) => return Ok(table.len() as i64),
        (None, None) => {
            return Err(unplaced(cx, &[b"attempt to get length of a ", cx.typename(object), b" value"].concat()));
        }
    };
    super::arg::to_number(length)
        .and_then(|length| length.to_int_exact())
        .ok_or_else(|| vm.error_text("object length is not an integer"))
}

/// `a < b`.
pub(super) fn less_than(vm: &mut Vm, a: Raw, b: Raw) -> Result<bool, Raise> {
    if let Some(less) = plain_less_than(a, b) {
        return Ok(less);
    }
    let cx = vm.cx();
    let handler = cx.metamethod(a, Metamethod::Lt).or_else(|| cx.metamethod(b, Metamethod::Lt)).map(Value::raw);
    match handler {
        Some(handler) => Ok(call(vm, handler, &[a, b])?.is_truthy()),
        None => Err(compare_error(cx, a, b)),
    }
}

/// `a < b` for two numbers or two strings.
#[inline]
pub(super) fn plain_less_than(a: Value<'_>, b: Value<'_>) -> Option<bool> {
    if let (Some(a), Some(b)) = (to_plain_number(a), to_plain_number(b)) {
        return Some(number_lt(a, b));
    }
    match (a.as_gc::<Str>(), b.as_gc::<Str>()) {
        (Some(a), Some(b)) => Some(a.bytes() < b.bytes()),
        _ => None,
    }
}

/// The error for two values that have no order.
pub(super) fn compare_error<'gc>(cx: Cx<'gc>, a: Value<'gc>, b: Value<'gc>) -> Raise {
    let (a, b) = (cx.typename(a), cx.typename(b));
    if a == b {
        unplaced(cx, &[b"attempt to compare two ", a, b" values"].concat())
    } else {
        unplaced(cx, &[b"attempt to compare ", a, b" with ", b].concat())
    }
}

/// Raises a message without a position.
fn unplaced(cx: Cx<'_>, message: &[u8]) -> Raise {
    cx.raise(cx.string(message).value())
}

/// The text of a value as `tostring` gives it, a string.
pub(super) fn to_text(vm: &mut Vm, value: Raw) -> Result<Raw, Raise> {
    let cx = vm.cx();
    let Some(handler) = cx.metamethod(value, Metamethod::ToString).map(Value::raw) else {
        return Ok(if value.tag() == Tag::Str { value } else { cx.string(&plain_text(cx, value)).value().raw() });
    };
    let text = call(vm, handler, &[value])?;
    let cx = vm.cx();
    match to_string(cx, text) {
        Some(text) => Ok(text.value().raw()),
        None => Err(cx.error("'__tostring' must return a string")),
    }
}

/// The text of a value as `tostring` gives it; `None` for what has a `__tostring`.
#[inline]
pub(super) fn text_of_plain<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Option<Gc<'gc, Str>> {
    if cx.metamethod(value, Metamethod::ToString).is_some() {
        return None;
    }
    if let Some(text) = value.as_gc::<Str>() {
        return Some(text);
    }
    Some(match to_plain_number(value) {
        Some(number) => cx.string(&format_number(number)),
        None => cx.string(&plain_text(cx, value)),
    })
}

/// The text of a value that has no `__tostring`.
pub(super) fn plain_text<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Vec<u8> {
    match value.tag() {
        Tag::Nil => b"nil".to_vec(),
        Tag::False => b"false".to_vec(),
        Tag::True => b"true".to_vec(),
        Tag::Str => value.as_gc::<Str>().map_or_else(Vec::new, |text| text.bytes().to_vec()),
        _ => match to_plain_number(value) {
            Some(number) => format_number(number).to_vec(),
            None => {
                let name = cx.own_name(value).unwrap_or(value.tag().type_name().as_bytes());
                [name, b": ", &pointer_text(cx, value)[..]].concat()
            }
        },
    }
}

/// The unique number of an object as `%p` shows it.
pub(super) fn pointer_text<'gc>(cx: Cx<'gc>, value: Value<'gc>) -> Vec<u8> {
    let id = cx.unique_id(value).unwrap_or(value.bits());
    format!("0x{id:014x}").into_bytes()
}

/// True for what can be called without `__call`.
#[inline]
pub(super) fn is_function(value: Value<'_>) -> bool {
    matches!(value.tag(), Tag::Closure | Tag::Native)
}
