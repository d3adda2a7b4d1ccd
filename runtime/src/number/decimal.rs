//! Decimal digits: of integers two at a time, of floats by exact integer arithmetic where 128 bits suffice.
//!
//! A float is `mantissa * 2^-shift`. Times a power of ten up to [`MAX_POWER`] it is a product of at most 127 bits, of which the low
//! `shift` stand behind the binary point: what is above are the digits, and the bits below say how to round them (to nearest, ties to even, as C
//! does). Nothing is approximated, so there is no case in which the result is in doubt; what does not fit is the
//! caller's to do otherwise.

/// 10^22 is less than 2^74: with the 53 bits of a mantissa, 127.
const MAX_POWER: usize = 22;

/// The most digits that any number of so many digits fits into a word.
const MAX_DIGITS: usize = 19;

const POWERS: [u128; MAX_POWER + 1] = {
    let mut powers = [1; MAX_POWER + 1];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut at = 0;
    while at < pairs.len() {
        pairs[at] = [b'0' + (at / 10) as u8, b'0' + (at % 10) as u8];
        at += 1;
    }
    pairs
};

/// The digits of an integer.
pub(super) struct Decimal {
    bytes: [u8; 20],
    start: usize,
}

impl Decimal {
    #[inline]
    pub(super) fn new(mut value: u64) -> Decimal {
        let mut bytes = [b'0'; 20];
        let mut start = bytes.len();
        while value >= 10 {
            start -= 2;
            bytes[start..start + 2].copy_from_slice(&PAIRS[(value % 100) as usize]);
            value /= 100;
        }
        // Above an even number of digits stands nothing, unless there are no digits at all.
        if value > 0 || start == bytes.len() {
            start -= 1;
            bytes[start] = b'0' + value as u8;
        }
        Decimal { bytes, start }
    }

    /// All of them.
    #[inline]
    pub(super) fn digits(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// A float that is not subnormal, as its mantissa and the number of binary digits behind the point. None for others and for what has no
/// digits behind the point at all, infinities and NaN among them.
#[inline]
fn parts(magnitude: f64) -> Option<(u64, u32)> {
    const FRACTION_BITS: u32 = 52;
    let bits = magnitude.to_bits();
    let biased = (bits >> FRACTION_BITS) as u32 & 0x7ff;
    let shift = (1023 + FRACTION_BITS).checked_sub(biased)?;
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    (biased > 0).then_some((fraction | 1 << FRACTION_BITS, shift))
}

/// `magnitude / 10^power`, rounded to an integer.
fn divided(magnitude: f64, power: usize) -> Option<u64> {
    let (mantissa, shift) = parts(magnitude)?;
    // 74 bits of the power and 52 more; of these, a divisor that leaves room to double a remainder.
    let divisor = POWERS.get(power).filter(|_| shift <= 52)? << shift;
    let divisor = u64::try_from(divisor).ok().filter(|divisor| *divisor < 1 << 62)?;
    let (whole, rest) = (mantissa / divisor, mantissa % divisor);
    let up = 2 * rest > divisor || 2 * rest == divisor && whole & 1 == 1;
    Some(whole + u64::from(up))
}

/// `magnitude * 10^power`, rounded to an integer.
#[inline]
pub(super) fn scaled(magnitude: f64, power: usize) -> Option<u64> {
    let (mantissa, shift) = parts(magnitude)?;
    let product = u128::from(mantissa) * POWERS.get(power)?;
    if shift >= u128::BITS {
        // Less than half of one.
        return Some(0);
    }
    let (whole, rest) = (product >> shift, product & ((1 << shift) - 1));
    let half = (1u128 << shift) >> 1;
    let up = shift > 0 && (rest > half || rest == half && whole & 1 == 1);
    u64::try_from(whole + u128::from(up)).ok()
}

/// The first `n_digits` digits of a magnitude, rounded, as one integer, and the exponent of the first digit.
#[inline]
pub(super) fn significant(magnitude: f64, n_digits: usize) -> Option<(u64, i32)> {
    let (_, shift) = parts(magnitude)?;
    if !(1..=MAX_DIGITS).contains(&n_digits) {
        return None;
    }
    // The number is at least 2^(52 - shift): the exponent is that of this bound, or one more. 78913 / 2^18 is the logarithm of 2 to the base
    // of 10, near enough for all exponents of floats.
    let mut exponent = ((52 - shift as i32) * 78913) >> 18;
    loop {
        let power = n_digits as i32 - 1 - exponent;
        let digits = match usize::try_from(power) {
            Ok(power) => scaled(magnitude, power)?,
            Err(_) => divided(magnitude, power.unsigned_abs() as usize)?,
        };
        if u128::from(digits) < POWERS[n_digits] {
            return Some((digits, exponent));
        }
        // Rounding may have led to the next power of ten, too.
        exponent += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Decimal, scaled, significant};

    /// Floats of all kinds: spread evenly by their bits, near powers of ten, with few digits, ties.
    fn samples() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..60_000u64).flat_map(move |turn| {
            let bits = random();
            let ten = 10f64.powi((turn % 45) as i32 - 22);
            let near = f64::from_bits((ten.to_bits() as i64 + (bits % 7) as i64 - 3) as u64);
            let small = (bits % 200_000) as f64;
            [f64::from_bits(bits).abs(), near, small / 1000.0, small / 1024.0, small * ten, (bits % 1000) as f64 + 0.5]
        })
    }

    #[test]
    fn integers_as_the_library_writes_them() {
        let mut value = 1u64;
        for turn in 0..64 {
            for number in [value, value - 1, value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> turn, 10u64.pow(turn % 20)] {
                assert_eq!(Decimal::new(number).digits(), number.to_string().as_bytes());
            }
            value = value.wrapping_mul(2).max(1);
        }
        assert_eq!(Decimal::new(u64::MAX).digits(), u64::MAX.to_string().as_bytes());
    }

    #[test]
    fn places_as_the_library_rounds_them() {
        let mut found = 0;
        for (turn, float) in samples().enumerate().filter(|(_, float)| float.is_finite()) {
            let places = turn % 24;
            if let Some(digits) = scaled(float, places) {
                let digits = format!("{digits:0>width$}", width = places + 1);
                let (whole, rest) = digits.split_at(digits.len() - places);
                let point = if places > 0 { "." } else { "" };
                assert_eq!(format!("{whole}{point}{rest}"), format!("{float:.places$}"), "{float:e}");
                found += 1;
            }
        }
        assert!(found > 100_000, "{found}");
    }

    #[test]
    fn significant_digits_as_the_library_rounds_them() {
        let mut found = 0;
        for (turn, float) in samples().enumerate().filter(|(_, float)| float.is_finite()) {
            let after_first = turn % 20;
            if let Some((digits, exponent)) = significant(float, after_first + 1) {
                let digits = digits.to_string();
                let (first, rest) = digits.split_at(1);
                let point = if after_first > 0 { "." } else { "" };
                assert_eq!(
                    format!("{first}{point}{rest}e{exponent}"),
                    format!("{float:.after_first$e}"),
                    "{float:e} with {after_first} digits"
                );
                found += 1;
            }
        }
        assert!(found > 100_000, "{found}");
    }
}
