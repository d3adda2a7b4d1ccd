//! Reading and writing by key, with metamethods, and the making of tables: the slow paths of the table operations.
//!
//! A chain of `__index` or `__newindex` tables is followed here without calls; a function in it gets a frame, and the
//! instruction is finished when that returns. What a field access finds is put into the instruction's cache.

use super::access;
use super::dispatch::Flow;
use super::machine::Machine;
use super::message;
use super::meta;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::object::layout::{Str, Table};
use crate::object::metamethod::Metamethod;
use crate::object::table::cache::{
    FieldRead, FieldWrite, MAX_META_LOOP, read_field, read_index, write_field, write_index,
};
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

/// What a chain of reads ends in.
pub(crate) enum Found {
    /// A value.
    Value(Raw),
    /// A function to be called with this object and the key.
    Call(Raw, Raw),
}

/// What a chain of writes ends in.
pub(crate) enum Stored {
    /// The value has been stored.
    Done,
    /// A function to be called with this object, the key and the value.
    Call(Raw, Raw),
}

fn is_function(value: Raw) -> bool {
    matches!(value.tag(), Tag::Closure | Tag::Native)
}

/// Follows a read of `object[key]` to its end.
pub(crate) fn find(vm: &mut Vm, mut object: Raw, key: Raw) -> Result<Found, Raise> {
    for _ in 0..MAX_META_LOOP {
        let cx = vm.cx();
        let handler = match object.as_gc::<Table>() {
            Some(table) => match read_index(cx, table, key) {
                FieldRead::Value(value) => return Ok(Found::Value(value.raw())),
                FieldRead::Handler { object: table, handler } => {
                    object = table.value().raw();
                    handler.raw()
                }
                FieldRead::Loop => break,
            },
            None => match cx.metamethod(object, Metamethod::Index) {
                None => return Err(message::index(vm, object, key)),
                Some(handler) => handler.raw(),
            },
        };
        if is_function(handler) {
            return Ok(Found::Call(handler, object));
        }
        object = handler;
    }
    Err(vm.runtime_error("'__index' chain too long; possible loop"))
}

/// Follows a write of `object[key] = value` to its end.
pub(crate) fn store(vm: &mut Vm, mut object: Raw, key: Raw, value: Raw) -> Result<Stored, Raise> {
    for _ in 0..MAX_META_LOOP {
        let cx = vm.cx();
        let handler = match object.as_gc::<Table>() {
            Some(table) => match write_index(cx, table, key, value)? {
                FieldWrite::Done => return Ok(Stored::Done),
                FieldWrite::Handler { object: table, handler } => {
                    object = table.value().raw();
                    handler.raw()
                }
                FieldWrite::Loop => break,
            },
            None => match cx.metamethod(object, Metamethod::NewIndex) {
                None => return Err(message::index(vm, object, key)),
                Some(handler) => handler.raw(),
            },
        };
        if is_function(handler) {
            return Ok(Stored::Call(handler, object));
        }
        object = handler;
    }
    Err(vm.runtime_error("'__newindex' chain too long; possible loop"))
}

/// `R[a] = object[key]`
pub(crate) fn get(vm: &mut Vm, inst: Inst, object: Raw, key: Raw) -> Result<Flow, Raise> {
    match find(vm, object, key)? {
        Found::Value(value) => {
            vm.machine().set(inst.a(), value);
            Ok(Flow::Next)
        }
        Found::Call(function, object) => meta::call(vm, function, &[object, key], 0),
    }
}

/// `object[key] = value`
pub(crate) fn set(vm: &mut Vm, _inst: Inst, object: Raw, key: Raw, value: Raw) -> Result<Flow, Raise> {
    match store(vm, object, key, value)? {
        Stored::Done => Ok(Flow::Next),
        Stored::Call(function, object) => meta::call(vm, function, &[object, key, value], 0),
    }
}

