//! Strings of one chunk: every name and string constant gets a small number.
//!
//! The parser compares names millions of times and the compiler needs constants without duplicates; both work on
//! [`StrId`]s. Equal bytes have equal ids. The first ids belong to the reserved words, so that the lexer finds out in
//! one lookup whether a name is a keyword.

use super::token::{RESERVED, Token};

/// A string of the chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StrId(pub u32);

/// All distinct strings of one chunk.
#[derive(Debug)]
pub struct Interner {
    items: Vec<Box<[u8]>>,
    /// Open addressing over indices into `items`; `EMPTY` marks a free place. The length is a power of two.
    table: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl Interner {
    /// An interner that holds the reserved words and nothing else.
    pub fn new() -> Interner {
        let mut it = Interner { items: Vec::new(), table: vec![EMPTY; 64] };
        for (text, _) in RESERVED {
            it.intern(text.as_bytes());
        }
        it
    }

    /// The id of `bytes`, new or known.
    pub fn intern(&mut self, bytes: &[u8]) -> StrId {
        let mask = self.table.len() - 1;
        let mut at = hash(bytes) as usize & mask;
        while self.table[at] != EMPTY {
            let id = self.table[at];
            if *self.items[id as usize] == *bytes {
                return StrId(id);
            }
            at = (at + 1) & mask;
        }
        let id = self.items.len() as u32;
        self.items.push(bytes.into());
        self.table[at] = id;
        if self.items.len() * 2 > self.table.len() {
            self.grow();
        }
        StrId(id)
    }

    /// The bytes of a string.
    pub fn get(&self, id: StrId) -> &[u8] {
        &self.items[id.0 as usize]
    }

    /// Number of distinct strings.
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// The keyword that this name is, if it is one.
    pub(super) fn reserved(id: StrId) -> Option<Token> {
        RESERVED.get(id.0 as usize).map(|&(_, token)| token)
    }

    fn grow(&mut self) {
        let mask = self.table.len() * 2 - 1;
        self.table = vec![EMPTY; mask + 1];
        for (id, item) in self.items.iter().enumerate() {
            let mut at = hash(item) as usize & mask;
            while self.table[at] != EMPTY {
                at = (at + 1) & mask;
            }
            self.table[at] = id as u32;
        }
    }
}

impl Default for Interner {
    fn default() -> Self {
        Interner::new()
    }
}

/// Multiply-and-fold over eight bytes at a time; long constants are hashed whole, since each is hashed only once.
fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut h = bytes.len() as u64 ^ K;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        h = (h ^ u64::from_le_bytes(*word)).wrapping_mul(K);
        h ^= h >> 29;
    }
    for &byte in rest {
        h = (h ^ u64::from(byte)).wrapping_mul(K);
    }
    h ^ h >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_have_equal_ids() {
        let mut it = Interner::new();
        let ids: Vec<StrId> = (0..5000).map(|i| it.intern(format!("name{i}").as_bytes())).collect();
        for (i, &id) in ids.iter().enumerate() {
            assert_eq!(it.intern(format!("name{i}").as_bytes()), id);
            assert_eq!(it.get(id), format!("name{i}").as_bytes());
        }
        assert_eq!(it.count(), 5000 + RESERVED.len());
    }

    #[test]
    fn keywords_come_first() {
        let mut it = Interner::new();
        for (text, token) in RESERVED {
            assert_eq!(Interner::reserved(it.intern(text.as_bytes())), Some(*token));
        }
        assert_eq!(Interner::reserved(it.intern(b"ends")), None);
    }
}
