//! Shapes: hidden classes of tables.
//!
//! A shape says which string keys a table has and in which slot, how many slots are inline, and the metatable, so that
//! one comparison of a shape number answers all of them. Shapes form a tree of transitions from a root for each pair
//! of inline capacity and metatable; tables that get the same keys in the same order share shapes. A *dictionary*
//! shape has no slots: all string keys of its tables are in the hash part.
//!
//! Shapes don't move; they are numbers into one table that machine code and caches refer to. A shape is alive while a
//! live table or an allocation site has it, a live shape descends from it, or a trace that is in use names it.
//! Major collections free the others, after the field caches that name them have been emptied: see `collect`.
//!
//! **Cached facts.** A shape caches what its metatable defines (`index_table`, `absent`); the facts hold while
//! `index_epoch` equals the context's metamethod epoch, which advances whenever a string key that names a
//! metamethod is stored into a table that serves as a metatable.

mod collect;
mod found;
mod keys;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use self::found::Found;
use self::keys::KeyTable;
use super::RawGc;
use super::layout::{INLINE_CAPS, ShapeId, Str, Table};
use super::table::slots::{SlotOffsets, slot_offsets};
use crate::heap::Charge;

/// What the interpreter and machine code read of a shape. The other facts stand beside it in the shape table.
#[repr(C)]
pub struct Shape {
    /// The metatable, or null.
    pub metatable: *mut Table,
    /// `__index` of the metatable when that is a table; valid while `index_epoch` equals the VM's metamethod epoch.
    pub index_table: *mut Table,
    /// The metamethod epoch at which `index_table` and `absent` were read; 0: never.
    pub index_epoch: u32,
    /// Metamethods known to be absent from the metatable: one bit each.
    pub absent: u32,
    /// Slots in use.
    pub slots: u16,
    /// Slots that are inline in the table.
    pub inline_cap: u8,
    /// Whether this is a dictionary shape.
    pub dictionary: bool,
    /// `part_flags` of the parts of its tables: what `__mode` of the metatable says.
    pub weak: u8,
    /// Number of the inline capacity in `INLINE_CAPS`.
    pub cap_number: u8,
    /// Whether the metatable has `__gc`: then a table that gets it is registered for finalisation.
    pub finalizer: bool,
    /// Not used.
    pub reserved: u8,
}
const _: () = assert!(size_of::<Shape>() == 32);

/// Named slots that a shape may have; a table with more becomes a dictionary.
pub const MAX_SLOTS: usize = 256;

/// A key that is computed makes a new transition only from shapes with fewer slots than this ...
const MAX_DYNAMIC_SLOTS: u16 = 8;

/// ... and fewer transitions than this.
const MAX_DYNAMIC_FANOUT: usize = 16;

/// A longer computed string is no name: it makes a dictionary, which lets go of its keys.
const MAX_NAME: usize = 40;

/// About what a shape takes with its keys and transitions.
const BYTES_OF_ONE: usize = size_of::<Shape>() + size_of::<Info>() + 64;

/// Transitions of one shape that are searched one after the other.
const FEW: usize = 8;

/// The empty shape without metatable and inline slots.
pub const EMPTY: ShapeId = ShapeId(0);

/// The dictionary shape without metatable.
pub const DICTIONARY: ShapeId = ShapeId(INLINE_CAPS.len() as u32);

/// Shapes below this number are the roots without metatable and the dictionary shape: they always exist.
const PERMANENT: u32 = DICTIONARY.0 + 1;

/// The empty shape without metatable of the inline capacity with this number.
#[inline]
pub const fn root(cap_number: u8) -> ShapeId {
    ShapeId(cap_number as u32)
}

/// Where a key comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeySource {
    /// It stands in the program's text (or the runtime's): there are not many.
    Constant,
    /// It is computed: there may be any number.
    Computed,
}

/// What shapes keep of their metatable all the time.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    /// `part_flags` of its mode.
    pub(crate) weak: u8,
    /// Whether it has `__gc`.
    pub(crate) finalizer: bool,
}

/// A hasher for keys that are few words of well-spread bits or addresses.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

