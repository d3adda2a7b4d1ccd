//! Bytes, lengths, slices, repetition and case.

use crate::cx::Cx;
use crate::native::{Args, NativeResult};
use crate::stdlib::arg::{bytes, int, opt_bytes, opt_int, string};
use crate::stdlib::register::natives;
use crate::value::Value;

use super::index::{end_position, repeated_len, slice, start_position};

natives! {
    /// `string.byte`
    BYTE = "string.byte", Leaf(byte);
    /// `string.char`
    CHAR = "string.char", Leaf(char);
    /// `string.len`
    LEN = "string.len", Leaf(len);
    /// `string.lower`
    LOWER = "string.lower", Leaf(lower);
    /// `string.rep`
    REP = "string.rep", Leaf(rep);
    /// `string.reverse`
    REVERSE = "string.reverse", Leaf(reverse);
    /// `string.sub`
    SUB = "string.sub", Leaf(sub);
    /// `string.upper`
    UPPER = "string.upper", Leaf(upper);
}

fn byte<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let first = opt_int(cx, args, 1, 1)?;
    let last = opt_int(cx, args, 2, first)?;
    // The one position counts as start and as end: outside of the string the two are clipped to an empty range.
    let selected = slice(text, first, last);
    if selected.len() > cx.room() {
        return Err(cx.error("stack overflow (string slice too long)"));
    }
    for &byte in selected {
        cx.push(Value::int(i64::from(byte)));
    }
    Ok(selected.len())
}

fn char<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let mut out = Vec::with_capacity(args.len());
    for index in 0..args.len() {
        match u8::try_from(int(cx, args, index)?) {
            Ok(byte) => out.push(byte),
            Err(_) => return Err(cx.arg_error(index, "value out of range")),
        }
    }
    cx.ret1(cx.string(&out).value())
}

fn len<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    cx.ret1(Value::int(string(cx, args, 0)?.len() as i64))
}

fn lower<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    mapped(cx, args, |byte| byte.to_ascii_lowercase())
}

fn upper<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    mapped(cx, args, |byte| byte.to_ascii_uppercase())
}

fn mapped<'gc>(cx: Cx<'gc>, args: Args<'gc>, map: impl Fn(u8) -> u8) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let mut out = cx.string_buf(text.len())?;
    let mut chunk = [0; 64];
    for part in text.chunks(chunk.len()) {
        for (to, from) in chunk.iter_mut().zip(part) {
            *to = map(*from);
        }
        out.push(&chunk[..part.len()]);
    }
    cx.ret1(out.finish().value())
}

fn reverse<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let mut out = cx.string_buf(text.len())?;
    let mut chunk = [0; 64];
    for part in text.rchunks(chunk.len()) {
        for (to, from) in chunk.iter_mut().zip(part.iter().rev()) {
            *to = *from;
        }
        out.push(&chunk[..part.len()]);
    }
    cx.ret1(out.finish().value())
}

fn rep<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let count = int(cx, args, 1)?;
    let separator = opt_bytes(cx, args, 2)?.unwrap_or(b"");
    let Some(len) = repeated_len(text.len(), separator.len(), count) else {
        return Err(cx.error("resulting string too large"));
    };
    if len <= 1 {
        return cx.ret1(cx.string(if len == 0 { b"" } else { text.first().map_or(separator, |_| text) }).value());
    }
    let mut out = cx.string_buf(len)?;
    if let ([byte], []) = (text, separator) {
        let chunk = [*byte; 256];
        while out.room() > 0 {
            out.push(&chunk[..out.room().min(chunk.len())]);
        }
    } else {
        for _ in 1..count {
            out.push(text);
            out.push(separator);
        }
        out.push(text);
    }
    cx.ret1(out.finish().value())
}

fn sub<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = string(cx, args, 0)?;
    let first = int(cx, args, 1)?;
    let last = opt_int(cx, args, 2, -1)?;
    let len = text.len();
    if start_position(first, len) == 1 && end_position(last, len) == len {
        return cx.ret1(text.value());
    }
    cx.ret1(cx.try_string(slice(text.bytes(), first, last))?.value())
}
