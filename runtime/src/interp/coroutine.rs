//! Coroutines: a stack each, and a switch between them.
//!
//! A resume puts the running stack aside ([`Suspended`]) and goes on with the coroutine's; a yield, the end or an error of
//! the coroutine goes back and finishes the frame of the `resume` that waits there. No Rust frame is involved, so a
//! coroutine can yield from wherever Lua code runs; only native functions that called Lua code stand in the way.
//!
//! What must hold: `vm.exec` and the context are those of `vm.thread` (the main program's if that is `None`); a
//! coroutine that runs or waits has given its [`Exec`] away.

use super::call;
use super::dispatch::Flow;
use super::frame::{FrameKind, FrameLink, RETURN_TO_RUST};
use super::gc::{self, At, Running};
use super::message;
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::object::RawGc;
use crate::object::layout::{Native, Str, Thread};
use crate::value::{Raw, Tag};
use crate::vm::{Exec, Vm};

/// Slots of a fresh stack.
const FIRST_SLOTS: usize = 40;

/// What a coroutine is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It has not started, or has yielded.
    Suspended,
    /// It runs.
    Running,
    /// It has resumed another one.
    Normal,
    /// It has ended, or failed.
    Dead,
}

/// The state behind a coroutine object.
pub(crate) struct Coroutine {
    status: Status,
    started: bool,
    /// Its error has not been looked at by `coroutine.close` yet.
    failed: bool,
    exec: Option<Exec>,
    base: *mut Raw,
    top: *mut Raw,
    pc: *const Inst,
    /// Nesting of Rust code when it was resumed.
    rust_depth: u32,
}

/// A stack that waits for a coroutine.
pub(crate) struct Suspended {
    exec: Exec,
    base: *mut Raw,
    top: *mut Raw,
    pc: *const Inst,
    thread: Option<RawGc<Thread>>,
}

impl Suspended {
    /// Visits the values on the stack.
    pub(crate) fn visit(&self, visit: &mut dyn FnMut(*mut u64, u8)) {
        if let Some(thread) = self.thread {
            let value: Raw = thread.value();
            let mut bits = value.bits();
            visit(&raw mut bits, value.tag_byte());
        }
        let running = Running { base: self.base, top: self.top, pc: self.pc, at: At::After };
        gc::visit_stack(running, &self.exec, visit);
    }
}

fn state<'a>(thread: RawGc<Thread>) -> &'a mut Coroutine {
    // SAFETY: the state of a live coroutine; callers keep the reference for one step.
    unsafe { &mut *thread.state().cast::<Coroutine>() }
}

/// Visits the values on the stack of a coroutine that is not running.
pub(crate) fn visit(thread: RawGc<Thread>, visit: &mut dyn FnMut(*mut u64, u8)) {
    let coroutine = state(thread);
    if let Some(exec) = &coroutine.exec {
        let running = Running { base: coroutine.base, top: coroutine.top, pc: coroutine.pc, at: At::After };
        gc::visit_stack(running, exec, visit);
    }
}

/// See [`crate::object::thread::ThreadOps`].
pub(crate) unsafe fn trace_state(state: *mut u8, visit: &mut dyn FnMut(*mut u64, u8)) {
    // SAFETY: the state of a live coroutine (caller).
    let coroutine = unsafe { &mut *state.cast::<Coroutine>() };
    if let Some(exec) = &coroutine.exec {
        let running = Running { base: coroutine.base, top: coroutine.top, pc: coroutine.pc, at: At::After };
        gc::visit_stack(running, exec, visit);
    }
}

/// See [`crate::object::thread::ThreadOps`].
pub(crate) unsafe fn drop_state(state: *mut u8) {
    // SAFETY: made by `Box::into_raw` in `create` (caller: the coroutine is dead).
    drop(unsafe { Box::from_raw(state.cast::<Coroutine>()) });
}