/// The cold side of a shape.
struct Info {
    keys: Rc<KeyTable>,
    /// The shape that this one was made from by adding a key; itself for a shape without keys.
    parent: ShapeId,
    /// Identity of the metatable, 0 without one.
    metatable: u32,
    transitions: Vec<(RawGc<Str>, ShapeId)>,
    /// The transitions again, when there are more than a few.
    transition_map: Option<Box<WordMap<usize, ShapeId>>>,
    /// The last answer of `with_metatable`: identity and shape; identity `u32::MAX` before.
    last_metatable: (u32, ShapeId),
    /// The round of marking in which it was marked last.
    marked: u32,
    free: bool,
    /// Whether it is in the list of shapes that refer to young tables.
    young: bool,
}

/// All shapes of a VM.
pub struct ShapeTable {
    shapes: Vec<Shape>,
    infos: Vec<Info>,
    free: Vec<ShapeId>,
    /// Empty shapes by inline capacity number (or `u8::MAX` for dictionaries) and identity of the metatable.
    roots: WordMap<(u32, u32), ShapeId>,
    /// Shapes that refer to young tables: roots of minor collections.
    young: Vec<ShapeId>,
    no_keys: Rc<KeyTable>,
    found: Found,
    /// The present round of marking; every collection ends one.
    round: u32,
    charge: Option<Charge>,
}

impl ShapeTable {
    pub(crate) fn new() -> ShapeTable {
        let mut table = ShapeTable {
            shapes: Vec::with_capacity(256),
            infos: Vec::with_capacity(256),
            free: Vec::new(),
            roots: WordMap::default(),
            young: Vec::new(),
            no_keys: KeyTable::with_capacity(4),
            found: Found::new(),
            round: 1,
            charge: None,
        };
        for number in 0..INLINE_CAPS.len() as u8 {
            let id = table.empty_shape(Some(number), None, 0, Facts::default());
            debug_assert!(id == root(number));
        }
        let id = table.empty_shape(None, None, 0, Facts::default());
        debug_assert!(id == DICTIONARY);
        table
    }

    /// Charges the shapes' memory from now on.
    pub(super) fn charge_to(&mut self, charge: Charge) {
        self.charge = Some(charge);
    }

    /// The first shape.
    pub(crate) fn as_ptr(&self) -> *const Shape {
        self.shapes.as_ptr()
    }

    /// Number of shapes, free ones included.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether there are none; there always are some.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// A shape by its number.
    #[inline(always)]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    #[inline(always)]
    pub(super) fn shape_mut(&mut self, id: ShapeId) -> &mut Shape {
        &mut self.shapes[id.0 as usize]
    }

    /// The shape with the first `slots` keys of a shape that has so many.
    pub fn prefix(&self, id: ShapeId, slots: usize) -> ShapeId {
        let mut id = id;
        while self.shape(id).slots as usize > slots {
            id = self.infos[id.0 as usize].parent;
        }
        id
    }

    /// The slot of an interned key.
    #[inline]
    pub fn slot(&self, id: ShapeId, key: RawGc<Str>) -> Option<usize> {
        self.infos[id.0 as usize].keys.find(key, self.shape(id).slots as usize)
    }

    /// Where tables of a shape have an interned key in a slot. The shape is not a dictionary.
    #[inline]
    pub(super) fn place(&mut self, id: ShapeId, key: RawGc<Str>) -> Option<SlotOffsets> {
        self.found.get(id, key).unwrap_or_else(|| self.find_place(id, key))
    }

    #[inline(never)]
    fn find_place(&mut self, id: ShapeId, key: RawGc<Str>) -> Option<SlotOffsets> {
        let shape = self.shape(id);
        let (slots, cap) = (shape.slots as usize, shape.inline_cap as usize);
        let found = self.slot(id, key).map(|slot| slot_offsets(slot, slots, cap));
        self.found.put(id, key, found);
        found
    }

    /// The key in `slot`. Panics if the shape has no such slot.
    #[inline]
    pub fn key(&self, id: ShapeId, slot: usize) -> RawGc<Str> {
        assert!(slot < self.shape(id).slots as usize);
        self.infos[id.0 as usize].keys.key(slot)
    }

