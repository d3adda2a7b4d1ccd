//! Arithmetic, bitwise operations, negation and length.
//!
//! `fast` does what is most likely for the operator (integers for `+ - * // %` and bits, floats for `/` and `^`), `middle`
//! any other mix of numbers; strings and metamethods are slow. Keeping the float path out of the handler keeps the
//! optimiser from merging the ends of both, which costs a move between register files on the integer path.

use super::super::dispatch::Flow;
use super::super::machine::{FLOAT, INT, Machine};
use super::super::{access, meta};
use super::{Operation, always};
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::number::{self, Number};
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// What computes an operator on two numbers: integers and floats.
macro_rules! arithmetic {
    ($($name:ident, $name_k:ident: $event:ident, $int:expr, $float:expr, $ints_first:literal;)*) => {
        $(
            impl_arithmetic!($name, $event, $int, $float, $ints_first, right = |m, inst| m.get(inst.c()));
            impl_arithmetic!($name_k, $event, $int, $float, $ints_first, right = |m, inst| m.constant(inst.d()));
        )*
    };
}

macro_rules! impl_arithmetic {
    ($name:ident, $event:ident, $int:expr, $float:expr, $ints_first:literal, right = |$m:ident, $inst:ident| $right:expr) => {
        pub(crate) struct $name;
        impl Operation for $name {
            const MIDDLE: bool = true;

            #[inline(always)]
            fn fast($m: Machine, $inst: Inst) -> Option<Machine> {
                let right: Raw = $right;
                let b = $inst.b();
                if $ints_first {
                    if $m.tag(b) != INT || right.tag_byte() != INT {
                        return None;
                    }
                    let int: fn(i64, i64) -> Option<i64> = $int;
                    $m.set($inst.a(), Raw::int(int($m.int(b), right.bits() as i64)?));
                } else {
                    if $m.tag(b) != FLOAT || right.tag_byte() != FLOAT {
                        return None;
                    }
                    let float: fn(f64, f64) -> f64 = $float;
                    $m.set($inst.a(), Raw::float(float($m.float(b), f64::from_bits(right.bits()))));
                }
                Some($m)
            }
            #[inline(always)]
            fn middle($m: Machine, $inst: Inst) -> Option<Machine> {
                let right: Raw = $right;
                let left = $m.get($inst.b());
                let float: fn(f64, f64) -> f64 = $float;
                if left.tag_byte() == FLOAT && right.tag_byte() == FLOAT {
                    let result = float(f64::from_bits(left.bits()), f64::from_bits(right.bits()));
                    $m.set($inst.a(), Raw::float(result));
                    return Some($m);
                }
                let (left, right) = (access::float(left)?, access::float(right)?);
                // Two integers come here when the integer operation has no result of its own.
                if $ints_first && $m.tag($inst.b()) == INT && ($right).tag_byte() == INT {
                    return None;
                }
                $m.set($inst.a(), Raw::float(float(left, right)));
                Some($m)
            }
            fn slow(vm: &mut Vm, $inst: Inst) -> Result<Flow, Raise> {
                let $m = vm.machine();
                let (left, right): (Raw, Raw) = ($m.get($inst.b()), $right);
                meta::arithmetic(vm, $inst, Metamethod::$event, left, right)
            }
        }
    };
}

arithmetic! {
    Add, AddK: Add, |a, b| Some(a.wrapping_add(b)), |a, b| a + b, true;
    Sub, SubK: Sub, |a, b| Some(a.wrapping_sub(b)), |a, b| a - b, true;
    Mul, MulK: Mul, |a, b| Some(a.wrapping_mul(b)), |a, b| a * b, true;
    IDiv, IDivK: IDiv, |a, b| if b == 0 { None } else { Some(number::int_floor_div(a, b)) }, number::float_floor_div, true;
}

/// `%` has a fast path for a positive divisor, and a float path that the processor has no instruction for.
macro_rules! modulo {
    ($($name:ident, right = |$m:ident, $inst:ident| $right:expr;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast($m: Machine, $inst: Inst) -> Option<Machine> {
                    let right: Raw = $right;
                    if $m.tag($inst.b()) != INT || right.tag_byte() != INT || right.bits() as i64 <= 0 {
                        return None;
                    }
                    let (left, right) = ($m.int($inst.b()), right.bits() as i64);
                    let rest = if (left | right) as u64 >> 32 == 0 {
                        // The short division is several times faster on most processors.
                        (left as u32 % right as u32) as i64
                    } else {
                        let rest = left % right;
                        if rest < 0 { rest + right } else { rest }
                    };
                    $m.set($inst.a(), Raw::int(rest));
                    Some($m)
                }
                #[inline(always)]
                fn middle($m: Machine, $inst: Inst) -> Option<Machine> {
                    let (left, right): (Raw, Raw) = ($m.get($inst.b()), $right);
                    if let (Some(left), Some(right)) = (left.as_int(), right.as_int()) {
                        if right == 0 {
                            return None;
                        }
                        $m.set($inst.a(), Raw::int(number::int_mod(left, right)));
                        return Some($m);
                    }
                    $m.set($inst.a(), Raw::float(number::float_mod(access::float(left)?, access::float(right)?)));
                    Some($m)
                }
                fn slow(vm: &mut Vm, $inst: Inst) -> Result<Flow, Raise> {
                    let $m = vm.machine();
                    let (left, right): (Raw, Raw) = ($m.get($inst.b()), $right);
                    meta::arithmetic(vm, $inst, Metamethod::Mod, left, right)
                }
            }
        )*
    };
}
modulo! {
    Mod, right = |m, inst| m.get(inst.c());
    ModK, right = |m, inst| m.constant(inst.d());
}

