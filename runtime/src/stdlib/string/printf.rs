//! `string.format`: walks over the format string, fetches arguments and hands them to `format`.
//!
//! Only `%s` can call Lua (`__tostring`). The text grows in a vector outside the heap, and the format string is read again
//! from its slot after such a call.

use crate::cx::Cx;
use crate::native::{Args, CallFrame, NativeResult, Raise};
use crate::object::layout::Str;
use crate::stdlib::access;
use crate::stdlib::arg::{Arguments, Given, float, int, string};
use crate::stdlib::buffer::Buffer;
use crate::stdlib::register::natives;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

use super::format::{
    FormatError, Spec, put_char, put_float, put_int, put_quoted, put_quoted_float, put_quoted_int, put_text,
    put_unsigned,
};

natives! {
    /// `string.format`
    FORMAT = "string.format", Either(plain_format, format);
}

/// Strings from this length on ignore a width when no precision is given.
const LONG_TEXT: usize = 100;

/// By so much the result is longer than the format string, mostly: room that is made at once.
const USUAL_GROWTH: usize = 64;

/// One argument, under the number that it has in messages.
#[derive(Clone, Copy)]
struct One {
    value: Raw,
    index: usize,
}

impl<'gc> Arguments<'gc> for One {
    fn arg(self, index: usize) -> Option<crate::value::Value<'gc>> {
        (index == self.index).then_some(self.value)
    }
}

/// Arguments whose text calls nothing.
fn plain_format<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let template = string(cx, args, 0)?.bytes();
    let mut out = Buffer::new();
    out.reserve(cx, template.len() + USUAL_GROWTH)?;
    let (mut rest, mut index) = (template, 0);
    while let Some(percent) = memchr::memchr(b'%', rest) {
        out.push(cx, &rest[..percent])?;
        rest = &rest[percent + 1..];
        if rest.first() == Some(&b'%') {
            out.push(cx, b"%")?;
            rest = &rest[1..];
            continue;
        }
        index += 1;
        let Some(value) = args.get(index) else { return Err(cx.arg_error(index, "no value")) };
        let spec = Spec::read(rest).map_err(|error| format_error(cx, &error))?;
        rest = &rest[spec.len()..];
        if spec.letter() == b's' {
            let text = access::text_of_plain(cx, value).ok_or(Raise::Reenter)?;
            put_string(cx, &mut out, spec, text.bytes(), index)?;
        } else {
            put_value(cx, &mut out, spec, One { value: value.raw(), index })?;
        }
    }
    out.push(cx, rest)?;
    cx.ret1(cx.concat(&[&out])?.value())
}

/// The conversion `%s`.
#[inline]
fn put_string(cx: Cx<'_>, out: &mut Buffer, spec: Spec<'_>, text: &[u8], index: usize) -> Result<(), Raise> {
    if !spec.has_modifiers() {
        return out.push(cx, text);
    }
    if text.contains(&0) {
        return Err(cx.arg_error(index, "string contains zeros"));
    }
    let layout = spec.layout().map_err(|error| format_error(cx, &error))?;
    if layout.precision.is_none() && text.len() >= LONG_TEXT {
        out.push(cx, text)?;
    } else {
        put_text(out, layout, text);
    }
    Ok(())
}

fn format(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let template = string(vm.cx(), given, 0)?.value().raw();
    if frame.len > 0 {
        // A number has become a string: what is read again below is a string.
        vm.set_slot(frame.base, template);
    }
    let mut out = Buffer::new();
    let (mut at, mut index) = (0, 0);
    loop {
        let template = vm.slot(frame.base).as_gc::<Str>().expect("the slot was given a string").bytes();
        let rest = &template[at..];
        let Some(percent) = memchr::memchr(b'%', rest) else {
            out.push(vm.cx(), rest)?;
            break;
        };
        out.push(vm.cx(), &rest[..percent])?;
        at += percent + 1;
        if rest.get(percent + 1) == Some(&b'%') {
            out.push(vm.cx(), b"%")?;
            at += 1;
            continue;
        }
        index += 1;
        let Some(value) = vm.arg(frame, index) else {
            return Err(vm.cx().arg_error(index, "no value"));
        };
        let cx = vm.cx();
        let spec = Spec::read(&rest[percent + 1..]).map_err(|error| format_error(cx, &error))?;
        at += spec.len();
        if spec.letter() == b's' {
            let text = access::to_text(vm, value)?.as_gc::<Str>().expect("`to_text` gives a string").bytes();
            // The format string may have moved, so the conversion is read again.
            let template = vm.slot(frame.base).as_gc::<Str>().expect("the slot was given a string").bytes();
            let cx = vm.cx();
            let spec = Spec::read(&template[at - spec.len()..]).map_err(|error| format_error(cx, &error))?;
            put_string(cx, &mut out, spec, text, index)?;
            continue;
        }
        put_value(cx, &mut out, spec, One { value, index })?;
    }
    let cx = vm.cx();
    cx.ret1(cx.concat(&[&out])?.value())
}

/// Any conversion but `%s`.
fn put_value(cx: Cx<'_>, out: &mut Vec<u8>, spec: Spec<'_>, arg: One) -> Result<(), Raise> {
    let layout = || spec.layout().map_err(|error| format_error(cx, &error));
    match spec.letter() {
        b'd' | b'i' => {
            let int = int(cx, arg, arg.index)?;
            put_int(out, layout()?, int);
        }
        letter @ (b'u' | b'o' | b'x' | b'X') => {
            let int = int(cx, arg, arg.index)?;
            put_unsigned(out, layout()?, int, letter);
        }
        b'c' => {
            let layout = layout()?;
            put_char(out, layout, int(cx, arg, arg.index)? as u8);
        }
        letter @ (b'a' | b'A') => {
            let layout = layout()?;
            put_float(out, layout, float(cx, arg, arg.index)?, letter);
        }
        letter @ (b'e' | b'E' | b'f' | b'g' | b'G') => {
            let float = float(cx, arg, arg.index)?;
            put_float(out, layout()?, float, letter);
        }
        b'p' => {
            let layout = layout()?;
            if arg.value.as_object().is_some() || arg.value.tag() == Tag::LightUserdata {
                put_text(out, layout, &access::pointer_text(cx, arg.value));
            } else {
                put_text(out, layout, b"(null)");
            }
        }
        b'q' => {
            layout()?;
            match arg.value.tag() {
                Tag::Str => put_quoted(out, string(cx, arg, arg.index)?.bytes()),
                Tag::Int => put_quoted_int(out, int(cx, arg, arg.index)?),
                Tag::Float => put_quoted_float(out, float(cx, arg, arg.index)?),
                Tag::Nil | Tag::False | Tag::True => out.extend(access::plain_text(cx, arg.value)),
                _ => return Err(cx.arg_error(arg.index, "value has no literal form")),
            }
        }
        _ => return Err(format_error(cx, &spec.unknown())),
    }
    Ok(())
}

fn format_error(cx: Cx<'_>, error: &FormatError) -> Raise {
    cx.error_bytes(&error.message())
}
