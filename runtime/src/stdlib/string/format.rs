//! What `string.format` prints, byte for byte as C prints it, without the values: the caller fetches the arguments.
//!
//! `Spec::read` cuts one conversion out of the format string, the caller looks at its letter and fetches the argument,
//! `Spec::layout` checks flags, width and precision against what that letter allows, and one of the `put_*` functions
//! prints. The steps are separate because a wrong argument is reported before a wrong width.

use std::fmt;

use crate::number::format::{Text, write_a, write_decimal, write_e, write_f, write_g};
use crate::number::format_int;

/// The longest conversion that is looked at, without its `%`.
const MAX_SPEC: usize = 22;

/// Room for a float of 309 digits before the point and 99 after it, with some to spare.
const MAX_FLOAT: usize = 512;

/// A format string that cannot be obeyed. The bytes of the conversion are part of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// No such conversion.
    Unknown(Vec<u8>),
    /// Flags, width or precision that this conversion does not take.
    Malformed(Vec<u8>),
    /// Too many characters between `%` and the letter.
    TooLong,
    /// `%q` with anything between.
    ModifiedQuote,
}

impl FormatError {
    /// The message, as bytes: the conversion need not be UTF-8. It is quoted up to a NUL, as the reference does.
    pub fn message(&self) -> Vec<u8> {
        match self {
            FormatError::Unknown(spec) => [b"invalid conversion '%", until_nul(spec), b"' to 'format'"].concat(),
            FormatError::Malformed(spec) => [b"invalid conversion specification: '%", until_nul(spec), b"'"].concat(),
            FormatError::TooLong => b"invalid format (too long)".to_vec(),
            FormatError::ModifiedQuote => b"specifier '%q' cannot have modifiers".to_vec(),
        }
    }
}

fn until_nul(spec: &[u8]) -> &[u8] {
    &spec[..spec.iter().position(|&byte| byte == 0).unwrap_or(spec.len())]
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.message()))
    }
}

/// One conversion as it stands in the format string, after the `%`: everything up to its letter.
#[derive(Clone, Copy, Debug)]
pub struct Spec<'a> {
    text: &'a [u8],
}

impl<'a> Spec<'a> {
    /// Reads the conversion that starts right after a `%`.
    pub fn read(after_percent: &'a [u8]) -> Result<Spec<'a>, FormatError> {
        let modifiers = after_percent.iter().take_while(|b| is_modifier(**b)).count();
        if modifiers + 1 >= MAX_SPEC {
            return Err(FormatError::TooLong);
        }
        Ok(Spec { text: &after_percent[..after_percent.len().min(modifiers + 1)] })
    }

    /// How many bytes of the format string it takes.
    pub fn len(self) -> usize {
        self.text.len()
    }

    /// True if the format string ends before the letter.
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// The letter, 0 if the format string ends before it.
    pub fn letter(self) -> u8 {
        match self.text.last() {
            Some(&last) if !is_modifier(last) => last,
            _ => 0,
        }
    }

    /// True if something stands between `%` and the letter.
    pub fn has_modifiers(self) -> bool {
        self.text.len() > 1
    }

    /// The error for a letter that names no conversion.
    pub fn unknown(self) -> FormatError {
        FormatError::Unknown(self.text.to_vec())
    }

    /// Flags, width and precision, checked against what the letter takes.
    pub fn layout(self) -> Result<Layout, FormatError> {
        let (flags, with_precision): (&[u8], bool) = match self.letter() {
            b'c' | b'p' => (b"-", false),
            b's' => (b"-", true),
            b'd' | b'i' => (b"-+0 ", true),
            b'u' => (b"-0", true),
            b'o' | b'x' | b'X' => (b"-#0", true),
            b'q' if self.has_modifiers() => return Err(FormatError::ModifiedQuote),
            b'q' => (b"", false),
            _ => (b"-+#0 ", true),
        };
        let mut layout = Layout::default();
        if let [letter] = self.text
            && letter.is_ascii_alphabetic()
        {
            return Ok(layout);
        }
        let mut rest = self.text;
        while let [flag, after @ ..] = rest {
            if !flags.contains(flag) {
                break;
            }
            match flag {
                b'-' => layout.left = true,
                b'+' => layout.plus = true,
                b' ' => layout.space = true,
                b'#' => layout.alternate = true,
                _ => layout.zeros = true,
            }
            rest = after;
        }
        if rest.first() != Some(&b'0') {
            let (width, after) = two_digits(rest);
            layout.width = width;
            rest = after;
            if let ([b'.', after @ ..], true) = (rest, with_precision) {
                let (precision, after) = two_digits(after);
                layout.precision = Some(precision);
                rest = after;
            }
        }
        match rest {
            [letter] if letter.is_ascii_alphabetic() => Ok(layout),
            _ => Err(FormatError::Malformed(self.text.to_vec())),
        }
    }
}

/// Whether a byte may stand between `%` and the letter.
#[inline]
fn is_modifier(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b' ' | b'#' | b'.' | b'0'..=b'9')
}

