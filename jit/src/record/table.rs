//! Tables: fields by shape, constructors.
//!
//! A table's shape is guarded once and fixes everything about its named fields and its metatable. A metatable is
//! a constant of the graph, since a shape names it; whatever is read from it is guarded by *its* shape and loaded like
//! any other field, so that a changed class is noticed and an unchanged one costs nothing in a loop.

use moonset_ir::{Helper, ObjectConst, Shape, Tag, Value};
use moonset_runtime::bytecode::Inst;
use moonset_runtime::object::layout::ShapeId;
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::value::{Raw, Tag as RtTag};

use super::slots::Val;
use super::{Recorder, world};
use crate::abort::Abort;

/// Metatables followed for one access.
pub(super) const MAX_INDEX_CHAIN: usize = 8;

impl Recorder {
    /// The graph's entry for a shape of the runtime.
    pub(super) fn shape(&mut self, id: ShapeId) -> Shape {
        if let Some(shape) = self.graph.find_shape(id.0) {
            return shape;
        }
        let info = world::shape_info(self.vm(), id);
        self.source.shapes.push(id);
        self.graph.shape(info)
    }

    /// Makes the names of a table's fields known to the graph as strings.
    pub(super) fn name_fields(&mut self, id: ShapeId) {
        let shape = self.shape(id);
        if self.graph[shape].objects.is_empty() {
            let keys = world::shape_keys(self.vm(), id);
            let objects = keys.into_iter().map(|key| {
                let id = self.source.pool_index(key);
                self.graph.object(ObjectConst { id, tag: Tag::Str })
            });
            let objects = objects.collect();
            self.graph.set_shape_objects(shape, objects);
        }
    }

    /// Guards that a table has the shape that it has.
    pub(super) fn guard_shape_of(&mut self, table: Value, actual: Raw) -> ShapeId {
        let id = world::shape_of(actual);
        let shape = self.shape(id);
        let snap = self.snapshot();
        self.at().guard_shape(table, shape, snap);
        id
    }

    /// `R[a] = object[key of F[cache]]`.
    pub(super) fn get_field(&mut self, a: i32, object: Val, actual: Raw, cache: usize) -> Result<(), Abort> {
        let key = world::field_key(self.proto(), cache);
        self.index_by_string(a, object, actual, key)
    }

    /// `R[a+2] = object; R[a] = object[key of F[cache]]`.
    pub(super) fn self_field(&mut self, a: i32, object: Val, actual: Raw, cache: usize) -> Result<(), Abort> {
        let key = world::field_key(self.proto(), cache);
        // The receiver is typed first, so that the register that it moves to knows its type; and moved before a function that is
        // called for the field gets a frame of its own.
        let object = self.typed(object, actual);
        self.snapshot();
        self.set(a + 2, object);
        self.index_by_string(a, object, actual, key)
    }

    /// `R[a] = U[b][key of F[d]]`.
    pub(super) fn get_tab_up(&mut self, inst: Inst) -> Result<(), Abort> {
        let (object, actual) = self.upvalue(inst.b() as i32);
        self.get_field(inst.a() as i32, object, actual, inst.d())
    }

    /// `U[b][key of F[d]] = R[a]`.
    pub(super) fn set_tab_up(&mut self, inst: Inst) -> Result<(), Abort> {
        let a = inst.a() as i32;
        let (object, actual) = self.upvalue(inst.b() as i32);
        let value = self.get(a);
        self.set_field(object, actual, inst.d(), value, self.actual(a))
    }

    fn upvalue(&mut self, index: i32) -> (Val, Raw) {
        let cell = self.upvalue_cell(index);
        let value = self.at().cell_load(cell);
        (Val::Any(value), world::upvalue(self.base, index))
    }

