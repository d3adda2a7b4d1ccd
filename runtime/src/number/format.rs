//! From number to text, byte for byte as C's `printf` in glibc writes it.
//!
//! The standard library of Rust finds the digits (`{:.*e}` rounds exactly, ties to even); this file only lays them out
//! as `%e`, `%f`, `%g` and `%a` want them. All of it works on the magnitude: sign, padding and prefixes belong to the
//! caller. Text is built in a `Text`, a fixed buffer on the stack, so converting a number never allocates.

use std::fmt::Write;
use std::ops::Deref;

use super::Number;

/// A short ASCII text in a fixed buffer of `N` bytes. Writing past the end is a bug of the caller and panics.
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

/// Enough for every integer and every float as `tostring` writes them.
pub type NumberText = Text<32>;

impl<const N: usize> Text<N> {
    /// An empty text.
    #[inline]
    pub const fn new() -> Self {
        Text { bytes: [0; N], len: 0 }
    }

    /// Appends one byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// Appends bytes.
    #[inline]
    pub fn push_all(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Appends a byte `count` times.
    #[inline]
    pub fn push_repeated(&mut self, byte: u8, count: usize) {
        self.bytes[self.len..self.len + count].fill(byte);
        self.len += count;
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Deref for Text<N> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_all(s.as_bytes());
        Ok(())
    }
}

/// The text of an integer, as `tostring` gives it.
#[inline]
pub fn format_int(int: i64) -> NumberText {
    let mut out = Text::new();
    if int < 0 {
        out.push(b'-');
    }
    write_decimal(&mut out, int.unsigned_abs());
    out
}

/// The text of a float, as `tostring` gives it: `%.14g`, with `.0` added to what would read as an integer.
pub fn format_float_g14(f: f64) -> NumberText {
    let mut out = Text::new();
    if f.is_sign_negative() {
        out.push(b'-');
    }
    let magnitude = f.abs();
    if magnitude < 1e14 && magnitude.trunc() == magnitude {
        write_decimal(&mut out, magnitude as u64);
        out.push_all(b".0");
        return out;
    }
    if !f.is_finite() {
        out.push_all(if f.is_nan() { b"nan" } else { b"inf" });
        return out;
    }
    let start = out.len();
    write_g(&mut out, magnitude, 14, false);
    if out[start..].iter().all(u8::is_ascii_digit) {
        out.push_all(b".0");
    }
    out
}

/// The text of a number, as `tostring` gives it.
#[inline]
pub fn format_number(number: Number) -> NumberText {
    match number {
        Number::Int(i) => format_int(i),
        Number::Float(f) => format_float_g14(f),
    }
}

/// Writes an unsigned integer in decimal.
pub fn write_decimal<const N: usize>(out: &mut Text<N>, value: u64) {
    out.push_all(itoa::Buffer::new().format(value).as_bytes());
}

/// `%.{precision}e` of a finite magnitude; `alternate` keeps the point when no digit follows it.
pub fn write_e<const N: usize>(out: &mut Text<N>, magnitude: f64, precision: usize, alternate: bool) {
    let digits = Digits::new(magnitude, precision);
    write_scientific(out, digits.mantissa(), digits.exponent, alternate);
}

/// `%.{precision}f` of a finite magnitude.
pub fn write_f<const N: usize>(out: &mut Text<N>, magnitude: f64, precision: usize, alternate: bool) {
    write!(out, "{magnitude:.precision$}").expect("a Text takes everything");
    if alternate && precision == 0 {
        out.push(b'.');
    }
}

/// `%.{precision}g` of a finite magnitude; `alternate` keeps trailing zeros.
pub fn write_g<const N: usize>(out: &mut Text<N>, magnitude: f64, precision: usize, alternate: bool) {
    let precision = precision.max(1);
    let digits = Digits::new(magnitude, precision - 1);
    let exponent = digits.exponent;
    let mut mantissa = digits.mantissa();
    if !alternate {
        let zeros = mantissa[1..].iter().rev().take_while(|&&d| d == b'0').count();
        mantissa = &mantissa[..mantissa.len() - zeros];
    }
    if exponent < -4 || exponent >= precision as i32 {
        write_scientific(out, mantissa, exponent, alternate);
    } else if exponent < 0 {
        out.push_all(b"0.");
        out.push_repeated(b'0', (-exponent - 1) as usize);
        out.push_all(mantissa);
    } else {
        let whole = exponent as usize + 1;
        if mantissa.len() <= whole {
            out.push_all(mantissa);
            out.push_repeated(b'0', whole - mantissa.len());
            if alternate {
                out.push(b'.');
            }
        } else {
            out.push_all(&mantissa[..whole]);
            out.push(b'.');
            out.push_all(&mantissa[whole..]);
        }
    }
}

/// `%.{precision}a` of a finite magnitude, or as many digits as it has if there is no precision; with the prefix `0x`.
pub fn write_a<const N: usize>(out: &mut Text<N>, magnitude: f64, precision: Option<usize>, alternate: bool) {
    const FRACTION_BITS: u32 = 52;
    let bits = magnitude.to_bits();
    let biased = (bits >> FRACTION_BITS) as i32;
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    // A leading one for normal numbers, a leading zero for the others, which share the lowest exponent.
    let (lead, exponent) = match (biased, fraction) {
        (0, 0) => (0, 0),
        (0, _) => (0, -1022),
        _ => (1, biased - 1023),
    };
    let mut value = (lead << FRACTION_BITS) | fraction;
    let n_digits = match precision {
        None => 13 - (fraction.trailing_zeros().min(FRACTION_BITS) / 4) as usize,
        Some(n) => n,
    };
    if n_digits < 13 {
        let drop = 4 * (13 - n_digits as u32);
        let (rest, half) = (value & ((1 << drop) - 1), 1u64 << (drop - 1));
        value >>= drop;
        value += u64::from(rest > half || (rest == half && value & 1 == 1));
        value <<= drop;
    }
    out.push_all(b"0x");
    out.push(b'0' + (value >> FRACTION_BITS) as u8);
    if n_digits > 0 || alternate {
        out.push(b'.');
    }
    for i in 0..n_digits {
        let nibble = if i < 13 { (value >> (48 - 4 * i)) & 15 } else { 0 };
        out.push(b"0123456789abcdef"[nibble as usize]);
    }
    out.push(b'p');
    out.push(if exponent < 0 { b'-' } else { b'+' });
    write_decimal(out, u64::from(exponent.unsigned_abs()));
}

/// The significant decimal digits of a magnitude and the exponent of the first one.
struct Digits {
    text: Text<128>,
    n_digits: usize,
    exponent: i32,
}

impl Digits {
    /// Rounds to `after_first + 1` digits. At most 99 digits may follow the first.
    fn new(magnitude: f64, after_first: usize) -> Digits {
        let mut text = Text::<128>::new();
        write!(text, "{magnitude:.after_first$e}").expect("a Text takes everything");
        let e_at = text.iter().rposition(|&b| b == b'e').expect("scientific notation has an exponent");
        let (sign, exponent) = match &text[e_at + 1..] {
            [b'-', digits @ ..] => (-1, digits),
            digits => (1, digits),
        };
        let exponent = sign * exponent.iter().fold(0i32, |acc, &b| acc * 10 + i32::from(b - b'0'));
        // Close the gap that the point left, so that the digits stand together.
        if after_first > 0 {
            text.bytes.copy_within(2..2 + after_first, 1);
        }
        Digits { text, n_digits: after_first + 1, exponent }
    }

