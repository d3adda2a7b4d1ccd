//! What the inline caches of field accesses learn, and the accesses themselves when a cache does not answer.
//!
//! A cache holds for one shape of the receiver: see [`FieldCache`]. The fast paths (interpreter, machine code) compare the
//! shape, and read or write at the cached offsets; the functions here do the whole access, follow tables in `__index`, and leave
//! the cache as it should be for the next time. They never call a metamethod: a handler that is to be called is returned.

use std::ptr::NonNull;

use super::super::Gc;
use super::super::layout::{ShapeId, Str, Table};
use super::super::metamethod::Metamethod;
use super::super::proto::{CacheKind, FieldCache};
use super::super::shape::KeySource;
use super::slots::SlotOffsets;
use crate::cx::Cx;
use crate::native::Raise;
use crate::value::{Tag, Value};

/// How many tables in `__index` (or `__newindex`) are followed before it counts as a loop.
pub const MAX_META_LOOP: usize = 2000;

/// Where a table has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldLookup {
    /// In an inline slot: byte offsets of payload and tag from the table.
    Own(u32, u32),
    /// In the overflow object: byte offsets of payload and tag from it.
    Overflow(u32, u32),
    /// The table is a dictionary: in this node of the hash part.
    Dictionary(u32),
    /// Nowhere.
    Absent,
}

/// What reading a field gives.
#[derive(Clone, Copy, Debug)]
pub enum FieldRead<'gc> {
    /// The value.
    Value(Value<'gc>),
    /// The access goes on with `handler`, the `__index` of `object`, which is not a table: it is to be called with
    /// `object` and the key, or to be indexed itself if it can't be called.
    Handler {
        /// The table whose metatable has the handler.
        object: Gc<'gc, Table>,
        /// The handler.
        handler: Value<'gc>,
    },
    /// `__index` goes round in circles.
    Loop,
}

/// What storing into a field gives.
#[derive(Clone, Copy, Debug)]
pub enum FieldWrite<'gc> {
    /// Done.
    Done,
    /// The access goes on with `handler`, the `__newindex` of `object`, which is not a table.
    Handler {
        /// The table whose metatable has the handler.
        object: Gc<'gc, Table>,
        /// The handler.
        handler: Value<'gc>,
    },
    /// `__newindex` goes round in circles.
    Loop,
}

/// Where `table` has the field `key`, which is interned.
#[inline]
pub fn lookup_field<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>, key: Gc<'gc, Str>) -> FieldLookup {
    let shapes = cx.shapes();
    if shapes.shape(table.shape()).dictionary {
        return table.find_string(key).map_or(FieldLookup::Absent, |node| FieldLookup::Dictionary(node.index() as u32));
    }
    match shapes.place(table.shape(), key.raw()) {
        Some(SlotOffsets::Inline(payload, tag)) => FieldLookup::Own(payload, tag),
        Some(SlotOffsets::Overflow(payload, tag)) => FieldLookup::Overflow(payload, tag),
        None => FieldLookup::Absent,
    }
}

/// Adds the field `key`, interned, which `table` lacks, with a value that is not nil. Returns the new shape. Asks no
/// metatable.
pub fn add_field<'gc>(
    cx: Cx<'gc>,
    table: Gc<'gc, Table>,
    key: Gc<'gc, Str>,
    value: Value<'gc>,
) -> Result<ShapeId, Raise> {
    table.set_interned(cx, key, value, KeySource::Constant)?;
    Ok(table.shape())
}

/// `table[key of cache]`, following tables in `__index`. Fills the cache.
#[inline(never)]
pub fn read_field<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>, cache: &mut FieldCache) -> FieldRead<'gc> {
    let key = cache.key;
    let shape = table.shape();
    let own = lookup_field(cx, table, key);
    let value = value_at(table, own);
    if !value.is_nil() {
        cache.fill(shape, shape, own);
        return FieldRead::Value(value);
    }
    let mut object = table;
    for depth in 0..MAX_META_LOOP {
        let known = index_table(cx, object);
        let handler = known.map(Gc::value).or_else(|| object.metamethod(cx, Metamethod::Index));
        let Some(handler) = handler else {
            // What one dictionary lacks, another of the same shape may have.
            let kind = cx.shapes().shape(shape);
            if depth == 0 && own == FieldLookup::Absent && kind.metatable.is_null() && !kind.dictionary {
                cache.fill(shape, shape, own);
            }
            return FieldRead::Value(Value::NIL);
        };
        let Some(next) = handler.as_gc::<Table>() else { return FieldRead::Handler { object, handler } };
        let found = lookup_field(cx, next, key);
        let value = value_at(next, found);
        if !value.is_nil() {
            if depth == 0 && own == FieldLookup::Absent && !cx.shapes().shape(shape).dictionary {
                table.refresh_index(cx);
                cache.fill_index(shape, next.shape(), found);
            }
            return FieldRead::Value(value);
        }
        object = next;
    }
    FieldRead::Loop
}

