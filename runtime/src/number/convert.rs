//! Conversions between the subtypes. A float becomes an integer only when the result is exact or the caller names a
//! direction of rounding; nothing here rounds silently or saturates.

use super::{Number, parse_number};

/// 2^63, the first float above every integer.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// The integer equal to `f`, if there is one.
#[inline]
pub fn float_to_int_exact(f: f64) -> Option<i64> {
    // The cast saturates: 2^63 would come back as equal without the range check, NaN never compares equal.
    let int = f as i64;
    (int as f64 == f && f < TWO_TO_63).then_some(int)
}

/// The greatest integer not above `f`, if it is in range.
#[inline]
pub fn float_floor_to_int(f: f64) -> Option<i64> {
    in_range(f.floor())
}

/// The smallest integer not below `f`, if it is in range.
#[inline]
pub fn float_ceil_to_int(f: f64) -> Option<i64> {
    in_range(f.ceil())
}

/// The integer that a string stands for where an integer is wanted: `"10"` and `"1e1"` do, `"1.5"` and `"x"` do not.
pub fn string_to_int_exact(text: &[u8]) -> Option<i64> {
    parse_number(text)?.to_int_exact()
}

/// The float that a string stands for where a number is wanted.
pub fn string_to_float(text: &[u8]) -> Option<f64> {
    parse_number(text).map(Number::to_float)
}

#[inline]
fn in_range(whole: f64) -> Option<i64> {
    (-TWO_TO_63..TWO_TO_63).contains(&whole).then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_floats_become_integers() {
        assert_eq!(float_to_int_exact(3.0), Some(3));
        assert_eq!(float_to_int_exact(-0.0), Some(0));
        assert_eq!(float_to_int_exact(3.5), None);
        assert_eq!(float_to_int_exact(TWO_TO_63), None);
        assert_eq!(float_to_int_exact(-TWO_TO_63), Some(i64::MIN));
        assert_eq!(float_to_int_exact(9223372036854774784.0), Some(9223372036854774784));
        assert_eq!(float_to_int_exact(f64::INFINITY), None);
        assert_eq!(float_to_int_exact(f64::NAN), None);
    }

    #[test]
    fn floor_and_ceil_refuse_what_is_out_of_range() {
        assert_eq!(float_floor_to_int(-1.5), Some(-2));
        assert_eq!(float_ceil_to_int(-1.5), Some(-1));
        assert_eq!(float_floor_to_int(TWO_TO_63), None);
        assert_eq!(float_ceil_to_int(-TWO_TO_63), Some(i64::MIN));
        assert_eq!(float_floor_to_int(f64::NAN), None);
        assert_eq!(float_ceil_to_int(f64::NEG_INFINITY), None);
    }

    #[test]
    fn strings_coerce_by_their_value() {
        assert_eq!(string_to_int_exact(b" 0x10 "), Some(16));
        assert_eq!(string_to_int_exact(b"1e1"), Some(10));
        assert_eq!(string_to_int_exact(b"1.5"), None);
        assert_eq!(string_to_float(b"2"), Some(2.0));
        assert_eq!(string_to_float(b"two"), None);
    }
}
