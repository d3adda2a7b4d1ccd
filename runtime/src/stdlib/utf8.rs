//! The `utf8` library: positions and code points in strings that hold UTF-8.
//!
//! The encoding is the original one: up to six bytes for values below 2^31. Unless a function is asked to be lax, what Unicode
//! does not have (surrogates, values past 10FFFF) is as wrong as what is badly encoded.

use crate::cx::Cx;
use crate::native::{Args, NativeResult, Raise};
use crate::stdlib::arg::{bytes, int, opt_int, string};
use crate::stdlib::register::{Library, natives};
use crate::value::Value;

natives! {
    /// `utf8.char`
    CHAR = "utf8.char", Leaf(char);
    /// `utf8.codepoint`
    CODEPOINT = "utf8.codepoint", Leaf(codepoint);
    /// `utf8.codes`
    CODES = "utf8.codes", Leaf(codes);
    /// `utf8.len`
    LEN = "utf8.len", Leaf(len);
    /// `utf8.offset`
    OFFSET = "utf8.offset", Leaf(offset);
}

natives! {
    unlisted;
    /// The iterator of `utf8.codes`.
    NEXT_STRICT = "utf8.codes_aux", Leaf(next_strict);
    /// The iterator of lax `utf8.codes`.
    NEXT_LAX = "utf8.codes_aux_lax", Leaf(next_lax);
}

/// Matches one character.
const CHAR_PATTERN: &[u8] = b"[\0-\x7f\xc2-\xfd][\x80-\xbf]*";

const INVALID: &str = "invalid UTF-8 code";

/// The largest value that can be encoded.
const MAX: u64 = 0x7fff_ffff;

/// The smallest value that takes so many bytes after the first.
const SMALLEST: [u32; 6] = [u32::MAX, 0x80, 0x800, 0x1_0000, 0x20_0000, 0x400_0000];

/// Makes the table `utf8`.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    let library = Library::new(cx, "utf8")?;
    library.functions(ALL, &[])?;
    library.value("charpattern", cx.string(CHAR_PATTERN).value())
}

fn is_continuation(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// The code point that `text` begins with, and the number of its bytes.
fn decode(text: &[u8], strict: bool) -> Option<(u32, usize)> {
    let &first = text.first()?;
    if first < 0x80 {
        return Some((first.into(), 1));
    }
    let count = first.leading_ones() as usize - 1;
    let mut code = 0u32;
    for at in 1..=count.min(5) {
        let byte = text.get(at).filter(|byte| is_continuation(Some(byte)))?;
        code = code << 6 | u32::from(byte & 0x3f);
    }
    let smallest = *SMALLEST.get(count)?;
    code |= u32::from(first & (0x3f >> count)) << (count * 6);
    let unknown = code > 0x10_ffff || (0xd800..=0xdfff).contains(&code);
    (code >= smallest && !(strict && unknown)).then_some((code, count + 1))
}

/// Appends a code point below 2^31.
fn encode(mut code: u32, out: &mut Vec<u8>) {
    if code < 0x80 {
        return out.push(code as u8);
    }
    let mut reversed = [0; 6];
    let mut count = 0;
    // What the first byte has room for.
    let mut most = 0x3f;
    while code > most {
        reversed[count] = 0x80 | (code & 0x3f) as u8;
        count += 1;
        code >>= 6;
        most >>= 1;
    }
    out.push((!most << 1) as u8 | code as u8);
    out.extend(reversed[..count].iter().rev());
}

/// A position that may count from the end; 0 if it lies before the start.
fn position(given: i64, len: usize) -> i64 {
    match given {
        0.. => given,
        _ if given.unsigned_abs() > len as u64 => 0,
        _ => len as i64 + given + 1,
    }
}

fn char<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let mut out = Vec::with_capacity(args.len());
    for index in 0..args.len() {
        let code = int(cx, args, index)? as u64;
        if code > MAX {
            return Err(cx.arg_error(index, "value out of range"));
        }
        encode(code as u32, &mut out);
    }
    cx.ret1(cx.string(&out).value())
}

fn codepoint<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let first = position(opt_int(cx, args, 1, 1)?, text.len());
    let last = position(opt_int(cx, args, 2, first)?, text.len());
    let strict = !args.value(3).is_truthy();
    if first < 1 {
        return Err(cx.arg_error(1, "out of bounds"));
    }
    if last > text.len() as i64 {
        return Err(cx.arg_error(2, "out of bounds"));
    }
    if first > last {
        return Ok(0);
    }
    cx.need_room((last - first) as usize + 1)?;
    let (mut at, mut count) = (first as usize - 1, 0);
    while at < last as usize {
        let Some((code, size)) = decode(&text[at..], strict) else { return Err(cx.error(INVALID)) };
        cx.push(Value::int(code.into()));
        at += size;
        count += 1;
    }
    Ok(count)
}