/// `R[a] = object[key of F[d]]`
pub(crate) fn get_field(vm: &mut Vm, inst: Inst, object: Raw) -> Result<Flow, Raise> {
    let field = vm.machine().field(inst.d());
    // SAFETY: a cache of the running prototype; nobody else refers to it while this function runs.
    let field = unsafe { &mut *field };
    let key: Raw = field.key.value();
    let Some(table) = object.as_gc::<Table>() else { return get(vm, inst, object, key) };
    match read_field(vm.cx(), table, field) {
        FieldRead::Value(value) => {
            let value = value.raw();
            vm.machine().set(inst.a(), value);
            Ok(Flow::Next)
        }
        FieldRead::Handler { object: table, handler } => {
            let (object, handler) = (table.value().raw(), handler.raw());
            if is_function(handler) {
                return meta::call(vm, handler, &[object, key], 0);
            }
            get(vm, inst, handler, key)
        }
        FieldRead::Loop => Err(vm.runtime_error("'__index' chain too long; possible loop")),
    }
}

/// `object[key of F[d]] = value`
pub(crate) fn set_field(vm: &mut Vm, inst: Inst, object: Raw, value: Raw) -> Result<Flow, Raise> {
    let field = vm.machine().field(inst.d());
    // SAFETY: a cache of the running prototype; nobody else refers to it while this function runs.
    let field = unsafe { &mut *field };
    let key: Raw = field.key.value();
    let Some(table) = object.as_gc::<Table>() else { return set(vm, inst, object, key, value) };
    match write_field(vm.cx(), table, field, value)? {
        FieldWrite::Done => Ok(Flow::Next),
        FieldWrite::Handler { object: table, handler } => {
            let (object, handler) = (table.value().raw(), handler.raw());
            if is_function(handler) {
                return meta::call(vm, handler, &[object, key, value], 0);
            }
            set(vm, inst, handler, key, value)
        }
        FieldWrite::Loop => Err(vm.runtime_error("'__newindex' chain too long; possible loop")),
    }
}

/// The element of a table that has it without help of its metatable, or of a table without metatable.
#[inline(always)]
pub(crate) fn raw_hit(m: Machine, object: Raw, key: Raw) -> Option<Raw> {
    let table = object.as_gc::<Table>()?;
    // SAFETY: the VM lives while the interpreter runs, and nothing in this function collects.
    let vm = unsafe { (*m.cx).vm };
    // SAFETY: as above.
    let cx = unsafe { (*vm).cx() };
    let value = table.get(cx, key).raw();
    if value.is_nil() && !access::is_plain(m, table.as_ptr()) {
        return None;
    }
    Some(value)
}

/// A new empty table of an allocation site.
pub(crate) fn new_table(vm: &mut Vm, site: usize) -> Raw {
    let site = super::array::site(vm.machine(), site);
    // SAFETY: a site of the running prototype.
    let shape = unsafe { (*site).shape };
    // SAFETY: as above.
    let number = unsafe { (*site).number };
    // SAFETY: as above.
    let array = unsafe { (*site).array };
    vm.cx().table_of(shape, number, array as usize).value().raw()
}

/// A new table with the keys of an allocation site and the values of `count` registers from `r` on.
pub(crate) fn new_record(vm: &mut Vm, site: usize, r: usize, count: usize) -> Result<Raw, Raise> {
    let m = vm.machine();
    let site = super::array::site(m, site);
    // SAFETY: a site of the running prototype.
    let site = unsafe { &*site };
    let table = vm.cx().record(site, (r..r + count).map(|r| m.get(r)))?;
    Ok(table.value().raw())
}

/// A new table with the values of `count` registers from `r` on as elements.
pub(crate) fn new_array(vm: &mut Vm, site: usize, r: usize, count: usize) -> Raw {
    let m = vm.machine();
    let site = super::array::site(m, site);
    // SAFETY: a site of the running prototype.
    let shape = unsafe { (*site).shape };
    // SAFETY: as above.
    let number = unsafe { (*site).number };
    // SAFETY: as above.
    let array = unsafe { (*site).array };
    let cx = vm.cx();
    let table = cx.table_of(shape, number, (array as usize).max(count));
    // Elements of a fresh table whose memory has been reserved: nothing is refused.
    let _ = table.set_list(cx, 0, (r..r + count).map(|r| m.get(r)));
    table.value().raw()
}

