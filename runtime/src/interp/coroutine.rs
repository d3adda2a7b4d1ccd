//! Coroutines: a stack each, and a switch between them.
//!
//! A resume puts the running stack aside ([`Suspended`]) and goes on with the coroutine's; a yield, the end or an error of
//! the coroutine goes back and finishes the frame of the `resume` that waits there. No Rust frame is involved, so a
//! coroutine can yield from wherever Lua code runs; only native functions that called Lua code stand in the way.
//!
//! The main program is a coroutine object too, so that `coroutine.running` has something to return, but its stack is never
//! in the object. A coroutine that failed keeps its stack as the error found it, for tracebacks, until it is closed.
//!
//! What must hold: `vm.exec` and the context are those of `vm.thread` (the main program's if that is `None`); a
//! coroutine that runs or waits has given its [`Exec`] away; one that ran since the last collection is in the heap's
//! remembered set, because stacks carry no write barrier.

pub(crate) mod quick;

use super::call;
use super::dispatch::Flow;
use super::frame::{FrameKind, FrameLink, RETURN_TO_RUST};
use super::gc::{self, At, Running};
use super::hook::Hook;
use super::walk::Walk;
use super::{close, level, message, protect};
use crate::bytecode::Inst;
use crate::native::Raise;
use crate::object::RawGc;
use crate::object::layout::{Native, Str, Thread};
use crate::object::metamethod::Metamethod;
use crate::value::{Raw, Tag};
use crate::vm::{Exec, Vm};

/// Slots of a fresh stack: enough for a small function that yields.
const FIRST_SLOTS: usize = 16;

/// Stacks that are kept for coroutines to come.
const SPARE_STACKS: usize = 64;

/// The base of every stack's bottom frame, as a slot.
const BOTTOM: usize = 2;

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

impl Status {
    /// The name in Lua.
    pub fn name(self) -> &'static str {
        match self {
            Status::Suspended => "suspended",
            Status::Running => "running",
            Status::Normal => "normal",
            Status::Dead => "dead",
        }
    }
}

/// The state behind a coroutine object.
pub(crate) struct Coroutine {
    status: Status,
    started: bool,
    /// Its error has not been looked at by `coroutine.close` yet.
    failed: bool,
    /// The error, if it has failed.
    error: Raw,
    exec: Option<Box<Exec>>,
    /// The hook that it had when its stack was dropped.
    last_hook: Option<Box<Hook>>,
    base: *mut Raw,
    top: *mut Raw,
    pc: *const Inst,
    /// Nesting of Rust code when it was resumed.
    rust_depth: u32,
}

impl Coroutine {
    /// Visits what a coroutine that does not run holds on to.
    fn visit(&mut self, visit: &mut dyn FnMut(*mut u64, u8)) {
        let tag = self.error.tag_byte();
        visit((&raw mut self.error).cast(), tag);
        if let Some(exec) = &self.exec {
            let at = if self.failed { At::Failed } else { At::After };
            gc::visit_stack(Running { base: self.base, top: self.top, pc: self.pc, at }, exec, visit);
        }
    }
}

