//! Metamethods of operators: finding them, calling them, and finishing the interrupted instruction.
//!
//! A metamethod gets a frame above the registers of the running function. When it returns, the instruction before its
//! return address is the interrupted one: [`finish`] puts the result where that instruction would have put its own.

use super::access;
use super::call;
use super::close;
use super::dispatch::Flow;
use super::level;
use super::message;
use crate::bytecode::{Inst, Op};
use crate::native::Raise;
use crate::number::{self, Number};
use crate::object::layout::{Str, Table};
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// Calls `function` for the current instruction.
pub(crate) fn call(vm: &mut Vm, function: Raw, args: &[Raw], extra: usize) -> Result<Flow, Raise> {
    let func = close::above_registers(vm);
    vm.set_slot(func, function);
    for (i, &arg) in args.iter().enumerate() {
        vm.set_slot(func + 2 + i, arg);
    }
    let return_pc = vm.regs().pc;
    let link = level::metamethod_link(vm, return_pc, extra as u16)?;
    call::enter(vm, func, args.len(), link)
}

fn binary(vm: &mut Vm, event: Metamethod, left: Raw, right: Raw) -> Option<Raw> {
    let cx = vm.cx();
    cx.metamethod(left, event).or_else(|| cx.metamethod(right, event)).map(|method| method.raw())
}

/// Arithmetic that is not on two numbers, or has no result for them.
pub(crate) fn arithmetic(vm: &mut Vm, inst: Inst, event: Metamethod, left: Raw, right: Raw) -> Result<Flow, Raise> {
    if left.is_number() && right.is_number() {
        // Only division by the integer 0 comes here.
        let text = if event == Metamethod::Mod { "attempt to perform 'n%0'" } else { "attempt to divide by zero" };
        return Err(vm.runtime_error(text));
    }
    if let Some(method) = binary(vm, event, left, right) {
        return call(vm, method, &[left, right], 0);
    }
    match (access::coerced(left), access::coerced(right)) {
        (Some(a), Some(b)) => {
            let result = compute(event, a, b).ok_or(());
            let Ok(result) = result else {
                return arithmetic(vm, inst, event, access::of_number(a), access::of_number(b));
            };
            vm.machine().set(inst.a(), access::of_number(result));
            Ok(Flow::Next)
        }
        _ => Err(message::arithmetic(vm, event, left, right)),
    }
}

/// An arithmetic operator on two numbers; `None`: division of integers by 0.
pub(crate) fn compute(event: Metamethod, a: Number, b: Number) -> Option<Number> {
    if let (Number::Int(x), Number::Int(y)) = (a, b) {
        let int = match event {
            Metamethod::Add => Some(x.wrapping_add(y)),
            Metamethod::Sub => Some(x.wrapping_sub(y)),
            Metamethod::Mul => Some(x.wrapping_mul(y)),
            Metamethod::Unm => Some(x.wrapping_neg()),
            Metamethod::IDiv if y == 0 => return None,
            Metamethod::Mod if y == 0 => return None,
            Metamethod::IDiv => Some(number::int_floor_div(x, y)),
            Metamethod::Mod => Some(number::int_mod(x, y)),
            _ => None,
        };
        if let Some(int) = int {
            return Some(Number::Int(int));
        }
    }
    let (x, y) = (a.to_float(), b.to_float());
    Some(Number::Float(match event {
        Metamethod::Add => x + y,
        Metamethod::Sub => x - y,
        Metamethod::Mul => x * y,
        Metamethod::Div => x / y,
        Metamethod::Mod => number::float_mod(x, y),
        Metamethod::Pow => number::float_pow(x, y),
        Metamethod::IDiv => number::float_floor_div(x, y),
        _ => -x,
    }))
}

/// A bitwise operator on two integers.
pub(crate) fn compute_bits(event: Metamethod, a: i64, b: i64) -> i64 {
    match event {
        Metamethod::BAnd => a & b,
        Metamethod::BOr => a | b,
        Metamethod::BXor => a ^ b,
        Metamethod::Shl => number::shift_left(a, b),
        Metamethod::Shr => number::shift_right(a, b),
        _ => !a,
    }
}

/// A bitwise operator on what is not two integers.
pub(crate) fn bitwise(vm: &mut Vm, inst: Inst, event: Metamethod, left: Raw, right: Raw) -> Result<Flow, Raise> {
    let int = |value: Raw| access::number(value).and_then(Number::to_int_exact);
    if let (Some(a), Some(b)) = (int(left), int(right)) {
        vm.machine().set(inst.a(), Raw::int(compute_bits(event, a, b)));
        return Ok(Flow::Next);
    }
    if let Some(method) = binary(vm, event, left, right) {
        return call(vm, method, &[left, right], 0);
    }
    Err(message::bitwise(vm, left, right))
}

/// `Len`
pub(crate) fn length(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
    let value = vm.machine().get(inst.b());
    let method = vm.cx().metamethod(value, Metamethod::Len).map(|method| method.raw());
    let length = match (value.as_gc::<Table>(), method) {
        (_, Some(method)) if value.tag() != Tag::Str => return call(vm, method, &[value, value], 0),
        (Some(table), _) => table.len(),
        _ => match value.as_gc::<Str>() {
            Some(string) => string.len(),
            None => return Err(message::length(vm, value)),
        },
    };
    vm.machine().set(inst.a(), Raw::int(length as i64));
    Ok(Flow::Next)
}

fn decide(vm: &mut Vm, inst: Inst, holds: bool, wanted: bool) -> Flow {
    let m = vm.machine();
    vm.resume_at(m.jumped_if(holds == wanted, inst));
    Flow::Next
}

