//! The hash part: nodes in one array, chained where keys collide.
//!
//! Chained scatter with Brent's variation, as in PUC Lua: a key that finds its main position taken by a key that does not
//! belong there moves that key to a free node; so every chain starts at the main position of its keys, and stays short even
//! when all nodes are taken. Removing a key leaves its node with a nil value. When no free node is left the
//! part is rebuilt, which also decides how far the array part reaches. A part that is rebuilt although keys were removed from it will be
//! needed again as soon as it is full: it gets so much room that the next time comes only after a third as many keys as it has.
//!
//! Integer and float keys are scattered by multiplication, strings by their hash, objects by their identity.

use super::super::layout::{DEAD_KEY, HASH_NODES, Hash, Node, Str, Table};
use super::super::{Gc, Kind};
use crate::cx::Cx;
use crate::heap::Extent;
use crate::native::Raise;
use crate::value::{Tag, Value};

/// log2 of the nodes of the smallest hash part.
const FIRST_LOG2: u32 = 2;

/// log2 of the nodes of the largest one.
const MAX_LOG2: u32 = 30;

/// What a hash part with `1 << log2` nodes takes in the heap.
#[inline(always)]
pub const fn hash_extent(log2: u32) -> Extent {
    Extent::plain(HASH_NODES + (size_of::<Node>() << log2))
}

/// A node of a live hash part.
#[derive(Clone, Copy)]
pub(super) struct NodeRef<'gc> {
    node: *mut Node,
    hash: Gc<'gc, Hash>,
}

impl<'gc> NodeRef<'gc> {
    #[inline(always)]
    fn load(self) -> Node {
        // SAFETY: a node of a live hash part.
        unsafe { self.node.read() }
    }

    #[inline(always)]
    fn store(self, node: Node) {
        // SAFETY: a node of a live hash part, whose barrier the caller has seen to.
        unsafe { self.node.write(node) }
    }

    /// Its key; nil for a node that was never used or whose key died.
    #[inline(always)]
    pub(super) fn key(self) -> Value<'gc> {
        let node = self.load();
        if node.key_tag == DEAD_KEY {
            return Value::NIL;
        }
        Value::from_parts(node.key, node.key_tag)
    }

    /// Its value.
    #[inline(always)]
    pub(super) fn value(self) -> Value<'gc> {
        let node = self.load();
        Value::from_parts(node.value, node.value_tag)
    }

    /// Replaces its value.
    #[inline(always)]
    pub(super) fn set_value(self, cx: Cx<'gc>, value: Value<'gc>) {
        cx.barrier(self.hash.object(), value);
        // SAFETY: a node of a live hash part.
        unsafe { (*self.node).value = value.bits() };
        // SAFETY: as above.
        unsafe { (*self.node).value_tag = value.tag_byte() };
    }

    /// Takes key and value out of it; chains through it stay whole.
    pub(super) fn vacate(self) {
        self.store(Node { key: 0, key_tag: DEAD_KEY, value: 0, value_tag: Tag::Nil as u8, ..self.load() });
    }

    /// Its number.
    #[inline]
    pub(super) fn index(self) -> usize {
        (self.node.addr() - self.hash.as_ptr().addr() - HASH_NODES) / size_of::<Node>()
    }

    /// The node at this distance.
    #[inline(always)]
    fn step(self, distance: i32) -> Self {
        NodeRef { node: self.node.wrapping_offset(distance as isize), hash: self.hash }
    }

    fn distance_to(self, other: Self) -> i32 {
        other.index() as i32 - self.index() as i32
    }
}

/// Spreads the bits of a number.
#[inline(always)]
fn scatter(bits: u64) -> u32 {
    (bits.wrapping_mul(0x9fb2_1c65_1e98_df25) >> 32) as u32
}

/// The hash of a key that is in a hash part or is about to be.
#[inline]
fn hash_of(cx: Cx<'_>, key: Value<'_>) -> u32 {
    match key.tag() {
        Tag::Int | Tag::Float | Tag::LightUserdata => scatter(key.bits()),
        Tag::Nil | Tag::False | Tag::True | Tag::FrameLink => u32::from(key.tag_byte()),
        Tag::Str => key.as_gc::<Str>().and_then(|key| key.known_hash()).expect("keys are interned"),
        _ => key.as_object().map_or(0, |obj| cx.identity(obj)),
    }
}