/// A stack that waits for a coroutine.
pub(crate) struct Suspended {
    exec: Box<Exec>,
    base: *mut Raw,
    top: *mut Raw,
    pc: *const Inst,
    thread: Option<RawGc<Thread>>,
    levels: level::Levels,
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

/// See [`crate::object::thread::ThreadOps`].
pub(crate) unsafe fn trace_state(state: *mut u8, visit: &mut dyn FnMut(*mut u64, u8)) {
    // SAFETY: the state of a live coroutine (caller).
    let coroutine = unsafe { &mut *state.cast::<Coroutine>() };
    coroutine.visit(visit);
}

/// See [`crate::object::thread::ThreadOps`].
pub(crate) unsafe fn drop_state(state: *mut u8) {
    // SAFETY: made by `Box::into_raw` in `object_of` (caller: the coroutine is dead).
    drop(unsafe { Box::from_raw(state.cast::<Coroutine>()) });
}

fn object_of(vm: &mut Vm, coroutine: Coroutine) -> RawGc<Thread> {
    let state = Box::into_raw(Box::new(coroutine));
    // SAFETY: the operations are those of this state.
    unsafe { vm.cx().thread(state.cast(), &gc::THREAD_OPS) }.raw()
}

impl Vm {
    /// A new coroutine that will run `function`.
    pub fn new_thread(&mut self, function: Raw) -> Result<Raw, Raise> {
        let mut exec = match self.spare_stacks.pop() {
            Some(spare) => spare,
            None => {
                let exec = Exec::new(FIRST_SLOTS, Some(self.space.heap.account()));
                Box::new(exec.map_err(|_| self.cx().memory_refused())?)
            }
        };
        exec.hooks = self.exec.hooks.inherited();
        let base = call::put_bottom(exec.stack.first());
        // SAFETY: slots of the fresh stack.
        unsafe { function.write(base) };
        // SAFETY: as above. The link's place, which is scanned until the function is called.
        unsafe { Raw::NIL.write(base.wrapping_add(1)) };
        let coroutine = Coroutine {
            status: Status::Suspended,
            started: false,
            failed: false,
            error: Raw::NIL,
            exec: Some(exec),
            last_hook: None,
            base,
            top: base.wrapping_add(2),
            pc: RETURN_TO_RUST.return_pc(),
            rust_depth: 0,
        };
        self.stats.threads += 1;
        let thread = object_of(self, coroutine);
        self.cx().barrier_object(thread.object());
        Ok(thread.value())
    }

    /// The object of the main program.
    pub fn main_thread(&mut self) -> Raw {
        if let Some(thread) = self.main_thread {
            return thread.value();
        }
        let coroutine = Coroutine {
            status: Status::Running,
            started: true,
            failed: false,
            error: Raw::NIL,
            exec: None,
            last_hook: None,
            base: std::ptr::null_mut(),
            top: std::ptr::null_mut(),
            pc: std::ptr::null(),
            rust_depth: 0,
        };
        let thread = object_of(self, coroutine);
        self.main_thread = Some(thread);
        let value: Raw = thread.value();
        self.keep(value);
        thread.value()
    }

    /// What a coroutine is doing; `None` if the value is no coroutine.
    pub fn thread_status(&self, thread: Raw) -> Option<Status> {
        thread.as_gc::<Thread>().map(|thread| self.status_of(thread.raw()))
    }

    fn status_of(&self, thread: RawGc<Thread>) -> Status {
        match self.main_thread {
            Some(main) if main == thread && self.thread.is_some() => Status::Normal,
            _ => state(thread).status,
        }
    }

    /// The running coroutine; `None`: the main program.
    pub fn current_thread(&self) -> Option<Raw> {
        self.thread.map(|thread| thread.value())
    }

    /// Whether the running coroutine could yield now.
    pub fn is_yieldable(&mut self) -> bool {
        self.thread.is_some_and(|thread| state(thread).rust_depth == self.regs().rust_depth)
    }

    /// Whether a coroutine, running or not, is somewhere from where it could yield.
    pub fn could_yield(&mut self, thread: RawGc<Thread>) -> bool {
        if self.thread == Some(thread) {
            return self.is_yieldable();
        }
        if self.main_thread == Some(thread) {
            return false;
        }
        match self.resumers.iter().position(|waiting| waiting.thread == Some(thread)) {
            // It waits for the coroutine that the next in the row belongs to, which knows the nesting at that time.
            Some(index) => {
                let resumed = self.resumers.get(index + 1).map_or(self.thread, |waiting| waiting.thread);
                resumed.is_some_and(|resumed| state(resumed).rust_depth == state(thread).rust_depth)
            }
            None => true,
        }
    }
}

impl Vm {
    /// The coroutine, unless it is the running one.
    pub(crate) fn other_thread(&self, thread: RawGc<Thread>) -> Option<RawGc<Thread>> {
        let running = self.thread.or(self.main_thread);
        Some(thread).filter(|_| running != Some(thread))
    }

