//! `string.pack`, `string.packsize` and `string.unpack`: values as bytes in a given layout, and back.

use crate::cx::Cx;
use crate::native::{Args, NativeResult, Raise};
use crate::stdlib::arg::{Arguments, bytes, float, int, opt_int};
use crate::stdlib::register::natives;
use crate::value::Value;

use super::index::start_position;
use super::pack_format::{Item, Layout, MAX_SIZE, Refusal};

natives! {
    /// `string.pack`
    PACK = "string.pack", Leaf(pack);
    /// `string.packsize`
    PACK_SIZE = "string.packsize", Leaf(packsize);
    /// `string.unpack`
    UNPACK = "string.unpack", Leaf(unpack);
}

/// Bytes of an integer.
const INT_SIZE: usize = 8;

fn refused(cx: Cx<'_>, refusal: Refusal) -> Raise {
    match refusal {
        Refusal::Call(message) => cx.error_bytes(&message),
        Refusal::Format(message) => cx.arg_error(0, message),
    }
}

/// The values to be packed: one that is missing is said to be nil.
#[derive(Clone, Copy)]
struct Values<'gc>(Args<'gc>);

impl<'gc> Arguments<'gc> for Values<'gc> {
    fn arg(self, index: usize) -> Option<Value<'gc>> {
        Some(self.0.value(index))
    }
}

fn pack<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let mut layout = Layout::new(bytes(cx, args, 0)?);
    let args = Values(args);
    let mut out: Vec<u8> = Vec::new();
    let mut index = 0;
    while let Some(slot) = layout.next(out.len()).map_err(|refusal| refused(cx, refusal))? {
        pad(cx, &mut out, slot.padding)?;
        let size = slot.size;
        if !matches!(slot.item, Item::Padding | Item::Align | Item::Setting) {
            index += 1;
        }
        match slot.item {
            Item::Int => {
                let number = int(cx, args, index)?;
                let limit = 1i64.checked_shl(size as u32 * 8 - 1).unwrap_or(0);
                if size < INT_SIZE && !(-limit..limit).contains(&number) {
                    return Err(cx.arg_error(index, "integer overflow"));
                }
                put_int(&mut out, number as i128 as u128, size, layout.little);
            }
            Item::Unsigned => {
                let number = int(cx, args, index)? as u64;
                if size < INT_SIZE && number >> (size * 8) != 0 {
                    return Err(cx.arg_error(index, "unsigned overflow"));
                }
                put_int(&mut out, u128::from(number), size, layout.little);
            }
            Item::Single => put_int(&mut out, (float(cx, args, index)? as f32).to_bits().into(), 4, layout.little),
            Item::Double => put_int(&mut out, float(cx, args, index)?.to_bits().into(), 8, layout.little),
            Item::Chars => {
                let text = bytes(cx, args, index)?;
                let Some(rest) = size.checked_sub(text.len()) else {
                    return Err(cx.arg_error(index, "string longer than given size"));
                };
                out.extend_from_slice(text);
                pad(cx, &mut out, rest)?;
            }
            Item::Counted => {
                let text = bytes(cx, args, index)?;
                if size < INT_SIZE && text.len() >> (size * 8) != 0 {
                    return Err(cx.arg_error(index, "string length does not fit in given size"));
                }
                put_int(&mut out, text.len() as u128, size, layout.little);
                out.extend_from_slice(text);
            }
            Item::Terminated => {
                let text = bytes(cx, args, index)?;
                if text.contains(&0) {
                    return Err(cx.arg_error(index, "string contains zeros"));
                }
                out.extend_from_slice(text);
                out.push(0);
            }
            Item::Padding => out.push(0),
            Item::Align | Item::Setting => {}
        }
    }
    cx.ret1(cx.concat(&[&out])?.value())
}

/// Appends zeros.
fn pad(cx: Cx<'_>, out: &mut Vec<u8>, count: usize) -> Result<(), Raise> {
    if out.try_reserve(count).is_err() {
        return Err(cx.raise_message("not enough memory"));
    }
    out.resize(out.len() + count, 0);
    Ok(())
}

