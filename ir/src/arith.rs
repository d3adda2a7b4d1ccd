//! The meaning of arithmetic operations on numbers: Lua's rules, in one place for folding and evaluation.

use crate::op::Op;

/// The result of a binary integer operation; none if the operation is another one or the divisor is zero.
pub fn int_binary(op: Op, a: i64, b: i64) -> Option<i64> {
    Some(match op {
        Op::Add => a.wrapping_add(b),
        Op::Sub => a.wrapping_sub(b),
        Op::Mul => a.wrapping_mul(b),
        Op::IDiv if b != 0 => floor_div(a, b),
        Op::IMod if b != 0 => floor_mod(a, b),
        Op::BAnd => a & b,
        Op::BOr => a | b,
        Op::BXor => a ^ b,
        Op::Shl => shift_left(a, b),
        Op::Shr => shift_left(a, b.wrapping_neg()),
        _ => return None,
    })
}

/// The result of a comparison of integers.
pub fn int_compare(op: Op, a: i64, b: i64) -> Option<bool> {
    Some(match op {
        Op::Eq => a == b,
        Op::Ne => a != b,
        Op::Lt => a < b,
        Op::Le => a <= b,
        Op::Ult => (a as u64) < b as u64,
        Op::Ule => a as u64 <= b as u64,
        _ => return None,
    })
}

/// The result of a binary float operation.
pub fn float_binary(op: Op, a: f64, b: f64) -> Option<f64> {
    Some(match op {
        Op::FAdd => a + b,
        Op::FSub => a - b,
        Op::FMul => a * b,
        Op::FDiv => a / b,
        Op::FIDiv => (a / b).floor(),
        Op::FMod => float_mod(a, b),
        Op::FPow if b == 2.0 => a * a,
        Op::FPow => a.powf(b),
        _ => return None,
    })
}

/// The result of a unary float operation.
pub fn float_unary(op: Op, a: f64) -> Option<f64> {
    Some(match op {
        Op::FNeg => -a,
        Op::FSqrt => a.sqrt(),
        Op::FFloor => a.floor(),
        Op::FCeil => a.ceil(),
        Op::FAbs => a.abs(),
        _ => return None,
    })
}

/// The result of a comparison of floats.
pub fn float_compare(op: Op, a: f64, b: f64) -> Option<bool> {
    Some(match op {
        Op::FEq => a == b,
        Op::FNe => a != b,
        Op::FLt => a < b,
        Op::FLe => a <= b,
        _ => return None,
    })
}

/// The integer that a float is, if it is one.
pub fn float_to_int(a: f64) -> Option<i64> {
    let in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&a);
    (in_range && a.floor() == a).then_some(a as i64)
}

/// Floor division; the divisor is not zero. Wraps for the least integer divided by -1.
pub fn floor_div(a: i64, b: i64) -> i64 {
    let quotient = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a ^ b) < 0 { quotient - 1 } else { quotient }
}

/// Remainder with the sign of the divisor, which is not zero.
pub fn floor_mod(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest ^ b) < 0 { rest + b } else { rest }
}

/// Logical shift: negative counts shift right, 64 and more give 0.
pub fn shift_left(a: i64, count: i64) -> i64 {
    match count {
        0..64 => ((a as u64) << count) as i64,
        -63..0 => ((a as u64) >> -count) as i64,
        _ => 0,
    }
}

/// Lua's `%` on floats.
pub fn float_mod(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest > 0.0 && b < 0.0 || rest < 0.0 && b > 0.0 { rest + b } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_follow_lua() {
        assert_eq!(floor_div(-7, 2), -4);
        assert_eq!(floor_mod(-7, 2), 1);
        assert_eq!(floor_mod(7, -2), -1);
        assert_eq!(floor_div(i64::MIN, -1), i64::MIN);
        assert_eq!(floor_mod(i64::MIN, -1), 0);
        assert_eq!(shift_left(1, 63), i64::MIN);
        assert_eq!(shift_left(1, 64), 0);
        assert_eq!(shift_left(-1, -1), i64::MAX);
        assert_eq!(int_binary(Op::Shr, -1, -4), Some(-16));
        assert_eq!(int_binary(Op::Shr, -1, i64::MIN), Some(0));
        assert_eq!(int_binary(Op::IDiv, 1, 0), None);
    }

    #[test]
    fn floats_follow_lua() {
        assert_eq!(float_mod(5.5, -2.0), -0.5);
        assert_eq!(float_mod(-1.0, f64::INFINITY), f64::INFINITY);
        assert_eq!(float_to_int(-0.0), Some(0));
        assert_eq!(float_to_int(9.3e18), None);
        assert_eq!(float_to_int(0.5), None);
        assert_eq!(float_to_int(f64::NAN), None);
        assert_eq!(float_to_int(i64::MIN as f64), Some(i64::MIN));
    }
}
