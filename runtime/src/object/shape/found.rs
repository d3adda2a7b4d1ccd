//! Where tables of a shape have a key: the answers given last, for whoever comes with tables of too many shapes for a cache of its own.
//!
//! One direct-mapped table for the whole VM, by shape and key. An answer holds as long as the shape and the key exist: the answers are
//! forgotten with each collection.

use super::super::RawGc;
use super::super::layout::{ShapeId, Str};
use super::super::table::slots::SlotOffsets;

/// Answers that are kept; a power of two.
const ENTRIES: usize = 1024;

/// An answer. `key` is 0 where there is none.
#[derive(Clone, Copy)]
struct Entry {
    key: usize,
    shape: ShapeId,
    /// Offset of the payload, a multiple of 8, plus one of [`INLINE`], [`OVERFLOW`] and [`ABSENT`].
    payload: u16,
    /// Offset of the tag.
    tag: u16,
}
const _: () = assert!(size_of::<Entry>() == 16);

const INLINE: u16 = 0;
const OVERFLOW: u16 = 1;
const ABSENT: u16 = 2;

const NONE: Entry = Entry { key: 0, shape: ShapeId(0), payload: ABSENT, tag: 0 };

/// The answers.
pub(super) struct Found(Box<[Entry; ENTRIES]>);

impl Found {
    pub(super) fn new() -> Found {
        Found(Box::new([NONE; ENTRIES]))
    }

    #[inline(always)]
    fn place(id: ShapeId, key: usize) -> usize {
        let mixed = (key >> 4) as u32 ^ id.0.wrapping_mul(0x9e37_79b1);
        (mixed ^ mixed >> 11) as usize % ENTRIES
    }

    /// Where tables of a shape have a key, if it is known: inside `None` is that they lack it.
    #[inline(always)]
    pub(super) fn get(&self, id: ShapeId, key: RawGc<Str>) -> Option<Option<SlotOffsets>> {
        let key = key.as_ptr().addr();
        let entry = self.0[Found::place(id, key)];
        if entry.key != key || entry.shape != id {
            return None;
        }
        let (payload, tag) = (u32::from(entry.payload & !7), u32::from(entry.tag));
        Some(match entry.payload & 7 {
            INLINE => Some(SlotOffsets::Inline(payload, tag)),
            OVERFLOW => Some(SlotOffsets::Overflow(payload, tag)),
            _ => None,
        })
    }

    /// Keeps an answer.
    pub(super) fn put(&mut self, id: ShapeId, key: RawGc<Str>, found: Option<SlotOffsets>) {
        let key = key.as_ptr().addr();
        let (payload, tag, kind) = match found {
            Some(SlotOffsets::Inline(payload, tag)) => (payload, tag, INLINE),
            Some(SlotOffsets::Overflow(payload, tag)) => (payload, tag, OVERFLOW),
            None => (0, 0, ABSENT),
        };
        debug_assert!(payload.is_multiple_of(8) && payload.max(tag) <= u32::from(u16::MAX));
        self.0[Found::place(id, key)] = Entry { key, shape: id, payload: payload as u16 | kind, tag: tag as u16 };
    }

    /// Forgets all answers.
    pub(super) fn clear(&mut self) {
        self.0.fill(NONE);
    }
}
