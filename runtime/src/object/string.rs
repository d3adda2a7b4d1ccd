//! Strings: immutable bytes with a cached hash.
//!
//! A string that is a constant, a field name or a key in a hash part is *interned*: pinned, and the only interned
//! string with its bytes. Others are ordinary nursery objects. So equality is identity first, then hash (where known),
//! length and bytes; two interned strings that are not identical are different.
//!
//! Hashes depend on a seed of the VM and on every byte, so that equal hashes can't be prepared from outside.

use super::layout::{STR_BYTES, Str, str_flags};
use super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;
use crate::native::Raise;

/// The longest string, in bytes.
pub const MAX_LEN: usize = u32::MAX as usize - 64;

/// What a string of `len` bytes takes in the heap.
#[inline(always)]
pub const fn extent(len: usize) -> Extent {
    Extent::plain(STR_BYTES + len.next_multiple_of(8))
}

const K0: u64 = 0x9fb2_1c65_1e98_df25;
const K1: u64 = 0xd6e8_feb8_6659_fd93;
const K2: u64 = 0xa076_1d64_78bd_642f;

/// Multiplies to 128 bits and folds the halves.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[inline(always)]
fn half(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")))
}

/// The hash of these bytes under `seed`.
#[inline]
pub fn hash_bytes(seed: u64, bytes: &[u8]) -> u32 {
    let len = bytes.len();
    let mut state = seed ^ K0;
    let (a, b) = if len >= 16 {
        let mut at = 0;
        while at + 16 < len {
            state = fold(word(bytes, at) ^ K1, word(bytes, at + 8) ^ state);
            at += 16;
        }
        (word(bytes, len - 16), word(bytes, len - 8))
    } else if len >= 8 {
        (word(bytes, 0), word(bytes, len - 8))
    } else if len >= 4 {
        (half(bytes, 0), half(bytes, len - 4))
    } else if len > 0 {
        let spread = u64::from(bytes[0]) << 16 | u64::from(bytes[len / 2]) << 8 | u64::from(bytes[len - 1]);
        (spread, 0)
    } else {
        (0, 0)
    };
    let mixed = fold(a ^ K1, b ^ state);
    let hash = fold(mixed ^ K2, state ^ len as u64);
    (hash ^ hash >> 32) as u32
}

/// The reference implementation has one object for equal strings up to this length.
const LONGEST_SHARED: usize = 40;

impl<'gc> Gc<'gc, Str> {
    /// Length in bytes.
    #[inline(always)]
    pub fn len(self) -> usize {
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).len as usize }
    }

    /// Whether it is the empty string.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Its bytes.
    #[inline(always)]
    pub fn bytes(self) -> &'gc [u8] {
        // SAFETY: the bytes follow the struct.
        let first = unsafe { self.as_ptr().cast::<u8>().add(STR_BYTES) };
        // SAFETY: `len` initialised bytes, which nobody changes; they stay in place until the next safepoint.
        unsafe { std::slice::from_raw_parts(first, self.len()) }
    }

    /// Whether it is interned.
    #[inline(always)]
    pub fn is_interned(self) -> bool {
        self.object().flags() & str_flags::INTERNED != 0
    }

    /// 1 + the number of the metamethod whose name it is, or 0. Meaningful for interned strings only.
    #[inline(always)]
    pub fn metamethod_number(self) -> u8 {
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).metamethod }
    }

    /// Its hash, if it has been computed.
    #[inline(always)]
    pub fn known_hash(self) -> Option<u32> {
        let header = self.object().header();
        (header.flags & str_flags::HASHED != 0).then_some(header.hash)
    }

    /// Its hash.
    #[inline(always)]
    pub fn hash(self, cx: Cx<'gc>) -> u32 {
        match self.known_hash() {
            Some(hash) => hash,
            None => self.compute_hash(cx.hash_seed()),
        }
    }

    #[inline(never)]
    fn compute_hash(self, seed: u64) -> u32 {
        let hash = hash_bytes(seed, self.bytes());
        self.set_hash(hash);
        hash
    }

    /// A number that equal strings share if they are short; long ones have their own.
    pub(crate) fn unique_id(self, cx: Cx<'gc>) -> u64 {
        if self.len() <= LONGEST_SHARED {
            return u64::from(self.hash(cx));
        }
        // SAFETY: a live string.
        let known = unsafe { (*self.as_ptr()).identity };
        if known != [0; 3] {
            let [a, b, c] = known;
            return 1 << 32 | u64::from(u32::from_le_bytes([a, b, c, 0])) << 5;
        }
        let number = cx.next_identity().max(1).to_le_bytes();
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).identity = [number[0], number[1], number[2] | u8::from(number[..3] == [0; 3])] };
        self.unique_id(cx)
    }

    fn set_hash(self, hash: u32) {
        let flags = self.object().flags() | str_flags::HASHED;
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).header.hash = hash };
        // SAFETY: as above.
        unsafe { (*self.as_ptr()).header.flags = flags };
    }

    /// Whether both have the same bytes.
    #[inline(always)]
    pub fn equals(self, other: Gc<'_, Str>) -> bool {
        self.object() == other.object() || self.equals_slow(other)
    }

    #[inline(never)]
    fn equals_slow(self, other: Gc<'_, Str>) -> bool {
        let (mine, theirs) = (self.object().header(), other.object().header());
        let both = mine.flags & theirs.flags;
        if both & str_flags::INTERNED != 0 || self.len() != other.len() {
            return false;
        }
        (both & str_flags::HASHED == 0 || mine.hash == theirs.hash) && self.bytes() == other.bytes()
    }

    /// Makes a fresh pinned string the interned one of its bytes.
    pub(super) fn mark_interned(self, hash: u32) {
        self.set_hash(hash);
        let flags = self.object().flags() | str_flags::INTERNED;
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).header.flags = flags };
    }

    /// Marks the interned name of a metamethod.
    pub(super) fn set_metamethod_number(self, number: u8) {
        // SAFETY: a live string.
        unsafe { (*self.as_ptr()).metamethod = number };
    }
}