/// `left < right`, then a jump.
pub(crate) fn less_than(vm: &mut Vm, inst: Inst, left: Raw, right: Raw, wanted: bool) -> Result<Flow, Raise> {
    order(vm, inst, Metamethod::Lt, left, right, wanted)
}

/// `left <= right`, then a jump.
pub(crate) fn less_equal(vm: &mut Vm, inst: Inst, left: Raw, right: Raw, wanted: bool) -> Result<Flow, Raise> {
    order(vm, inst, Metamethod::Le, left, right, wanted)
}

/// Order of two numbers or two strings.
pub(crate) fn raw_order(event: Metamethod, left: Raw, right: Raw) -> Option<bool> {
    if let (Some(a), Some(b)) = (access::number(left), access::number(right)) {
        return Some(if event == Metamethod::Lt { number::number_lt(a, b) } else { number::number_le(a, b) });
    }
    let (a, b) = (left.as_gc::<Str>()?.bytes(), right.as_gc::<Str>()?.bytes());
    Some(if event == Metamethod::Lt { a < b } else { a <= b })
}

fn order(vm: &mut Vm, inst: Inst, event: Metamethod, left: Raw, right: Raw, wanted: bool) -> Result<Flow, Raise> {
    if let Some(holds) = raw_order(event, left, right) {
        return Ok(decide(vm, inst, holds, wanted));
    }
    match binary(vm, event, left, right) {
        Some(method) => call(vm, method, &[left, right], 0),
        None => Err(message::compare(vm, left, right)),
    }
}

/// `JEq`, `JNe`
pub(crate) fn equal(vm: &mut Vm, inst: Inst, wanted: bool) -> Result<Flow, Raise> {
    let m = vm.machine();
    let (left, right) = (m.get(inst.a()), m.get(inst.b()));
    let same = access::raw_equal(left, right);
    if !same
        && left.tag() == right.tag()
        && matches!(left.tag(), Tag::Table | Tag::Userdata)
        && let Some(method) = binary(vm, Metamethod::Eq, left, right)
    {
        return call(vm, method, &[left, right], 0);
    }
    Ok(decide(vm, inst, same, wanted))
}

/// Concatenates the operands `R[b], ..., R[b+total-1]` that a `Concat` has left, from the right.
pub(crate) fn concat(vm: &mut Vm, inst: Inst, mut total: usize) -> Result<Flow, Raise> {
    let b = inst.b();
    while total > 1 {
        let m = vm.machine();
        let (left, right) = (m.get(b + total - 2), m.get(b + total - 1));
        let joins = |value: Raw| value.is_number() || value.tag() == Tag::Str;
        if !joins(left) || !joins(right) {
            return match binary(vm, Metamethod::Concat, left, right) {
                Some(method) => call(vm, method, &[left, right], total - 1),
                None => Err(message::concat(vm, inst, b + total - 2, left, right)),
            };
        }
        let mut first = total - 2;
        while first > 0 && joins(m.get(b + first - 1)) {
            first -= 1;
        }
        let joined = join(vm, b + first, total - first)?;
        vm.machine().set(b + first, joined);
        total = first + 1;
    }
    let m = vm.machine();
    m.copy(inst.a(), b);
    Ok(Flow::Next)
}

/// The string of `count` registers from `r` on, which hold strings and numbers.
fn join(vm: &mut Vm, r: usize, count: usize) -> Result<Raw, Raise> {
    let m = vm.machine();
    let mut length = 0usize;
    let mut texts: [Option<number::NumberText>; 8] = [const { None }; 8];
    for i in 0..count {
        let value = m.get(r + i);
        length += match access::number(value) {
            None => access::string_length(value),
            Some(number) => {
                let text = number::format_number(number);
                let len = text.len();
                if i < texts.len() {
                    texts[i] = Some(text);
                }
                len
            }
        };
    }
    let mut buffer = vm.cx().string_buf(length)?;
    for i in 0..count {
        let value = m.get(r + i);
        match (value.as_gc::<Str>(), access::number(value)) {
            (Some(string), _) => buffer.push(string.bytes()),
            (_, Some(number)) => match texts.get(i) {
                Some(Some(text)) => buffer.push(text),
                _ => buffer.push(&number::format_number(number)),
            },
            _ => unreachable!("strings and numbers only"),
        }
    }
    Ok(buffer.finish().value().raw())
}

/// Finishes the interrupted instruction of the running frame with the first result of its metamethod.
pub(crate) fn finish(vm: &mut Vm, inst: Inst, extra: usize, result: Raw) -> Result<Flow, Raise> {
    let m = vm.machine();
    match inst.op() {
        Op::SetTabUp | Op::SetField | Op::SetIndex | Op::SetInt => {}
        Op::Concat => {
            m.set(inst.b() + extra - 1, result);
            return concat(vm, inst, extra);
        }
        op => match jump_sense(op) {
            Some(wanted) => return Ok(decide(vm, inst, result.is_truthy(), wanted)),
            None => m.set(inst.a(), result),
        },
    }
    Ok(Flow::Next)
}

/// For a comparison: the outcome for which it jumps.
fn jump_sense(op: Op) -> Option<bool> {
    match op {
        Op::JEq | Op::JLt | Op::JLe | Op::JLtI | Op::JLeI | Op::JGtI | Op::JGeI => Some(true),
        Op::JNe | Op::JNlt | Op::JNle | Op::JNltI | Op::JNleI | Op::JNgtI | Op::JNgeI => Some(false),
        _ => None,
    }
}