/// `SetList`
pub(crate) fn set_list(vm: &mut Vm, inst: Inst) -> Result<Flow, Raise> {
    let m = vm.machine();
    let count = if inst.b() != 0 { inst.b() } else { vm.top() - vm.slot_number(m.slot(inst.a() + 1)) };
    let first = inst.d();
    let cx = vm.cx();
    if let Some(table) = m.get(inst.a()).as_gc::<Table>() {
        let registers = inst.a() + 1..inst.a() + 1 + count;
        table.set_list(cx, first, registers.map(|r| m.get(r)))?;
    }
    Ok(Flow::Next)
}

impl Vm {
    /// `object[key]`, metamethods included.
    pub fn index(&mut self, object: Value<'_>, key: Value<'_>) -> Result<Raw, Raise> {
        let (object, key) = (object.raw(), key.raw());
        match find(self, object, key)? {
            Found::Value(value) => Ok(value),
            Found::Call(function, object) => self.call_values(function, &[object, key]),
        }
    }

    /// `object[key] = value`, metamethods included.
    pub fn set_index(&mut self, object: Value<'_>, key: Value<'_>, value: Value<'_>) -> Result<(), Raise> {
        let (object, key, value) = (object.raw(), key.raw(), value.raw());
        match store(self, object, key, value)? {
            Stored::Done => Ok(()),
            Stored::Call(function, object) => self.call_values(function, &[object, key, value]).map(|_| ()),
        }
    }

    /// `#object`, metamethods included, as a value.
    pub fn length(&mut self, object: Value<'_>) -> Result<Raw, Raise> {
        let object = object.raw();
        if let Some(string) = object.as_gc::<Str>() {
            return Ok(Raw::int(string.len() as i64));
        }
        let method = self.cx().metamethod(object, Metamethod::Len).map(|method| method.raw());
        match (method, object.as_gc::<Table>()) {
            (Some(method), _) => self.call_values(method, &[object]),
            (None, Some(table)) => Ok(Raw::int(table.len() as i64)),
            (None, None) => Err(message::length(self, object)),
        }
    }

    /// `left == right`, metamethods included.
    pub fn equals(&mut self, left: Value<'_>, right: Value<'_>) -> Result<bool, Raise> {
        let (left, right) = (left.raw(), right.raw());
        let same = access::raw_equal(left, right);
        if same || left.tag() != right.tag() || !matches!(left.tag(), Tag::Table | Tag::Userdata) {
            return Ok(same);
        }
        let cx = self.cx();
        let method = cx.metamethod(left, Metamethod::Eq).or_else(|| cx.metamethod(right, Metamethod::Eq));
        match method.map(|method| method.raw()) {
            Some(method) => Ok(self.call_values(method, &[left, right])?.is_truthy()),
            None => Ok(false),
        }
    }

    /// `left < right`, metamethods included.
    pub fn less_than(&mut self, left: Value<'_>, right: Value<'_>) -> Result<bool, Raise> {
        self.compare(Metamethod::Lt, left.raw(), right.raw())
    }

    /// `left <= right`, metamethods included.
    pub fn less_equal(&mut self, left: Value<'_>, right: Value<'_>) -> Result<bool, Raise> {
        self.compare(Metamethod::Le, left.raw(), right.raw())
    }

    fn compare(&mut self, event: Metamethod, left: Raw, right: Raw) -> Result<bool, Raise> {
        if let Some(holds) = meta::raw_order(event, left, right) {
            return Ok(holds);
        }
        let cx = self.cx();
        let method = cx.metamethod(left, event).or_else(|| cx.metamethod(right, event));
        match method.map(|method| method.raw()) {
            Some(method) => Ok(self.call_values(method, &[left, right])?.is_truthy()),
            None => Err(message::compare(self, left, right)),
        }
    }

    /// Calls `function` with these values; its first result. The values are protected during the call, the result is not.
    pub fn call_values(&mut self, function: Value<'_>, args: &[Raw]) -> Result<Raw, Raise> {
        let top = super::gc::first_unused(self);
        self.set_top(self.slot_at(top));
        self.ensure(args.len() + 2)?;
        self.push_callee(function);
        for &arg in args {
            self.push(arg);
        }
        self.call(args.len(), Some(1))?;
        Ok(self.pop())
    }
}