    fn mantissa(&self) -> &[u8] {
        &self.text.bytes[..self.n_digits]
    }
}

fn write_scientific<const N: usize>(out: &mut Text<N>, mantissa: &[u8], exponent: i32, alternate: bool) {
    out.push(mantissa[0]);
    if mantissa.len() > 1 || alternate {
        out.push(b'.');
    }
    out.push_all(&mantissa[1..]);
    out.push(b'e');
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let exponent = exponent.unsigned_abs();
    if exponent < 10 {
        out.push(b'0');
    }
    write_decimal(out, u64::from(exponent));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).expect("ASCII")
    }

    #[test]
    fn integers() {
        for i in [0, 7, -7, 10, 99, 100, 123456789, i64::MAX, i64::MIN] {
            assert_eq!(text(&format_int(i)), i.to_string());
        }
    }

    #[test]
    fn floats_as_tostring_writes_them() {
        let cases: &[(f64, &str)] = &[
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-25.0, "-25.0"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.33333333333333"),
            (99999999999999.0, "99999999999999.0"),
            (1e14, "1e+14"),
            (123456789012345.0, "1.2345678901234e+14"),
            (1e15, "1e+15"),
            (1e100, "1e+100"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (9007199254740993.0, "9.007199254741e+15"),
            (99999999999999.9, "1e+14"),
            (9999999999999.95, "9999999999999.9"),
            (12345678901234.5, "12345678901234.0"),
            (f64::MAX, "1.7976931348623e+308"),
            (5e-324, "4.9406564584125e-324"),
            (-2.2250738585072014e-308, "-2.2250738585072e-308"),
            (std::f64::consts::PI, "3.1415926535898"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (f, expected) in cases {
            assert_eq!(text(&format_float_g14(*f)), *expected, "{f:e}");
        }
        assert_eq!(text(&format_float_g14(f64::NAN.copysign(1.0))), "nan");
        assert_eq!(text(&format_float_g14(f64::NAN.copysign(-1.0))), "-nan");
    }

    #[test]
    fn ties_round_to_even() {
        let cases: &[(f64, usize, &str)] = &[
            (0.5, 0, "0"),
            (1.5, 0, "2"),
            (2.5, 0, "2"),
            (0.125, 2, "0.12"),
            (0.375, 2, "0.38"),
            (1e22, 1, "10000000000000000000000.0"),
        ];
        for (f, precision, expected) in cases {
            let mut out = Text::<64>::new();
            write_f(&mut out, *f, *precision, false);
            assert_eq!(text(&out), *expected);
        }
        let mut out = Text::<64>::new();
        write_e(&mut out, 2.5, 0, false);
        assert_eq!(text(&out), "2e+00");
        let mut out = Text::<64>::new();
        write_g(&mut out, 1.125, 3, false);
        assert_eq!(text(&out), "1.12");
    }

    #[test]
    fn hexadecimal_floats() {
        let cases: &[(f64, Option<usize>, &str)] = &[
            (0.0, None, "0x0p+0"),
            (1.0, None, "0x1p+0"),
            (0.5, None, "0x1p-1"),
            (3.0, None, "0x1.8p+1"),
            (0.1, None, "0x1.999999999999ap-4"),
            (5e-324, None, "0x0.0000000000001p-1022"),
            (1.96875, Some(0), "0x2p+0"),
            (1.5, Some(0), "0x2p+0"),
            (1.0, Some(3), "0x1.000p+0"),
            (0.1, Some(4), "0x1.999ap-4"),
            (1.0, Some(15), "0x1.000000000000000p+0"),
            (f64::MAX, None, "0x1.fffffffffffffp+1023"),
        ];
        for (f, precision, expected) in cases {
            let mut out = Text::<64>::new();
            write_a(&mut out, *f, *precision, false);
            assert_eq!(text(&out), *expected);
        }
    }
}
