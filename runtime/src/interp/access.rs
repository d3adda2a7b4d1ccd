//! Cells, numbers, lengths and extra arguments: the small accesses of operation bodies.
//!
//! Everything here is safe to call with what a [`Machine`] hands out: cells of the running closure, cells in registers that
//! the compiler knows to hold one, values of live registers. No safepoint lies between reading such a value and using it.

use super::machine::{FLOAT, INT, Machine};
use crate::context::VmContext;
use crate::heap::header::flags;
use crate::number::{self, Number};
use crate::object::Kind;
use crate::object::layout::{CLOSURE_CELLS, Cell, Str, Table};
use crate::value::{FIRST_POINTER, Raw, Tag, Value};
use crate::vm::Vm;

/// The payload of a value as the address of a `T`.
#[inline(always)]
pub(crate) fn address<T>(value: Raw) -> *mut T {
    std::ptr::with_exposed_provenance_mut(value.bits() as usize)
}

/// The cell of an upvalue of the running closure.
#[inline(always)]
pub(crate) fn upvalue(m: Machine, index: usize) -> *mut Cell {
    let cells = m.closure().wrapping_byte_add(CLOSURE_CELLS).cast::<*mut Cell>();
    // SAFETY: upvalue operands are below the closure's number of cells (invariant of `Machine`).
    unsafe { *cells.wrapping_add(index) }
}

/// The cell in a register.
#[inline(always)]
pub(crate) fn cell_in(m: Machine, r: usize) -> *mut Cell {
    debug_assert_eq!(m.tag(r), Tag::Cell as u8);
    address(m.get(r))
}

/// The value of a cell.
#[inline(always)]
pub(crate) fn load_cell(cell: *mut Cell) -> Raw {
    // SAFETY: a live cell (see the head of the file).
    let bits = unsafe { (*cell).bits };
    // SAFETY: as above.
    let tag = unsafe { (*cell).tag };
    Value::from_parts(bits, tag)
}

/// Whether a store of `value` into the object with this header has to go through the barrier first.
#[inline(always)]
pub(crate) fn needs_barrier<T>(object: *mut T, value: Raw) -> bool {
    if value.tag_byte() < FIRST_POINTER {
        return false;
    }
    // SAFETY: a live object, whose flags are the second byte.
    let bits = unsafe { *object.cast::<u8>().wrapping_add(std::mem::offset_of!(crate::heap::header::Header, flags)) };
    bits & flags::BARRIER != 0
}

/// Stores into a cell, unless the barrier has to act: then nothing happens and the answer is false.
#[inline(always)]
pub(crate) fn store_cell(cell: *mut Cell, value: Raw) -> bool {
    if needs_barrier(cell, value) {
        return false;
    }
    // SAFETY: a live cell.
    unsafe { (*cell).bits = value.bits() };
    // SAFETY: a live cell.
    unsafe { (*cell).tag = value.tag_byte() };
    true
}

/// Stores into a cell.
pub(crate) fn store_cell_slow(vm: &mut Vm, cell: *mut Cell, value: Raw) {
    let cell = std::ptr::NonNull::new(cell).expect("a cell is not null");
    // SAFETY: a live cell, and no safepoint comes before the store.
    let cell = unsafe { crate::object::Gc::<Cell>::from_non_null(cell) };
    cell.set(vm.cx(), value);
}

/// A new cell in the bump window, if there is room.
#[inline(always)]
pub(crate) fn bump_cell(m: Machine, value: Raw) -> Option<u64> {
    let address = bump(m, size_of::<Cell>())?;
    let cell = std::ptr::with_exposed_provenance_mut::<Cell>(address);
    // SAFETY: memory that was just taken from the window. The other header fields of a new object are 0.
    unsafe { cell.cast::<u64>().write(Kind::Cell as u64) };
    // SAFETY: as above.
    unsafe { (*cell).bits = value.bits() };
    // SAFETY: as above.
    unsafe { (*cell).tag = value.tag_byte() };
    Some(address as u64)
}

/// Takes `size` bytes (a multiple of 8) from the bump window.
#[inline(always)]
pub(crate) fn bump(m: Machine, size: usize) -> Option<usize> {
    // SAFETY: the context is live while the interpreter runs.
    let mutator = unsafe { &mut (*m.cx).mutator };
    let address = mutator.cursor;
    if size > mutator.limit - address {
        return None;
    }
    mutator.cursor = address + size;
    Some(address)
}