/// How a value is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// `-`: padded on the right.
    pub left: bool,
    /// `+`: a sign always.
    pub plus: bool,
    /// A space where a plus would stand.
    pub space: bool,
    /// `#`: the alternate form.
    pub alternate: bool,
    /// `0`: padded with zeros after the sign.
    pub zeros: bool,
    /// The least number of characters.
    pub width: usize,
    /// Digits or characters, by the conversion.
    pub precision: Option<usize>,
}

impl Layout {
    /// True if nothing but the bare conversion was asked for.
    pub fn is_bare(&self) -> bool {
        *self == Layout::default()
    }

    /// Appends `prefix` (sign or `0x`) and `body`, padded to the width; zeros go between the two.
    fn put(&self, out: &mut Vec<u8>, prefix: &[u8], body: &[u8], zeros: bool) {
        let padding = self.width.saturating_sub(prefix.len() + body.len());
        let (before, between, after) = match (self.left, zeros) {
            (true, _) => (0, 0, padding),
            (false, true) => (0, padding, 0),
            (false, false) => (padding, 0, 0),
        };
        out.resize(out.len() + before, b' ');
        out.extend_from_slice(prefix);
        out.resize(out.len() + between, b'0');
        out.extend_from_slice(body);
        out.resize(out.len() + after, b' ');
    }

    fn sign(&self, negative: bool) -> &'static [u8] {
        match (negative, self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (_, _, true) => b" ",
            _ => b"",
        }
    }

    /// Pads the digits of an integer to the precision, which switches off the flag `0`.
    fn put_digits(&self, out: &mut Vec<u8>, prefix: &[u8], digits: &[u8]) {
        let Some(precision) = self.precision else {
            return self.put(out, prefix, digits, self.zeros);
        };
        let digits = if precision == 0 && digits == b"0" { b"" } else { digits };
        let mut body = Text::<128>::new();
        body.push_repeated(b'0', precision.saturating_sub(digits.len()));
        body.push_all(digits);
        self.put(out, prefix, &body, false);
    }
}

/// `%d` and `%i`.
pub fn put_int(out: &mut Vec<u8>, layout: Layout, int: i64) {
    if layout.is_bare() {
        out.extend_from_slice(&format_int(int));
        return;
    }
    let mut digits = Text::<24>::new();
    write_decimal(&mut digits, int.unsigned_abs());
    layout.put_digits(out, layout.sign(int < 0), &digits);
}

/// `%u`, `%o`, `%x` and `%X`: the integer as 64 bits without sign.
pub fn put_unsigned(out: &mut Vec<u8>, layout: Layout, int: i64, letter: u8) {
    let mut digits = Text::<24>::new();
    let bits = int as u64;
    match letter {
        b'u' => write_decimal(&mut digits, bits),
        b'o' => write_power_of_two(&mut digits, bits, 3, b"01234567"),
        b'x' => write_power_of_two(&mut digits, bits, 4, b"0123456789abcdef"),
        _ => write_power_of_two(&mut digits, bits, 4, b"0123456789ABCDEF"),
    }
    if !layout.alternate {
        return layout.put_digits(out, b"", &digits);
    }
    if letter == b'o' {
        // The alternate form has digits enough to start with a zero.
        let least = if bits == 0 { 1 } else { digits.len() + 1 };
        if let Some(precision) = layout.precision {
            return Layout { precision: Some(precision.max(least)), ..layout }.put_digits(out, b"", &digits);
        }
        return layout.put(out, if bits == 0 { b"" } else { b"0" }, &digits, layout.zeros);
    }
    let prefix: &[u8] = match (bits, letter) {
        (0, _) => b"",
        (_, b'x') => b"0x",
        _ => b"0X",
    };
    layout.put_digits(out, prefix, &digits);
}

