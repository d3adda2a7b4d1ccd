//! `debug.sethook` and `debug.gethook`.
//!
//! The functions stand in a table of the registry with weak keys, by coroutine; the interpreter looks them up there.

use crate::cx::Cx;
use crate::interp::hook::{self, HookMask, Target};
use crate::native::{CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::Table;
use crate::value::{Raw, Value};
use crate::vm::Vm;

use super::super::arg::{Arguments, Given, function, name, opt_int};
use super::super::register::natives;
use super::Subject;

natives! {
    /// `debug.gethook`
    GETHOOK = "debug.gethook", Reentrant(gethook);
    /// `debug.sethook`
    SETHOOK = "debug.sethook", Reentrant(sethook);
}

fn hook_table<'gc>(cx: Cx<'gc>) -> Result<Gc<'gc, Table>, Raise> {
    if let Some(table) = cx.registry().get_bytes(cx, hook::REGISTRY_KEY).as_gc::<Table>() {
        return Ok(table);
    }
    let table = cx.table(0, 0);
    table.set_bytes(cx, b"__mode", cx.intern(b"k").value())?;
    table.set_metatable(cx, Some(table));
    cx.registry().set_bytes(cx, hook::REGISTRY_KEY, table.value())?;
    Ok(table)
}

fn sethook(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<4> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let first = subject.first;
    let (mut target, mut mask) = (Raw::NIL, HookMask::default());
    if !given.is_absent(first) {
        let cx = vm.cx();
        let letters = name(cx, given, first + 1)?;
        target = function(cx, given, first)?.raw();
        let count = opt_int(cx, given, first + 2, 0)? as i32;
        mask.calls = letters.contains(&b'c');
        mask.returns = letters.contains(&b'r');
        mask.lines = letters.contains(&b'l');
        mask.count = u32::try_from(count).unwrap_or(0);
    }
    let key = vm.thread_key(subject.thread);
    let cx = vm.cx();
    hook_table(cx)?.set(cx, key, target)?;
    hook::set(vm, subject.thread, mask, Target::Lua);
    Ok(0)
}

fn gethook(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let subject = Subject::new(vm, given);
    let found = vm.hook_of(subject.thread).as_ref();
    let found = found.map(|hook| (hook.mask, matches!(hook.target, Target::Lua)));
    let key = vm.thread_key(subject.thread);
    let cx = vm.cx();
    let Some((mask, is_lua)) = found else { return cx.ret1(Value::NIL) };
    let target = if is_lua { hook_table(cx)?.get(cx, key) } else { cx.string(b"external hook").value() };
    let letters = [(mask.calls, b'c'), (mask.returns, b'r'), (mask.lines, b'l')];
    let letters: Vec<u8> = letters.iter().filter(|(on, _)| *on).map(|(_, letter)| *letter).collect();
    cx.push(target);
    cx.push(cx.string(&letters).value());
    cx.push(Value::int(i64::from(mask.count)));
    Ok(3)
}
