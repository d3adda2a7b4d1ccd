//! The functions that machine code calls, bound to the graph's helper table by an exhaustive match.
//!
//! Calling convention: `extern "sysv64"`, the context first; an `any` is two words (payload, tag), as operand and as
//! result. A helper that may raise reports a status in its last result word: [`FAILED_TAG`] says that it has changed
//! nothing, and the interpreter will execute the instruction again and raise the error properly.
//!
//! No helper collects or runs Lua code but `call_out`, after which machine code goes on only if nothing was collected; none unwinds: a panic is
//! a bug and aborts at the `extern` boundary.
//!
//! This file owns the step from words to typed references: machine code passes payloads of live objects of the kind
//! that the helper's row in the graph's table promises.

use moonset_ir::Helper;
use moonset_runtime::bytecode::Inst;
use moonset_runtime::context::{EXIT_VALUES, VmContext};
use moonset_runtime::cx::Cx;
use moonset_runtime::engine::LEFT;
use moonset_runtime::heap::ObjPtr;
use moonset_runtime::number::{self, Number};
use moonset_runtime::object::Gc;
use moonset_runtime::object::layout::{Native, Str, Table, Userdata};
use moonset_runtime::stdlib;
use moonset_runtime::stdlib::random::RandomState;
use moonset_runtime::value::{Raw, Tag, Value};
use moonset_runtime::vm::Vm;

/// The status of a helper that changed nothing because an error is due.
pub(crate) const FAILED_TAG: u8 = 0xff;

/// Two result words.
#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Pair(u64, u64);

impl Pair {
    const FAILED: Pair = Pair(0, FAILED_TAG as u64);

    fn value(value: Value<'_>) -> Pair {
        Pair(value.bits(), u64::from(value.tag_byte()))
    }

    fn object<T: moonset_runtime::object::Object>(object: Gc<'_, T>) -> Pair {
        Pair::value(object.value())
    }
}

type Ctx = *mut VmContext;

fn vm<'a>(ctx: Ctx) -> &'a mut Vm {
    // SAFETY: machine code passes the context of the VM that runs it, and holds no reference to the VM.
    let vm = unsafe { (*ctx).vm };
    // SAFETY: as above.
    unsafe { &mut *vm }
}

fn cx<'a>(ctx: Ctx) -> Cx<'a> {
    vm(ctx).cx()
}

fn any<'a>(bits: u64, tag: u64) -> Value<'a> {
    Value::from_parts(bits, tag as u8)
}

fn table<'a>(bits: u64) -> Gc<'a, Table> {
    Value::from_parts(bits, Tag::Table as u8).as_gc().expect("a table")
}

fn string<'a>(bits: u64) -> Gc<'a, Str> {
    Value::from_parts(bits, Tag::Str as u8).as_gc().expect("a string")
}

/// The address of a helper.
pub(crate) fn address(helper: Helper) -> *const () {
    match helper {
        Helper::TableGet => table_get as *const (),
        Helper::TableGetInt => table_get_int as *const (),
        Helper::TableGetStr => table_get_str as *const (),
        Helper::TableSet => table_set as *const (),
        Helper::TablePut => table_put as *const (),
        Helper::TableSetInt => table_set_int as *const (),
        Helper::TableSetStr => table_set_str as *const (),
        Helper::TableLen => table_len as *const (),
        Helper::TableNext => table_next as *const (),
        Helper::TableKeyAt => table_key_at as *const (),
        Helper::TableValueAt => table_value_at as *const (),
        Helper::TableIndexOf => table_index_of as *const (),
        Helper::ArrayPop => array_pop as *const (),
        Helper::RawEq => raw_eq as *const (),
        Helper::StrEq => str_eq as *const (),
        Helper::StrLt => str_lt as *const (),
        Helper::StrLe => str_le as *const (),
        Helper::IntLtFloat => int_lt_float as *const (),
        Helper::IntLeFloat => int_le_float as *const (),
        Helper::FloatLtInt => float_lt_int as *const (),
        Helper::FloatLeInt => float_le_int as *const (),
        Helper::Concat => concat as *const (),
        Helper::ToString => to_string as *const (),
        Helper::ToNumber => to_number as *const (),
        Helper::StrSub => str_sub as *const (),
        Helper::StrByte => str_byte as *const (),
        Helper::StrChar => str_char as *const (),
        Helper::StrRep => str_rep as *const (),
        Helper::StrUpper => str_upper as *const (),
        Helper::StrLower => str_lower as *const (),
        Helper::StrReverse => str_reverse as *const (),
        Helper::Sin => sin as *const (),
        Helper::Cos => cos as *const (),
        Helper::Tan => tan as *const (),
        Helper::Asin => asin as *const (),
        Helper::Acos => acos as *const (),
        Helper::Atan2 => atan2 as *const (),
        Helper::Exp => exp as *const (),
        Helper::Log => log as *const (),
        Helper::CFmod => c_fmod as *const (),
        Helper::RandomFloat => random_float as *const (),
        Helper::RandomInt => random_int as *const (),
        Helper::Log2 => log2 as *const (),
        Helper::Log10 => log10 as *const (),
        Helper::Concat2 => concat2 as *const (),
        Helper::LeafString | Helper::LeafRead | Helper::LeafWrite | Helper::LeafAny => leaf as *const (),
        Helper::LeafOnce => leaf_once as *const (),
        Helper::LeafResult => leaf_result as *const (),
        Helper::LeafCount => leaf_count as *const (),
        Helper::UserdataMeta => userdata_meta as *const (),
        Helper::NativeIs => native_is as *const (),
        Helper::CallNative => call_native as *const (),
    }
}

