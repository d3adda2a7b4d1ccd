//! Questions to the runtime about live objects: everything that the recorder asks goes through here.
//!
//! This file owns the recorder's unsafe reads: registers and instructions of frames that the interpreter is showing, and
//! prototypes and tables that its values refer to. All of them are alive while an instruction is being recorded, because
//! nothing collects in between.

use moonset_ir::ShapeInfo;
use moonset_runtime::bytecode::liveness::RegSet;
use moonset_runtime::bytecode::{Inst, Op};
use moonset_runtime::native::{Builtin, NativeCode};
use moonset_runtime::object::layout::{Closure, Native, ShapeId, Str, Table};
use moonset_runtime::object::metamethod::Metamethod;
use moonset_runtime::object::proto::{HotSite, Proto};
use moonset_runtime::object::{Gc, RawGc};
use moonset_runtime::value::{Raw, Tag as RtTag};
use moonset_runtime::vm::Vm;

use crate::abort::Abort;

/// Array elements that a table gets room for when it is made in machine code.
pub(super) const MAX_INLINE_ARRAY: u32 = 16;

/// Where a table has a string key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// In this slot.
    Slot(usize),
    /// Nowhere.
    Absent,
    /// In the hash part, or nowhere.
    Dictionary,
}

// ---- frames and code

fn proto_ref(proto: &RawGc<Proto>) -> &Proto {
    // SAFETY: prototypes are pinned, and those that are being recorded are alive.
    unsafe { &*proto.as_ptr() }
}

/// Index of an instruction in its prototype.
pub(super) fn pc_index(proto: RawGc<Proto>, pc: *const Inst) -> u32 {
    let offset = pc.addr() - proto_ref(&proto).code.addr();
    (offset / size_of::<Inst>()) as u32
}

/// The instruction at an index.
pub(crate) fn instruction(proto: RawGc<Proto>, index: u32) -> Inst {
    let proto = proto_ref(&proto);
    assert!((index as usize) < proto.unlinked.code.len());
    // SAFETY: in bounds; linking keeps the number of instructions.
    unsafe { *proto.code.wrapping_add(index as usize) }
}

/// Chunk name and line of an instruction.
pub(super) fn line(proto: RawGc<Proto>, index: u32) -> (String, u32) {
    let proto = proto_ref(&proto);
    let source = moonset_runtime::syntax::chunk_id(&proto.source);
    (String::from_utf8_lossy(&source).into_owned(), proto.lines.get(index as usize).copied().unwrap_or(0))
}

/// The line in which a function begins; 0: it is a main chunk.
pub(super) fn line_defined(proto: RawGc<Proto>) -> u32 {
    proto_ref(&proto).line_defined
}

/// The instruction before a return address, in its plain form.
pub(super) fn instruction_before(proto: RawGc<Proto>, return_pc: u32) -> Inst {
    let inst = instruction(proto, return_pc - 1);
    if inst.op() == Op::JitEnter { replaced(proto, inst) } else { inst }
}

/// The first register that belongs to the callee of the call that returns to `return_pc`.
pub(super) fn call_register(proto: RawGc<Proto>, return_pc: u32) -> i32 {
    let inst = instruction_before(proto, return_pc);
    match inst.op() {
        Op::Call => inst.a() as i32,
        Op::TForCall => inst.a() as i32 + 4,
        _ => i32::from(frame_size(proto)),
    }
}

/// The instruction that `JitEnter` replaced.
pub(super) fn replaced(proto: RawGc<Proto>, inst: Inst) -> Inst {
    // SAFETY: site operands lie in the prototype's table.
    let site = unsafe { proto_ref(&proto).sites.add(inst.bc()) };
    // SAFETY: as above.
    unsafe { (*site).replaced }
}

/// The hot site of a loop instruction.
pub(super) fn hot_site(proto: RawGc<Proto>, inst: Inst) -> *mut HotSite {
    // SAFETY: site operands lie in the prototype's table.
    unsafe { proto_ref(&proto).sites.add(inst.bc()) }
}

/// Whether the hot site of a loop instruction has machine code.
pub(super) fn has_code(proto: RawGc<Proto>, inst: Inst) -> bool {
    // SAFETY: a site of a live prototype.
    unsafe { !(*hot_site(proto, inst)).entry.is_null() }
}