fn len<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let len = text.len() as i64;
    let first = position(opt_int(cx, args, 1, 1)?, text.len());
    let last = position(opt_int(cx, args, 2, -1)?, text.len());
    if !(1..=len + 1).contains(&first) {
        return Err(cx.arg_error(1, "initial position out of bounds"));
    }
    if last > len {
        return Err(cx.arg_error(2, "final position out of bounds"));
    }
    let strict = !args.value(3).is_truthy();
    let (mut at, mut count) = (first as usize - 1, 0);
    while (at as i64) < last {
        let Some((_, size)) = decode(&text[at..], strict) else {
            cx.push(Value::NIL);
            cx.push(Value::int(at as i64 + 1));
            return Ok(2);
        };
        at += size;
        count += 1;
    }
    cx.ret1(Value::int(count))
}

fn offset<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let mut n = int(cx, args, 1)?;
    let default = if n >= 0 { 1 } else { text.len() as i64 + 1 };
    let start = position(opt_int(cx, args, 2, default)?, text.len());
    if !(1..=text.len() as i64 + 1).contains(&start) {
        return Err(cx.arg_error(2, "position out of bounds"));
    }
    let mut at = start as usize - 1;
    let inside = |at: usize| is_continuation(text.get(at));
    if n == 0 {
        while at > 0 && inside(at) {
            at -= 1;
        }
        return cx.ret1(Value::int(at as i64 + 1));
    }
    if inside(at) {
        return Err(cx.error("initial position is a continuation byte"));
    }
    if n < 0 {
        while n < 0 && at > 0 {
            at -= 1;
            while at > 0 && inside(at) {
                at -= 1;
            }
            n += 1;
        }
    } else {
        n -= 1;
        while n > 0 && at < text.len() {
            at += 1;
            while inside(at) {
                at += 1;
            }
            n -= 1;
        }
    }
    cx.ret1(if n == 0 { Value::int(at as i64 + 1) } else { Value::NIL })
}

fn codes<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let text = string(cx, args, 0)?;
    if is_continuation(text.bytes().first()) {
        return Err(cx.arg_error(0, INVALID));
    }
    let step = if args.value(1).is_truthy() { &NEXT_LAX } else { &NEXT_STRICT };
    cx.push(cx.native(step, &[]).value());
    cx.push(text.value());
    cx.push(Value::int(0));
    Ok(3)
}

fn next_strict<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    next(cx, args, true)
}

fn next_lax<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    next(cx, args, false)
}

/// The first code point after the character at a position, 0 for the first one of all.
fn next<'gc>(cx: Cx<'gc>, args: Args<'gc>, strict: bool) -> NativeResult {
    let text = bytes(cx, args, 0)?;
    let at = crate::stdlib::arg::to_number(args.value(1)).and_then(|number| number.to_int_exact()).unwrap_or(0);
    let Ok(mut at) = usize::try_from(at) else { return Ok(0) };
    while is_continuation(text.get(at)) {
        at += 1;
    }
    if at >= text.len() {
        return Ok(0);
    }
    match decode(&text[at..], strict) {
        Some((code, size)) if !is_continuation(text.get(at + size)) => {
            cx.push(Value::int(at as i64 + 1));
            cx.push(Value::int(code.into()));
            Ok(2)
        }
        _ => Err(cx.error(INVALID)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_goes_there_and_back() {
        for code in
            [0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x1_0000, 0x1f_ffff, 0x20_0000, 0x3ff_ffff, 0x400_0000, 0x7fff_ffff]
        {
            let mut out = Vec::new();
            encode(code, &mut out);
            assert_eq!(decode(&out, false), Some((code, out.len())), "{code:x}");
        }
        let mut out = Vec::new();
        encode(0x7fff_ffff, &mut out);
        assert_eq!(out, b"\xfd\xbf\xbf\xbf\xbf\xbf");
    }

    #[test]
    fn what_is_badly_encoded_is_refused() {
        for text in [
            b"\xc0\x80".as_slice(),
            b"\x80",
            b"\xe2\x82",
            b"\xff",
            b"\xfe\x80\x80\x80\x80\x80\x80",
            b"",
            b"\xe0\x80\x80",
        ] {
            assert_eq!(decode(text, false), None, "{}", text.escape_ascii());
        }
        assert_eq!(decode(b"\xed\xa0\x80", true), None);
        assert_eq!(decode(b"\xed\xa0\x80", false), Some((0xd800, 3)));
        assert_eq!(decode(b"\xf4\x90\x80\x80", true), None);
    }
}
