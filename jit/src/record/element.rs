//! Elements of tables: reads and stores by keys that are no known strings.
//!
//! Elements of the array part are read and written where they stand, behind a check of the index; other keys go through helpers. What a
//! metatable could change is guarded: by the shape of the table, or for tables of many shapes as `many` says.

use moonset_ir::{Helper, Tag, Value};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::table::MAX_INDEX_CHAIN;
use super::{Recorder, world};
use crate::abort::Abort;

impl Recorder {
    /// `R[a] = object[key]`.
    pub(super) fn get_index(
        &mut self,
        a: i32,
        object: Val,
        actual: Raw,
        key: Val,
        actual_key: Raw,
    ) -> Result<(), Abort> {
        self.get_index_through(a, (object, actual), (key, actual_key), MAX_INDEX_CHAIN)
    }

    /// As [`Recorder::get_index`], through at most `chain` tables.
    fn get_index_through(
        &mut self,
        a: i32,
        (object, actual): (Val, Raw),
        (key, actual_key): (Val, Raw),
        chain: usize,
    ) -> Result<(), Abort> {
        if actual.tag() != RtTag::Table || chain == 0 {
            return Err(Abort::TableAccess);
        }
        if actual_key.tag() == RtTag::Str
            && let Val::Ref(name, _) = key
            && self.graph.as_const(name).is_some()
            && world::is_interned(actual_key)
        {
            return self.index_by_string(a, object, actual, actual_key);
        }
        let table = self.reference(object, actual, Tag::Table)?;
        let current = world::raw_get(self.vm(), actual, actual_key);
        // What is there is there with any metatable.
        let is_there = !current.is_nil();
        let is_first = chain == MAX_INDEX_CHAIN;
        if is_first && if is_there { self.has_many_shapes(table, actual) } else { self.guards_bare(table, actual) } {
            let value = self.read_plainly(table, actual, key, actual_key)?;
            if is_there {
                let snap = self.snapshot();
                self.at().guard_not_nil(value, snap);
            }
            self.set(a, Val::Any(value));
            return Ok(());
        }
        let shape = self.guard_shape_of(table, actual);
        let value = self.read_plainly(table, actual, key, actual_key)?;
        match world::metamethod_of_shape(self.vm(), shape, Metamethod::Index) {
            None => self.guard_lacks(shape, Metamethod::Index)?,
            Some(event) if current.is_nil() => {
                self.typed(Val::Any(value), current);
                let handler = self.metamethod_value(shape, Metamethod::Index, event)?;
                if event.tag() == RtTag::Closure {
                    return self.call_metamethod(handler, &[Val::Ref(table, Tag::Table), key]);
                }
                return self.get_index_through(a, (handler.0, event), (key, actual_key), chain - 1);
            }
            Some(_) => {
                let snap = self.snapshot();
                self.at().guard_not_nil(value, snap);
            }
        }
        self.set(a, Val::Any(value));
        Ok(())
    }

    /// The element of a table under a key that is not a known string, without metamethods.
    fn read_plainly(&mut self, table: Value, actual: Raw, key: Val, actual_key: Raw) -> Result<Value, Abort> {
        Ok(match actual_key.tag() {
            RtTag::Int => {
                let index = self.int(key, actual_key)?;
                self.load_element(table, actual, index, actual_key.bits() as i64)
            }
            RtTag::Str => {
                let name = self.reference(key, actual_key, Tag::Str)?;
                self.at().call(Helper::TableGetStr, &[table, name], None).expect("a value")
            }
            RtTag::Nil => return Err(Abort::TableAccess),
            _ => {
                let key = self.key_operand(key, actual_key);
                self.at().call(Helper::TableGet, &[table, key], None).expect("a value")
            }
        })
    }

    /// A key of any kind. An object is typed, so that it can be told apart from other keys.
    pub(super) fn key_operand(&mut self, key: Val, actual_key: Raw) -> Value {
        let is_object = matches!(actual_key.tag(), RtTag::Table | RtTag::Closure | RtTag::Native | RtTag::Userdata);
        let key = if is_object { self.typed(key, actual_key) } else { key };
        self.any(key)
    }

    /// Element `index` (from 1) of a table.
    pub(super) fn load_element(&mut self, table: Value, actual: Raw, index: Value, actual_index: i64) -> Value {
        let one = self.graph.iconst(1);
        let zero_based = self.at().sub(index, one);
        let len = self.at().array_len(table);
        let inside = self.at().ult(zero_based, len);
        let holds = actual_index >= 1 && actual_index <= i64::from(world::array_len(actual));
        self.guard_bool(inside, holds);
        if holds {
            return self.at().array_load(table, zero_based);
        }
        self.at().call(Helper::TableGetInt, &[table, index], None).expect("a value")
    }

