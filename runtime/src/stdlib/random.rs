//! The generator behind `math.random`: xoshiro256**, seeded and projected onto ranges as Lua 5.4 does, so that equal
//! seeds give equal sequences.

/// The state of a generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomState {
    s: [u64; 4],
}

impl RandomState {
    /// A generator seeded with two integers. `math.randomseed(n)` uses `n` and 0.
    pub fn new(first: u64, second: u64) -> RandomState {
        let mut state = RandomState { s: [first, 0xff, second, 0] };
        // The first values still show the seed.
        for _ in 0..16 {
            state.next_bits();
        }
        state
    }

    /// The next 64 random bits.
    #[inline]
    pub fn next_bits(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.s;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let s2 = s2 ^ s0;
        let s3 = s3 ^ s1;
        self.s = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// The next float in `[0, 1)`, of 53 random bits.
    #[inline]
    pub fn next_float(&mut self) -> f64 {
        RandomState::float_of(self.next_bits())
    }

    /// The float in `[0, 1)` that random bits make.
    #[inline]
    pub fn float_of(bits: u64) -> f64 {
        const ULP: f64 = 1.0 / (1u64 << 53) as f64;
        (bits >> 11) as f64 * ULP
    }

    /// The next integer in `low..=high`, all of them equally likely. `low` must not be above `high`.
    #[inline]
    pub fn next_in_range(&mut self, low: i64, high: i64) -> i64 {
        let bits = self.next_bits();
        self.in_range(bits, low, high)
    }

    /// As [`RandomState::next_in_range`], from bits that have been drawn.
    #[inline]
    pub fn in_range(&mut self, bits: u64, low: i64, high: i64) -> i64 {
        let span = (high as u64).wrapping_sub(low as u64);
        (low as u64).wrapping_add(self.project(bits, span)) as i64
    }

    /// Brings `bits` into `0..=limit`: masks with the next 2^b - 1, and draws again while that is too large.
    fn project(&mut self, mut bits: u64, limit: u64) -> u64 {
        if limit & limit.wrapping_add(1) == 0 {
            return bits & limit;
        }
        let mask = u64::MAX >> limit.leading_zeros();
        loop {
            bits &= mask;
            if bits <= limit {
                return bits;
            }
            bits = self.next_bits();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_equal_the_reference_for_equal_seeds() {
        let mut state = RandomState::new(42, 0);
        let bits: Vec<i64> = (0..4).map(|_| state.next_bits() as i64).collect();
        assert_eq!(bits, [-1276290044721465627, 8333941968102511665, -8358531260401861301, -3807604385970496171]);
        let dice: Vec<i64> = (0..10).map(|_| state.next_in_range(1, 100)).collect();
        assert_eq!(dice, [54, 64, 7, 25, 3, 24, 24, 1, 65, 63]);
        assert_eq!(state.next_float().to_bits(), 0x3fd9fa62d1e516dc);
        assert_eq!(state.next_in_range(i64::MIN, i64::MAX), 7963262146711715687);
        assert_eq!(state.next_in_range(-5, 5), -5);
        let mut state = RandomState::new(123, -456i64 as u64);
        assert_eq!(state.next_bits() as i64, -1936156661079959492);
        assert_eq!(state.next_in_range(0, 1 << 40), 913113249400);
    }

    #[test]
    fn ranges_of_every_width() {
        let mut state = RandomState::new(1, 2);
        for _ in 0..1000 {
            assert!((1..=6).contains(&state.next_in_range(1, 6)));
            assert!((-3..=4).contains(&state.next_in_range(-3, 4)));
            assert_eq!(state.next_in_range(7, 7), 7);
            assert!(state.next_in_range(i64::MIN, i64::MAX - 1) < i64::MAX);
            assert!((0.0..1.0).contains(&state.next_float()));
        }
    }
}
