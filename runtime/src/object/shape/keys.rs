//! The keys of shapes in slot order, shared along a chain of transitions.
//!
//! A shape with `n` slots owns the first `n` keys of a table; the shape that is made by adding a key to it appends to the
//! same table if nobody has done so before, else copies the prefix. Past [`LINEAR`] keys a table has an index by hash.
//! Entries at and past the number of slots of every live shape may name dead strings: a lookup compares addresses only and
//! ignores slots that its shape doesn't have.

use std::cell::Cell;
use std::rc::Rc;

use super::super::RawGc;
use super::super::layout::Str;

/// Up to so many keys are searched one after the other.
pub(super) const LINEAR: usize = 8;

const FREE: u16 = u16::MAX;

/// See the head of the file.
pub(super) struct KeyTable {
    keys: Box<[Cell<Option<RawGc<Str>>>]>,
    used: Cell<usize>,
    /// Slots by hash, open addressing; empty if there are at most [`LINEAR`] places.
    index: Box<[Cell<u16>]>,
}

impl KeyTable {
    pub(super) fn with_capacity(capacity: usize) -> Rc<KeyTable> {
        let index = if capacity > LINEAR { (capacity * 2).next_power_of_two() } else { 0 };
        Rc::new(KeyTable {
            keys: (0..capacity).map(|_| Cell::new(None)).collect(),
            used: Cell::new(0),
            index: (0..index).map(|_| Cell::new(FREE)).collect(),
        })
    }

    /// The key in `slot`, which must be in use.
    #[inline]
    pub(super) fn key(&self, slot: usize) -> RawGc<Str> {
        self.keys[slot].get().expect("a key for every slot")
    }

    /// The slot of an interned key, among the first `slots`.
    #[inline]
    pub(super) fn find(&self, key: RawGc<Str>, slots: usize) -> Option<usize> {
        if slots <= LINEAR {
            return self.keys[..slots].iter().position(|other| other.get() == Some(key));
        }
        let mask = self.index.len() - 1;
        let mut at = hash(key) & mask;
        loop {
            let slot = self.index[at].get();
            if slot == FREE {
                return None;
            }
            if (slot as usize) < slots && self.keys[slot as usize].get() == Some(key) {
                return Some(slot as usize);
            }
            at = (at + 1) & mask;
        }
    }

    /// A table that has `key` in slot `slots` after the first `slots` keys of this one.
    pub(super) fn append(self: &Rc<Self>, slots: usize, key: RawGc<Str>) -> Rc<KeyTable> {
        let table = if self.used.get() == slots && slots < self.keys.len() {
            self.clone()
        } else {
            let table = KeyTable::with_capacity((slots + 1).next_power_of_two().max(4));
            (0..slots).for_each(|slot| table.push(self.key(slot)));
            table
        };
        table.push(key);
        table
    }

    fn push(&self, key: RawGc<Str>) {
        let slot = self.used.get();
        self.keys[slot].set(Some(key));
        self.used.set(slot + 1);
        if !self.index.is_empty() {
            let mask = self.index.len() - 1;
            let mut at = hash(key) & mask;
            while self.index[at].get() != FREE {
                at = (at + 1) & mask;
            }
            self.index[at].set(slot as u16);
        }
    }
}

fn hash(key: RawGc<Str>) -> usize {
    key.known_hash().expect("an interned string has its hash") as usize
}
