//! The generator's random numbers: splitmix64, which gives the same sequence for a seed on every machine.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

impl Rng {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Rng {
        Rng(seed.wrapping_mul(0xD129_0D3B_3BCB_E5A7) ^ 0x5851_F42D_4C95_7F2D)
    }

    /// A number in `low..high`.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).expect("low < high");
        low + i64::try_from(self.next() % width).expect("smaller than the width")
    }

    /// True once in `n` times on average.
    pub(super) fn one_in(&mut self, n: i64) -> bool {
        self.range(0, n) == 0
    }

    /// One of the elements.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.index(items.len())]
    }

    /// A position below a length that is not zero.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.next() % len as u64).expect("below a length")
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
