//! The formats of `string.pack`: which layout of bytes a format string asks for.
//!
//! [`Layout::next`] reads one option and says what it is, how long, and how many bytes of padding go before it, given how many bytes
//! there are so far. An option is at most 2^31 bytes long.

/// The largest binary form of an integer.
const MAX_INT_SIZE: usize = 16;

/// Alignment that a bare `!` asks for: the platform's largest.
const NATIVE_ALIGN: usize = 8;

/// Most bytes that a format may describe.
pub(super) const MAX_SIZE: usize = i32::MAX as usize;

/// What an option stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A signed integer.
    Int,
    /// An unsigned integer.
    Unsigned,
    /// A float of 4 bytes.
    Single,
    /// A float of 8 bytes.
    Double,
    /// A string of fixed length.
    Chars,
    /// A string behind its length.
    Counted,
    /// A string that ends in a zero.
    Terminated,
    /// A byte of padding.
    Padding,
    /// Padding up to the alignment of the next option.
    Align,
    /// Something about the options that follow.
    Setting,
}

/// An option with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) item: Item,
    /// Its length; of a counted string that of the count.
    pub(super) size: usize,
    /// Bytes of padding before it.
    pub(super) padding: usize,
}

/// A format that cannot be obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// An error of the whole call.
    Call(Vec<u8>),
    /// An error of the format as an argument.
    Format(&'static str),
}

/// A format string being read, and what its settings are by now.
pub(super) struct Layout<'f> {
    rest: &'f [u8],
    /// Whether the lowest byte comes first.
    pub(super) little: bool,
    max_align: usize,
}

impl<'f> Layout<'f> {
    /// The layout that `format` asks for. A zero ends it.
    pub(super) fn new(format: &'f [u8]) -> Layout<'f> {
        let end = memchr::memchr(0, format).unwrap_or(format.len());
        Layout { rest: &format[..end], little: cfg!(target_endian = "little"), max_align: 1 }
    }

    /// The next option, after `total` bytes.
    pub(super) fn next(&mut self, total: usize) -> Result<Option<Slot>, Refusal> {
        let Some((item, size)) = self.option()? else { return Ok(None) };
        let mut align = size;
        if item == Item::Align {
            align = match self.option()? {
                Some((next, size)) if next != Item::Chars && size != 0 => size,
                _ => return Err(Refusal::Format("invalid next option for option 'X'")),
            };
        }
        let mut padding = 0;
        if align > 1 && item != Item::Chars {
            let align = align.min(self.max_align);
            if !align.is_power_of_two() {
                return Err(Refusal::Format("format asks for alignment not power of 2"));
            }
            padding = total.wrapping_neg() & (align - 1);
        }
        Ok(Some(Slot { item, size, padding }))
    }

    fn option(&mut self) -> Result<Option<(Item, usize)>, Refusal> {
        let [letter, rest @ ..] = self.rest else { return Ok(None) };
        self.rest = rest;
        let option = match letter {
            b'b' => (Item::Int, 1),
            b'B' => (Item::Unsigned, 1),
            b'h' => (Item::Int, 2),
            b'H' => (Item::Unsigned, 2),
            b'l' | b'j' => (Item::Int, 8),
            b'L' | b'J' | b'T' => (Item::Unsigned, 8),
            b'f' => (Item::Single, 4),
            b'n' | b'd' => (Item::Double, 8),
            b'i' => (Item::Int, self.int_size(4)?),
            b'I' => (Item::Unsigned, self.int_size(4)?),
            b's' => (Item::Counted, self.int_size(8)?),
            b'c' => match self.number() {
                Some(size) => (Item::Chars, size),
                None => return Err(Refusal::Call(b"missing size for format option 'c'".to_vec())),
            },
            b'z' => (Item::Terminated, 0),
            b'x' => (Item::Padding, 1),
            b'X' => (Item::Align, 0),
            b' ' => (Item::Setting, 0),
            b'<' | b'>' | b'=' => {
                self.little = *letter == b'<' || *letter == b'=' && cfg!(target_endian = "little");
                (Item::Setting, 0)
            }
            b'!' => {
                self.max_align = self.int_size(NATIVE_ALIGN)?;
                (Item::Setting, 0)
            }
            _ => return Err(Refusal::Call([b"invalid format option '", &[*letter][..], b"'"].concat())),
        };
        Ok(Some(option))
    }

    fn int_size(&mut self, default: usize) -> Result<usize, Refusal> {
        let size = self.number().unwrap_or(default);
        if (1..=MAX_INT_SIZE).contains(&size) {
            return Ok(size);
        }
        Err(Refusal::Call(format!("integral size ({size}) out of limits [1,{MAX_INT_SIZE}]").into_bytes()))
    }

    /// The digits that come next, as far as the number fits.
    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest
            && number.is_none_or(|number| number <= (MAX_SIZE - 9) / 10)
        {
            number = Some(number.unwrap_or(0) * 10 + usize::from(digit - b'0'));
            self.rest = rest;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(format: &[u8]) -> Vec<(Item, usize, usize)> {
        let mut layout = Layout::new(format);
        let mut total = 0;
        let mut slots = Vec::new();
        while let Some(slot) = layout.next(total).expect("a good format") {
            total += slot.padding + slot.size;
            slots.push((slot.item, slot.size, slot.padding));
        }
        slots
    }

    #[test]
    fn alignment_is_limited_and_counts_from_the_start() {
        assert_eq!(slots(b"bi4"), [(Item::Int, 1, 0), (Item::Int, 4, 0)]);
        assert_eq!(
            slots(b"!b i"),
            [(Item::Setting, 0, 0), (Item::Int, 1, 0), (Item::Setting, 0, 0), (Item::Int, 4, 3)]
        );
        assert_eq!(slots(b"!2bd"), [(Item::Setting, 0, 0), (Item::Int, 1, 0), (Item::Double, 8, 1)]);
        assert_eq!(slots(b"!xXh"), [(Item::Setting, 0, 0), (Item::Padding, 1, 0), (Item::Align, 0, 1)]);
        assert_eq!(slots(b"c3\0i17"), [(Item::Chars, 3, 0)]);
    }

    #[test]
    fn what_is_refused() {
        let refusal = |format: &[u8]| Layout::new(format).next(0).expect_err("a bad format");
        let call = |text: &str| Refusal::Call(text.into());
        assert_eq!(refusal(b"i0"), call("integral size (0) out of limits [1,16]"));
        assert_eq!(refusal(b"i99999999999"), call("integral size (999999999) out of limits [1,16]"));
        assert_eq!(refusal(b"c"), call("missing size for format option 'c'"));
        assert_eq!(refusal(b"\xff"), Refusal::Call(b"invalid format option '\xff'".to_vec()));
        assert_eq!(refusal(b"Xz"), Refusal::Format("invalid next option for option 'X'"));
        assert_eq!(refusal(b"X"), Refusal::Format("invalid next option for option 'X'"));
        let mut layout = Layout::new(b"!3i3");
        assert_eq!(layout.next(0).map(|slot| slot.map(|slot| slot.item)), Ok(Some(Item::Setting)));
        assert_eq!(layout.next(0), Err(Refusal::Format("format asks for alignment not power of 2")));
    }
}