/// `/` and `^` give floats always.
macro_rules! float_only {
    ($($name:ident: $event:ident, $fast:expr, $full:expr, right = |$m:ident, $inst:ident| $right:expr;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast($m: Machine, $inst: Inst) -> Option<Machine> {
                    let right: Raw = $right;
                    if $m.tag($inst.b()) != FLOAT || right.tag_byte() != FLOAT {
                        return None;
                    }
                    let float: fn(f64, f64) -> Option<f64> = $fast;
                    $m.set($inst.a(), Raw::float(float($m.float($inst.b()), f64::from_bits(right.bits()))?));
                    Some($m)
                }
                #[inline(always)]
                fn middle($m: Machine, $inst: Inst) -> Option<Machine> {
                    let (left, right): (Raw, Raw) = ($m.get($inst.b()), $right);
                    let float: fn(f64, f64) -> f64 = $full;
                    $m.set($inst.a(), Raw::float(float(access::float(left)?, access::float(right)?)));
                    Some($m)
                }
                fn slow(vm: &mut Vm, $inst: Inst) -> Result<Flow, Raise> {
                    let $m = vm.machine();
                    let (left, right): (Raw, Raw) = ($m.get($inst.b()), $right);
                    meta::arithmetic(vm, $inst, Metamethod::$event, left, right)
                }
            }
        )*
    };
}
float_only! {
    Div: Div, |a, b| Some(a / b), |a, b| a / b, right = |m, inst| m.get(inst.c());
    DivK: Div, |a, b| Some(a / b), |a, b| a / b, right = |m, inst| m.constant(inst.d());
    Pow: Pow, |a, b| if b == 2.0 { Some(a * a) } else { None }, number::float_pow, right = |m, inst| m.get(inst.c());
    PowK: Pow, |a, b| if b == 2.0 { Some(a * a) } else { None }, number::float_pow, right = |m, inst| m.constant(inst.d());
}

macro_rules! bitwise {
    ($($name:ident, $int:expr;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast(m: Machine, inst: Inst) -> Option<Machine> {
                    let (b, c) = (inst.b(), inst.c());
                    if m.tag(b) != INT || m.tag(c) != INT {
                        return None;
                    }
                    let int: fn(i64, i64) -> i64 = $int;
                    m.set(inst.a(), Raw::int(int(m.int(b), m.int(c))));
                    Some(m)
                }
                #[inline(always)]
                fn middle(m: Machine, inst: Inst) -> Option<Machine> {
                    let left = access::number(m.get(inst.b())).and_then(Number::to_int_exact)?;
                    let right = access::number(m.get(inst.c())).and_then(Number::to_int_exact)?;
                    let int: fn(i64, i64) -> i64 = $int;
                    m.set(inst.a(), Raw::int(int(left, right)));
                    Some(m)
                }
                fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
                    let m = vm.machine();
                    let (left, right) = (m.get(inst.b()), m.get(inst.c()));
                    meta::bitwise(vm, inst, Metamethod::$name, left, right)
                }
            }
        )*
    };
}
bitwise! {
    BAnd, |a, b| a & b;
    BOr, |a, b| a | b;
    BXor, |a, b| a ^ b;
    Shl, number::shift_left;
    Shr, number::shift_right;
}

always! {
    Not = |m, inst| {
        m.set(inst.a(), Raw::bool(!m.get(inst.b()).is_truthy()));
        m
    };
}

/// `R[a] = -R[b]`
pub(crate) struct Unm;
impl Operation for Unm {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let value = m.get(inst.b());
        match value.tag_byte() {
            INT => m.set(inst.a(), Raw::int((value.bits() as i64).wrapping_neg())),
            FLOAT => m.set(inst.a(), Raw::float(-f64::from_bits(value.bits()))),
            _ => return None,
        }
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let value = vm.machine().get(inst.b());
        meta::arithmetic(vm, inst, Metamethod::Unm, value, value)
    }
}

/// `R[a] = ~R[b]`
pub(crate) struct BNot;
impl Operation for BNot {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        if m.tag(inst.b()) != INT {
            return None;
        }
        m.set(inst.a(), Raw::int(!m.int(inst.b())));
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        let value = vm.machine().get(inst.b());
        meta::bitwise(vm, inst, Metamethod::BNot, value, value)
    }
}

/// `R[a] = #R[b]`
pub(crate) struct Len;
impl Operation for Len {
    #[inline(always)]
    fn fast(m: Machine, inst: Inst) -> Option<Machine> {
        let value = m.get(inst.b());
        let length = if value.tag_byte() == Tag::Table as u8 {
            access::array_length(m, value)?
        } else if value.tag_byte() == Tag::Str as u8 {
            access::string_length(value)
        } else {
            return None;
        };
        m.set(inst.a(), Raw::int(length as i64));
        Some(m)
    }
    fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
        meta::length(vm, inst)
    }
}
