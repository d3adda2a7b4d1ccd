//! Local variables of running functions, and upvalues.
//!
//! A captured local's register holds its cell: what is shown and set is the cell's content.

use crate::bytecode::Op;
use crate::bytecode::function::LocalInfo;
use crate::cx::Cx;
use crate::interp::coroutine;
use crate::interp::walk::Level;
use crate::native::{CallFrame, NativeResult, Raise};
use crate::object::layout::{Cell, Closure, Native};
use crate::object::proto::Proto;
use crate::value::{Raw, Tag, Value};
use crate::vm::Vm;

use super::super::arg::{Arguments, Given, any, function};
use super::super::register::natives;
use super::{Subject, small_int};

natives! {
    /// `debug.getlocal`
    GETLOCAL = "debug.getlocal", Reentrant(getlocal);
    /// `debug.getupvalue`
    GETUPVALUE = "debug.getupvalue", Reentrant(getupvalue);
    /// `debug.setlocal`
    SETLOCAL = "debug.setlocal", Reentrant(setlocal);
    /// `debug.setupvalue`
    SETUPVALUE = "debug.setupvalue", Reentrant(setupvalue);
    /// `debug.upvalueid`
    UPVALUEID = "debug.upvalueid", Reentrant(upvalueid);
    /// `debug.upvaluejoin`
    UPVALUEJOIN = "debug.upvaluejoin", Reentrant(upvaluejoin);
}

// ---- locals

/// Where a variable of a level is.
enum Place {
    Slot(usize),
    Extra(usize),
}

/// The variable with this number: its name, and where it is.
fn find_local(level: &Level, number: i64) -> Option<(Vec<u8>, Place)> {
    if number < 0 {
        let index = usize::try_from(-1 - number).ok()?;
        return (index < level.extra_arguments()).then(|| (b"(vararg)".to_vec(), Place::Extra(index)));
    }
    let index = usize::try_from(number - 1).ok()?;
    let proto = level.proto();
    if let (Some(proto), Some(pc)) = (proto, level.instruction())
        && let Some(local) = active_locals(proto.get(), pc).nth(index)
    {
        return Some((local.name.to_vec(), Place::Slot(usize::from(local.register))));
    }
    let name = if proto.is_some() { b"(temporary)".as_slice() } else { b"(C temporary)" };
    (index < level.slots()).then(|| (name.to_vec(), Place::Slot(index)))
}

/// The local variables in scope at an instruction, in the order of their declaration. Parameters are before it begins.
fn active_locals(proto: &Proto, pc: usize) -> impl Iterator<Item = &LocalInfo> {
    let parameters = usize::from(proto.num_params);
    let in_scope = move |(index, local): &(usize, &LocalInfo)| {
        let start = if *index < parameters { 0 } else { local.start_pc as usize };
        (start..local.end_pc as usize).contains(&pc)
    };
    proto.locals.iter().enumerate().filter(in_scope).map(|(_, local)| local)
}

/// Whether a variable is the hidden counter of its loop.
fn is_counter(proto: &Proto, register: usize, pc: usize) -> bool {
    let local = active_locals(proto, pc).find(|local| usize::from(local.register) == register);
    let ends_in = local.and_then(|local| proto.unlinked.code.get(local.end_pc as usize));
    ends_in.is_some_and(|inst| inst.op() == Op::ForLoop && inst.a() == register)
}

fn level_error(cx: Cx<'_>, index: usize) -> Raise {
    cx.arg_error(index, "level out of range")
}

fn getlocal(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let number = small_int(vm.cx(), given, subject.first + 1)?;
    let what = given.or_nil(subject.first);
    if super::info::is_function(what) {
        let cx = vm.cx();
        let name = parameter_name(what, number).map_or(Value::NIL, |name| cx.string(name).value());
        return cx.ret1(name);
    }
    let number_of_level = small_int(vm.cx(), given, subject.first)?;
    let Some(level) = subject.level(vm, number_of_level) else { return Err(level_error(vm.cx(), subject.first)) };
    let cx = vm.cx();
    let Some((name, place)) = find_local(&level, number) else { return cx.ret1(Value::NIL) };
    let value = match place {
        Place::Slot(index) => level.get(index),
        Place::Extra(index) => level.read(level.extra_argument(index)),
    };
    let value = value.as_gc::<Cell>().map_or(value, |cell| cell.get().raw());
    cx.push(cx.string(&name).value());
    cx.push(value);
    Ok(2)
}

fn parameter_name(function: Value<'_>, number: i64) -> Option<&[u8]> {
    let proto = function.as_gc::<Closure>()?.proto().get();
    let index = usize::try_from(number - 1).ok().filter(|&index| index < usize::from(proto.num_params))?;
    proto.locals.get(index).map(|local| &local.name[..])
}