// ---- stubs' targets

/// Makes room for `bytes` in the allocation window.
pub(crate) extern "sysv64" fn reserve(ctx: Ctx, bytes: u64) {
    vm(ctx).reserve_nursery(bytes as usize);
}

/// Remembers an object.
pub(crate) extern "sysv64" fn remember(ctx: Ctx, object: u64) {
    // SAFETY: machine code passes a live object.
    let object = unsafe { ObjPtr::from_addr(object as usize) };
    cx(ctx).barrier_object(object);
}

/// Appends the value in the last two exit words to the array part of a table.
pub(crate) extern "sysv64" fn append(ctx: Ctx, object: u64) {
    // SAFETY: the context is alive.
    let words = unsafe { &(*ctx).exit_values };
    let value = any(words[EXIT_VALUES - 2], words[EXIT_VALUES - 1] & 0xff);
    vm(ctx).push_in_machine_code(table(object), value);
}

/// Has the interpreter carry out a call; 0 if machine code goes on.
pub(crate) extern "sysv64" fn call_out(ctx: Ctx, base: u64, pc: u64, top: u64, open: u64) -> u64 {
    let slot = |address: u64| std::ptr::with_exposed_provenance_mut::<Raw>(address as usize);
    let pc = std::ptr::with_exposed_provenance::<Inst>(pc as usize);
    // SAFETY: machine code has written the frame, and passes the address behind the call instruction that it stands for.
    let goes_on = unsafe { vm(ctx).call_out(slot(base), pc, slot(top), slot(open)) };
    if goes_on { 0 } else { LEFT }
}

// ---- floats

pub(crate) extern "sysv64" fn float_mod(x: f64, y: f64) -> f64 {
    number::float_mod(x, y)
}

pub(crate) extern "sysv64" fn float_pow(x: f64, y: f64) -> f64 {
    number::float_pow(x, y)
}

macro_rules! float_functions {
    ($($name:ident($($arg:ident),*) = $body:expr;)*) => {
        $(extern "sysv64" fn $name(_ctx: Ctx, $($arg: f64),*) -> f64 { $body })*
    };
}
float_functions! {
    sin(x) = x.sin();
    cos(x) = x.cos();
    tan(x) = x.tan();
    asin(x) = x.asin();
    acos(x) = x.acos();
    atan2(y, x) = y.atan2(x);
    exp(x) = x.exp();
    log(x) = x.ln();
    log2(x) = x.log2();
    log10(x) = x.log10();
    c_fmod(x, y) = x % y;
}

/// Works on the generator that `math.random` has as its first value.
fn with_generator<R>(function: u64, work: impl FnOnce(&mut RandomState) -> R) -> R {
    let function: Gc<'_, Native> = any(function, Tag::Native as u64).as_gc().expect("a native function");
    let state: Gc<'_, Userdata> = function.get(0).as_gc().expect("the generator");
    state.with(work).expect("the generator")
}

extern "sysv64" fn random_float(_ctx: Ctx, function: u64) -> f64 {
    with_generator(function, RandomState::next_float)
}

extern "sysv64" fn random_int(_ctx: Ctx, function: u64, low: i64, high: i64) -> Pair {
    if low > high {
        return Pair::FAILED;
    }
    Pair(with_generator(function, |state| state.next_in_range(low, high)) as u64, 0)
}

// ---- comparisons

macro_rules! comparisons {
    ($($name:ident($x:ty, $y:ty);)*) => {
        $(extern "sysv64" fn $name(_ctx: Ctx, x: $x, y: $y) -> u64 {
            u64::from(number::$name(x, y))
        })*
    };
}
comparisons! {
    int_lt_float(i64, f64);
    int_le_float(i64, f64);
    float_lt_int(f64, i64);
    float_le_int(f64, i64);
}

extern "sysv64" fn raw_eq(_ctx: Ctx, x: u64, x_tag: u64, y: u64, y_tag: u64) -> u64 {
    u64::from(any(x, x_tag).raw_equals(any(y, y_tag)))
}

