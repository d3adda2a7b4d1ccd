//! Comparisons, which are jumps.
//!
//! Each condition comes with its negation, because `not (a < b)` is not `b <= a` when one of them is NaN or has metamethods.

use super::super::dispatch::Flow;
use super::super::machine::{FLOAT, INT, Machine};
use super::super::{access, meta};
use super::Operation;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::number;
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// `if (R[a] op R[b]) == wanted: pc += d`
macro_rules! order {
    ($($name:ident: $wanted:literal, $int:expr, $float:expr, $mixed:expr, $slow:expr;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast(m: Machine, inst: Inst) -> Option<Machine> {
                    let (a, b) = (inst.a(), inst.b());
                    if m.tag(a) != INT || m.tag(b) != INT {
                        return None;
                    }
                    let int: fn(i64, i64) -> bool = $int;
                    Some(m.jumped_if(int(m.int(a), m.int(b)) == $wanted, inst))
                }
                #[inline(always)]
                fn middle(m: Machine, inst: Inst) -> Option<Machine> {
                    let (a, b) = (inst.a(), inst.b());
                    if m.tag(a) == FLOAT && m.tag(b) == FLOAT {
                        let float: fn(f64, f64) -> bool = $float;
                        return Some(m.jumped_if(float(m.float(a), m.float(b)) == $wanted, inst));
                    }
                    let (left, right) = (access::number(m.get(a))?, access::number(m.get(b))?);
                    Some(m.jumped_if($mixed(left, right) == $wanted, inst))
                }
                fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
                    let m = vm.machine();
                    let (left, right) = (m.get(inst.a()), m.get(inst.b()));
                    $slow(vm, inst, left, right, $wanted)
                }
            }
        )*
    };
}
order! {
    JLt: true, |a, b| a < b, |a, b| a < b, number::number_lt, meta::less_than;
    JNlt: false, |a, b| a < b, |a, b| a < b, number::number_lt, meta::less_than;
    JLe: true, |a, b| a <= b, |a, b| a <= b, number::number_le, meta::less_equal;
    JNle: false, |a, b| a <= b, |a, b| a <= b, number::number_le, meta::less_equal;
}

/// `if (R[a] op immediate) == wanted: pc += d`
macro_rules! order_immediate {
    ($($name:ident: $wanted:literal, $int:expr, $float:expr, $slow:expr, $swapped:literal;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                #[inline(always)]
                fn fast(m: Machine, inst: Inst) -> Option<Machine> {
                    let a = inst.a();
                    let holds = if m.tag(a) == INT {
                        let int: fn(i64, i64) -> bool = $int;
                        int(m.int(a), inst.sbc())
                    } else if m.tag(a) == FLOAT {
                        let float: fn(f64, f64) -> bool = $float;
                        float(m.float(a), inst.sbc() as f64)
                    } else {
                        return None;
                    };
                    Some(m.jumped_if(holds == $wanted, inst))
                }
                fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
                    let (register, immediate) = (vm.machine().get(inst.a()), Raw::int(inst.sbc()));
                    if $swapped {
                        $slow(vm, inst, immediate, register, $wanted)
                    } else {
                        $slow(vm, inst, register, immediate, $wanted)
                    }
                }
            }
        )*
    };
}
order_immediate! {
    JLtI: true, |a, b| a < b, |a, b| a < b, meta::less_than, false;
    JNltI: false, |a, b| a < b, |a, b| a < b, meta::less_than, false;
    JLeI: true, |a, b| a <= b, |a, b| a <= b, meta::less_equal, false;
    JNleI: false, |a, b| a <= b, |a, b| a <= b, meta::less_equal, false;
    JGtI: true, |a, b| a > b, |a, b| a > b, meta::less_than, true;
    JNgtI: false, |a, b| a > b, |a, b| a > b, meta::less_than, true;
    JGeI: true, |a, b| a >= b, |a, b| a >= b, meta::less_equal, true;
    JNgeI: false, |a, b| a >= b, |a, b| a >= b, meta::less_equal, true;
}

/// `if (R[a] == R[b]) == wanted: pc += d`
macro_rules! equality {
    ($($name:ident: $wanted:literal;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                #[inline(always)]
                fn fast(m: Machine, inst: Inst) -> Option<Machine> {
                    let equal = access::quick_equal(m.get(inst.a()), m.get(inst.b()))?;
                    Some(m.jumped_if(equal == $wanted, inst))
                }
                fn slow(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
                    meta::equal(vm, inst, $wanted)
                }
            }
        )*
    };
}
equality! {
    JEq: true;
    JNe: false;
}

/// `if (R[a] == K[bc]) == wanted: pc += d`, without metamethods
macro_rules! equality_constant {
    ($($name:ident: $wanted:literal;)*) => {
        $(
            pub(crate) struct $name;
            impl Operation for $name {
                const MIDDLE: bool = true;

                #[inline(always)]
                fn fast(m: Machine, inst: Inst) -> Option<Machine> {
                    let (value, constant) = (m.get(inst.a()), m.constant(inst.bc()));
                    if value.tag_byte() == FLOAT {
                        return None;
                    }
                    if value.same_bits(constant) {
                        return Some(m.jumped_if($wanted, inst));
                    }
                    // Different words of one kind, or of two kinds, are different values, unless both are strings
                    // or the constant is a float.
                    if value.tag_byte() == Tag::Str as u8 && constant.tag_byte() == Tag::Str as u8
                        || constant.tag_byte() == FLOAT
                    {
                        return None;
                    }
                    Some(m.jumped_if(!$wanted, inst))
                }
                #[inline(always)]
                fn middle(m: Machine, inst: Inst) -> Option<Machine> {
                    let equal = access::raw_equal(m.get(inst.a()), m.constant(inst.bc()));
                    Some(m.jumped_if(equal == $wanted, inst))
                }
                fn slow(_vm: &mut Vm, _inst: Inst) -> Result<Flow, Raise> {
                    unreachable!("raw equality has no slow path")
                }
            }
        )*
    };
}
equality_constant! {
    JEqK: true;
    JNeK: false;
}
