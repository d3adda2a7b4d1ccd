//! Character classes of patterns (`%a`, `%d`, ...), as a table of bits for each byte, in the C locale.

const ALPHA: u8 = 1;
const DIGIT: u8 = 2;
const LOWER: u8 = 4;
const UPPER: u8 = 8;
const SPACE: u8 = 16;
const CNTRL: u8 = 32;
const PUNCT: u8 = 64;
const XDIGIT: u8 = 128;

static BITS: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        let mut bits = 0;
        if c.is_ascii_alphabetic() {
            bits |= ALPHA;
        }
        if c.is_ascii_digit() {
            bits |= DIGIT;
        }
        if c.is_ascii_lowercase() {
            bits |= LOWER;
        }
        if c.is_ascii_uppercase() {
            bits |= UPPER;
        }
        if matches!(c, b' ' | b'\t'..=b'\r') {
            bits |= SPACE;
        }
        if c.is_ascii_control() {
            bits |= CNTRL;
        }
        if c.is_ascii_punctuation() {
            bits |= PUNCT;
        }
        if c.is_ascii_hexdigit() {
            bits |= XDIGIT;
        }
        table[i] = bits;
        i += 1;
    }
    table
};

/// True if `byte` belongs to the class `%class`. A class in upper case is the complement of the one in lower case; a
/// byte that names no class stands for itself.
#[inline]
pub(super) fn in_class(byte: u8, class: u8) -> bool {
    let mask = match class.to_ascii_lowercase() {
        b'a' => ALPHA,
        b'c' => CNTRL,
        b'd' => DIGIT,
        b'g' => ALPHA | DIGIT | PUNCT,
        b'l' => LOWER,
        b'p' => PUNCT,
        b's' => SPACE,
        b'u' => UPPER,
        b'w' => ALPHA | DIGIT,
        b'x' => XDIGIT,
        b'z' => return (byte == 0) == class.is_ascii_lowercase(),
        _ => return byte == class,
    };
    (BITS[byte as usize] & mask != 0) == class.is_ascii_lowercase()
}