extern "sysv64" fn str_eq(_ctx: Ctx, x: u64, y: u64) -> u64 {
    u64::from(string(x).equals(string(y)))
}

extern "sysv64" fn str_lt(_ctx: Ctx, x: u64, y: u64) -> u64 {
    u64::from(string(x).bytes() < string(y).bytes())
}

extern "sysv64" fn str_le(_ctx: Ctx, x: u64, y: u64) -> u64 {
    u64::from(string(x).bytes() <= string(y).bytes())
}

// ---- tables

extern "sysv64" fn table_get(ctx: Ctx, object: u64, key: u64, key_tag: u64) -> Pair {
    Pair::value(table(object).get(cx(ctx), any(key, key_tag)))
}

extern "sysv64" fn table_get_int(_ctx: Ctx, object: u64, key: i64) -> Pair {
    Pair::value(table(object).get_int(key))
}

extern "sysv64" fn table_get_str(ctx: Ctx, object: u64, key: u64) -> Pair {
    Pair::value(table(object).get_str(cx(ctx), string(key)))
}

extern "sysv64" fn table_set(ctx: Ctx, object: u64, key: u64, key_tag: u64, value: u64, value_tag: u64) -> u64 {
    match table(object).set(cx(ctx), any(key, key_tag), any(value, value_tag)) {
        Ok(()) => 0,
        Err(_) => u64::from(FAILED_TAG),
    }
}

extern "sysv64" fn table_put(ctx: Ctx, object: u64, key: u64, key_tag: u64, value: u64, value_tag: u64) {
    // Of the keys that this is given none is refused, and of the memory that a small hash part takes neither.
    let added = table(object).set(cx(ctx), any(key, key_tag), any(value, value_tag));
    debug_assert!(added.is_ok());
}

extern "sysv64" fn table_set_int(ctx: Ctx, object: u64, key: i64, value: u64, value_tag: u64) -> u64 {
    match table(object).set_int(cx(ctx), key, any(value, value_tag)) {
        Ok(()) => 0,
        Err(_) => u64::from(FAILED_TAG),
    }
}

extern "sysv64" fn table_set_str(ctx: Ctx, object: u64, key: u64, value: u64, value_tag: u64) -> u64 {
    match table(object).set_str(cx(ctx), string(key), any(value, value_tag)) {
        Ok(()) => 0,
        Err(_) => u64::from(FAILED_TAG),
    }
}

extern "sysv64" fn table_len(_ctx: Ctx, object: u64) -> i64 {
    table(object).len() as i64
}

/// The position after the next pair at or after a position; -1 at the end.
extern "sysv64" fn table_next(ctx: Ctx, object: u64, position: i64) -> i64 {
    table(object).entry_from(cx(ctx), position as usize).map_or(-1, |(next, ..)| next as i64)
}

extern "sysv64" fn table_key_at(ctx: Ctx, object: u64, next: i64) -> Pair {
    let entry = table(object).entry_from(cx(ctx), next as usize - 1);
    Pair::value(entry.map_or(Value::NIL, |(_, key, _)| key))
}

extern "sysv64" fn table_value_at(ctx: Ctx, object: u64, next: i64) -> Pair {
    let entry = table(object).entry_from(cx(ctx), next as usize - 1);
    Pair::value(entry.map_or(Value::NIL, |(.., value)| value))
}

extern "sysv64" fn table_index_of(ctx: Ctx, object: u64, key: u64, key_tag: u64) -> Pair {
    match table(object).position_after(cx(ctx), any(key, key_tag)) {
        Some(position) => Pair(position as u64, 0),
        None => Pair::FAILED,
    }
}

extern "sysv64" fn array_pop(ctx: Ctx, object: u64) -> Pair {
    let (table, cx) = (table(object), cx(ctx));
    let len = table.len() as i64;
    let value = table.get_int(len);
    // Clearing an element allocates nothing, so it can't fail.
    let cleared = table.set_int(cx, len, Value::NIL);
    debug_assert!(cleared.is_ok());
    Pair::value(value)
}

extern "sysv64" fn userdata_meta(ctx: Ctx, object: u64) -> Pair {
    let metatable = cx(ctx).metatable(any(object, Tag::Userdata as u64));
    Pair::value(metatable.map_or(Value::NIL, Gc::value))
}

// ---- strings

extern "sysv64" fn concat(ctx: Ctx, count: u64) -> Pair {
    // SAFETY: the context is alive; the operands stand in its exit area.
    let words = unsafe { &(*ctx).exit_values };
    let operands = words.chunks_exact(2).take(count as usize).map(|pair| any(pair[0], pair[1]));
    match vm(ctx).concat_plain(operands) {
        Some(string) => Pair(string.bits(), 0),
        None => Pair::FAILED,
    }
}