/// The table in `__index`, if the shape of `table` knows it.
#[inline(always)]
fn index_table<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>) -> Option<Gc<'gc, Table>> {
    let shape = cx.shapes().shape(table.shape());
    let index = NonNull::new(shape.index_table).filter(|_| shape.index_epoch == cx.metamethod_epoch())?;
    // SAFETY: a live table: the collector keeps what shapes cache true.
    Some(unsafe { Gc::from_non_null(index) })
}

/// `table[key of cache] = value`, following tables in `__newindex`. Fills the cache.
#[inline(never)]
pub fn write_field<'gc>(
    cx: Cx<'gc>,
    table: Gc<'gc, Table>,
    cache: &mut FieldCache,
    value: Value<'gc>,
) -> Result<FieldWrite<'gc>, Raise> {
    let key = cache.key;
    let mut object = table;
    for depth in 0..MAX_META_LOOP {
        let shape = object.shape();
        let found = lookup_field(cx, object, key);
        let present = !value_at(object, found).is_nil();
        if !present && let Some(handler) = object.metamethod(cx, Metamethod::NewIndex) {
            match handler.as_gc::<Table>() {
                Some(next) => object = next,
                None => return Ok(FieldWrite::Handler { object, handler }),
            }
            continue;
        }
        object.set_interned(cx, key, value, KeySource::Constant)?;
        if depth == 0 && key.metamethod_number() == 0 {
            let after = lookup_field(cx, object, key);
            if found != FieldLookup::Absent {
                cache.fill(shape, shape, found);
            } else if let FieldLookup::Own(payload, tag) = after {
                *cache = FieldCache { key, shape, other: object.shape(), payload, tag, kind: CacheKind::Add };
            }
        }
        return Ok(FieldWrite::Done);
    }
    Ok(FieldWrite::Loop)
}

/// `table[key]` for any key, following tables in `__index`: what `GetIndex` does when its fast paths don't answer.
#[inline(never)]
pub fn read_index<'gc>(cx: Cx<'gc>, table: Gc<'gc, Table>, key: Value<'gc>) -> FieldRead<'gc> {
    let mut object = table;
    for _ in 0..MAX_META_LOOP {
        let value = object.get(cx, key);
        if !value.is_nil() {
            return FieldRead::Value(value);
        }
        let Some(handler) = object.metamethod(cx, Metamethod::Index) else { return FieldRead::Value(Value::NIL) };
        match handler.as_gc::<Table>() {
            Some(next) => object = next,
            None => return FieldRead::Handler { object, handler },
        }
    }
    FieldRead::Loop
}

/// `table[key] = value` for any key, following tables in `__newindex`.
#[inline(never)]
pub fn write_index<'gc>(
    cx: Cx<'gc>,
    table: Gc<'gc, Table>,
    key: Value<'gc>,
    value: Value<'gc>,
) -> Result<FieldWrite<'gc>, Raise> {
    let mut object = table;
    for _ in 0..MAX_META_LOOP {
        // The metatable is asked first: most tables have none, and a lookup of the key costs more.
        if let Some(handler) = object.metamethod(cx, Metamethod::NewIndex)
            && object.get(cx, key).is_nil()
        {
            match handler.as_gc::<Table>() {
                Some(next) => object = next,
                None => return Ok(FieldWrite::Handler { object, handler }),
            }
            continue;
        }
        object.set(cx, key, value)?;
        return Ok(FieldWrite::Done);
    }
    Ok(FieldWrite::Loop)
}

/// The value where a lookup found the field; nil if it did not.
#[inline]
fn value_at<'gc>(table: Gc<'gc, Table>, found: FieldLookup) -> Value<'gc> {
    match found {
        FieldLookup::Own(payload, tag) => read_at(table.as_ptr().cast(), payload, tag),
        FieldLookup::Overflow(payload, tag) => read_at(table.overflow().as_ptr().cast(), payload, tag),
        FieldLookup::Dictionary(node) => table.hash_part().map_or(Value::NIL, |hash| hash.node(node as usize).value()),
        FieldLookup::Absent => Value::NIL,
    }
}