/// A value as a number, without conversion of strings.
#[inline(always)]
pub(crate) fn number(value: Raw) -> Option<Number> {
    match value.tag_byte() {
        INT => Some(Number::Int(value.bits() as i64)),
        FLOAT => Some(Number::Float(f64::from_bits(value.bits()))),
        _ => None,
    }
}

/// A number as a float.
#[inline(always)]
pub(crate) fn float(value: Raw) -> Option<f64> {
    match value.tag_byte() {
        FLOAT => Some(f64::from_bits(value.bits())),
        INT => Some(value.bits() as i64 as f64),
        _ => None,
    }
}

/// The value of a number.
#[inline(always)]
pub(crate) fn of_number(number: Number) -> Raw {
    match number {
        Number::Int(i) => Value::int(i),
        Number::Float(f) => Value::float(f),
    }
}

/// A number, or a string that reads as one.
pub(crate) fn coerced(value: Raw) -> Option<Number> {
    number(value).or_else(|| number::parse_number(value.as_gc::<Str>()?.bytes()))
}

/// Equality, where it takes no look at an object: `None` if that must be done.
#[inline(always)]
pub(crate) fn quick_equal(left: Raw, right: Raw) -> Option<bool> {
    let (a, b) = (left.tag_byte(), right.tag_byte());
    if a != b {
        // Numbers of two kinds can be equal.
        return if a + b == INT + FLOAT && a.abs_diff(b) == FLOAT - INT { None } else { Some(false) };
    }
    if left.same_bits(right) {
        return if a == FLOAT { None } else { Some(true) };
    }
    match a {
        FLOAT => Some(f64::from_bits(left.bits()) == f64::from_bits(right.bits())),
        _ if a == Tag::Str as u8 || a == Tag::Table as u8 || a == Tag::Userdata as u8 => None,
        _ => Some(false),
    }
}

/// Equality without metamethods.
pub(crate) fn raw_equal(left: Raw, right: Raw) -> bool {
    if let (Some(a), Some(b)) = (number(left), number(right)) {
        return number::number_eq(a, b);
    }
    if let (Some(a), Some(b)) = (left.as_gc::<Str>(), right.as_gc::<Str>()) {
        return a.equals(b);
    }
    left.same_bits(right)
}

/// The shape of a table.
#[inline(always)]
pub(crate) fn shape_number(table: *mut Table) -> usize {
    // SAFETY: a live table.
    unsafe { (*table).shape.0 as usize }
}

/// Whether a table has no metatable.
#[inline(always)]
pub(crate) fn is_plain(m: Machine, table: *mut Table) -> bool {
    // SAFETY: the context is live while the interpreter runs.
    let shapes = unsafe { (*m.cx).shapes };
    // SAFETY: a table's shape is in the table of shapes.
    let shape = unsafe { shapes.add(shape_number(table)) };
    // SAFETY: as above.
    unsafe { (*shape).metatable.is_null() }
}

/// The border of a table without metatable.
#[inline(always)]
pub(crate) fn array_length(m: Machine, value: Raw) -> Option<usize> {
    let table = address::<Table>(value);
    if !is_plain(m, table) {
        return None;
    }
    // SAFETY: a live table.
    Some(unsafe { (*table).array_len as usize })
}

/// The length of a string.
#[inline(always)]
pub(crate) fn string_length(value: Raw) -> usize {
    // SAFETY: a live string.
    unsafe { (*address::<Str>(value)).len as usize }
}

/// Number of extra arguments of the running vararg function.
#[inline(always)]
pub(crate) fn extra_arguments(m: Machine) -> usize {
    // SAFETY: `VarargPrep` put the number three slots below the base.
    let slot = unsafe { m.base.sub(3) };
    // SAFETY: as above.
    unsafe { (*slot).bits() as usize }
}

/// Extra argument `index` of `given`.
#[inline(always)]
pub(crate) fn extra_argument(m: Machine, given: usize, index: usize) -> Raw {
    // SAFETY: `VarargPrep` left the extra arguments below their number.
    let slot = unsafe { m.base.sub(3 + given - index) };
    // SAFETY: as above.
    unsafe { Raw::read(slot) }
}

