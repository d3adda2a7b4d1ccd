//! Positions in strings: counted from 1, from the end when negative, clipped to the string.

/// A start position: before the start means the start. The result may lie past the end.
#[inline]
pub fn start_position(position: i64, len: usize) -> usize {
    if position > 0 {
        position as usize
    } else if position == 0 || position < -(len as i64) {
        1
    } else {
        (len as i64 + position + 1) as usize
    }
}

/// An end position: past the end means the end, before the start means 0.
#[inline]
pub fn end_position(position: i64, len: usize) -> usize {
    if position > len as i64 {
        len
    } else if position >= 0 {
        position as usize
    } else if position < -(len as i64) {
        0
    } else {
        (len as i64 + position + 1) as usize
    }
}

/// The bytes from position `first` to position `last`, both included.
#[inline]
pub fn slice(text: &[u8], first: i64, last: i64) -> &[u8] {
    let (first, last) = (start_position(first, text.len()), end_position(last, text.len()));
    if first <= last { &text[first - 1..last] } else { &[] }
}

/// The longest text that `string.rep` makes.
const MAX_REPEATED: u64 = i32::MAX as u64;

/// The length of `count` copies of a text with a separator between them, unless that is too long.
pub fn repeated_len(text: usize, separator: usize, count: i64) -> Option<usize> {
    if count <= 0 {
        return Some(0);
    }
    let each = (text as u64).checked_add(separator as u64)?;
    (each <= MAX_REPEATED / count as u64).then(|| (each * count as u64 - separator as u64) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_clipped_on_both_sides() {
        let text = b"hello";
        let cases: &[(i64, i64, &[u8])] = &[
            (1, -1, b"hello"),
            (2, 3, b"el"),
            (-3, -2, b"ll"),
            (0, 2, b"he"),
            (-100, 2, b"he"),
            (4, 100, b"lo"),
            (6, 10, b""),
            (3, 2, b""),
            (1, -100, b""),
            (i64::MIN, i64::MAX, b"hello"),
            (i64::MAX, i64::MIN, b""),
        ];
        for (first, last, expected) in cases {
            assert_eq!(slice(text, *first, *last), *expected, "{first} {last}");
        }
    }

    #[test]
    fn repetition_counts_separators_and_overflow() {
        assert_eq!(repeated_len(3, 1, 3), Some(11));
        assert_eq!(repeated_len(3, 1, 0), Some(0));
        assert_eq!(repeated_len(0, 0, i64::MAX), Some(0));
        assert_eq!(repeated_len(1, 0, i64::from(i32::MAX)), Some(i32::MAX as usize));
        assert_eq!(repeated_len(1, 0, 1 << 31), None);
        assert_eq!(repeated_len(2, 0, i64::MAX), None);
    }
}