/// Whether the machine code of a site is for frames without pending variables only.
pub(super) fn wants_unclosed(site: *mut HotSite) -> bool {
    // SAFETY: a site of a live prototype.
    unsafe { (*site).unclosed }
}

/// Has a function's next calls make it hot, unless it has machine code or is left alone.
pub(super) fn announce_hot(proto: RawGc<Proto>) {
    let address = proto.as_ptr();
    // SAFETY: prototypes that are being recorded are alive.
    let counter = unsafe { &mut (*address).call_counter };
    if !has_entry(proto) && *counter < u32::MAX {
        *counter = (*counter).min(2);
    }
}

/// Failed attempts to compile a site.
pub(super) fn failures(site: *mut HotSite) -> u32 {
    // SAFETY: a site of a live prototype.
    unsafe { (*site).failures }
}

/// The number of the tree that belongs to a site with machine code.
pub(super) fn tree_of(site: *mut HotSite) -> u32 {
    // SAFETY: a site of a live prototype.
    unsafe { (*site).trace }
}

/// Whether a function has machine code of its own.
pub(super) fn has_entry(proto: RawGc<Proto>) -> bool {
    let proto = proto_ref(&proto);
    let site = proto.sites.wrapping_add(usize::from(proto.unlinked.hot_sites));
    // SAFETY: the last site is the function's entry.
    unsafe { !(*site).entry.is_null() }
}

/// The number of the tree whose machine code an instruction enters.
pub(super) fn tree_entered_by(proto: RawGc<Proto>, pc: *const Inst) -> Option<u32> {
    let inst = instruction(proto, pc_index(proto, pc));
    if !matches!(inst.op(), Op::JitForLoop | Op::JitJmpBack | Op::JitTForLoop | Op::JitEnter) {
        return None;
    }
    // SAFETY: site operands lie in the prototype's table.
    let site = unsafe { proto_ref(&proto).sites.add(inst.bc()) };
    // SAFETY: as above.
    Some(unsafe { (*site).trace })
}

/// The live registers before an instruction.
pub(super) fn live_registers(proto: RawGc<Proto>, pc: u32) -> RegSet {
    proto.live_before(pc as usize)
}

/// The live registers while an instruction is under way.
pub(super) fn live_during(proto: RawGc<Proto>, pc: u32) -> RegSet {
    proto.live_during(pc as usize)
}

/// Whether the frame at `base` has pending variables to be closed.
pub(super) fn has_pending(vm: &mut Vm, base: *mut Raw) -> bool {
    vm.has_pending(base)
}

/// A register of a frame that the interpreter is showing.
pub(super) fn stack_value(base: *mut Raw, register: i32) -> Raw {
    // SAFETY: a slot of the VM stack: frames have their whole size reserved, and `-2` is the function.
    unsafe { Raw::read(base.wrapping_offset(register as isize)) }
}

/// Contents of an upvalue of the function that runs in the frame at `base`.
pub(super) fn upvalue(base: *mut Raw, index: i32) -> Raw {
    let closure: Gc<'_, Closure> = stack_value(base, -2).as_gc().expect("a Lua frame has a closure");
    closure.cell(index as usize).get().raw()
}

/// A constant.
pub(super) fn constant(proto: RawGc<Proto>, index: usize) -> Raw {
    // SAFETY: constant operands lie in the prototype's table.
    let slot = unsafe { proto_ref(&proto).constants.add(index) };
    // SAFETY: as above.
    unsafe { Raw::read(slot) }
}

/// The key of a field cache.
pub(super) fn field_key(proto: RawGc<Proto>, index: usize) -> Raw {
    // SAFETY: cache operands lie in the prototype's table.
    let cache = unsafe { proto_ref(&proto).fields.add(index) };
    // SAFETY: as above.
    let key = unsafe { (*cache).key };
    key.value()
}

/// Slots of a function's frame.
pub(super) fn frame_size(proto: RawGc<Proto>) -> u8 {
    proto_ref(&proto).frame_size
}

/// Fixed parameters.
pub(super) fn num_params(proto: RawGc<Proto>) -> u8 {
    proto_ref(&proto).num_params
}

/// Whether a function takes extra arguments.
pub(super) fn is_vararg(proto: RawGc<Proto>) -> bool {
    proto_ref(&proto).is_vararg
}