/// `%e`, `%f`, `%g`, `%a` and their forms in upper case.
pub fn put_float(out: &mut Vec<u8>, layout: Layout, float: f64, letter: u8) {
    let sign = layout.sign(float.is_sign_negative());
    let magnitude = float.abs();
    let mut body = Text::<MAX_FLOAT>::new();
    let mut zeros = layout.zeros;
    if !float.is_finite() {
        body.push_all(if float.is_nan() { b"nan" } else { b"inf" });
        zeros = false;
    } else {
        let precision = layout.precision.unwrap_or(6);
        match letter.to_ascii_lowercase() {
            b'e' => write_e(&mut body, magnitude, precision, layout.alternate),
            b'f' => write_f(&mut body, magnitude, precision, layout.alternate),
            b'g' => write_g(&mut body, magnitude, precision, layout.alternate),
            _ => write_a(&mut body, magnitude, layout.precision, layout.alternate),
        }
    }
    let upper;
    let mut text: &[u8] = &body;
    if letter.is_ascii_uppercase() {
        upper = text.to_ascii_uppercase();
        text = &upper;
    }
    if letter.eq_ignore_ascii_case(&b'a') && float.is_finite() {
        // The prefix of a hexadecimal float stands before the zeros of the padding.
        let prefix = [sign, &text[..2]].concat();
        layout.put(out, &prefix, &text[2..], zeros);
    } else {
        layout.put(out, sign, text, zeros);
    }
}

/// `%c`.
pub fn put_char(out: &mut Vec<u8>, layout: Layout, byte: u8) {
    layout.put(out, b"", &[byte], false);
}

/// `%s` and `%p`: the text up to the precision.
pub fn put_text(out: &mut Vec<u8>, layout: Layout, text: &[u8]) {
    let shown = layout.precision.map_or(text, |n| &text[..text.len().min(n)]);
    layout.put(out, b"", shown, false);
}

/// `%q` of a string: a literal that reads back as the same bytes.
pub fn put_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\\' | b'\n' => out.extend_from_slice(&[b'\\', byte]),
            0..=31 | 127 => {
                out.push(b'\\');
                // Three digits when the next character would read as a part of the number.
                if text.get(i + 1).is_some_and(u8::is_ascii_digit) {
                    out.resize(out.len() + usize::from(byte < 100) + usize::from(byte < 10), b'0');
                }
                out.extend_from_slice(&format_int(i64::from(byte)));
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// `%q` of an integer.
pub fn put_quoted_int(out: &mut Vec<u8>, int: i64) {
    if int == i64::MIN {
        // Its decimal form would read back as a float.
        out.extend_from_slice(b"0x8000000000000000");
    } else {
        out.extend_from_slice(&format_int(int));
    }
}

/// `%q` of a float: hexadecimal, so that no bit is lost.
pub fn put_quoted_float(out: &mut Vec<u8>, float: f64) {
    if float == f64::INFINITY {
        out.extend_from_slice(b"1e9999");
    } else if float == f64::NEG_INFINITY {
        out.extend_from_slice(b"-1e9999");
    } else if float.is_nan() {
        out.extend_from_slice(b"(0/0)");
    } else {
        put_float(out, Layout::default(), float, b'a');
    }
}

/// At most two digits, and what follows them.
fn two_digits(text: &[u8]) -> (usize, &[u8]) {
    let n = text.iter().take(2).take_while(|b| b.is_ascii_digit()).count();
    (text[..n].iter().fold(0, |acc, b| acc * 10 + usize::from(b - b'0')), &text[n..])
}

fn write_power_of_two<const N: usize>(out: &mut Text<N>, bits: u64, shift: u32, digits: &[u8]) {
    let count = (64 - bits.leading_zeros()).div_ceil(shift).max(1);
    for i in (0..count).rev() {
        out.push(digits[(bits >> (i * shift)) as usize & (digits.len() - 1)]);
    }
}
