//! Arithmetic metamethods of strings: both operands are taken as numbers if they read as numbers, otherwise the other
//! operand's metamethod is asked.

use crate::native::{CallFrame, NativeResult, Raise};
use crate::number::{Number, float_floor_div, float_mod, float_pow, int_floor_div, int_mod};
use crate::object::metamethod::Metamethod;
use crate::stdlib::access;
use crate::stdlib::arg::{Arguments, Given, of_number, to_number};
use crate::stdlib::register::natives;
use crate::value::{Tag, Value};
use crate::vm::Vm;

natives! {
    /// `__add` of strings.
    ADD = "__add", Reentrant(add);
    /// `__sub` of strings.
    SUB = "__sub", Reentrant(sub);
    /// `__mul` of strings.
    MUL = "__mul", Reentrant(mul);
    /// `__mod` of strings.
    MOD = "__mod", Reentrant(modulo);
    /// `__pow` of strings.
    POW = "__pow", Reentrant(pow);
    /// `__div` of strings.
    DIV = "__div", Reentrant(div);
    /// `__idiv` of strings.
    IDIV = "__idiv", Reentrant(idiv);
    /// `__unm` of strings.
    UNM = "__unm", Reentrant(unm);
}

/// Applies one function to integers and another to everything else.
fn mixed(a: Number, b: Number, ints: fn(i64, i64) -> i64, floats: fn(f64, f64) -> f64) -> Number {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Number::Int(ints(a, b)),
        _ => Number::Float(floats(a.to_float(), b.to_float())),
    }
}

fn add(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Add, |a, b| Ok(mixed(a, b, i64::wrapping_add, |a, b| a + b)))
}

fn sub(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Sub, |a, b| Ok(mixed(a, b, i64::wrapping_sub, |a, b| a - b)))
}

fn mul(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Mul, |a, b| Ok(mixed(a, b, i64::wrapping_mul, |a, b| a * b)))
}

fn modulo(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Mod, |a, b| match b {
        Number::Int(0) if matches!(a, Number::Int(_)) => Err("attempt to perform 'n%0'"),
        _ => Ok(mixed(a, b, int_mod, float_mod)),
    })
}

fn idiv(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::IDiv, |a, b| match b {
        Number::Int(0) if matches!(a, Number::Int(_)) => Err("attempt to divide by zero"),
        _ => Ok(mixed(a, b, int_floor_div, float_floor_div)),
    })
}

fn pow(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Pow, |a, b| Ok(Number::Float(float_pow(a.to_float(), b.to_float()))))
}

fn div(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Div, |a, b| Ok(Number::Float(a.to_float() / b.to_float())))
}

fn unm(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    arithmetic(vm, frame, Metamethod::Unm, |a, _| {
        Ok(match a {
            Number::Int(a) => Number::Int(a.wrapping_neg()),
            Number::Float(a) => Number::Float(-a),
        })
    })
}

fn arithmetic(
    vm: &mut Vm,
    frame: CallFrame,
    event: Metamethod,
    compute: impl Fn(Number, Number) -> Result<Number, &'static str>,
) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    if let (Some(a), Some(b)) = (to_number(given.or_nil(0)), to_number(given.or_nil(1))) {
        let result = compute(a, b).map_err(|message| vm.cx().raise_message(message))?;
        return vm.cx().ret1(of_number(result));
    }
    let handler = other_handler(vm, given, event)?;
    let result = access::call(vm, handler, &[given.or_nil(0), given.or_nil(1)])?;
    vm.cx().ret1(result)
}

/// The metamethod of the second operand, unless that is a string, too.
fn other_handler(vm: &mut Vm, given: Given<2>, event: Metamethod) -> Result<Value<'static>, Raise> {
    let (left, right) = (given.or_nil(0), given.or_nil(1));
    let cx = vm.cx();
    if right.tag() != Tag::Str
        && let Some(handler) = cx.metamethod(right, event)
    {
        return Ok(handler.raw());
    }
    let operation = event.text().trim_start_matches('_');
    let (left, right) = (left.tag().type_name(), right.tag().type_name());
    Err(cx.error(format_args!("attempt to {operation} a '{left}' with a '{right}'")))
}