/// A closure of an inner prototype of the running function.
pub(crate) fn new_closure(vm: &mut Vm, child: usize) -> Raw {
    let m = vm.machine();
    let proto = vm.running_proto(m);
    // SAFETY: a live prototype.
    let inner = unsafe { &(*proto.as_ptr()).children }[child];
    // SAFETY: a live prototype.
    let descriptions = unsafe { &(*inner.as_ptr()).upvalues };
    let cells = descriptions.iter().map(|upvalue| {
        let index = upvalue.index as usize;
        let cell = if upvalue.from_parent_register { cell_in(m, index) } else { self::upvalue(m, index) };
        let cell = std::ptr::NonNull::new(cell).expect("a cell is not null");
        // SAFETY: a live cell, and allocation does not collect.
        unsafe { crate::object::Gc::<Cell>::from_non_null(cell) }
    });
    vm.cx().closure(inner, cells).value().raw()
}

/// A step of a traversal by `next` in a generic `for` with `wanted` variables, whose function is in the slot `frame`; false
/// if the slow path has to report an error.
#[inline(never)]
pub(crate) fn traverse(cx: *mut VmContext, frame: *mut Raw, wanted: usize) -> bool {
    // SAFETY: registers of the running frame.
    let object = unsafe { Raw::read(frame.wrapping_add(1)) };
    // SAFETY: as above.
    let key = unsafe { Raw::read(frame.wrapping_add(2)) };
    let Some(table) = object.as_gc::<Table>() else { return false };
    // SAFETY: the VM lives while the interpreter runs, and nothing in this function collects.
    let vm = unsafe { (*cx).vm };
    // SAFETY: as above.
    let cx = unsafe { (*vm).cx() };
    let Some(position) = table.position_after(cx, key) else { return false };
    match table.entry_from(cx, position) {
        Some((_, key, value)) => deliver_pair(frame, wanted, key.raw(), value.raw()),
        None => deliver_pair(frame, wanted, Raw::NIL, Raw::NIL),
    }
    true
}

/// A step of `ipairs` in a generic `for` with `wanted` variables; false if a metamethod may have to be called.
#[inline(always)]
pub(crate) fn ipairs_step(m: Machine, a: usize, wanted: usize) -> bool {
    let object = m.get(a + 1);
    if m.tag(a + 2) != INT {
        return false;
    }
    let index = m.int(a + 2).wrapping_add(1);
    match super::array::load(object, index) {
        Some(value) => deliver_pair(m.slot(a), wanted, Raw::int(index), value),
        None => return ipairs_end(m.cx, m.slot(a), wanted),
    }
    true
}

/// As [`ipairs_step`], when the value is nil or not in the array part.
#[inline(never)]
fn ipairs_end(cx: *mut VmContext, frame: *mut Raw, wanted: usize) -> bool {
    // SAFETY: registers of the running frame.
    let object = unsafe { Raw::read(frame.wrapping_add(1)) };
    // SAFETY: as above.
    let index = unsafe { Raw::read(frame.wrapping_add(2)) };
    let Some(table) = object.as_gc::<Table>() else { return false };
    // SAFETY: the VM lives while the interpreter runs, and nothing in this function collects.
    let vm = unsafe { (*cx).vm };
    // SAFETY: as above.
    let cx = unsafe { (*vm).cx() };
    let index = (index.bits() as i64).wrapping_add(1);
    let value = table.get_int(index).raw();
    if !value.is_nil() {
        deliver_pair(frame, wanted, Raw::int(index), value);
        return true;
    }
    if table.metatable(cx).is_some() {
        return false;
    }
    deliver_pair(frame, wanted, Raw::NIL, Raw::NIL);
    true
}

/// Sets the variables of a generic `for` whose function is in the slot `frame`.
#[inline(always)]
fn deliver_pair(frame: *mut Raw, wanted: usize, first: Raw, second: Raw) {
    // SAFETY: registers of the running frame.
    unsafe { first.write(frame.wrapping_add(4)) };
    if wanted > 1 {
        // SAFETY: registers of the running frame.
        unsafe { second.write(frame.wrapping_add(5)) };
    }
    for i in 2..wanted {
        // SAFETY: registers of the running frame.
        unsafe { Raw::NIL.write(frame.wrapping_add(4 + i)) };
    }
}