    /// The shape with `key`, which `id` lacks, in the next slot. `None`: the table must become a dictionary.
    pub(crate) fn with_key(&mut self, id: ShapeId, key: RawGc<Str>, source: KeySource) -> Option<ShapeId> {
        debug_assert!(key.is_interned() && self.slot(id, key).is_none());
        if let Some(child) = self.transition(id, key) {
            return Some(child);
        }
        let (slots, dictionary) = (self.shape(id).slots, self.shape(id).dictionary);
        let info = &self.infos[id.0 as usize];
        let computed_limit = source == KeySource::Computed
            && (slots >= MAX_DYNAMIC_SLOTS || info.transitions.len() >= MAX_DYNAMIC_FANOUT || key.len() > MAX_NAME);
        if dictionary || slots as usize >= MAX_SLOTS || computed_limit {
            return None;
        }
        let keys = info.keys.append(slots as usize, key);
        let metatable = info.metatable;
        let parent = self.shape(id);
        let shape = Shape { slots: slots + 1, ..parent.fresh() };
        let child = self.add(shape, keys, Some(id), metatable);
        self.infos[id.0 as usize].add_transition(key, child);
        Some(child)
    }

    fn transition(&self, id: ShapeId, key: RawGc<Str>) -> Option<ShapeId> {
        let info = &self.infos[id.0 as usize];
        if let Some(map) = &info.transition_map {
            return map.get(&key.as_ptr().addr()).copied();
        }
        info.transitions.iter().find(|(other, _)| *other == key).map(|&(_, child)| child)
    }

    /// The shape with the same keys in the same slots and the metatable of this identity, if it was the one asked for last.
    #[inline]
    pub(crate) fn known_metatable(&self, id: ShapeId, identity: u32) -> Option<ShapeId> {
        let (last, shape) = self.infos[id.0 as usize].last_metatable;
        (last == identity).then_some(shape)
    }

    /// The shape with the same keys in the same slots and this metatable, given with its identity and its facts.
    pub(crate) fn with_metatable(
        &mut self,
        id: ShapeId,
        metatable: Option<(RawGc<Table>, u32)>,
        facts: Facts,
    ) -> ShapeId {
        let identity = metatable.map_or(0, |(_, identity)| identity);
        let info = &self.infos[id.0 as usize];
        if info.metatable == identity {
            return id;
        }
        if info.last_metatable.0 == identity {
            return info.last_metatable.1;
        }
        let shape = self.shape(id);
        let (number, slots) = ((!shape.dictionary).then_some(shape.cap_number), shape.slots as usize);
        let keys = info.keys.clone();
        let mut result = self.empty_shape(number, metatable.map(|(table, _)| table), identity, facts);
        for slot in 0..slots {
            result = self.with_key(result, keys.key(slot), KeySource::Constant).expect("as many slots as before");
        }
        self.infos[id.0 as usize].last_metatable = (identity, result);
        result
    }

    /// The shape with the same keys and metatable for tables of another inline capacity.
    pub(crate) fn with_capacity(&mut self, id: ShapeId, cap_number: u8) -> ShapeId {
        let shape = self.shape(id);
        let metatable = std::ptr::NonNull::new(shape.metatable);
        let (slots, facts) = (shape.slots as usize, Facts { weak: shape.weak, finalizer: shape.finalizer });
        let info = &self.infos[id.0 as usize];
        let (keys, identity) = (info.keys.clone(), info.metatable);
        // SAFETY: a live shape's metatable is alive.
        let metatable = metatable.map(|table| unsafe { RawGc::from_non_null(table) });
        let mut result = self.empty_shape(Some(cap_number), metatable, identity, facts);
        for slot in 0..slots {
            result = self.with_key(result, keys.key(slot), KeySource::Constant).expect("as many slots as before");
        }
        result
    }

    /// The dictionary shape with the same metatable.
    pub(crate) fn as_dictionary(&mut self, id: ShapeId) -> ShapeId {
        let shape = self.shape(id);
        let metatable = std::ptr::NonNull::new(shape.metatable);
        let facts = Facts { weak: shape.weak, finalizer: shape.finalizer };
        let identity = self.infos[id.0 as usize].metatable;
        // SAFETY: a live shape's metatable is alive.
        let metatable = metatable.map(|table| unsafe { RawGc::from_non_null(table) });
        self.empty_shape(None, metatable, identity, facts)
    }