/// A new string that is being filled from left to right.
pub struct StrBuf<'gc> {
    string: Gc<'gc, Str>,
    filled: usize,
}

impl<'gc> StrBuf<'gc> {
    /// Appends bytes. Panics if they don't fit the length that the string was made with.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.string.len() - self.filled);
        let at = self.string.as_ptr().cast::<u8>().wrapping_add(STR_BYTES + self.filled);
        // SAFETY: inside the new string, which `bytes` can't overlap: nobody has seen its bytes.
        unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.filled += bytes.len();
    }

    /// Bytes still missing.
    pub fn room(&self) -> usize {
        self.string.len() - self.filled
    }

    /// The string. Panics unless it is full.
    #[inline]
    pub fn finish(self) -> Gc<'gc, Str> {
        assert!(self.filled == self.string.len());
        self.string
    }
}

impl<'gc> Cx<'gc> {
    /// A string with these bytes.
    #[inline]
    pub fn string(self, bytes: &[u8]) -> Gc<'gc, Str> {
        if bytes.len() <= 1 {
            return self.short_string(bytes);
        }
        assert!(bytes.len() <= MAX_LEN);
        let mut buffer = self.string_in(self.alloc(extent(bytes.len()), Kind::Str), bytes.len());
        buffer.push(bytes);
        buffer.finish()
    }

    /// A string with these bytes, refused with an error if there is no memory for it.
    #[inline]
    pub fn try_string(self, bytes: &[u8]) -> Result<Gc<'gc, Str>, Raise> {
        if bytes.len() <= 1 {
            return Ok(self.short_string(bytes));
        }
        let mut buffer = self.string_buf(bytes.len())?;
        buffer.push(bytes);
        Ok(buffer.finish())
    }

    /// A new string of `len` bytes, to be filled.
    #[inline]
    pub fn string_buf(self, len: usize) -> Result<StrBuf<'gc>, Raise> {
        if len > MAX_LEN {
            return Err(self.out_of_memory());
        }
        Ok(self.string_in(self.try_alloc(extent(len), Kind::Str)?, len))
    }

    /// The concatenation of these parts.
    pub fn concat(self, parts: &[&[u8]]) -> Result<Gc<'gc, Str>, Raise> {
        let mut buffer = self.string_buf(parts.iter().map(|part| part.len()).sum())?;
        parts.iter().for_each(|part| buffer.push(part));
        Ok(buffer.finish())
    }

    /// A pinned string with these bytes and no flags.
    pub(super) fn pinned_string(self, bytes: &[u8]) -> Gc<'gc, Str> {
        let mut buffer = self.string_in(self.alloc_pinned(extent(bytes.len()), Kind::Str), bytes.len());
        buffer.push(bytes);
        buffer.finish()
    }

    #[inline(always)]
    fn string_in(self, obj: crate::heap::ObjPtr, len: usize) -> StrBuf<'gc> {
        let string = obj.cast::<Str>();
        // SAFETY: a new object of this extent.
        unsafe { (*string).len = len as u32 };
        // SAFETY: as above.
        unsafe { (*string).metamethod = 0 };
        // SAFETY: as above.
        unsafe { (*string).identity = [0; 3] };
        // SAFETY: a live object of this kind.
        StrBuf { string: unsafe { Gc::from_object(obj) }, filled: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::hash_bytes;

    #[test]
    fn every_byte_and_the_length_count() {
        for len in 0..70 {
            let bytes = vec![0u8; len];
            let hash = hash_bytes(1, &bytes);
            assert_ne!(hash, hash_bytes(2, &bytes));
            assert_ne!(hash, hash_bytes(1, &vec![0u8; len + 1]));
            for at in 0..len {
                let mut other = bytes.clone();
                other[at] = 1;
                assert_ne!(hash, hash_bytes(1, &other), "byte {at} of {len}");
            }
        }
    }

    #[test]
    fn low_bits_are_spread() {
        let mut seen = [0u32; 64];
        for i in 0..6400u32 {
            seen[hash_bytes(7, format!("key{i}").as_bytes()) as usize & 63] += 1;
        }
        assert!(seen.iter().all(|&n| n > 50 && n < 160), "{seen:?}");
    }
}