    /// What waits for another coroutine in a `resume`: this one, unless it does not.
    fn waiting(&self, thread: RawGc<Thread>) -> Option<usize> {
        let is_main = self.main_thread == Some(thread);
        self.resumers.iter().position(|waiting| waiting.thread.map_or(is_main, |waiting| waiting == thread))
    }

    /// Where a coroutine has its hook; `None`: the running one.
    pub(crate) fn hook_of(&mut self, thread: Option<RawGc<Thread>>) -> &mut Option<Box<Hook>> {
        let Some(thread) = thread.and_then(|thread| self.other_thread(thread)) else {
            return &mut self.exec.hooks.hook;
        };
        if let Some(index) = self.waiting(thread) {
            return &mut self.resumers[index].exec.hooks.hook;
        }
        let coroutine = state(thread);
        match &mut coroutine.exec {
            Some(exec) => &mut exec.hooks.hook,
            None => &mut coroutine.last_hook,
        }
    }
}

/// The functions of a coroutine that is not the running one.
pub(crate) fn walk(vm: &Vm, thread: RawGc<Thread>) -> Walk {
    if let Some(index) = vm.waiting(thread) {
        let waiting = &vm.resumers[index];
        return Walk::from(waiting.base, waiting.pc, waiting.top);
    }
    let coroutine = state(thread);
    match coroutine.exec {
        Some(_) => Walk::from(coroutine.base, coroutine.pc, coroutine.top),
        None => Walk::nowhere(),
    }
}

/// A value was written to the stack of a coroutine that is not the running one.
pub(crate) fn note_written(vm: &mut Vm, thread: RawGc<Thread>) {
    vm.cx().barrier_object(thread.object());
}

/// Takes the stack of a coroutine that will not run again.
fn drop_stack(thread: RawGc<Thread>) -> Option<Box<Exec>> {
    let coroutine = state(thread);
    let mut exec = coroutine.exec.take()?;
    coroutine.last_hook = exec.hooks.hook.take();
    Some(exec)
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
    let levels = vm.levels.enter_coroutine();
    vm.resumers.push(Suspended { exec, base, top, pc, thread: vm.thread, levels });
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
    vm.levels = waiting.levels;
    if let Some(resumer) = vm.thread {
        state(resumer).status = Status::Running;
    }
    vm.cx().barrier_object(thread.object());
    load(vm, waiting.base, waiting.top, waiting.pc);
    thread
}

/// Goes back to the main stack, from whatever coroutine runs. Nothing runs on in it, or in those that wait for it.
pub(crate) fn abandon(vm: &mut Vm) {
    while vm.thread.is_some() {
        switch_back(vm, Status::Dead);
    }
}

fn load(vm: &mut Vm, base: *mut Raw, top: *mut Raw, pc: *const Inst) {
    // SAFETY: live as long as the VM.
    let cx = unsafe { &mut *vm.context.as_ptr() };
    let limit = if vm.handlers > 0 { usize::MAX } else { vm.max_stack };
    vm.exec.stack.publish(cx, limit);
    (cx.base, cx.top, cx.pc) = (base, top, pc);
    super::hook::refresh(vm);
}

/// Copies `count` values from address `from`, on whatever stack, to the top of the running one, which has the room.
fn push_from(vm: &mut Vm, from: *const Raw, count: usize) {
    let to = vm.regs().top;
    for i in 0..count {
        // SAFETY: values on a stack that stays where it is.
        let value = unsafe { Raw::read(from.wrapping_add(i)) };
        // SAFETY: room was made.
        unsafe { value.write(to.wrapping_add(i)) };
    }
    vm.set_top(to.wrapping_add(count));
}

/// Starts or goes on with `thread`, handing it `nargs` values at `args`; `Err`: it can't be resumed, for this reason.
fn enter(vm: &mut Vm, thread: RawGc<Thread>, args: usize, nargs: usize) -> Result<Result<Flow, Raise>, &'static str> {
    let coroutine = state(thread);
    match coroutine.status {
        Status::Suspended => {}
        Status::Dead => return Err("cannot resume dead coroutine"),
        Status::Running | Status::Normal => return Err("cannot resume non-suspended coroutine"),
    }
    if vm.levels.is_full() {
        return Err("C stack overflow");
    }
    super::hot::interrupt(vm, crate::engine::Interruption::Boundary);
    let args = vm.slot_at(args);
    let started = std::mem::replace(&mut coroutine.started, true);
    switch_to(vm, thread);
    if vm.ensure(nargs).is_err() {
        switch_back(vm, Status::Suspended);
        coroutine.started = started;
        return Err("too many arguments to resume");
    }
    push_from(vm, args, nargs);
    Ok(if started {
        // The frame of `yield` returns what it is resumed with.
        let from = vm.slot_at(vm.top() - nargs);
        call::finish(vm, from, nargs)
    } else {
        let func = vm.top() - nargs - 2;
        call::enter(vm, func, nargs, FrameLink::new(RETURN_TO_RUST.return_pc(), FrameKind::Lua, 0, 0))
    })
}

