//! From text to number, by the rules of Lua's numerals.
//!
//! An integer numeral that fits is an integer; a decimal one that does not fit is a float; a hexadecimal one wraps
//! around. Anything with a point or an exponent is a float, rounded to nearest (ties to even) from all its digits.
//! `inf`, `nan`, an empty text, a second sign or anything after the trailing blanks is no number.

use super::Number;

/// Reads a whole text as one number. Blanks around it and one sign before it are allowed.
///
/// The lexer passes a numeral without sign and blanks; `tonumber` and string coercion pass whatever the script has.
pub fn parse_number(text: &[u8]) -> Option<Number> {
    let text = trim_blanks(text);
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if let [b'0', b'x' | b'X', hex @ ..] = digits {
        return parse_hex(hex, negative);
    }
    match parse_decimal_int(digits, negative) {
        Some(int) => Some(Number::Int(int)),
        None => parse_decimal_float(digits).map(|f| Number::Float(if negative { -f } else { f })),
    }
}

/// Reads an integer written in `base` (2 to 36), as `tonumber(text, base)` does: blanks and a sign allowed, wraps around.
pub fn parse_int_in_base(text: &[u8], base: u32) -> Option<i64> {
    let text = trim_blanks(text);
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut acc = 0i64;
    for &byte in digits {
        let digit = (byte as char).to_digit(36).filter(|&d| d < base)?;
        acc = acc.wrapping_mul(i64::from(base)).wrapping_add(i64::from(digit));
    }
    Some(if negative { acc.wrapping_neg() } else { acc })
}

/// True for the bytes that C's `isspace` accepts.
#[inline]
pub fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn trim_blanks(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text {
        if !is_blank(*first) {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if !is_blank(*last) {
            break;
        }
        text = rest;
    }
    text
}

fn parse_decimal_int(digits: &[u8], negative: bool) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    // Accumulating downwards gives room for the most negative integer.
    let mut acc = 0i64;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        acc = acc.checked_mul(10)?.checked_sub(i64::from(byte - b'0'))?;
    }
    if negative { Some(acc) } else { acc.checked_neg() }
}

/// `digits* [. digits*] [e [sign] digits+]` with at least one digit before the exponent.
fn parse_decimal_float(text: &[u8]) -> Option<f64> {
    let whole = count_while(text, |b| b.is_ascii_digit());
    let mut at = whole;
    let mut n_digits = whole;
    if text.get(at) == Some(&b'.') {
        let fraction = count_while(&text[at + 1..], |b| b.is_ascii_digit());
        at += 1 + fraction;
        n_digits += fraction;
    }
    if n_digits == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = count_while(&text[at..], |b| b.is_ascii_digit());
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != text.len() {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// What follows `0x`: hexadecimal digits alone make an integer, a point or an exponent makes a float.
fn parse_hex(hex: &[u8], negative: bool) -> Option<Number> {
    if !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit) {
        let int = hex.iter().fold(0i64, |acc, &b| acc.wrapping_shl(4) | i64::from(hex_digit(b)));
        return Some(Number::Int(if negative { int.wrapping_neg() } else { int }));
    }
    let mut mantissa = 0u64;
    let mut lost = false; // a non-zero digit did not fit in the mantissa
    let mut exponent = 0i64;
    let mut n_digits = 0usize;
    let mut after_point = false;
    let mut at = 0;
    while let Some(&byte) = hex.get(at) {
        if byte == b'.' && !after_point {
            after_point = true;
        } else if byte.is_ascii_hexdigit() {
            n_digits += 1;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(hex_digit(byte));
                exponent -= if after_point { 4 } else { 0 };
            } else {
                lost |= byte != b'0';
                exponent += if after_point { 0 } else { 4 };
            }
        } else {
            break;
        }
        at += 1;
    }
    if n_digits == 0 {
        return None;
    }
    if let Some(b'p' | b'P') = hex.get(at) {
        at += 1;
        let down = hex.get(at) == Some(&b'-');
        at += usize::from(matches!(hex.get(at), Some(b'+' | b'-')));
        let digits = &hex[at..];
        let count = count_while(digits, |b| b.is_ascii_digit());
        if count == 0 {
            return None;
        }
        // Saturates far outside of what any mantissa can bring back into range.
        let written = digits[..count].iter().fold(0i64, |acc, &b| (acc * 10 + i64::from(b - b'0')).min(1 << 50));
        exponent += if down { -written } else { written };
        at += count;
    }
    if at != hex.len() {
        return None;
    }
    let f = scale(mantissa, lost, exponent);
    Some(Number::Float(if negative { -f } else { f }))
}

