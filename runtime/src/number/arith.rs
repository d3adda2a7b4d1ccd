//! The operators on numbers of one subtype, and the comparisons across subtypes.
//!
//! Division and modulo round towards minus infinity for both subtypes; integers wrap; shifts are logical and a shift by
//! 64 or more gives zero; a comparison of an integer with a float is exact, as if both were real numbers, and false for
//! NaN. Division by an integer zero is the caller's error to raise: `int_floor_div` and `int_mod` ask for a divisor
//! that is not zero.

use super::{Number, float_ceil_to_int, float_floor_to_int, float_to_int_exact};

/// `a // b` for integers. `b` must not be zero.
#[inline]
pub fn int_floor_div(a: i64, b: i64) -> i64 {
    let quotient = a.wrapping_div(b);
    // Truncation went up instead of down when the signs differ and something was left.
    if (a ^ b) < 0 && a.wrapping_rem(b) != 0 { quotient - 1 } else { quotient }
}

/// `a % b` for integers: the result has the sign of `b`. `b` must not be zero.
#[inline]
pub fn int_mod(a: i64, b: i64) -> i64 {
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest ^ b) < 0 { rest + b } else { rest }
}

/// `a // b` for floats.
#[inline]
pub fn float_floor_div(a: f64, b: f64) -> f64 {
    (a / b).floor()
}

/// `a % b` for floats: the result has the sign of `b`, and `a % inf` is `a` when the signs agree.
#[inline]
pub fn float_mod(a: f64, b: f64) -> f64 {
    let rest = remainder(a, b);
    let signs_differ = if rest > 0.0 { b < 0.0 } else { rest < 0.0 && b > 0.0 };
    if signs_differ { rest + b } else { rest }
}

/// C's `fmod`. Between whole numbers that an integer holds exactly, a division of integers takes its place: nothing else is nearly as
/// frequent, and the general algorithm goes bit by bit.
#[inline]
fn remainder(a: f64, b: f64) -> f64 {
    const EXACT: f64 = (1u64 << 53) as f64;
    if a.abs() < EXACT && b.abs() < EXACT {
        let (dividend, divisor) = (a as i64, b as i64);
        if divisor != 0 && dividend as f64 == a && divisor as f64 == b {
            // The remainder has the sign of the dividend, even where it is zero.
            return ((dividend % divisor) as f64).copysign(a);
        }
    }
    a % b
}

/// `a ^ b`.
#[inline]
pub fn float_pow(a: f64, b: f64) -> f64 {
    if b == 2.0 { a * a } else { a.powf(b) }
}

/// `a << b`; a negative `b` shifts right.
#[inline]
pub fn shift_left(a: i64, b: i64) -> i64 {
    match b {
        0..64 => ((a as u64) << b) as i64,
        -63..0 => ((a as u64) >> -b) as i64,
        _ => 0,
    }
}

/// `a >> b`; a negative `b` shifts left. The shift is logical.
#[inline]
pub fn shift_right(a: i64, b: i64) -> i64 {
    shift_left(a, b.wrapping_neg())
}

/// `i < f`, exactly.
#[inline]
pub fn int_lt_float(i: i64, f: f64) -> bool {
    if fits_float(i) {
        return (i as f64) < f;
    }
    match float_ceil_to_int(f) {
        Some(bound) => i < bound,
        None => f > 0.0,
    }
}

/// `i <= f`, exactly.
#[inline]
pub fn int_le_float(i: i64, f: f64) -> bool {
    if fits_float(i) {
        return (i as f64) <= f;
    }
    match float_floor_to_int(f) {
        Some(bound) => i <= bound,
        None => f > 0.0,
    }
}

/// `f < i`, exactly.
#[inline]
pub fn float_lt_int(f: f64, i: i64) -> bool {
    if fits_float(i) {
        return f < i as f64;
    }
    match float_floor_to_int(f) {
        Some(bound) => bound < i,
        None => f < 0.0,
    }
}

/// `f <= i`, exactly.
#[inline]
pub fn float_le_int(f: f64, i: i64) -> bool {
    if fits_float(i) {
        return f <= i as f64;
    }
    match float_ceil_to_int(f) {
        Some(bound) => bound <= i,
        None => f < 0.0,
    }
}

/// `i == f`, exactly.
#[inline]
pub fn int_eq_float(i: i64, f: f64) -> bool {
    float_to_int_exact(f) == Some(i)
}

/// `a < b` for any two numbers.
#[inline]
pub fn number_lt(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a < b,
        (Number::Float(a), Number::Float(b)) => a < b,
        (Number::Int(a), Number::Float(b)) => int_lt_float(a, b),
        (Number::Float(a), Number::Int(b)) => float_lt_int(a, b),
    }
}

/// `a <= b` for any two numbers.
#[inline]
pub fn number_le(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a <= b,
        (Number::Float(a), Number::Float(b)) => a <= b,
        (Number::Int(a), Number::Float(b)) => int_le_float(a, b),
        (Number::Float(a), Number::Int(b)) => float_le_int(a, b),
    }
}