    /// `R[a] = object[key]`, `key` an interned string: through any chain of `__index`.
    pub(super) fn index_by_string(&mut self, a: i32, object: Val, actual: Raw, key: Raw) -> Result<(), Abort> {
        let (mut object, mut actual) = (object, actual);
        for _ in 0..MAX_INDEX_CHAIN {
            let table = match actual.tag() {
                RtTag::Table => self.reference(object, actual, Tag::Table)?,
                RtTag::Str => {
                    // Strings have a metatable of their own, whose entry may change.
                    self.typed(object, actual);
                    let (metatable, index) = world::string_index(self.vm()).ok_or(Abort::TableAccess)?;
                    (object, actual) = self.metatable_entry(metatable, Metamethod::Index, index)?;
                    continue;
                }
                RtTag::Userdata => {
                    // Each has a metatable of its own: it is this one.
                    let userdata = self.reference(object, actual, Tag::Userdata)?;
                    let (metatable, index) = world::userdata_index(self.vm(), actual).ok_or(Abort::TableAccess)?;
                    let found = self.at().call(Helper::UserdataMeta, &[userdata], None).expect("a value");
                    let found = self.reference(Val::Any(found), metatable, Tag::Table)?;
                    let Val::Ref(expected, _) = self.constant_value(metatable) else { return Err(Abort::TableAccess) };
                    let same = self.at().ref_eq(found, expected);
                    self.guard_bool(same, true);
                    (object, actual) = self.metatable_entry(metatable, Metamethod::Index, index)?;
                    continue;
                }
                _ => return Err(Abort::TableAccess),
            };
            let shape = self.guard_shape_of(table, actual);
            match world::own_field(self.vm(), shape, key) {
                world::Own::Slot(slot) => {
                    let value = self.load_slot(table, shape, slot);
                    let current = world::slot_value(self.vm(), actual, slot);
                    let event = world::metamethod_of_shape(self.vm(), shape, Metamethod::Index);
                    if world::metatable(self.vm(), shape).is_none() {
                        self.set(a, Val::Any(value));
                        return Ok(());
                    }
                    if !current.is_nil() {
                        let snap = self.snapshot();
                        self.at().guard_not_nil(value, snap);
                        self.set(a, Val::Any(value));
                        return Ok(());
                    }
                    self.typed(Val::Any(value), current);
                    let Some(event) = event else {
                        self.guard_lacks(shape, Metamethod::Index)?;
                        self.set(a, Val::Prim(Tag::Nil));
                        return Ok(());
                    };
                    match self.index_event(shape, event, table, key, &mut object, &mut actual)? {
                        true => return Ok(()),
                        false => continue,
                    }
                }
                world::Own::Dictionary => {
                    let Val::Ref(name, _) = self.constant_value(key) else { return Err(Abort::TableAccess) };
                    let value = self.at().call(Helper::TableGetStr, &[table, name], None).expect("a value");
                    let current = world::raw_get(self.vm(), actual, key);
                    match world::metamethod_of_shape(self.vm(), shape, Metamethod::Index) {
                        None => {
                            self.guard_lacks(shape, Metamethod::Index)?;
                            self.set(a, Val::Any(value));
                            return Ok(());
                        }
                        Some(_) if !current.is_nil() => {
                            let snap = self.snapshot();
                            self.at().guard_not_nil(value, snap);
                            self.set(a, Val::Any(value));
                            return Ok(());
                        }
                        Some(event) => {
                            self.typed(Val::Any(value), current);
                            match self.index_event(shape, event, table, key, &mut object, &mut actual)? {
                                true => return Ok(()),
                                false => continue,
                            }
                        }
                    }
                }
                world::Own::Absent => match world::metamethod_of_shape(self.vm(), shape, Metamethod::Index) {
                    None => {
                        self.guard_lacks(shape, Metamethod::Index)?;
                        self.set(a, Val::Prim(Tag::Nil));
                        return Ok(());
                    }
                    Some(event) => {
                        if self.index_event(shape, event, table, key, &mut object, &mut actual)? {
                            return Ok(());
                        }
                    }
                },
            }
        }
        Err(Abort::TableAccess)
    }

    /// Goes on with `__index`: true if a function was called, false if `object` is now the next table.
    fn index_event(
        &mut self,
        shape: ShapeId,
        event: Raw,
        table: Value,
        key: Raw,
        object: &mut Val,
        actual: &mut Raw,
    ) -> Result<bool, Abort> {
        let handler = self.metamethod_value(shape, Metamethod::Index, event)?;
        if event.tag() == RtTag::Closure {
            let key = self.constant_value(key);
            self.call_metamethod(handler, &[Val::Ref(table, Tag::Table), key])?;
            return Ok(true);
        }
        *object = handler.0;
        *actual = event;
        Ok(false)
    }

    /// Guards that the metatable of a shape, if there is one, goes on lacking a metamethod that it lacks now: by its shape, or by
    /// the nil that stands in the place for it.
    pub(super) fn guard_lacks(&mut self, shape: ShapeId, event: Metamethod) -> Result<(), Abort> {
        let Some(metatable) = world::metatable(self.vm(), shape) else { return Ok(()) };
        let Val::Ref(table, _) = self.constant_value(metatable) else { return Err(Abort::TableAccess) };
        let own = self.guard_shape_of(table, metatable);
        let key = world::metamethod_name(self.vm(), event);
        match world::own_field(self.vm(), own, key) {
            world::Own::Absent => Ok(()),
            world::Own::Slot(_) | world::Own::Dictionary => self.metamethod_value(shape, event, Raw::NIL).map(|_| ()),
        }
    }