/// `mantissa * 2^exponent`, rounded once, to nearest with ties to even; `sticky` stands for a tail below the mantissa.
fn scale(mantissa: u64, sticky: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let shift_up = mantissa.leading_zeros();
    let mantissa = mantissa << shift_up;
    // The value is now 1.fraction * 2^top with the leading one in bit 63.
    let top = exponent - i64::from(shift_up) + 63;
    if top > 1023 {
        return f64::INFINITY;
    }
    // A double keeps 53 bits, fewer below the normal range.
    let keep = if top >= -1022 { 53 } else { 53 - (-1022 - top) };
    if keep < 0 {
        return 0.0;
    }
    let drop = 64 - keep as u32;
    let (kept, rest) = if drop == 64 { (0, mantissa) } else { (mantissa >> drop, mantissa << (64 - drop)) };
    let half = 1u64 << 63;
    let round_up = rest > half || (rest == half && (sticky || kept & 1 == 1));
    let rounded = kept + u64::from(round_up);
    if top >= -1022 {
        // The implicit one adds itself to the exponent; a carry out of the fraction does the same.
        f64::from_bits((((top + 1022) as u64) << 52) + rounded)
    } else {
        f64::from_bits(rounded)
    }
}

fn count_while(text: &[u8], accept: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|b| accept(b)).count()
}

fn hex_digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Number::{Float, Int};

    #[test]
    fn numerals_have_the_value_and_the_subtype_of_the_reference() {
        let cases: &[(&str, Option<Number>)] = &[
            ("0", Some(Int(0))),
            ("-0", Some(Int(0))),
            ("  10\t\n", Some(Int(10))),
            ("+7", Some(Int(7))),
            ("9223372036854775807", Some(Int(i64::MAX))),
            ("9223372036854775808", Some(Float(9223372036854775808.0))),
            ("-9223372036854775808", Some(Int(i64::MIN))),
            ("-9223372036854775809", Some(Float(-9223372036854775809.0))),
            ("0x10", Some(Int(16))),
            ("-0x10", Some(Int(-16))),
            ("0xffffffffffffffff", Some(Int(-1))),
            ("0x1ffffffffffffffff", Some(Int(-1))),
            ("0x7fffffffffffffff", Some(Int(i64::MAX))),
            ("1e1", Some(Float(10.0))),
            ("1E+2", Some(Float(100.0))),
            ("1.", Some(Float(1.0))),
            (".5", Some(Float(0.5))),
            ("5e-324", Some(Float(5e-324))),
            ("1e999", Some(Float(f64::INFINITY))),
            ("-1e99999999999999999999", Some(Float(f64::NEG_INFINITY))),
            ("0x.8", Some(Float(0.5))),
            ("0x8.", Some(Float(8.0))),
            ("0xA.8p0", Some(Float(10.5))),
            ("0x1p-1", Some(Float(0.5))),
            ("0x1P+4", Some(Float(16.0))),
            ("-0x1p4", Some(Float(-16.0))),
            ("0x1p1024", Some(Float(f64::INFINITY))),
            ("0x1p-1074", Some(Float(5e-324))),
            ("0x1p-1075", Some(Float(0.0))),
            ("0x1.8p-1075", Some(Float(5e-324))),
            ("0x1p-99999999999999999999999", Some(Float(0.0))),
            ("0x1.fffffffffffff8p0", Some(Float(2.0))),
            ("0x1.fffffffffffff7p0", Some(Float(1.9999999999999998))),
            ("0x1.00000000000008p0", Some(Float(1.0))),
            ("0x1.000000000000080000000000001p0", Some(Float(1.0000000000000002))),
            ("0x1.fffffffffffffp1023", Some(Float(f64::MAX))),
            ("0x1.fffffffffffff8p1023", Some(Float(f64::INFINITY))),
            ("", None),
            ("  ", None),
            ("-", None),
            ("+-1", None),
            ("- 1", None),
            ("1 2", None),
            (".", None),
            ("1e", None),
            ("1e+", None),
            ("e1", None),
            ("0x", None),
            ("0x.", None),
            ("0x.p1", None),
            ("0x1p", None),
            ("0x1pa", None),
            ("0xg", None),
            ("1x", None),
            ("inf", None),
            ("nan", None),
            ("-infinity", None),
            ("1_000", None),
            ("1\0", None),
            ("1..2", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_number(text.as_bytes()), *expected, "{text:?}");
        }
    }

    #[test]
    fn a_negative_zero_keeps_its_sign_only_as_a_float() {
        let Some(Float(f)) = parse_number(b"-0.0") else { panic!("not a float") };
        assert!(f.is_sign_negative());
        let Some(Float(f)) = parse_number(b"-0x0p0") else { panic!("not a float") };
        assert!(f.is_sign_negative());
    }

    #[test]
    fn hexadecimal_floats_survive_more_digits_than_the_mantissa_holds() {
        let long = format!("0x{}p-4000", "1".repeat(1000));
        assert_eq!(parse_number(long.as_bytes()), parse_number(b"0x1.1111111111111111p-4"));
        let zeros = format!("0x.{}1p4004", "0".repeat(1000));
        assert_eq!(parse_number(zeros.as_bytes()), Some(Float(1.0)));
    }

    #[test]
    fn bases_from_2_to_36() {
        assert_eq!(parse_int_in_base(b"  -ff ", 16), Some(-255));
        assert_eq!(parse_int_in_base(b"zz", 36), Some(35 * 36 + 35));
        assert_eq!(parse_int_in_base(b"102", 2), None);
        assert_eq!(parse_int_in_base(b"+1", 10), Some(1));
        assert_eq!(parse_int_in_base(b"", 10), None);
        assert_eq!(parse_int_in_base(b"7fffffffffffffff8", 16), Some(-8));
    }
}