/// An error of what was resumed belongs to the coroutine, not to the `resume`.
fn to_flow(vm: &mut Vm, result: Result<Flow, Raise>) -> Flow {
    result.unwrap_or_else(|raise| protect::unwind(vm, raise))
}

/// `coroutine.resume(co, ...)`
pub(crate) fn resume(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let thread = thread_argument(vm, base, nargs)?;
    match enter(vm, thread, base + 1, nargs - 1) {
        Ok(result) => Ok(to_flow(vm, result)),
        Err(why) => {
            let text = vm.cx().string(why.as_bytes()).value().raw();
            call::return_values(vm, &[Raw::FALSE, text])
        }
    }
}

fn thread_argument(vm: &mut Vm, base: usize, nargs: usize) -> Result<RawGc<Thread>, Raise> {
    let given = (nargs > 0).then(|| vm.slot(base));
    match given.and_then(|value| value.as_gc::<Thread>()) {
        Some(thread) => Ok(thread.raw()),
        None => Err(vm.cx().arg_type_error(0, "thread", given)),
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
        return Err(vm.cx().raise_message("attempt to yield from outside a coroutine"));
    }
    if !vm.is_yieldable() {
        return Err(vm.cx().raise_message("attempt to yield across a C-call boundary"));
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
    if vm.ensure(count + 1).is_err() {
        let why = "too many results to resume";
        if wrapped {
            return Err(vm.error_text(why));
        }
        let text = vm.cx().string(why.as_bytes()).value().raw();
        return call::return_values(vm, &[Raw::FALSE, text]);
    }
    if !wrapped {
        vm.push(Raw::TRUE);
    }
    push_from(vm, from, count);
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

/// Whether the running frame is the bottom of a coroutine's stack, so that what returned or failed was its function, and
/// not something that Rust code called there.
pub(crate) fn is_body(vm: &mut Vm) -> bool {
    // SAFETY: the base of the running frame.
    vm.is_yieldable() && unsafe { FrameLink::of(vm.regs().base) }.frame_kind() == FrameKind::Bottom
}

/// The function of the running coroutine has returned. The running frame is the bottom of its stack.
pub(crate) fn ended(vm: &mut Vm, from: *mut Raw, count: usize) -> Result<Flow, Raise> {
    let bottom = vm.regs().base;
    vm.set_top(bottom);
    let thread = switch_back(vm, Status::Dead);
    // The stack is not needed any more once the results have left it.
    let exec = drop_stack(thread);
    let flow = deliver(vm, from, count);
    if let Some(exec) = exec {
        keep_spare(vm, exec);
    }
    flow
}

/// Keeps the stack of a coroutine that has ended for another one, if it is small and there are not many.
fn keep_spare(vm: &mut Vm, mut exec: Box<Exec>) {
    if vm.spare_stacks.len() < SPARE_STACKS && exec.stack.usable() == FIRST_SLOTS {
        exec.tbc.clear();
        exec.open_tops.clear();
        vm.spare_stacks.push(exec);
    }
}

/// Where a stack stood when an error was raised: base, top and next instruction of the innermost frame.
pub(crate) type ErrorPoint = (*mut Raw, *mut Raw, *const Inst);

/// An error, raised at `point`, has reached the bottom of the running coroutine's stack.
pub(crate) fn failed(vm: &mut Vm, point: ErrorPoint) -> Result<Flow, Raise> {
    if vm.thread.is_none() {
        return Ok(Flow::Fail);
    }
    vm.handled = false;
    let error = vm.cx().take_error().raw();
    let thread = switch_back(vm, Status::Dead);
    let coroutine = state(thread);
    (coroutine.failed, coroutine.error) = (true, error);
    (coroutine.base, coroutine.top, coroutine.pc) = point;
    let base = vm.running_base();
    if is_wrap(vm, base) {
        // An error of a wrapped coroutine goes on, with the position of the caller in front of a message.
        let error = reset(vm, thread).unwrap_or(Raw::NIL);
        let _ = vm.cx().raise(error);
        if error.tag() == Tag::Str {
            let prefix = message::position(vm, 1);
            let cx = vm.cx();
            let text = error.as_gc::<Str>().map(|text| [&prefix, text.bytes()].concat()).unwrap_or_default();
            let _ = cx.raise(cx.string(&text).value());
        }
        return Err(Raise::Value);
    }
    call::return_values(vm, &[Raw::FALSE, error])
}

/// Makes a coroutine that does not run dead for good, and closes the variables that it left pending, on its own stack.
/// The error of the coroutine, or of the last `__close` that failed.
fn reset(vm: &mut Vm, thread: RawGc<Thread>) -> Option<Raw> {
    if state(thread).exec.as_ref().is_some_and(|exec| !exec.tbc.is_empty()) {
        super::hot::interrupt(vm, crate::engine::Interruption::Boundary);
        switch_to(vm, thread);
        // The calls of `__close` are the levels here.
        vm.levels.leave();
        close_all(vm, thread);
        switch_back(vm, Status::Dead);
    }
    drop_stack(thread);
    let coroutine = state(thread);
    coroutine.status = Status::Dead;
    let failed = std::mem::replace(&mut coroutine.failed, false);
    let error = std::mem::replace(&mut coroutine.error, Raw::NIL);
    failed.then_some(error)
}

/// Calls the `__close` methods of all pending variables of the coroutine that was just switched to. The values wait in the
/// slots behind its bottom frame; nothing else on the stack is needed any more.
fn close_all(vm: &mut Vm, thread: RawGc<Thread>) {
    let pending = close::take_from(vm, 0);
    vm.regs().base = vm.slot_at(BOTTOM);
    for (i, value) in pending.iter().enumerate() {
        vm.set_slot(BOTTOM + i, *value);
    }
    for i in (0..pending.len()).rev() {
        let top = vm.slot_at(BOTTOM + 1 + i);
        vm.set_top(top);
        let (value, error) = (vm.slot(BOTTOM + i), state(thread).error);
        let method = vm.cx().metamethod(value, Metamethod::Close).map_or(Raw::NIL, |method| method.raw());
        vm.push_callee(method);
        vm.push(value);
        vm.push(error);
        if protect::from_rust(vm, 2, Some(0)).is_err() {
            let error = vm.cx().take_error().raw();
            let coroutine = state(thread);
            (coroutine.failed, coroutine.error) = (true, error);
            vm.cx().barrier_object(thread.object());
        }
    }
    let bottom = vm.slot_at(BOTTOM);
    vm.set_top(bottom);
}

/// `coroutine.close(co)`
pub(crate) fn close(vm: &mut Vm, base: usize, nargs: usize) -> Result<Flow, Raise> {
    let thread = thread_argument(vm, base, nargs)?;
    match vm.status_of(thread) {
        status @ (Status::Running | Status::Normal) => {
            Err(vm.error_text(format_args!("cannot close a {} coroutine", status.name())))
        }
        Status::Suspended | Status::Dead => match reset(vm, thread) {
            Some(error) => call::return_values(vm, &[Raw::FALSE, error]),
            None => call::return_values(vm, &[Raw::TRUE]),
        },
    }
}