    /// The border of a table of this shape. Where the metatable has a place for `__mode`, the table may be weak or have been, and a
    /// collection may have cleared its last elements.
    pub(super) fn border(&mut self, table: Value, actual: Raw, shape: ShapeId) -> Result<Value, Abort> {
        let len = self.at().array_len(table);
        let Some(metatable) = world::metatable(self.vm(), shape) else { return Ok(len) };
        let Val::Ref(constant, _) = self.constant_value(metatable) else { return Err(Abort::TableAccess) };
        let own = self.guard_shape_of(constant, metatable);
        let key = world::metamethod_name(self.vm(), Metamethod::Mode);
        if matches!(world::own_field(self.vm(), own, key), world::Own::Absent) {
            return Ok(len);
        }
        let actual_len = i64::from(world::array_len(actual));
        let zero = self.graph.iconst(0);
        let has_elements = self.at().lt(zero, len);
        self.guard_bool(has_elements, actual_len > 0);
        if actual_len > 0 {
            let last = world::raw_get(self.vm(), actual, Raw::int(actual_len));
            if last.is_nil() {
                return Err(Abort::TableAccess);
            }
            let one = self.graph.iconst(1);
            let index = self.at().sub(len, one);
            let element = self.at().array_load(table, index);
            self.not_nil(Val::Any(element), last);
        }
        Ok(len)
    }

    fn load_slot(&mut self, table: Value, shape: ShapeId, slot: usize) -> Value {
        let shape = self.shape(shape);
        self.at().slot_load(table, shape, slot as u32)
    }

    /// `object[key of F[cache]] = value`.
    pub(super) fn set_field(
        &mut self,
        object: Val,
        actual: Raw,
        cache: usize,
        value: Val,
        actual_value: Raw,
    ) -> Result<(), Abort> {
        let key = world::field_key(self.proto(), cache);
        if actual.tag() != RtTag::Table {
            return Err(Abort::TableAccess);
        }
        let table = self.reference(object, actual, Tag::Table)?;
        self.set_by_string(table, actual, key, value, actual_value)
    }

    pub(super) fn set_by_string(
        &mut self,
        table: Value,
        actual: Raw,
        key: Raw,
        value: Val,
        actual_value: Raw,
    ) -> Result<(), Abort> {
        let is_metamethod = world::is_metamethod_name(key);
        if is_metamethod && world::serves_as_metatable(actual) {
            return Err(Abort::TableAccess);
        }
        let shape = self.guard_shape_of(table, actual);
        let new_index = world::metamethod_of_shape(self.vm(), shape, Metamethod::NewIndex);
        // Another table of the shape may serve as a metatable: the helper looks at that.
        let own = if is_metamethod { world::Own::Dictionary } else { world::own_field(self.vm(), shape, key) };
        match own {
            world::Own::Slot(slot) => {
                if world::metatable(self.vm(), shape).is_some() {
                    let current = world::slot_value(self.vm(), actual, slot);
                    let loaded = self.load_slot(table, shape, slot);
                    if !current.is_nil() {
                        let snap = self.snapshot();
                        self.at().guard_not_nil(loaded, snap);
                    } else if new_index.is_some() {
                        self.typed(Val::Any(loaded), current);
                        return self.new_index(table, shape, new_index, key, value, actual_value);
                    } else {
                        self.guard_lacks(shape, Metamethod::NewIndex)?;
                    }
                }
                self.store_slot(table, shape, slot, value);
                Ok(())
            }
            world::Own::Dictionary => {
                if new_index.is_some() {
                    return Err(Abort::TableAccess);
                }
                self.guard_lacks(shape, Metamethod::NewIndex)?;
                self.set_str_by_helper(table, key, value)
            }
            world::Own::Absent => {
                if new_index.is_some() {
                    return self.new_index(table, shape, new_index, key, value, actual_value);
                }
                self.guard_lacks(shape, Metamethod::NewIndex)?;
                self.add_field(table, shape, key, value, actual_value)
            }
        }
    }

    /// Stores a field that tables of a shape do not have.
    pub(super) fn add_field(
        &mut self,
        table: Value,
        shape: ShapeId,
        key: Raw,
        value: Val,
        actual_value: Raw,
    ) -> Result<(), Abort> {
        if actual_value.is_nil() {
            // Nothing is added; the value has to be nil each time.
            self.typed(value, actual_value);
            return Ok(());
        }
        match world::with_key(self.vm(), shape, key) {
            Some((next, slot)) => {
                self.not_nil(value, actual_value);
                let (from, to) = (self.shape(shape), self.shape(next));
                self.at().set_shape(table, from, to);
                self.store_slot(table, next, slot, value);
                Ok(())
            }
            None => self.set_str_by_helper(table, key, value),
        }
    }

    /// Makes sure that a stored value goes on not being nil.
    pub(super) fn not_nil(&mut self, value: Val, actual: Raw) {
        if matches!(value, Val::Any(_)) && !actual.is_nil() {
            let boxed = self.any(value);
            let snap = self.snapshot();
            self.at().guard_not_nil(boxed, snap);
        }
    }

