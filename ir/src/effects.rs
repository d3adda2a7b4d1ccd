//! What an operation does to the world, as data: alias classes read and written, and a few flags.
//!
//! Memory is split into classes that never overlap. An operation that is not known reads and writes every class. Passes
//! decide from these sets alone whether an instruction may move, be merged with an equal one, or be dropped.

use std::fmt;
use std::ops::BitOr;

/// A part of memory that overlaps no other part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum AliasClass {
    /// The VM stack.
    Stack,
    /// The shape of a table (its layout and its metatable).
    Shape,
    /// Named slots of tables; two accesses overlap only if their slot numbers are equal.
    Slot,
    /// The number of elements of a table's array part.
    ArrayLen,
    /// The elements of array parts.
    ArrayElem,
    /// Where the elements of an array part are.
    ArrayBase,
    /// The hash part of tables.
    Hash,
    /// The contents of upvalue cells.
    Cell,
    /// Which cells a closure has.
    Upvalue,
    /// Payloads of userdata, coroutines and other objects.
    Other,
    /// The world outside: files, clocks, the random generator, the poll word.
    World,
}

impl AliasClass {
    /// The number of classes.
    pub const COUNT: usize = 11;

    /// All classes, in order.
    pub const ALL: [AliasClass; Self::COUNT] = [
        AliasClass::Stack,
        AliasClass::Shape,
        AliasClass::Slot,
        AliasClass::ArrayLen,
        AliasClass::ArrayElem,
        AliasClass::ArrayBase,
        AliasClass::Hash,
        AliasClass::Cell,
        AliasClass::Upvalue,
        AliasClass::Other,
        AliasClass::World,
    ];
}

/// A set of alias classes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct AliasSet(u16);

impl AliasSet {
    /// No class.
    pub const NONE: AliasSet = AliasSet(0);
    /// Every class.
    pub const ALL: AliasSet = AliasSet((1 << AliasClass::COUNT) - 1);
    /// Everything a raw access to a table can touch.
    pub const TABLE: AliasSet = AliasSet::of(&[
        AliasClass::Shape,
        AliasClass::Slot,
        AliasClass::ArrayLen,
        AliasClass::ArrayElem,
        AliasClass::ArrayBase,
        AliasClass::Hash,
    ]);

    /// The set of these classes.
    pub const fn of(classes: &[AliasClass]) -> AliasSet {
        let mut bits = 0;
        let mut i = 0;
        while i < classes.len() {
            bits |= 1 << classes[i] as u8;
            i += 1;
        }
        AliasSet(bits)
    }

    /// Is this class in the set?
    #[inline]
    pub const fn contains(self, class: AliasClass) -> bool {
        self.0 & (1 << class as u8) != 0
    }

    /// Do the sets share a class?
    #[inline]
    pub const fn intersects(self, other: AliasSet) -> bool {
        self.0 & other.0 != 0
    }

    /// Is the set empty?
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes in either set.
    #[inline]
    pub const fn union(self, other: AliasSet) -> AliasSet {
        AliasSet(self.0 | other.0)
    }

    /// The classes of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = AliasClass> {
        AliasClass::ALL.into_iter().filter(move |class| self.contains(*class))
    }
}

impl BitOr for AliasSet {
    type Output = AliasSet;

    fn bitor(self, other: AliasSet) -> AliasSet {
        self.union(other)
    }
}

impl fmt::Debug for AliasSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The effects of one operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects {
    /// Classes it may read.
    pub reads: AliasSet,
    /// Classes it may write.
    pub writes: AliasSet,
    /// It may leave the trace through its snapshot: a guard that fails, or a call that raises a Lua error.
    pub exits: bool,
    /// It makes a heap object, so two equal ones are not the same.
    pub allocates: bool,
    /// It stays even when nothing uses its result.
    pub pinned: bool,
}

impl Effects {
    /// A function of its operands.
    pub const PURE: Effects =
        Effects { reads: AliasSet::NONE, writes: AliasSet::NONE, exits: false, allocates: false, pinned: false };
    /// A check of its operands alone.
    pub const GUARD: Effects = Effects { exits: true, ..Effects::PURE };
    /// Makes an object, and does nothing else.
    pub const ALLOC: Effects = Effects { allocates: true, ..Effects::PURE };
    /// Anything may happen.
    pub const UNKNOWN: Effects =
        Effects { reads: AliasSet::ALL, writes: AliasSet::ALL, exits: true, allocates: true, pinned: true };

    /// Reads these classes.
    pub const fn reads(set: AliasSet) -> Effects {
        Effects { reads: set, ..Effects::PURE }
    }

    /// Writes these classes.
    pub const fn writes(set: AliasSet) -> Effects {
        Effects { writes: set, ..Effects::PURE }
    }

    /// The same, and it also writes these classes.
    pub const fn and_writes(self, set: AliasSet) -> Effects {
        Effects { writes: self.writes.union(set), ..self }
    }

    /// The same, and it also reads these classes.
    pub const fn and_reads(self, set: AliasSet) -> Effects {
        Effects { reads: self.reads.union(set), ..self }
    }

    /// The same, and it may leave through its snapshot.
    pub const fn and_exits(self) -> Effects {
        Effects { exits: true, ..self }
    }

    /// The same, and it makes an object.
    pub const fn and_allocates(self) -> Effects {
        Effects { allocates: true, ..self }
    }

    /// The same, and it stays even when unused.
    pub const fn and_pinned(self) -> Effects {
        Effects { pinned: true, ..self }
    }

    /// Is it a function of its operands and nothing else?
    #[inline]
    pub const fn is_pure(self) -> bool {
        self.reads.is_empty() && self.writes.is_empty() && !self.exits && !self.allocates && !self.pinned
    }

    /// May it be dropped when nothing uses its result?
    #[inline]
    pub const fn is_removable(self) -> bool {
        self.writes.is_empty() && !self.exits && !self.pinned
    }
}
