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

/// The bits of which a byte of the class `%class` has one; 0 for a byte that names no such class.
const fn mask(class: u8) -> u8 {
    match class.to_ascii_lowercase() {
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
        _ => 0,
    }
}

static MASKS: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = mask(i as u8);
        i += 1;
    }
    table
};

/// True if `byte` belongs to the class `%class`. A class in upper case is the complement of the one in lower case; a
/// byte that names no class stands for itself.
#[inline]
pub(super) fn in_class(byte: u8, class: u8) -> bool {
    match MASKS[class as usize] {
        0 if class.eq_ignore_ascii_case(&b'z') => (byte == 0) == class.is_ascii_lowercase(),
        0 => byte == class,
        mask => (BITS[byte as usize] & mask != 0) == class.is_ascii_lowercase(),
    }
}

/// How many bytes at the start of a text belong to the class `%class`.
#[inline]
pub(super) fn count_in_class(text: &[u8], class: u8) -> usize {
    let (mask, belongs) = (MASKS[class as usize], class.is_ascii_lowercase());
    if mask == 0 {
        return text.iter().take_while(|byte| in_class(**byte, class)).count();
    }
    text.iter().take_while(|byte| (BITS[**byte as usize] & mask != 0) == belongs).count()
}