    /// `object[key] = value`.
    pub(super) fn set_index(
        &mut self,
        object: Val,
        actual: Raw,
        key: Val,
        actual_key: Raw,
        value: Val,
        actual_value: Raw,
    ) -> Result<(), Abort> {
        if actual.tag() != RtTag::Table {
            return Err(Abort::TableAccess);
        }
        if actual_key.tag() == RtTag::Str
            && let Val::Ref(name, _) = key
            && self.graph.as_const(name).is_some()
            && world::is_interned(actual_key)
        {
            let table = self.reference(object, actual, Tag::Table)?;
            return self.set_by_string(table, actual, actual_key, value, actual_value);
        }
        let table = self.reference(object, actual, Tag::Table)?;
        if self.chain == 0 && self.guards_bare(table, actual) {
            return self.set_plainly((table, actual), (key, actual_key), (value, actual_value));
        }
        let shape = self.guard_shape_of(table, actual);
        if let Some(event) = world::metamethod_of_shape(self.vm(), shape, Metamethod::NewIndex) {
            let current = world::raw_get(self.vm(), actual, actual_key);
            if !current.is_nil() || actual_key.is_nil() {
                return Err(Abort::TableAccess);
            }
            let boxed = self.key_operand(key, actual_key);
            let found = self.at().call(Helper::TableGet, &[table, boxed], None).expect("a value");
            self.typed(Val::Any(found), current);
            if event.tag() == RtTag::Table {
                let next = self.next_in_chain(shape, event)?;
                return self.set_index(Val::Ref(next, Tag::Table), event, key, actual_key, value, actual_value);
            }
            let handler = self.metamethod_value(shape, Metamethod::NewIndex, event)?;
            return self.call_metamethod(handler, &[Val::Ref(table, Tag::Table), key, value]);
        }
        self.guard_lacks(shape, Metamethod::NewIndex)?;
        self.set_plainly((table, actual), (key, actual_key), (value, actual_value))
    }

    /// Stores into a table without `__newindex` under a key that is not a known string.
    fn set_plainly(
        &mut self,
        (table, actual): (Value, Raw),
        (key, actual_key): (Val, Raw),
        (value, actual_value): (Val, Raw),
    ) -> Result<(), Abort> {
        match actual_key.tag() {
            RtTag::Int => {
                let index = self.int(key, actual_key)?;
                self.store_element(table, actual, (index, actual_key.bits() as i64), value, actual_value);
            }
            RtTag::Str if world::is_metamethod_name(actual_key) => return Err(Abort::TableAccess),
            RtTag::Str => {
                let name = self.reference(key, actual_key, Tag::Str)?;
                if world::serves_as_metatable(actual) {
                    return Err(Abort::TableAccess);
                }
                let value = self.any(value);
                self.at().call(Helper::TableSetStr, &[table, name, value], None);
            }
            RtTag::Nil => return Err(Abort::Error),
            _ => {
                let (key, value) = (self.key_operand(key, actual_key), self.any(value));
                let snap = self.snapshot();
                self.at().call(Helper::TableSet, &[table, key, value], Some(snap));
            }
        }
        Ok(())
    }

    /// Stores an element of a table without `__newindex`.
    pub(super) fn store_element(
        &mut self,
        table: Value,
        actual: Raw,
        (index, actual_index): (Value, i64),
        value: Val,
        actual_value: Raw,
    ) {
        let len = i64::from(world::array_len(actual));
        if actual_value.is_nil() || actual_index < 1 || actual_index > len + 1 {
            let value = self.any(value);
            self.at().call(Helper::TableSetInt, &[table, index, value], None);
            return;
        }
        self.not_nil(value, actual_value);
        let one = self.graph.iconst(1);
        let zero_based = self.at().sub(index, one);
        let array_len = self.at().array_len(table);
        if actual_index <= len {
            let inside = self.at().ult(zero_based, array_len);
            self.guard_bool(inside, true);
            let value = self.any(value);
            self.at().array_store(table, zero_based, value);
        } else {
            let follows = self.at().eq(zero_based, array_len);
            self.guard_bool(follows, true);
            self.append_element(table, value);
        }
    }

    /// Appends to the array part of a table.
    pub(super) fn append_element(&mut self, table: Value, value: Val) {
        let value = self.any(value);
        self.at().array_append(table, value);
    }
}