/// An inner prototype, and where its upvalues come from: a register of the enclosing function, or an upvalue of it.
pub(super) fn child(proto: RawGc<Proto>, index: usize) -> (RawGc<Proto>, Vec<(bool, i32)>) {
    let child = proto_ref(&proto).children[index];
    let upvalues = &proto_ref(&child).upvalues;
    (child, upvalues.iter().map(|desc| (desc.from_parent_register, i32::from(desc.index))).collect())
}

/// Shape and array capacity of the tables that an allocation site makes.
pub(super) fn site(proto: RawGc<Proto>, index: usize) -> (ShapeId, u32) {
    // SAFETY: site operands lie in the prototype's table.
    let site = unsafe { proto_ref(&proto).tables.add(index) };
    // SAFETY: as above.
    let shape = unsafe { (*site).shape };
    // SAFETY: as above.
    (shape, unsafe { (*site).array })
}

/// The prototype of a Lua function.
pub(super) fn proto_of(function: Raw) -> RawGc<Proto> {
    let closure: Gc<'_, Closure> = function.as_gc().expect("a Lua function");
    closure.proto().raw()
}

// ---- tables and shapes

fn table(value: Raw) -> Gc<'static, Table> {
    value.as_gc().expect("a table")
}

fn string(value: Raw) -> Gc<'static, Str> {
    value.as_gc().expect("a string")
}

/// The shape of a table.
pub(super) fn shape_of(value: Raw) -> ShapeId {
    table(value).shape()
}

/// Elements in the array part of a table.
pub(super) fn array_len(value: Raw) -> u32 {
    match value.as_gc::<Table>() {
        Some(table) => table.len() as u32,
        None => 0,
    }
}

/// Whether allocations are to be counted, made or not.
pub(super) fn heap_is_observed(vm: &Vm) -> bool {
    vm.heap_is_observed()
}

/// What the graph has to know of a shape.
pub(super) fn shape_info(vm: &mut Vm, id: ShapeId) -> ShapeInfo {
    let shapes = vm.shapes();
    let shape = shapes.shape(id);
    let (inline_cap, slots) = (u32::from(shape.inline_cap), shape.slots as usize);
    let keys = (0..slots).map(|slot| String::from_utf8_lossy(shapes.key(id, slot).bytes()).into_owned()).collect();
    let has_finalizer = metamethod_of_shape(vm, id, Metamethod::Gc).is_some();
    let has_metatable = metatable(vm, id).is_some();
    ShapeInfo { id: id.0, inline_cap, keys, objects: Vec::new(), has_metatable, has_finalizer }
}

/// The keys of a shape's slots.
pub(super) fn shape_keys(vm: &mut Vm, id: ShapeId) -> Vec<Raw> {
    let shapes = vm.shapes();
    (0..shapes.shape(id).slots as usize).map(|slot| shapes.key(id, slot).value()).collect()
}

/// The shape with as many keys of a shape as new tables have room for.
pub(super) fn inline_prefix(vm: &mut Vm, id: ShapeId) -> ShapeId {
    let shapes = vm.shapes();
    shapes.prefix(id, usize::from(shapes.shape(id).inline_cap))
}

/// Whether tables of a shape keep all named fields in the hash part.
pub(super) fn is_dictionary(vm: &mut Vm, id: ShapeId) -> bool {
    vm.shapes().shape(id).dictionary
}

/// The metatable that a shape names.
pub(super) fn metatable(vm: &mut Vm, id: ShapeId) -> Option<Raw> {
    vm.shapes().shape(id).metatable().map(|table| table.value())
}

/// A metamethod of the tables of a shape.
pub(super) fn metamethod_of_shape(vm: &mut Vm, id: ShapeId, event: Metamethod) -> Option<Raw> {
    let metatable = table(metatable(vm, id)?);
    let cx = vm.cx();
    let found = metatable.get_interned(cx, cx.name(event));
    (!found.is_nil()).then(|| found.raw())
}

/// The name of a metamethod as a string.
pub(super) fn metamethod_name(vm: &mut Vm, event: Metamethod) -> Raw {
    vm.cx().name(event).value().raw()
}

/// Where tables of a shape have an interned key.
pub(super) fn own_field(vm: &mut Vm, id: ShapeId, key: Raw) -> Own {
    let shapes = vm.shapes();
    if shapes.shape(id).dictionary {
        return Own::Dictionary;
    }
    match shapes.slot(id, string(key)) {
        Some(slot) => Own::Slot(slot),
        None => Own::Absent,
    }
}