impl Vm {
    /// A new coroutine that will run `function`.
    pub fn new_thread(&mut self, function: Raw) -> Raw {
        let exec = Exec::new(FIRST_SLOTS);
        let base = call::put_bottom(exec.stack.first());
        // SAFETY: slots of the fresh stack.
        unsafe { function.write(base) };
        let coroutine = Coroutine {
            status: Status::Suspended,
            started: false,
            failed: false,
            exec: Some(exec),
            base,
            top: base.wrapping_add(2),
            pc: RETURN_TO_RUST.return_pc(),
            rust_depth: 0,
        };
        let state = Box::into_raw(Box::new(coroutine));
        self.stats.threads += 1;
        // SAFETY: the operations are those of this state.
        let thread = unsafe { self.cx().thread(state.cast(), &gc::THREAD_OPS) }.raw();
        self.ran.push(thread);
        thread.value()
    }

    /// What a coroutine is doing; `None` if the value is no coroutine.
    pub fn thread_status(&self, thread: Raw) -> Option<Status> {
        thread.as_gc::<Thread>().map(|thread| state(thread).status)
    }

    /// The running coroutine; `None`: the main program.
    pub fn current_thread(&self) -> Option<Raw> {
        self.thread.map(|thread| thread.value())
    }

    /// Whether the running coroutine could yield now.
    pub fn is_yieldable(&mut self) -> bool {
        self.thread.is_some_and(|thread| state(thread).rust_depth == self.regs().rust_depth)
    }
}

/// Goes on with the coroutine's stack.
fn switch_to(vm: &mut Vm, thread: RawGc<Thread>) {
    let coroutine = state(thread);
    let exec = coroutine.exec.take().expect("a coroutine that does not run has its stack");
    let (base, top, pc) = (vm.regs().base, vm.regs().top, vm.regs().pc);
    if let Some(resumer) = vm.thread {
        state(resumer).status = Status::Normal;
    }
    let exec = std::mem::replace(&mut vm.exec, exec);
    vm.resumers.push(Suspended { exec, base, top, pc, thread: vm.thread });
    vm.thread = Some(thread);
    coroutine.status = Status::Running;
    coroutine.rust_depth = vm.regs().rust_depth;
    load(vm, coroutine.base, coroutine.top, coroutine.pc);
}

/// Goes back to the stack that waits for the running coroutine.
fn switch_back(vm: &mut Vm, status: Status) -> RawGc<Thread> {
    super::hot::interrupt(vm, crate::engine::Interruption::Boundary);
    let waiting = vm.resumers.pop().expect("a coroutine runs on behalf of a resumer");
    let thread = vm.thread.expect("a coroutine runs");
    let coroutine = state(thread);
    coroutine.status = status;
    (coroutine.base, coroutine.top, coroutine.pc) = (vm.regs().base, vm.regs().top, vm.regs().pc);
    coroutine.exec = Some(std::mem::replace(&mut vm.exec, waiting.exec));
    vm.thread = waiting.thread;
    if let Some(resumer) = vm.thread {
        state(resumer).status = Status::Running;
    }
    vm.ran.push(thread);
    load(vm, waiting.base, waiting.top, waiting.pc);
    thread
}

fn load(vm: &mut Vm, base: *mut Raw, top: *mut Raw, pc: *const Inst) {
    // SAFETY: live as long as the VM.
    let cx = unsafe { &mut *vm.context.as_ptr() };
    let limit = if vm.handlers > 0 { usize::MAX } else { vm.max_stack };
    vm.exec.stack.publish(cx, limit);
    (cx.base, cx.top, cx.pc) = (base, top, pc);
}

/// Copies `count` values from address `from`, on whatever stack, to the top of the running one.
fn push_from(vm: &mut Vm, from: *const Raw, count: usize) -> Result<(), Raise> {
    vm.ensure(count)?;
    for i in 0..count {
        // SAFETY: values on a stack that stays where it is.
        let value = unsafe { Raw::read(from.wrapping_add(i)) };
        vm.push(value);
    }
    Ok(())
}

