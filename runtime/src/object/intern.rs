//! The table of interned strings.
//!
//! Open addressing with linear probing; hashes stand beside the references, so a probe reads no string before
//! its hash fits. The table holds its strings weakly: a major collection drops the dead ones before their
//! memory is reused.

use super::layout::Str;
use super::{Gc, RawGc};
use crate::cx::Cx;
use crate::heap::{Charge, Liveness, ObjPtr, flags};

const FIRST_SIZE: usize = 1024;

/// Bytes of a place.
const ENTRY: usize = size_of::<u32>() + size_of::<Option<RawGc<Str>>>();

/// The interned strings of a VM. Fewer than half of the places are taken.
pub struct InternTable {
    hashes: Box<[u32]>,
    strings: Box<[Option<RawGc<Str>>]>,
    count: usize,
    charge: Option<Charge>,
}

impl Default for InternTable {
    fn default() -> Self {
        InternTable::with_size(FIRST_SIZE)
    }
}

impl InternTable {
    fn with_size(size: usize) -> Self {
        InternTable { hashes: vec![0; size].into(), strings: vec![None; size].into(), count: 0, charge: None }
    }

    /// Charges the table's memory from now on.
    pub(super) fn charge_to(&mut self, mut charge: Charge) {
        charge.set(self.hashes.len() * ENTRY);
        self.charge = Some(charge);
    }

    fn replace(&mut self, other: InternTable) {
        let charge = self.charge.take();
        *self = other;
        if let Some(charge) = charge {
            self.charge_to(charge);
        }
    }

    /// Number of strings.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The interned string with these bytes, whose hash is `hash`.
    #[inline]
    pub fn find(&self, hash: u32, bytes: &[u8]) -> Option<RawGc<Str>> {
        let mask = self.hashes.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(string) = self.strings[at] {
            if self.hashes[at] == hash && string.bytes() == bytes {
                return Some(string);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Adds a string that is not in the table.
    pub fn insert(&mut self, hash: u32, string: RawGc<Str>) {
        if (self.count + 1) * 2 > self.hashes.len() {
            let mut larger = InternTable::with_size(self.hashes.len() * 2);
            self.entries().for_each(|(hash, string)| larger.place(hash, string));
            self.replace(larger);
        }
        self.place(hash, string);
    }

    fn entries(&self) -> impl Iterator<Item = (u32, RawGc<Str>)> + '_ {
        self.hashes.iter().zip(&self.strings).filter_map(|(&hash, string)| string.map(|string| (hash, string)))
    }

    fn place(&mut self, hash: u32, string: RawGc<Str>) {
        let mask = self.hashes.len() - 1;
        let mut at = hash as usize & mask;
        while self.strings[at].is_some() {
            at = (at + 1) & mask;
        }
        self.hashes[at] = hash;
        self.strings[at] = Some(string);
        self.count += 1;
    }

    /// Drops the strings that a major collection did not reach.
    pub fn drop_dead(&mut self, live: &impl Liveness) {
        let kept: Vec<_> = self.entries().filter(|(_, string)| live.is_live(string.object()).is_some()).collect();
        let size = (kept.len() * 4).next_power_of_two().clamp(FIRST_SIZE, self.hashes.len());
        self.replace(InternTable::with_size(size));
        kept.into_iter().for_each(|(hash, string)| self.place(hash, string));
    }

    /// Calls `visit` with each string. None of them moves.
    pub fn for_each(&self, mut visit: impl FnMut(ObjPtr)) {
        self.strings.iter().flatten().for_each(|string| visit(string.object()));
    }
}

impl<'gc> Cx<'gc> {
    /// The interned string with these bytes.
    pub fn intern(self, bytes: &[u8]) -> Gc<'gc, Str> {
        self.intern_hashed(super::string::hash_bytes(self.hash_seed(), bytes), bytes)
    }

    /// The interned string with the bytes of `string`.
    #[inline]
    pub fn intern_string(self, string: Gc<'gc, Str>) -> Gc<'gc, Str> {
        if string.is_interned() {
            return string;
        }
        if string.object().flags() & flags::LARGE != 0 {
            return self.intern_large(string);
        }
        self.intern_hashed(string.hash(self), string.bytes())
    }

    /// A large string does not move: it becomes the interned one itself, and old, as all interned strings are.
    #[cold]
    fn intern_large(self, string: Gc<'gc, Str>) -> Gc<'gc, Str> {
        let hash = string.hash(self);
        if let Some(known) = self.interned().find(hash, string.bytes()) {
            return known;
        }
        self.heap().age_large(string.object());
        string.mark_interned(hash);
        self.interned().insert(hash, string.raw());
        string
    }

    /// The interned string with the bytes of `string`, if there is one.
    #[inline]
    pub fn find_interned(self, string: Gc<'gc, Str>) -> Option<Gc<'gc, Str>> {
        if string.is_interned() {
            return Some(string);
        }
        self.interned().find(string.hash(self), string.bytes())
    }

    fn intern_hashed(self, hash: u32, bytes: &[u8]) -> Gc<'gc, Str> {
        if let Some(string) = self.interned().find(hash, bytes) {
            return string;
        }
        let string = self.pinned_string(bytes);
        string.mark_interned(hash);
        self.interned().insert(hash, string.raw());
        string
    }
}