/// `a == b` for any two numbers.
#[inline]
pub fn number_eq(a: Number, b: Number) -> bool {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Int(i), Number::Float(f)) | (Number::Float(f), Number::Int(i)) => int_eq_float(i, f),
    }
}

/// True if every bit of the integer fits in a float's 53.
#[inline]
fn fits_float(i: i64) -> bool {
    const LIMIT: u64 = 1 << 53;
    (i as u64).wrapping_add(LIMIT) <= 2 * LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_division_rounds_down_and_wraps() {
        let cases = [
            (7, 2, 3, 1),
            (-7, 2, -4, 1),
            (7, -2, -4, -1),
            (-7, -2, 3, -1),
            (6, 3, 2, 0),
            (-6, 3, -2, 0),
            (0, -5, 0, 0),
            (i64::MIN, -1, i64::MIN, 0),
            (i64::MIN, 2, i64::MIN / 2, 0),
            (i64::MAX, i64::MIN, -1, -1),
        ];
        for (a, b, quotient, rest) in cases {
            assert_eq!(int_floor_div(a, b), quotient, "{a} // {b}");
            assert_eq!(int_mod(a, b), rest, "{a} % {b}");
        }
    }

    #[test]
    fn float_modulo_takes_the_sign_of_the_divisor() {
        let inf = f64::INFINITY;
        let cases: [(f64, f64, f64); 8] = [
            (5.5, 2.0, 1.5),
            (-5.5, 2.0, 0.5),
            (5.5, -2.0, -0.5),
            (5.0, inf, 5.0),
            (-5.0, inf, inf),
            (5.0, -inf, -inf),
            (-0.0, 5.0, -0.0),
            (-6.0, -3.0, -0.0),
        ];
        for (a, b, rest) in cases {
            assert_eq!(float_mod(a, b).to_bits(), rest.to_bits(), "{a} % {b}");
        }
        assert!(float_mod(5.0, 0.0).is_nan());
        let edges = [
            0.0,
            -0.0,
            0.5,
            1.0,
            -1.0,
            2.0,
            3.0,
            -7.0,
            65536.0,
            1e15,
            -1e15,
            9007199254740991.0,
            9007199254740992.0,
            1e300,
            inf,
        ];
        for a in edges {
            for b in edges {
                let (found, wanted) = (remainder(a, b), a % b);
                assert!(
                    found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan(),
                    "{a} and {b}: {found}"
                );
            }
        }
        assert_eq!(float_floor_div(-7.0, 2.0), -4.0);
        assert_eq!(float_floor_div(3.0, 0.0), inf);
        assert_eq!(float_pow(3.0, 2.0), 9.0);
        assert_eq!(float_pow(2.0, 0.5), std::f64::consts::SQRT_2);
    }

    #[test]
    fn shifts_are_logical_and_vanish_past_the_width() {
        assert_eq!(shift_left(1, 63), i64::MIN);
        assert_eq!(shift_left(1, 64), 0);
        assert_eq!(shift_left(-1, -1), i64::MAX);
        assert_eq!(shift_left(-1, -63), 1);
        assert_eq!(shift_left(-1, -64), 0);
        assert_eq!(shift_left(1, i64::MIN), 0);
        assert_eq!(shift_right(-1, 1), i64::MAX);
        assert_eq!(shift_right(1, -63), i64::MIN);
        assert_eq!(shift_right(1, i64::MIN), 0);
        assert_eq!(shift_right(-1, i64::MAX), 0);
    }

    #[test]
    fn mixed_comparisons_do_not_round() {
        let two53 = 9007199254740992.0;
        assert!(int_lt_float((1 << 53) - 1, two53));
        assert!(!int_le_float((1 << 53) + 1, two53));
        assert!(float_lt_int(two53, (1 << 53) + 1));
        assert!(!int_eq_float((1 << 53) + 1, two53));
        assert!(int_lt_float(i64::MAX, 9223372036854775808.0));
        assert!(int_le_float(i64::MAX, 9223372036854775808.0));
        assert!(!float_le_int(9223372036854775808.0, i64::MAX));
        assert!(!int_eq_float(i64::MAX, 9223372036854775808.0));
        assert!(float_le_int(-9223372036854775808.0, i64::MIN));
        assert!(int_eq_float(i64::MIN, -9223372036854775808.0));
        assert!(!float_lt_int(-9223372036854775808.0, i64::MIN));
        assert!(int_lt_float(i64::MAX, f64::INFINITY));
        assert!(float_lt_int(f64::NEG_INFINITY, i64::MIN));
        for i in [0, i64::MAX, i64::MIN] {
            assert!(!int_lt_float(i, f64::NAN) && !int_le_float(i, f64::NAN));
            assert!(!float_lt_int(f64::NAN, i) && !float_le_int(f64::NAN, i));
            assert!(!int_eq_float(i, f64::NAN));
        }
        assert!(int_lt_float(1, 1.5) && float_lt_int(1.5, 2) && int_le_float(1, 1.0));
        assert!(number_lt(Number::Int(1), Number::Float(1.5)) && number_eq(Number::Float(2.0), Number::Int(2)));
        assert!(number_le(Number::Float(2.0), Number::Int(2)));
    }
}