/// Starts or goes on with `thread`, handing it `nargs` values at `args`; `Err`: it can't be resumed, for this reason.
fn enter(vm: &mut Vm, thread: RawGc<Thread>, args: usize, nargs: usize) -> Result<Result<Flow, Raise>, &'static str> {
    match state(thread).status {
        Status::Suspended => {}
        Status::Dead => return Err("cannot resume dead coroutine"),
        Status::Running | Status::Normal => return Err("cannot resume non-suspended coroutine"),
    }
    if vm.resumers.len() >= MAX_NESTING {
        return Err("C stack overflow");
    }
    super::hot::interrupt(vm, crate::engine::Interruption::Boundary);
    let args = vm.slot_at(args);
    let started = std::mem::replace(&mut state(thread).started, true);
    switch_to(vm, thread);
    Ok(push_from(vm, args, nargs).and_then(|()| {
        if started {
            // The frame of `yield` returns what it is resumed with.
            let from = vm.slot_at(vm.top() - nargs);
            return call::finish(vm, from, nargs);
        }
        let func = vm.top() - nargs - 2;
        call::enter(vm, func, nargs, FrameLink::new(RETURN_TO_RUST.return_pc(), FrameKind::Lua, 0, 0))
    }))
}

/// Coroutines that may wait for each other.
const MAX_NESTING: usize = 195;

fn to_flow(vm: &mut Vm, result: Result<Flow, Raise>) -> Flow {
    result.unwrap_or_else(|raise| super::protect::unwind(vm, raise))
}

/// `coroutine.resume(co, ...)`
pub(crate) fn resume(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let given = (nargs > 0).then(|| vm.slot(base));
    let Some(thread) = given.and_then(|value| value.as_gc::<Thread>()) else {
        return Err(vm.cx().arg_type_error(0, "coroutine", given));
    };
    match enter(vm, thread, base + 1, nargs - 1) {
        Ok(result) => Ok(to_flow(vm, result)),
        Err(why) => {
            let text = vm.cx().string(why.as_bytes()).value().raw();
            call::return_values(vm, &[Raw::FALSE, text])
        }
    }
}

/// A function made by `coroutine.wrap`.
pub(crate) fn wrap_step(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let function = vm.slot(base - 2).as_gc::<Native>().expect("a native frame's function");
    let thread = function.get(0).as_gc::<Thread>().expect("the function was made by `coroutine.wrap`");
    match enter(vm, thread.raw(), base, nargs) {
        Ok(result) => Ok(to_flow(vm, result)),
        Err(why) => Err(vm.error_text(why)),
    }
}

/// `coroutine.yield(...)`
pub(crate) fn yield_(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    if vm.thread.is_none() {
        return Err(vm.error_text("attempt to yield from outside a coroutine"));
    }
    if !vm.is_yieldable() {
        return Err(vm.error_text("attempt to yield across a C-call boundary"));
    }
    let from = vm.slot_at(base);
    // What is yielded leaves this stack.
    vm.set_top(from);
    switch_back(vm, Status::Suspended);
    deliver(vm, from, nargs)
}

/// Finishes the frame of the `resume` or `wrap` function that waits, with values at `from`.
fn deliver(vm: &mut Vm, from: *const Raw, count: usize) -> Result<Flow, Raise> {
    let base = vm.running_base();
    let start = vm.slot_at(base);
    vm.set_top(start);
    let wrapped = is_wrap(vm, base);
    vm.ensure(count + 1)?;
    if !wrapped {
        vm.push(Raw::TRUE);
    }
    push_from(vm, from, count)?;
    let start = vm.slot_at(base);
    let flow = call::finish(vm, start, count + usize::from(!wrapped))?;
    gc::after_call(vm);
    Ok(flow)
}

fn is_wrap(vm: &mut Vm, base: usize) -> bool {
    use crate::native::{Builtin, NativeCode};
    let function = vm.slot(base - 2).as_gc::<Native>();
    function.is_some_and(|function| matches!(function.def().code, NativeCode::Builtin(Builtin::WrapStep)))
}

