//! The sorting algorithm of `table.sort`: quicksort with a median of three, over anything that can compare and swap two
//! of its elements.
//!
//! Which elements are compared, and in which order, is visible to scripts through comparison functions and through the
//! places of equal elements, so it is the same as in the reference: the same input and order give the same output.
//! An order function that contradicts itself ends in an error or in some permutation, never in an access outside.

use std::fmt;

/// From this size on, an interval that was split badly gets a pivot from a pseudo-random place.
const RANDOM_PIVOT_FROM: usize = 100;

/// Something whose elements, numbered from 1, can be sorted.
pub trait Sortable {
    /// Why comparing or swapping can fail.
    type Error: From<InvalidOrder>;

    /// True if element `a` must stand before element `b`.
    fn less(&mut self, a: usize, b: usize) -> Result<bool, Self::Error>;

    /// Exchanges two elements.
    fn swap(&mut self, a: usize, b: usize) -> Result<(), Self::Error>;
}

/// The order function contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidOrder;

impl fmt::Display for InvalidOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid order function for sorting")
    }
}

/// Sorts the elements 1 to `len`.
pub fn sort<S: Sortable>(elements: &mut S, len: usize) -> Result<(), S::Error> {
    sort_range(elements, 1, len, 0)
}

/// Sorts the elements `low..=high`. Recursion takes the smaller part, so its depth is logarithmic.
fn sort_range<S: Sortable>(
    elements: &mut S,
    mut low: usize,
    mut high: usize,
    mut random: usize,
) -> Result<(), S::Error> {
    while low < high {
        if elements.less(high, low)? {
            elements.swap(low, high)?;
        }
        if high - low == 1 {
            return Ok(());
        }
        let middle = if high - low < RANDOM_PIVOT_FROM || random == 0 {
            (low + high) / 2
        } else {
            let quarter = (high - low) / 4;
            random % (quarter * 2) + low + quarter
        };
        if elements.less(middle, low)? {
            elements.swap(middle, low)?;
        } else if elements.less(high, middle)? {
            elements.swap(middle, high)?;
        }
        if high - low == 2 {
            return Ok(());
        }
        elements.swap(middle, high - 1)?;
        let split = partition(elements, low, high)?;
        let smaller;
        if split - low < high - split {
            sort_range(elements, low, split - 1, random)?;
            smaller = split - low;
            low = split + 1;
        } else {
            sort_range(elements, split + 1, high, random)?;
            smaller = high - split;
            high = split - 1;
        }
        if high.saturating_sub(low) / 128 > smaller {
            random = scatter(random, low, high);
        }
    }
    Ok(())
}

/// Splits `low..=high` around the pivot, which stands at `high - 1`; the first and last element are already on their
/// sides. Returns where the pivot ends up.
fn partition<S: Sortable>(elements: &mut S, low: usize, high: usize) -> Result<usize, S::Error> {
    let pivot = high - 1;
    let (mut up, mut down) = (low, pivot);
    loop {
        up += 1;
        while elements.less(up, pivot)? {
            if up == pivot {
                return Err(InvalidOrder.into());
            }
            up += 1;
        }
        down -= 1;
        while elements.less(pivot, down)? {
            if down < up || down == low {
                return Err(InvalidOrder.into());
            }
            down -= 1;
        }
        if down < up {
            elements.swap(pivot, up)?;
            return Ok(up);
        }
        elements.swap(up, down)?;
    }
}

/// A number that depends on how the sort has gone so far, never 0: enough to leave a bad pattern of pivots.
fn scatter(random: usize, low: usize, high: usize) -> usize {
    let mixed = (random ^ low.rotate_left(17) ^ high.rotate_left(39)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Slice<'a, F>(&'a mut [i32], F);

    impl<F: FnMut(i32, i32) -> bool> Sortable for Slice<'_, F> {
        type Error = InvalidOrder;

        fn less(&mut self, a: usize, b: usize) -> Result<bool, InvalidOrder> {
            Ok((self.1)(self.0[a - 1], self.0[b - 1]))
        }

        fn swap(&mut self, a: usize, b: usize) -> Result<(), InvalidOrder> {
            self.0.swap(a - 1, b - 1);
            Ok(())
        }
    }

    #[test]
    fn every_pattern_comes_out_sorted() {
        for len in [0, 1, 2, 3, 4, 5, 10, 99, 100, 101, 1000, 5000] {
            let patterns: [fn(usize, usize) -> i32; 6] = [
                |i, _| i as i32,
                |i, n| (n - i) as i32,
                |i, _| (i.wrapping_mul(2654435761) % 1009) as i32,
                |_, _| 7,
                |i, n| if i < n / 2 { i as i32 } else { (n - i) as i32 },
                |i, _| (i % 2) as i32,
            ];
            for pattern in patterns {
                let mut sorted: Vec<i32> = (0..len).map(|i| pattern(i, len)).collect();
                let mut expected = sorted.clone();
                expected.sort();
                let n = sorted.len();
                sort(&mut Slice(&mut sorted, |a, b| a < b), n).expect("a good order");
                assert_eq!(sorted, expected);
            }
        }
    }

    #[test]
    fn equal_elements_land_where_the_reference_puts_them() {
        // Sorted by the tens alone: the units show the order of equal elements.
        let mut mixed = [31, 12, 23, 14, 35, 26, 17, 38, 29, 10, 32, 13];
        let n = mixed.len();
        sort(&mut Slice(&mut mixed, |a, b| a / 10 < b / 10), n).expect("a good order");
        assert_eq!(mixed, [13, 14, 10, 12, 17, 29, 26, 23, 32, 38, 35, 31]);
    }

    #[test]
    fn an_order_that_says_always_yes_is_an_error() {
        let mut ones = [1; 50];
        assert_eq!(sort(&mut Slice(&mut ones, |_, _| true), 50), Err(InvalidOrder));
    }

    #[test]
    fn random_answers_never_leave_the_array() {
        let mut random = crate::stdlib::random::RandomState::new(7, 0);
        for _ in 0..200 {
            let mut elements = [0; 137];
            let _ = sort(&mut Slice(&mut elements, |_, _| random.next_bits() & 1 == 1), 137);
        }
    }
}