/// Appends the lowest `size` bytes of a number, 16 at most.
fn put_int(out: &mut Vec<u8>, number: u128, size: usize, little: bool) {
    if little {
        out.extend_from_slice(&number.to_le_bytes()[..size]);
    } else {
        out.extend_from_slice(&number.to_be_bytes()[16 - size..]);
    }
}

fn packsize<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let mut layout = Layout::new(bytes(cx, args, 0)?);
    let mut total = 0;
    while let Some(slot) = layout.next(total).map_err(|refusal| refused(cx, refusal))? {
        if matches!(slot.item, Item::Counted | Item::Terminated) {
            return Err(cx.arg_error(0, "variable-length format"));
        }
        let size = slot.padding + slot.size;
        if size > MAX_SIZE || total > MAX_SIZE - size {
            return Err(cx.arg_error(0, "format result too large"));
        }
        total += size;
    }
    cx.ret1(Value::int(total as i64))
}

fn unpack<'gc>(cx: Cx<'gc>, args: Args<'gc>) -> NativeResult {
    let (format, data) = (bytes(cx, args, 0)?, bytes(cx, args, 1)?);
    let mut at = start_position(opt_int(cx, args, 2, 1)?, data.len()) - 1;
    if at > data.len() {
        return Err(cx.arg_error(2, "initial position out of string"));
    }
    let mut layout = Layout::new(format);
    let mut results = Vec::new();
    let short = || cx.arg_error(1, "data string too short");
    while let Some(slot) = layout.next(at).map_err(|refusal| refused(cx, refusal))? {
        if slot.padding + slot.size > data.len() - at {
            return Err(short());
        }
        at += slot.padding;
        let field = &data[at..at + slot.size];
        at += slot.size;
        match slot.item {
            Item::Int | Item::Unsigned => {
                let number = get_int(cx, field, layout.little, slot.item == Item::Int)?;
                results.push(Value::int(number));
            }
            Item::Single => {
                let bits = get_int(cx, field, layout.little, false)? as u32;
                results.push(Value::float(f32::from_bits(bits).into()));
            }
            Item::Double => {
                let bits = get_int(cx, field, layout.little, false)? as u64;
                results.push(Value::float(f64::from_bits(bits)));
            }
            Item::Chars => results.push(cx.string(field).value()),
            Item::Counted => {
                let len = get_int(cx, field, layout.little, false)? as u64;
                if len > (data.len() - at) as u64 {
                    return Err(short());
                }
                let len = len as usize;
                results.push(cx.string(&data[at..at + len]).value());
                at += len;
            }
            Item::Terminated => {
                let Some(len) = memchr::memchr(0, &data[at..]) else {
                    return Err(cx.arg_error(1, "unfinished string for format 'z'"));
                };
                results.push(cx.string(&data[at..at + len]).value());
                at += len + 1;
            }
            Item::Padding | Item::Align | Item::Setting => {}
        }
    }
    cx.need_room(results.len() + 1)?;
    results.iter().for_each(|&value| cx.push(value));
    cx.push(Value::int(at as i64 + 1));
    Ok(results.len() + 1)
}

/// The integer in these bytes, 16 at most; bytes past the eighth may only repeat the sign.
fn get_int(cx: Cx<'_>, field: &[u8], little: bool, signed: bool) -> Result<i64, Raise> {
    let mut wide = [0; 16];
    let size = field.len();
    wide[..size].copy_from_slice(field);
    if !little {
        wide[..size].reverse();
    }
    let mut low = [0; INT_SIZE];
    low.copy_from_slice(&wide[..INT_SIZE]);
    let number = i64::from_le_bytes(low);
    if size < INT_SIZE {
        let unused = (INT_SIZE - size) * 8;
        return Ok(if signed { number << unused >> unused } else { number });
    }
    let sign = if signed && number < 0 { 0xff } else { 0 };
    if wide[INT_SIZE..size].iter().any(|&byte| byte != sign) {
        return Err(cx.error(format_args!("{size}-byte integer does not fit into Lua Integer")));
    }
    Ok(number)
}