impl<'gc> Gc<'gc, Hash> {
    /// A hash part of `1 << log2` nodes that are free.
    fn make(cx: Cx<'gc>, log2: u32) -> Result<Self, Raise> {
        if log2 > MAX_LOG2 {
            return Err(cx.out_of_memory());
        }
        let obj = cx.alloc_part(hash_extent(log2), Kind::Hash)?;
        let hash = obj.cast::<Hash>();
        // SAFETY: a new object of this extent. NO-BARRIER: a fresh object.
        unsafe { (*hash).header.aux = log2 as u16 };
        // SAFETY: as above.
        unsafe { (*hash).last_free = 1 << log2 };
        // SAFETY: as above.
        unsafe { (*hash).reserved = 0 };
        let nodes = hash.cast::<u8>().wrapping_add(HASH_NODES);
        // SAFETY: as above. All zero is a free node.
        unsafe { nodes.write_bytes(0, size_of::<Node>() << log2) };
        // SAFETY: a live object of this kind.
        Ok(unsafe { Gc::from_object(obj) })
    }

    /// Number of nodes.
    #[inline(always)]
    pub(super) fn size(self) -> usize {
        1 << self.object().header().aux
    }

    /// Node `index`, below the size.
    #[inline(always)]
    pub(super) fn node(self, index: usize) -> NodeRef<'gc> {
        let first = self.as_ptr().cast::<u8>().wrapping_add(HASH_NODES).cast::<Node>();
        NodeRef { node: first.wrapping_add(index), hash: self }
    }

    #[inline(always)]
    fn main_position(self, hash: u32) -> NodeRef<'gc> {
        self.node(hash as usize & (self.size() - 1))
    }

    /// Whether an integer key may be in it.
    #[inline(always)]
    pub(super) fn may_have_ints(self) -> bool {
        self.object().header().hash != 0
    }

    /// The node in the chain of `hash` that `matches`.
    #[inline(always)]
    fn search(self, hash: u32, matches: impl Fn(&Node) -> bool) -> Option<NodeRef<'gc>> {
        let mut at = self.main_position(hash);
        loop {
            let node = at.load();
            if matches(&node) {
                return Some(at);
            }
            if node.next == 0 {
                return None;
            }
            at = at.step(node.next);
        }
    }

    /// The node of a canonical key by both its words: right for all keys but strings that are not interned.
    #[inline(always)]
    fn search_bits(self, hash: u32, key: Value<'gc>) -> Option<NodeRef<'gc>> {
        self.search(hash, |node| node.key == key.bits() && node.key_tag == key.tag_byte())
    }

    fn take_free(self) -> Option<NodeRef<'gc>> {
        // SAFETY: a live hash part.
        let mut index = unsafe { (*self.as_ptr()).last_free } as usize;
        let mut found = None;
        while index > 0 && found.is_none() {
            index -= 1;
            let node = self.node(index);
            if node.load().key_tag == Tag::Nil as u8 {
                found = Some(node);
            }
        }
        // SAFETY: a live hash part.
        unsafe { (*self.as_ptr()).last_free = index as u32 };
        found
    }

    /// Adds a key that is not in it, with a value that is not nil. False if no node is free.
    fn insert(self, cx: Cx<'gc>, key: Value<'gc>, value: Value<'gc>) -> bool {
        let home = self.main_position(hash_of(cx, key));
        let present = home.load();
        let mut target = home;
        let mut next = present.next;
        if present.value_tag != Tag::Nil as u8 {
            let Some(free) = self.take_free() else { return false };
            let other = self.main_position(hash_of(cx, home.key()));
            if other.node == home.node {
                next = if present.next == 0 { 0 } else { free.distance_to(home) + present.next };
                self.link(home, free);
                target = free;
            } else {
                let mut previous = other;
                while previous.step(previous.load().next).node != home.node {
                    previous = previous.step(previous.load().next);
                }
                let next_of_moved = if present.next == 0 { 0 } else { free.distance_to(home) + present.next };
                free.store(Node { next: next_of_moved, ..present });
                self.link(previous, free);
                next = 0;
            }
        }
        cx.barrier(self.object(), key);
        cx.barrier(self.object(), value);
        if key.tag() == Tag::Int {
            // SAFETY: a live hash part.
            unsafe { (*self.as_ptr()).header.hash = 1 };
        }
        target.store(Node {
            key: key.canonical().bits(),
            value: value.bits(),
            next,
            key_tag: key.tag_byte(),
            value_tag: value.tag_byte(),
            reserved: 0,
        });
        true
    }

    fn link(self, from: NodeRef<'gc>, to: NodeRef<'gc>) {
        from.store(Node { next: from.distance_to(to), ..from.load() });
    }
}