/// Whether the running frame is the bottom of a coroutine's stack, so that what returned or failed was its function.
pub(crate) fn is_body(vm: &mut Vm) -> bool {
    // SAFETY: the base of the running frame.
    vm.thread.is_some() && unsafe { FrameLink::of(vm.regs().base) }.frame_kind() == FrameKind::Bottom
}

/// The function of the running coroutine has returned. The running frame is the bottom of its stack.
pub(crate) fn ended(vm: &mut Vm, from: *mut Raw, count: usize) -> Result<Flow, Raise> {
    let bottom = vm.regs().base;
    vm.set_top(bottom);
    let thread = switch_back(vm, Status::Dead);
    let flow = deliver(vm, from, count);
    // The stack is not needed any more.
    state(thread).exec = None;
    flow
}

/// An error has reached the bottom of the running coroutine's stack.
pub(crate) fn failed(vm: &mut Vm) -> Result<Flow, Raise> {
    if vm.thread.is_none() {
        return Ok(Flow::Fail);
    }
    let bottom = vm.regs().base;
    vm.set_top(bottom);
    vm.handled = false;
    let thread = switch_back(vm, Status::Dead);
    state(thread).failed = true;
    let base = vm.running_base();
    if is_wrap(vm, base) {
        // An error of a wrapped coroutine goes on, with the position of the caller in front of a message.
        close_pending(vm, thread)?;
        let error = vm.cx().error_value().raw();
        if error.tag() == Tag::Str {
            let prefix = message::position(vm, 1);
            let cx = vm.cx();
            let text = error.as_gc::<Str>().map(|text| [&prefix, text.bytes()].concat()).unwrap_or_default();
            let _ = cx.raise(cx.string(&text).value());
        }
        return Err(Raise::Value);
    }
    let error = vm.cx().error_value().raw();
    call::return_values(vm, &[Raw::FALSE, error])
}

/// Closes the variables that a coroutine, which will not run again, left pending. What `__close` methods raise becomes the
/// error in the error slot.
fn close_pending(vm: &mut Vm, thread: RawGc<Thread>) -> Result<bool, Raise> {
    let mut had_error = state(thread).failed;
    loop {
        let coroutine = state(thread);
        let Some(exec) = &mut coroutine.exec else { break };
        let Some(slot) = exec.tbc.pop() else { break };
        // SAFETY: a slot of the coroutine's stack.
        let value = unsafe { Raw::read(exec.stack.first().wrapping_add(slot as usize)) };
        let method = vm.cx().metamethod(value, crate::object::metamethod::Metamethod::Close);
        let method = method.map_or(Raw::NIL, |method| method.raw());
        let error = if had_error { vm.cx().error_value().raw() } else { Raw::NIL };
        let top = vm.top();
        vm.push(error);
        vm.push_callee(method);
        vm.push(value);
        vm.push(error);
        if vm.call_protected(2, Some(0)).is_err() {
            had_error = true;
        } else {
            let error = vm.slot(top);
            let _ = vm.cx().raise(error);
        }
        let top = vm.slot_at(top);
        vm.set_top(top);
    }
    let coroutine = state(thread);
    coroutine.failed = false;
    coroutine.status = Status::Dead;
    coroutine.exec = None;
    Ok(had_error)
}

/// `coroutine.close(co)`
pub(crate) fn close(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let given = (nargs > 0).then(|| vm.slot(base));
    let Some(thread) = given.and_then(|value| value.as_gc::<Thread>()) else {
        return Err(vm.cx().arg_type_error(0, "coroutine", given));
    };
    match state(thread).status {
        Status::Running => return Err(vm.error_text("cannot close a running coroutine")),
        Status::Normal => return Err(vm.error_text("cannot close a normal coroutine")),
        Status::Suspended | Status::Dead => {}
    }
    if close_pending(vm, thread)? {
        let error = vm.cx().error_value().raw();
        return call::return_values(vm, &[Raw::FALSE, error]);
    }
    call::return_values(vm, &[Raw::TRUE])
}