fn setlocal(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let number_of_level = small_int(vm.cx(), given, subject.first)?;
    let number = small_int(vm.cx(), given, subject.first + 1)?;
    let Some(level) = subject.level(vm, number_of_level) else { return Err(level_error(vm.cx(), subject.first)) };
    let value: Raw = any(vm.cx(), given, subject.first + 2)?.raw();
    let Some((name, place)) = find_local(&level, number) else { return vm.cx().ret1(Value::NIL) };
    match place {
        Place::Slot(index) => {
            let old = level.get(index);
            if let Some(cell) = old.as_gc::<Cell>() {
                cell.set(vm.cx(), value);
            } else if let (Some(proto), Some(pc)) = (level.proto(), level.instruction())
                && is_counter(proto.get(), index, pc)
            {
                // The loop would go on from there.
                return vm.cx().ret1(Value::NIL);
            } else {
                level.set(index, value);
            }
        }
        Place::Extra(index) => level.write(level.extra_argument(index), value),
    }
    if let Some(thread) = subject.thread {
        coroutine::note_written(vm, thread);
    }
    vm.note_written_registers();
    let cx = vm.cx();
    cx.ret1(cx.string(&name).value())
}

// ---- upvalues

/// How many upvalues a function shows. Those of a library's own functions are nobody else's business.
pub(super) fn count_upvalues(function: Value<'_>) -> usize {
    if let Some(closure) = function.as_gc::<Closure>() {
        return closure.num_upvalues();
    }
    function.as_gc::<Native>().filter(|native| native.def().shows_values()).map_or(0, |native| native.num_values())
}

/// The function and the number of an upvalue, which may not exist.
fn upvalue_args<const N: usize>(vm: &mut Vm, given: Given<N>, first: usize) -> Result<(Raw, Option<usize>), Raise> {
    let cx = vm.cx();
    let number = small_int(cx, given, first + 1)?;
    let function = function(cx, given, first)?.raw();
    let index = usize::try_from(number - 1).ok().filter(|&index| index < count_upvalues(function));
    Ok((function, index))
}

fn upvalue_name(function: Value<'_>, index: usize) -> Vec<u8> {
    match function.as_gc::<Closure>() {
        None => Vec::new(),
        Some(closure) => match closure.proto().get().upvalues.get(index).map(|upvalue| &upvalue.name[..]) {
            None | Some(b"") => b"(no name)".to_vec(),
            Some(name) => name.to_vec(),
        },
    }
}

fn getupvalue(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let (function, index) = upvalue_args(vm, given, 0)?;
    let Some(index) = index else { return Ok(0) };
    let value = match (function.as_gc::<Closure>(), function.as_gc::<Native>()) {
        (Some(closure), _) => closure.cell(index).get(),
        (_, Some(native)) => native.get(index),
        _ => Value::NIL,
    };
    let cx = vm.cx();
    cx.push(cx.string(&upvalue_name(function, index)).value());
    cx.push(value.raw());
    Ok(2)
}

fn setupvalue(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<3> = Given::new(vm, frame);
    let value: Raw = any(vm.cx(), given, 2)?.raw();
    let (function, index) = upvalue_args(vm, given, 0)?;
    let Some(index) = index else { return Ok(0) };
    let cx = vm.cx();
    match (function.as_gc::<Closure>(), function.as_gc::<Native>()) {
        (Some(closure), _) => closure.cell(index).set(cx, value),
        // Functions of the library count on what they carry.
        _ => return Ok(0),
    }
    cx.ret1(cx.string(&upvalue_name(function, index)).value())
}

fn upvalueid(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<2> = Given::new(vm, frame);
    let (function, index) = upvalue_args(vm, given, 0)?;
    let cx = vm.cx();
    let Some(index) = index else { return cx.ret1(Value::NIL) };
    let id = match (function.as_gc::<Closure>(), function.as_gc::<Native>()) {
        (Some(closure), _) => u64::from(cx.identity(closure.cell(index).object())) << 16,
        (_, Some(native)) => u64::from(cx.identity(native.object())) << 16 | (index as u64 + 1),
        _ => 0,
    };
    cx.ret1(Value::from_parts(id, Tag::LightUserdata as u8))
}

fn upvaluejoin(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let mut ends = [(Raw::NIL, 0); 2];
    for (end, first) in ends.iter_mut().zip([0, 2]) {
        let (function, index) = upvalue_args(vm, given, first)?;
        let Some(index) = index else { return Err(vm.cx().arg_error(first + 1, "invalid upvalue index")) };
        *end = (function, index);
    }
    let cx = vm.cx();
    let [(to, to_index), (from, from_index)] = ends;
    let Some(to) = to.as_gc::<Closure>() else { return Err(cx.arg_error(0, "Lua function expected")) };
    let Some(from) = from.as_gc::<Closure>() else { return Err(cx.arg_error(2, "Lua function expected")) };
    to.raw().set_cell(cx, to_index, from.raw().cell(from_index));
    Ok(0)
}