/// Integer keys of a table, counted by the power of two that bounds them, to decide where the array part ends.
struct IntKeys {
    counts: [usize; 32],
    total: usize,
}

impl IntKeys {
    fn add(&mut self, key: i64) {
        if (1..=1 << 31).contains(&key) {
            self.counts[(64 - (key as u64 - 1).leading_zeros()) as usize] += 1;
            self.total += 1;
        }
    }

    /// The largest power of two such that more than half of the keys up to it are there; 0 if there is none.
    fn array_size(&self) -> usize {
        let (mut best, mut up_to, mut log2) = (0, 0, 0);
        while log2 < 32 && self.total > (1usize << log2) / 2 {
            up_to += self.counts[log2];
            if up_to > (1usize << log2) / 2 {
                best = 1 << log2;
            }
            log2 += 1;
        }
        best
    }
}

impl<'gc> Gc<'gc, Table> {
    /// The hash part.
    #[inline(always)]
    pub(super) fn hash_part(self) -> Option<Gc<'gc, Hash>> {
        self.parts().and_then(|parts| parts.hash())
    }

    /// How many entries a traversal has at most.
    pub fn capacity(self, cx: Cx<'gc>) -> usize {
        let slots = cx.shapes().shape(self.shape()).slots as usize;
        self.array_len() + slots + self.hash_part().map_or(0, |hash| hash.size())
    }

    /// The node of any key but a string that is not interned.
    #[inline]
    pub(super) fn find(self, cx: Cx<'gc>, key: Value<'gc>) -> Option<NodeRef<'gc>> {
        self.hash_part().and_then(|hash| hash.search_bits(hash_of(cx, key), key.canonical()))
    }

    #[inline]
    pub(super) fn find_int(self, key: i64) -> Option<NodeRef<'gc>> {
        self.hash_part().and_then(|hash| hash.search_bits(scatter(key as u64), Value::int(key)))
    }

    /// The node of a string key by its bytes.
    pub(super) fn find_bytes(self, cx: Cx<'gc>, key: Gc<'gc, Str>) -> Option<NodeRef<'gc>> {
        let part = self.hash_part()?;
        let hash = key.hash(cx);
        part.search(hash, |node| {
            let other = Value::from_parts(node.key, node.key_tag).as_gc::<Str>();
            other.is_some_and(|other| other.known_hash() == Some(hash) && other.equals(key))
        })
    }

    /// The node of an interned key.
    #[inline]
    pub(super) fn find_string(self, key: Gc<'gc, Str>) -> Option<NodeRef<'gc>> {
        let hash = key.known_hash()?;
        self.hash_part()?.search_bits(hash, key.value())
    }

    #[inline]
    pub(super) fn hash_get(self, cx: Cx<'gc>, key: Value<'gc>) -> Value<'gc> {
        if key.as_object().is_some_and(|obj| key.tag() != Tag::Str && obj.header().hash == 0) {
            return Value::NIL;
        }
        self.find(cx, key).map_or(Value::NIL, NodeRef::value)
    }

    #[inline]
    pub(super) fn hash_get_int(self, key: i64) -> Value<'gc> {
        self.find_int(key).map_or(Value::NIL, NodeRef::value)
    }

    #[inline]
    pub(super) fn hash_get_interned(self, key: Gc<'gc, Str>) -> Value<'gc> {
        self.find_string(key).map_or(Value::NIL, NodeRef::value)
    }

    #[inline]
    pub(super) fn hash_get_bytes(self, cx: Cx<'gc>, key: Gc<'gc, Str>) -> Value<'gc> {
        self.find_bytes(cx, key).map_or(Value::NIL, NodeRef::value)
    }

    /// Stores under a key that belongs in the hash part; a string is interned. An integer key is not 1 to border + 1.
    #[inline]
    pub(super) fn hash_set(self, cx: Cx<'gc>, key: Value<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        if let Some(node) = self.find(cx, key) {
            node.set_value(cx, value);
            return Ok(());
        }
        if value.is_nil() {
            return Ok(());
        }
        match self.hash_part() {
            Some(hash) if hash.insert(cx, key, value) => Ok(()),
            _ => self.rebuild(cx, key, value),
        }
    }

    /// Makes room for one more key and adds it. If memory is refused, nothing has changed.
    #[inline(never)]
    fn rebuild(self, cx: Cx<'gc>, key: Value<'gc>, value: Value<'gc>) -> Result<(), Raise> {
        let old = self.hash_part();
        let nodes = || old.into_iter().flat_map(|hash| (0..hash.size()).map(move |index| hash.node(index)));
        let live = || nodes().filter(|node| !node.value().is_nil());
        let added = key.as_int();
        let array_len = if added.is_some() || old.is_some_and(|hash| hash.may_have_ints()) {
            let len = self.best_array_len(added, live().filter_map(|node| node.key().as_int()));
            let len = self.border_after(len);
            // The added key may stand in the gap between two runs.
            if added == Some(len as i64 + 1) { self.border_after(len + 1) } else { len }
        } else {
            self.array_len()
        };
        let in_array = |key: i64| (1..=array_len as i64).contains(&key);
        let added_to_array = added.is_some_and(in_array);
        let kept = live().filter(|node| !node.key().as_int().is_some_and(in_array)).count();
        let keys = kept + !added_to_array as usize;
        let churns = nodes().any(|node| node.value().is_nil());
        let crowded = churns && keys > keys.next_power_of_two() / 4 * 3;
        let hash = self.new_hash(cx, if crowded { keys.next_power_of_two() + 1 } else { keys })?;
        if array_len > self.array_len() {
            self.extend_with_nil(cx, array_len)?;
        }
        for node in live() {
            self.place(cx, hash, node.key(), node.value(), array_len);
        }
        let parts = self.ensure_parts(cx)?;
        parts.set_hash(cx, hash);
        self.place(cx, hash, key, value, array_len);
        Ok(())
    }

    fn place(self, cx: Cx<'gc>, hash: Option<Gc<'gc, Hash>>, key: Value<'gc>, value: Value<'gc>, array_len: usize) {
        match (key.as_int(), hash) {
            (Some(key), _) if (1..=array_len as i64).contains(&key) => {
                self.fill_element(cx, key as usize - 1, value);
            }
            (_, Some(hash)) => {
                let inserted = hash.insert(cx, key, value);
                debug_assert!(inserted, "sized for its keys");
            }
            (_, None) => unreachable!("a key needs a hash part"),
        }
    }

    /// A hash part for so many keys, with the flags of the present one; none for none.
    pub(super) fn new_hash(self, cx: Cx<'gc>, keys: usize) -> Result<Option<Gc<'gc, Hash>>, Raise> {
        if keys == 0 {
            return Ok(None);
        }
        let hash = Gc::<Hash>::make(cx, keys.next_power_of_two().trailing_zeros().max(FIRST_LOG2))?;
        if let Some(parts) = self.parts() {
            let flags = hash.object().flags() | parts.weak_flags();
            // SAFETY: a live hash part.
            unsafe { (*hash.as_ptr()).header.flags = flags };
        }
        Ok(Some(hash))
    }

    /// Where the array part should end, given the integer keys of the hash part and one to be added.
    fn best_array_len(self, added: Option<i64>, in_hash: impl Iterator<Item = i64> + Clone) -> usize {
        let mut keys = IntKeys { counts: [0; 32], total: 0 };
        added.into_iter().chain(in_hash.clone()).for_each(|key| keys.add(key));
        (0..self.array_len()).filter(|&index| self.has_element(index)).for_each(|index| keys.add(index as i64 + 1));
        let size = keys.array_size();
        let last = added.into_iter().chain(in_hash).filter(|&key| key <= size as i64).max().unwrap_or(0);
        self.array_len().max(usize::try_from(last).unwrap_or(0))
    }

    /// Moves pairs of interned keys and values, and all keys of the present hash part, to a hash part that has room for one
    /// more key.
    pub(super) fn move_to_hash(self, cx: Cx<'gc>, pairs: &[(Value<'gc>, Value<'gc>)]) -> Result<(), Raise> {
        let old = self.hash_part();
        let nodes = || old.into_iter().flat_map(|hash| (0..hash.size()).map(move |index| hash.node(index)));
        let live = || nodes().filter(|node| !node.value().is_nil());
        let hash = self.new_hash(cx, pairs.len() + live().count() + 1)?;
        let parts = self.ensure_parts(cx)?;
        for (key, value) in pairs.iter().copied().chain(live().map(|node| (node.key(), node.value()))) {
            self.place(cx, hash, key, value, 0);
        }
        parts.set_hash(cx, hash);
        Ok(())
    }
}