    /// The empty shape of an inline capacity (none: the dictionary shape) with this metatable.
    fn empty_shape(
        &mut self,
        number: Option<u8>,
        metatable: Option<RawGc<Table>>,
        identity: u32,
        facts: Facts,
    ) -> ShapeId {
        let root_key = (number.map_or(u32::MAX, u32::from), identity);
        if let Some(&id) = self.roots.get(&root_key) {
            return id;
        }
        let shape = Shape {
            metatable: metatable.map_or(std::ptr::null_mut(), |table| table.as_ptr()),
            index_table: std::ptr::null_mut(),
            index_epoch: 0,
            absent: 0,
            slots: 0,
            inline_cap: number.map_or(0, |number| INLINE_CAPS[number as usize]),
            dictionary: number.is_none(),
            weak: facts.weak,
            cap_number: number.unwrap_or(0),
            finalizer: facts.finalizer,
            reserved: 0,
        };
        let id = self.add(shape, self.no_keys.clone(), None, identity);
        self.roots.insert(root_key, id);
        id
    }

    fn add(&mut self, shape: Shape, keys: Rc<KeyTable>, parent: Option<ShapeId>, metatable: u32) -> ShapeId {
        // SAFETY: the metatable of a shape that is being made is alive.
        let young = std::ptr::NonNull::new(shape.metatable)
            .is_some_and(|table| unsafe { RawGc::<Table>::from_non_null(table) }.object().is_young());
        let id = self.free.pop().unwrap_or(ShapeId(self.shapes.len() as u32));
        let info = Info {
            keys,
            parent: parent.unwrap_or(id),
            metatable,
            transitions: Vec::new(),
            transition_map: None,
            last_metatable: (u32::MAX, id),
            marked: 0,
            free: false,
            young,
        };
        if id.0 as usize == self.shapes.len() {
            self.shapes.push(shape);
            self.infos.push(info);
            if let Some(charge) = &mut self.charge {
                charge.set(self.shapes.len() * BYTES_OF_ONE);
            }
        } else {
            self.shapes[id.0 as usize] = shape;
            self.infos[id.0 as usize] = info;
        }
        if young {
            self.young.push(id);
        }
        id
    }

    /// Stores what the metatable of `id` defines, as read at `epoch`.
    pub(super) fn set_index_table(&mut self, id: ShapeId, index: Option<RawGc<Table>>, epoch: u32) {
        let shape = self.shape_mut(id);
        shape.index_table = index.map_or(std::ptr::null_mut(), |table| table.as_ptr());
        shape.index_epoch = epoch;
        shape.absent = 0;
        let info = &mut self.infos[id.0 as usize];
        if !info.young && index.is_some_and(|table| table.object().is_young()) {
            info.young = true;
            self.young.push(id);
        }
    }

    /// Sets the facts of all shapes with this metatable. Says whether their tables were weak in a way that they are not any more.
    pub(super) fn set_facts(&mut self, metatable: RawGc<Table>, facts: Facts) -> bool {
        let mut stronger = false;
        for shape in self.shapes.iter_mut().filter(|shape| shape.metatable == metatable.as_ptr()) {
            stronger |= shape.weak & !facts.weak != 0;
            shape.weak = facts.weak;
            shape.finalizer = facts.finalizer;
        }
        stronger
    }
}

impl Shape {
    /// A shape with this one's metatable and layout, and no cached facts.
    fn fresh(&self) -> Shape {
        Shape { index_table: std::ptr::null_mut(), index_epoch: 0, absent: 0, ..*self }
    }

    /// The metatable.
    #[inline(always)]
    pub fn metatable(&self) -> Option<RawGc<Table>> {
        // SAFETY: a live shape's metatable is alive.
        std::ptr::NonNull::new(self.metatable).map(|table| unsafe { RawGc::from_non_null(table) })
    }
}

impl Info {
    fn add_transition(&mut self, key: RawGc<Str>, child: ShapeId) {
        self.transitions.push((key, child));
        if let Some(map) = &mut self.transition_map {
            map.insert(key.as_ptr().addr(), child);
        } else if self.transitions.len() > FEW {
            self.index_transitions();
        }
    }

    fn index_transitions(&mut self) {
        let many = self.transitions.len() > FEW;
        self.transition_map =
            many.then(|| Box::new(self.transitions.iter().map(|&(key, child)| (key.as_ptr().addr(), child)).collect()));
    }
}