/// The value in a slot of a table.
pub(super) fn slot_value(vm: &mut Vm, value: Raw, slot: usize) -> Raw {
    let table = table(value);
    let key = vm.shapes().key(table.shape(), slot);
    table.get_interned(vm.cx(), key).raw()
}

/// `table[key]` without metamethods.
pub(super) fn raw_get(vm: &mut Vm, value: Raw, key: Raw) -> Raw {
    table(value).get(vm.cx(), key).raw()
}

/// The shape after a key is added, and its slot, if the new field is inline.
pub(super) fn with_key(vm: &mut Vm, id: ShapeId, key: Raw) -> Option<(ShapeId, usize)> {
    let next = vm.shape_with_key(id, string(key))?;
    let shape = vm.shapes().shape(next);
    let slot = shape.slots as usize - 1;
    (slot < shape.inline_cap as usize).then_some((next, slot))
}

/// The shape after `setmetatable`. `None` if such tables must be known to the collector, or are weak.
pub(super) fn with_metatable(vm: &mut Vm, id: ShapeId, metatable: Raw) -> Option<ShapeId> {
    vm.shape_with_metatable(id, metatable.as_gc())
}

/// Whether a table is some table's metatable, so that the names of metamethods matter in it.
pub(super) fn serves_as_metatable(value: Raw) -> bool {
    table(value).is_metatable()
}

/// The metatable of all values of a type that is neither table nor full userdata.
pub(super) fn basic_metatable(vm: &mut Vm, value: Raw) -> Option<Raw> {
    debug_assert!(!matches!(value.tag(), RtTag::Table | RtTag::Userdata));
    vm.cx().metatable(value).map(|table| table.value().raw())
}

/// The metatable of strings and its `__index`, if that is a table.
pub(super) fn string_index(vm: &mut Vm) -> Option<(Raw, Raw)> {
    let cx = vm.cx();
    let metatable = cx.string_metatable()?;
    let index = metatable.get_interned(cx, cx.name(Metamethod::Index));
    (index.tag() == RtTag::Table).then(|| (metatable.value().raw(), index.raw()))
}

/// Whether a traversal goes on after a key.
pub(super) fn next_exists(vm: &mut Vm, value: Raw, key: Raw) -> Result<bool, Abort> {
    let cx = vm.cx();
    let position = table(value).position_after(cx, key).ok_or(Abort::Error)?;
    Ok(table(value).entry_from(cx, position).is_some())
}

// ---- strings and numbers

/// An interned string.
pub(super) fn interned(vm: &mut Vm, text: &[u8]) -> Raw {
    vm.cx().intern(text).value().raw()
}

/// Whether a string is interned.
pub(super) fn is_interned(value: Raw) -> bool {
    string(value).is_interned()
}

/// Whether a string names a metamethod.
pub(super) fn is_metamethod_name(value: Raw) -> bool {
    string(value).bytes().starts_with(b"__")
}

/// Length of a string.
pub(super) fn string_len(value: Raw) -> i64 {
    string(value).len() as i64
}

/// Whether a string is `#`.
pub(super) fn is_hash_sign(value: Raw) -> bool {
    string(value).bytes() == b"#"
}

/// `x == y` of two strings.
pub(super) fn strings_equal(x: Raw, y: Raw) -> bool {
    string(x).bytes() == string(y).bytes()
}

/// A number as a float.
pub(super) fn as_float(value: Raw) -> Option<f64> {
    match value.tag() {
        RtTag::Int => Some(value.bits() as i64 as f64),
        RtTag::Float => Some(f64::from_bits(value.bits())),
        _ => None,
    }
}

/// `x == y` of two numbers.
pub(super) fn numbers_equal(x: Raw, y: Raw) -> bool {
    moonset_runtime::number::number_eq(number(x), number(y))
}

/// `x <= y` or `x < y` of two numbers or two strings.
pub(super) fn order_holds(le: bool, x: Raw, y: Raw) -> bool {
    if x.tag() == RtTag::Str {
        let (x, y) = (string(x).bytes(), string(y).bytes());
        return if le { x <= y } else { x < y };
    }
    let (x, y) = (number(x), number(y));
    if le { moonset_runtime::number::number_le(x, y) } else { moonset_runtime::number::number_lt(x, y) }
}

