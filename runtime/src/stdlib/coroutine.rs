//! The `coroutine` library.
//!
//! What switches stacks is carried out by the interpreter (`interp::coroutine`) and gets its name here; the rest asks.

use crate::cx::Cx;
use crate::native::{Builtin, CallFrame, NativeResult, Raise};
use crate::object::Gc;
use crate::object::layout::Thread;
use crate::value::Value;
use crate::vm::Vm;

use super::arg::{Arguments, Given, function};
use super::register::{Library, natives};

natives! {
    /// `coroutine.close`
    CLOSE = "coroutine.close", Builtin(Builtin::CloseThread);
    /// `coroutine.create`
    CREATE = "coroutine.create", Reentrant(create);
    /// `coroutine.isyieldable`
    ISYIELDABLE = "coroutine.isyieldable", Reentrant(isyieldable);
    /// `coroutine.resume`
    RESUME = "coroutine.resume", Builtin(Builtin::Resume);
    /// `coroutine.running`
    RUNNING = "coroutine.running", Reentrant(running);
    /// `coroutine.status`
    STATUS = "coroutine.status", Reentrant(status);
    /// `coroutine.wrap`
    WRAP = "coroutine.wrap", Reentrant(wrap);
    /// `coroutine.yield`
    YIELD = "coroutine.yield", Builtin(Builtin::Yield);
}

natives! {
    unlisted;
    /// What `coroutine.wrap` returns. Its own value: the coroutine.
    WRAPPED = "wrap_aux", Builtin(Builtin::WrapStep);
}

/// Puts the library into the globals.
pub(super) fn open(cx: Cx<'_>) -> Result<(), Raise> {
    Library::new(cx, "coroutine")?.functions(ALL, &[])
}

fn new_thread(vm: &mut Vm, frame: CallFrame) -> Result<Value<'static>, Raise> {
    let given: Given<1> = Given::new(vm, frame);
    let body = function(vm.cx(), given, 0)?.raw();
    vm.new_thread(body)
}

fn create(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let thread = new_thread(vm, frame)?;
    vm.cx().ret1(thread)
}

fn wrap(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let thread = new_thread(vm, frame)?;
    let cx = vm.cx();
    cx.ret1(cx.native(&WRAPPED, &[thread]).value())
}

fn thread(vm: &mut Vm, given: Given<1>) -> Result<Gc<'static, Thread>, Raise> {
    match given.arg(0).and_then(|value| value.as_gc::<Thread>()) {
        Some(thread) => Ok(thread),
        None => Err(vm.cx().arg_type_error(0, "thread", given.arg(0))),
    }
}

fn isyieldable(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let yieldable = match given.arg(0) {
        None => vm.is_yieldable(),
        Some(_) => {
            let thread = thread(vm, given)?;
            vm.could_yield(thread.raw())
        }
    };
    vm.cx().ret1(Value::bool(yieldable))
}

fn running(vm: &mut Vm, _frame: CallFrame) -> NativeResult {
    let current = vm.current_thread();
    let thread = current.unwrap_or_else(|| vm.main_thread());
    let cx = vm.cx();
    cx.push(thread);
    cx.push(Value::bool(current.is_none()));
    Ok(2)
}

fn status(vm: &mut Vm, frame: CallFrame) -> NativeResult {
    let given: Given<1> = Given::new(vm, frame);
    let thread = thread(vm, given)?.value().raw();
    let name = vm.thread_status(thread).expect("it is a coroutine").name();
    let cx = vm.cx();
    cx.ret1(cx.intern(name.as_bytes()).value())
}