    pub(super) fn new_index(
        &mut self,
        table: Value,
        shape: ShapeId,
        event: Option<Raw>,
        key: Raw,
        value: Val,
        actual_value: Raw,
    ) -> Result<(), Abort> {
        let event = event.ok_or(Abort::TableAccess)?;
        if event.tag() == RtTag::Table {
            let next = self.next_in_chain(shape, event)?;
            return self.set_by_string(next, event, key, value, actual_value);
        }
        let handler = self.metamethod_value(shape, Metamethod::NewIndex, event)?;
        let key = self.constant_value(key);
        self.call_metamethod(handler, &[Val::Ref(table, Tag::Table), key, value])
    }

    /// The table that stands in `__newindex` and takes the store over.
    pub(super) fn next_in_chain(&mut self, shape: ShapeId, event: Raw) -> Result<Value, Abort> {
        self.chain += 1;
        if self.chain > MAX_INDEX_CHAIN {
            return Err(Abort::TableAccess);
        }
        let (handler, _) = self.metamethod_value(shape, Metamethod::NewIndex, event)?;
        self.reference(handler, event, Tag::Table)
    }

    fn store_slot(&mut self, table: Value, shape: ShapeId, slot: usize, value: Val) {
        let shape = self.shape(shape);
        let value = self.any(value);
        self.at().slot_store(table, shape, slot as u32, value);
        self.at().barrier(table, value);
    }

    fn set_str_by_helper(&mut self, table: Value, key: Raw, value: Val) -> Result<(), Abort> {
        let Val::Ref(name, _) = self.constant_value(key) else { return Err(Abort::TableAccess) };
        let value = self.any(value);
        self.at().call(Helper::TableSetStr, &[table, name, value], None);
        Ok(())
    }

    /// `R[a]` = a new table of site `T[d]`.
    pub(super) fn new_table(&mut self, a: i32, d: usize) -> Result<(), Abort> {
        let (shape, array) = world::site(self.proto(), d);
        let shape = self.shape(shape);
        let table = self.at().new_table(shape, array.min(world::MAX_INLINE_ARRAY));
        self.set(a, Val::Ref(table, Tag::Table));
        Ok(())
    }

    /// `R[a]` = a new table with the keys of site `T[d]` and the values from `R[b]` on.
    pub(super) fn new_record(&mut self, a: i32, b: i32, c: i32, d: usize) -> Result<(), Abort> {
        let (id, _) = world::site(self.proto(), d);
        let keys = world::shape_keys(self.vm(), id);
        if keys.len() != c as usize {
            return Err(Abort::TableAccess);
        }
        let prefix = world::inline_prefix(self.vm(), id);
        let shape = self.shape(prefix);
        let inline = self.graph[shape].keys.len();
        let table = self.at().new_table(shape, 0);
        for (slot, r) in (b..b + c).enumerate() {
            let value = self.get(r);
            if slot < inline {
                let value = self.any(value);
                self.at().slot_store(table, shape, slot as u32, value);
                self.at().barrier(table, value);
            } else {
                self.set_str_by_helper(table, keys[slot], value)?;
            }
        }
        self.set(a, Val::Ref(table, Tag::Table));
        Ok(())
    }

    /// `R[a]` = a new table with the elements from `R[b]` on.
    pub(super) fn new_array(&mut self, a: i32, b: i32, c: i32, d: usize) -> Result<(), Abort> {
        let (shape, _) = world::site(self.proto(), d);
        for r in b..b + c {
            if self.actual(r).is_nil() {
                return Err(Abort::TableAccess);
            }
            let (value, actual) = (self.get(r), self.actual(r));
            self.not_nil(value, actual);
        }
        let shape = self.shape(shape);
        let table = self.at().new_table(shape, c as u32);
        for r in b..b + c {
            let value = self.get(r);
            self.append_element(table, value);
        }
        self.set(a, Val::Ref(table, Tag::Table));
        Ok(())
    }

    /// `R[a][d+i] = R[a+i]`.
    pub(super) fn set_list(&mut self, a: i32, b: i32, d: usize) -> Result<(), Abort> {
        let count = if b > 0 { b } else { self.take_open(a + 1)? };
        let (object, actual) = (self.get(a), self.actual(a));
        let table = self.reference(object, actual, Tag::Table)?;
        for i in 1..=count {
            let (value, actual_value) = (self.get(a + i), self.actual(a + i));
            if i64::from(world::array_len(actual)) != d as i64 || actual_value.is_nil() {
                return Err(Abort::TableAccess);
            }
            self.not_nil(value, actual_value);
        }
        for i in 1..=count {
            let value = self.get(a + i);
            self.append_element(table, value);
        }
        Ok(())
    }
}