extern "sysv64" fn concat2(ctx: Ctx, left: u64, right: u64) -> Pair {
    let operands = [left, right].map(|bits| string(bits).value());
    match vm(ctx).concat_plain(operands.into_iter()) {
        Some(string) => Pair(string.bits(), 0),
        None => Pair::FAILED,
    }
}

/// Calls a leaf function with the operands in the exit area; its first result, the others are kept for `leaf_result`.
extern "sysv64" fn leaf(ctx: Ctx, count: u64, function: u64) -> Pair {
    let function: Gc<'_, Native> = any(function, Tag::Native as u64).as_gc().expect("a native function");
    match vm(ctx).call_leaf_with(function, count as usize, false) {
        Some(first) => Pair::value(first),
        None => Pair::FAILED,
    }
}

/// As [`leaf`], for a function that is not called again if it has raised an error.
extern "sysv64" fn leaf_once(ctx: Ctx, count: u64, function: u64) -> Pair {
    let function: Gc<'_, Native> = any(function, Tag::Native as u64).as_gc().expect("a native function");
    match vm(ctx).call_leaf_with(function, count as usize, true) {
        Some(first) => Pair::value(first),
        None => Pair::FAILED,
    }
}

extern "sysv64" fn leaf_result(ctx: Ctx, index: i64) -> Pair {
    Pair::value(vm(ctx).leaf_result(index as usize))
}

extern "sysv64" fn leaf_count(ctx: Ctx) -> i64 {
    vm(ctx).leaf_count() as i64
}

extern "sysv64" fn native_is(_ctx: Ctx, function: u64, definition: i64) -> u64 {
    let function: Gc<'_, Native> = any(function, Tag::Native as u64).as_gc().expect("a native function");
    u64::from((&raw const *function.def()).addr() == definition as usize)
}

/// Calls the leaf function in a stack slot; its results replace it and what follows.
extern "sysv64" fn call_native(ctx: Ctx, slot: i64, nargs: i64) -> Pair {
    match vm(ctx).call_leaf(slot as usize, nargs as usize) {
        Some(results) => Pair(results as u64, 0),
        None => Pair::FAILED,
    }
}

extern "sysv64" fn to_string(ctx: Ctx, value: u64, tag: u64) -> u64 {
    vm(ctx).plain_text(any(value, tag)).bits()
}

extern "sysv64" fn to_number(_ctx: Ctx, value: u64, tag: u64) -> Pair {
    let value = any(value, tag);
    let Some(string) = value.as_gc::<Str>() else {
        return Pair::value(if value.is_number() { value } else { Value::NIL });
    };
    Pair::value(match number::parse_number(string.bytes()) {
        Some(Number::Int(number)) => Raw::int(number),
        Some(Number::Float(number)) => Raw::float(number),
        None => Raw::NIL,
    })
}

extern "sysv64" fn str_sub(ctx: Ctx, text: u64, from: i64, to: i64) -> u64 {
    let text = string(text);
    let part = stdlib::string::index::slice(text.bytes(), from, to);
    if part.len() == text.len() {
        return Pair::object(text).0;
    }
    Pair::object(cx(ctx).string(part)).0
}

extern "sysv64" fn str_byte(_ctx: Ctx, text: u64, index: i64) -> u64 {
    u64::from(string(text).bytes()[index as usize - 1])
}

extern "sysv64" fn str_char(ctx: Ctx, code: i64) -> Pair {
    match u8::try_from(code) {
        Ok(byte) => Pair(Pair::object(cx(ctx).string(&[byte])).0, 0),
        Err(_) => Pair::FAILED,
    }
}

extern "sysv64" fn str_rep(ctx: Ctx, text: u64, count: i64, _separator: u64) -> Pair {
    let text = string(text).bytes();
    let count = count.max(0) as usize;
    let Some(len) = text.len().checked_mul(count).filter(|len| *len < 1 << 30) else { return Pair::FAILED };
    match cx(ctx).string_buf(len) {
        Ok(mut buffer) => {
            (0..count).for_each(|_| buffer.push(text));
            Pair(Pair::object(buffer.finish()).0, 0)
        }
        Err(_) => Pair::FAILED,
    }
}

macro_rules! string_functions {
    ($($name:ident = |$bytes:ident| $body:expr;)*) => {
        $(extern "sysv64" fn $name(ctx: Ctx, text: u64) -> u64 {
            let $bytes = string(text).bytes();
            let made: Vec<u8> = $body;
            Pair::object(cx(ctx).string(&made)).0
        })*
    };
}
string_functions! {
    str_upper = |bytes| bytes.to_ascii_uppercase();
    str_lower = |bytes| bytes.to_ascii_lowercase();
    str_reverse = |bytes| bytes.iter().rev().copied().collect();
}