/// The value whose payload and tag are at these offsets, which a lookup gave for the object's shape.
#[inline(always)]
fn read_at<'gc>(object: *const u8, payload: u32, tag: u32) -> Value<'gc> {
    // SAFETY: a slot of a live object: the offsets belong to its shape.
    let bits = unsafe { object.wrapping_add(payload as usize).cast::<u64>().read() };
    // SAFETY: as above.
    let tag = unsafe { object.wrapping_add(tag as usize).read() };
    Value::from_parts(bits, tag)
}

/// Stores at these offsets, which a lookup gave for the object's shape; the barrier has been seen to.
#[inline(always)]
fn write_at(object: *mut u8, payload: u32, tag: u32, value: Value<'_>) {
    // SAFETY: a slot of a live object: the offsets belong to its shape.
    unsafe { object.wrapping_add(payload as usize).cast::<u64>().write(value.bits()) };
    // SAFETY: as above.
    unsafe { object.wrapping_add(tag as usize).write(value.tag_byte()) };
}

impl FieldCache {
    fn fill(&mut self, shape: ShapeId, other: ShapeId, found: FieldLookup) {
        let (kind, payload, tag) = match found {
            FieldLookup::Own(payload, tag) => (CacheKind::Own, payload, tag),
            FieldLookup::Overflow(payload, tag) => (CacheKind::OwnOverflow, payload, tag),
            FieldLookup::Dictionary(node) => (CacheKind::Dictionary, node, 0),
            FieldLookup::Absent => (CacheKind::Absent, 0, 0),
        };
        *self = FieldCache { key: self.key, shape, other, payload, tag, kind };
    }

    fn fill_index(&mut self, shape: ShapeId, holder: ShapeId, found: FieldLookup) {
        let (kind, payload, tag) = match found {
            FieldLookup::Own(payload, tag) => (CacheKind::Index, payload, tag),
            FieldLookup::Overflow(payload, tag) => (CacheKind::IndexOverflow, payload, tag),
            FieldLookup::Dictionary(_) | FieldLookup::Absent => return,
        };
        *self = FieldCache { key: self.key, shape, other: holder, payload, tag, kind };
    }

    /// The field of `table`, if the cache answers.
    #[inline(always)]
    pub fn read<'gc>(&self, cx: Cx<'gc>, table: Gc<'gc, Table>) -> Option<Value<'gc>> {
        if table.shape() != self.shape {
            return None;
        }
        let (value, nil_counts) = match self.kind {
            CacheKind::Own => (read_at(table.as_ptr().cast(), self.payload, self.tag), false),
            CacheKind::OwnOverflow => (read_at(table.overflow().as_ptr().cast(), self.payload, self.tag), false),
            CacheKind::Absent => (Value::NIL, true),
            CacheKind::Index | CacheKind::IndexOverflow => {
                let holder = index_table(cx, table)?;
                if holder.shape() != self.other {
                    return None;
                }
                let inline = self.kind == CacheKind::Index;
                let object = if inline { holder.as_ptr().cast::<u8>() } else { holder.overflow().as_ptr().cast() };
                (read_at(object, self.payload, self.tag), false)
            }
            CacheKind::Dictionary => {
                let hash = table.hash_part()?;
                let node = (self.payload as usize) < hash.size();
                let node = node.then(|| hash.node(self.payload as usize))?;
                (node.key().same_bits(self.key.value()).then(|| node.value())?, false)
            }
            CacheKind::Add | CacheKind::Empty => return None,
        };
        let own = matches!(self.kind, CacheKind::Own | CacheKind::OwnOverflow);
        let answers = !value.is_nil() || nil_counts || own && cx.shapes().shape(self.shape).metatable.is_null();
        answers.then_some(value)
    }

    /// Stores into the field of `table`, if the cache answers. Returns whether it did.
    #[inline(always)]
    pub fn write<'gc>(&self, cx: Cx<'gc>, table: Gc<'gc, Table>, value: Value<'gc>) -> bool {
        if table.shape() != self.shape {
            return false;
        }
        let object = match self.kind {
            CacheKind::Own => table.object(),
            CacheKind::OwnOverflow => table.overflow().object(),
            CacheKind::Add if !value.is_nil() => {
                table.set_shape(self.other);
                cx.barrier(table.object(), value);
                write_at(table.as_ptr().cast(), self.payload, self.tag, value);
                return true;
            }
            _ => return false,
        };
        let held = object.cast::<u8>().wrapping_add(self.tag as usize);
        // SAFETY: a slot of a live object: the offset belongs to its shape.
        let held = unsafe { held.read() };
        if held == Tag::Nil as u8 && !cx.shapes().shape(self.shape).metatable.is_null() {
            return false;
        }
        cx.barrier(object, value);
        write_at(object.cast(), self.payload, self.tag, value);
        true
    }
}