fn number(value: Raw) -> moonset_runtime::number::Number {
    use moonset_runtime::number::Number;
    match value.tag() {
        RtTag::Int => Number::Int(value.bits() as i64),
        _ => Number::Float(f64::from_bits(value.bits())),
    }
}

// ---- native functions

fn native(value: Raw) -> Gc<'static, Native> {
    value.as_gc().expect("a native function")
}

/// Whether a value is a table without a metatable.
pub(super) fn is_plain_table(vm: *mut Vm, value: Raw) -> bool {
    // SAFETY: the VM that is being recorded, which nothing else uses meanwhile.
    let vm = unsafe { &mut *vm };
    value.as_gc::<Table>().is_some_and(|table| table.metatable(vm.cx()).is_none())
}

/// Whether a value has no `__tostring`.
pub(super) fn has_plain_text(vm: *mut Vm, value: Raw) -> bool {
    // SAFETY: the VM that is being recorded, which nothing else uses meanwhile.
    let vm = unsafe { &mut *vm };
    vm.cx().metamethod(value, Metamethod::ToString).is_none()
}

/// The operation of the instruction that is being shown.
pub(super) fn op_at(pc: *const Inst) -> Op {
    // SAFETY: the interpreter shows instructions of live prototypes.
    unsafe { *pc }.op()
}

/// The metatable of a full userdata and its `__index`, if that is a table.
pub(super) fn userdata_index(vm: &mut Vm, value: Raw) -> Option<(Raw, Raw)> {
    let cx = vm.cx();
    let metatable = cx.metatable(value)?;
    let index = metatable.get_interned(cx, cx.name(Metamethod::Index));
    (index.tag() == RtTag::Table).then(|| (metatable.value().raw(), index.raw()))
}

/// The number that a string or a number stands for.
pub(super) fn as_number(value: Raw) -> Option<Raw> {
    use moonset_runtime::number::{Number, parse_number};
    match value.tag() {
        RtTag::Int | RtTag::Float => Some(value),
        RtTag::Str => parse_number(string(value).bytes()).map(|number| match number {
            Number::Int(int) => Raw::int(int),
            Number::Float(float) => Raw::float(float),
        }),
        _ => None,
    }
}

/// The end of the open list that the last instruction has left.
pub(super) fn top(vm: *mut Vm) -> *mut Raw {
    // SAFETY: the VM that is being recorded.
    let context = unsafe { (*vm).context() };
    // SAFETY: live as long as the VM.
    unsafe { (*context).top }
}

/// The address of a native function's definition: what it does, whatever values of its own it has.
pub(super) fn native_definition(value: Raw) -> i64 {
    (&raw const *native(value).def()).addr() as i64
}

/// Which builtin a native function is, if it is one.
pub(super) fn builtin(value: Raw) -> Option<Builtin> {
    match native(value).def().code {
        NativeCode::Builtin(builtin) => Some(builtin),
        _ => None,
    }
}

/// Whether a native function ends with a call of Lua that the interpreter makes.
pub(super) fn calls_at_the_end(value: Raw) -> bool {
    matches!(native(value).def().code, NativeCode::Calling(_))
}

/// Whether a native function does what no path should go on behind: it may change the variables of its callers, or tell how much has been
/// allocated (loops that wait for the memory in use to grow must go on allocating), or make code that is another each time.
pub(super) fn stops_paths(value: Raw) -> bool {
    let name = native_name(value);
    matches!(name, "collectgarbage" | "load" | "loadfile" | "require")
        || name.starts_with("debug.") && !matches!(name, "debug.traceback" | "debug.getinfo")
}

/// The qualified name of a function of the standard library; of another native function nothing.
pub(super) fn native_name(value: Raw) -> &'static str {
    let def = native(value).def();
    if def.standard { def.name } else { "" }
}

/// Whether a native function is the one that the library has put under this name of a metamethod into the metatable of strings.
pub(super) fn is_arithmetic_of_strings(function: Raw, name: Raw) -> bool {
    native_name(function).as_bytes() == string(name).bytes()
}

/// The first value that a native function has of its own.
pub(super) fn native_value(function: Raw) -> Option<Raw> {
    let function = native(function);
    (function.num_values() > 0).then(|| function.get(0).raw())
}
