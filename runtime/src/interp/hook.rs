//! Hooks: functions that see calls, returns, new lines, or every so many instructions of a coroutine.
//!
//! A coroutine with a hook runs from the hooked dispatch table, which calls [`before`] with every instruction before it runs
//! in its plain form; native functions report their calls and returns where they are called. While the hook itself runs
//! there are no events, and its code runs from the normal table. Without a hook nothing of this is executed but a look at
//! the context's mode where a native function is called and where a frame is finished in the slow path.
//!
//! A hook is set between two instructions, by something that the interpreter called: machine code is not running then,
//! and none is entered, nothing recorded, while the hook is on.
//!
//! **Events**, as the reference implementation orders them: `call` before the first instruction of a function, but in a
//! vararg function after its frame has been moved; `count`; `line` before an instruction that begins another line than
//! the last one did, or that lies at or before it; `return` when the results are known and all variables are closed. What the last
//! instruction was is asked anew after every return to a Lua function: it is the call.

use std::cell::RefCell;
use std::rc::Rc;

use super::dispatch::Flow;
use super::frame::{FrameKind, FrameLink, frame_flags};
use super::walk::{self, Reason};
use super::{call, close, gc, protect};
use crate::bytecode::op::Form;
use crate::bytecode::{Inst, Op};
use crate::context::{Mode, VmContext};
use crate::native::Raise;
use crate::object::RawGc;
use crate::object::layout::{Table, Thread};
use crate::value::{Raw, Tag};
use crate::vm::Vm;

/// What a hook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookEvent {
    /// A function begins.
    Call,
    /// A function begins in the place of the one that called it.
    TailCall,
    /// A function is about to return.
    Return,
    /// A line begins; a function without debug information has none.
    Line(Option<u32>),
    /// So many instructions have run.
    Count,
}

impl HookEvent {
    /// The name in Lua.
    pub fn name(self) -> &'static str {
        match self {
            HookEvent::Call => "call",
            HookEvent::TailCall => "tail call",
            HookEvent::Return => "return",
            HookEvent::Line(_) => "line",
            HookEvent::Count => "count",
        }
    }

    /// The line that begins.
    pub fn line(self) -> Option<u32> {
        if let HookEvent::Line(line) = self { line } else { None }
    }
}

/// Which events a hook wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HookMask {
    /// `call` and `tail call`.
    pub calls: bool,
    /// `return`.
    pub returns: bool,
    /// `line`.
    pub lines: bool,
    /// `count`, every so many instructions; 0: never.
    pub count: u32,
}

impl HookMask {
    /// Whether it wants nothing.
    pub fn is_empty(self) -> bool {
        self == HookMask::default()
    }

    fn wants(self, event: HookEvent) -> bool {
        match event {
            HookEvent::Call | HookEvent::TailCall => self.calls,
            HookEvent::Return => self.returns,
            HookEvent::Line(_) => self.lines,
            HookEvent::Count => self.count > 0,
        }
    }
}

/// A hook in Rust.
pub type HookFunction = dyn FnMut(&mut Vm, HookEvent) -> Result<(), Raise>;

/// What a hook calls.
#[derive(Clone)]
pub(crate) enum Target {
    /// The Lua function that the registry has for the coroutine.
    Lua,
    /// A function of the host.
    Host(Rc<RefCell<HookFunction>>),
}

/// The values that a function has just got, or is about to return: first slot (1 is the lowest) and number.
#[derive(Clone, Copy)]
pub(crate) struct Transfer {
    /// Base of the function's frame, as a slot.
    base: usize,
    pub(crate) first: usize,
    pub(crate) count: usize,
}

/// A coroutine's hook.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) mask: HookMask,
    pub(crate) target: Target,
    /// Instructions until the next `count`.
    left: u32,
    /// The instruction before, in the running Lua function.
    old_pc: usize,
    /// The last instruction may have jumped, in the frame at this slot: what follows is no entry of its function.
    jumped: Option<usize>,
    /// The last instruction has moved the frame of a vararg function: its call is still to be reported.
    prepared: bool,
}

/// What a coroutine keeps about hooks.
#[derive(Default)]
pub(crate) struct Hooks {
    pub(crate) hook: Option<Box<Hook>>,
    /// The hook is running: there are no events.
    running: bool,
    /// What the event that the hook is running for is about.
    transfer: Option<Transfer>,
}

impl Hooks {
    /// What a new coroutine has that one with these hooks makes.
    pub(crate) fn inherited(&self) -> Hooks {
        Hooks { hook: self.hook.clone(), running: false, transfer: None }
    }

    /// The values that the event which the hook is running for is about, if that is an event of the frame at this slot.
    pub(crate) fn transfer_of(&self, base: usize) -> Option<Transfer> {
        self.transfer.filter(|transfer| transfer.base == base)
    }

    /// The stack is unwound: nothing that is running was entered or left by the last instruction.
    pub(crate) fn forget_position(&mut self) {
        if let Some(hook) = &mut self.hook {
            (hook.jumped, hook.prepared) = (None, false);
        }
    }
}

// ---- setting hooks

impl Vm {
    /// Sets the hook of the running coroutine, and of those that it makes from now on.
    pub fn set_hook(
        &mut self,
        mask: HookMask,
        function: impl FnMut(&mut Vm, HookEvent) -> Result<(), Raise> + 'static,
    ) {
        set(self, None, mask, Target::Host(Rc::new(RefCell::new(function))));
    }

    /// Lets so many instructions be carried out from now on; then every one fails. They are counted one by one, from the hooked
    /// dispatch table, so the same number ends a program at the same instruction in every run, and machine code is not entered.
    pub fn set_instruction_limit(&mut self, count: Option<u64>) {
        self.instructions_left = count;
        refresh(self);
    }

    /// Takes the hook of the running coroutine away.
    pub fn remove_hook(&mut self) {
        set(self, None, HookMask::default(), Target::Lua);
    }
}

/// Sets the hook of a coroutine; `None`: the running one. An empty mask takes it away.
pub(crate) fn set(vm: &mut Vm, thread: Option<RawGc<Thread>>, mask: HookMask, target: Target) {
    let place = vm.hook_of(thread);
    let old_pc = place.as_ref().map_or(0, |hook| hook.old_pc);
    let hook = Hook { mask, target, left: mask.count, old_pc, jumped: None, prepared: false };
    *place = (!mask.is_empty()).then(|| Box::new(hook));
    refresh(vm);
}

/// Makes the context's mode fit the hook of the running coroutine.
pub(crate) fn refresh(vm: &mut Vm) {
    let hooks = &vm.exec.hooks;
    let on = (hooks.hook.is_some() && !hooks.running) || vm.instructions_left.is_some();
    if on {
        super::hot::interrupt(vm, crate::engine::Interruption::Boundary);
        vm.regs().mode = Mode::Hooked;
    } else if vm.regs().mode == Mode::Hooked {
        vm.regs().mode = Mode::Normal;
    }
}

/// Keeps the hook of the running coroutine from seeing anything, until [`restore`] gets what this returns.
pub(crate) fn suspend(vm: &mut Vm) -> bool {
    let was_off = std::mem::replace(&mut vm.exec.hooks.running, true);
    refresh(vm);
    was_off
}

/// See [`suspend`].
pub(crate) fn restore(vm: &mut Vm, was_off: bool) {
    vm.exec.hooks.running = was_off;
    refresh(vm);
}

/// Where the registry keeps the Lua functions of hooks, by coroutine.
pub(crate) const REGISTRY_KEY: &[u8] = b"_HOOKKEY";

/// The Lua function that is called for events of the running coroutine.
fn lua_function(vm: &mut Vm) -> Option<Raw> {
    let thread = vm.thread_key(None);
    let cx = vm.cx();
    let table = cx.registry().get_bytes(cx, REGISTRY_KEY).as_gc::<Table>()?;
    let function = table.get(cx, thread);
    matches!(function.tag(), Tag::Closure | Tag::Native).then(|| function.raw())
}

// ---- calling hooks

/// Calls the hook of the running coroutine, if it wants the event. The context's `pc` is past the instruction that a Lua
/// function is carrying out, and nothing from the top on is in use.
fn report(vm: &mut Vm, event: HookEvent, transfer: Option<Transfer>) -> Result<(), Raise> {
    let hooks = &mut vm.exec.hooks;
    let Some(hook) = hooks.hook.as_ref().filter(|hook| hook.mask.wants(event) && !hooks.running) else { return Ok(()) };
    let target = hook.target.clone();
    hooks.running = true;
    hooks.transfer = transfer;
    refresh(vm);
    let result = match target {
        Target::Lua => report_to_lua(vm, event),
        Target::Host(function) => match function.try_borrow_mut() {
            Ok(mut function) => function(vm, event),
            // The hook of one coroutine has run another one that has the same.
            Err(_) => Ok(()),
        },
    };
    let hooks = &mut vm.exec.hooks;
    hooks.running = false;
    hooks.transfer = None;
    refresh(vm);
    result
}

fn report_to_lua(vm: &mut Vm, event: HookEvent) -> Result<(), Raise> {
    let Some(function) = lua_function(vm) else { return Ok(()) };
    vm.ensure(ROOM)?;
    let name = vm.cx().intern(event.name().as_bytes()).value().raw();
    vm.push_callee(function);
    vm.push(name);
    vm.push(event.line().map_or(Raw::NIL, |line| Raw::int(i64::from(line))));
    vm.reason = Reason::Hook;
    call::from_rust(vm, 2, Some(0), 0).map(|_| ())
}

/// Slots that a hook gets.
const ROOM: usize = 20;

/// As [`report`], for the Lua function that runs: what it uses is protected, and the top is restored.
fn report_in_lua(vm: &mut Vm, event: HookEvent, transfer: Option<Transfer>) -> Result<(), Raise> {
    let top = vm.top();
    // SAFETY: a Lua function that runs has decoded the instruction before `pc`.
    let inst = unsafe { *vm.regs().pc.wrapping_sub(1) };
    // What it will leave up to the top is not there yet.
    let start = if gc::takes_open_list(inst) { gc::first_unused(vm) } else { close::above_registers(vm) };
    let slot = vm.slot_at(start);
    vm.set_top(slot);
    report(vm, event, transfer)?;
    let slot = vm.slot_at(top);
    vm.set_top(slot);
    Ok(())
}

/// The instruction at the context's `pc` is about to run. What to do instead of carrying it out, if it is not to be.
#[inline(never)]
pub(crate) fn before(cx: *mut VmContext) -> Option<Flow> {
    // SAFETY: the context's VM is live while the interpreter runs, and nothing else borrows it.
    let vm = unsafe { (*cx).vm };
    // SAFETY: as above.
    let vm = unsafe { &mut *vm };
    let pc = vm.regs().pc;
    vm.regs().pc = pc.wrapping_add(1);
    match spend(vm).and_then(|()| instruction(vm)) {
        Ok(()) => {
            vm.regs().pc = pc;
            None
        }
        Err(raise) => Some(protect::unwind(vm, raise)),
    }
}

/// Counts an instruction against the limit, if there is one. Once it is used up, every instruction fails.
fn spend(vm: &mut Vm) -> Result<(), Raise> {
    match &mut vm.instructions_left {
        None => Ok(()),
        Some(0) => Err(vm.error_text("too many instructions")),
        Some(left) => {
            *left -= 1;
            Ok(())
        }
    }
}

/// Reports the instruction before the context's `pc`.
fn instruction(vm: &mut Vm) -> Result<(), Raise> {
    let m = vm.machine();
    let proto = vm.running_proto(m).get();
    let pc = (m.pc.addr() - proto.code.addr()) / size_of::<Inst>() - 1;
    let inst = proto.unlinked.code[pc];
    let base = vm.running_base();
    if vm.exec.hooks.running {
        return Ok(());
    }
    let Some(hook) = &mut vm.exec.hooks.hook else { return Ok(()) };
    let jumped = hook.jumped.take() == Some(base);
    if inst.op() == Op::VarargPrep {
        hook.prepared = true;
        return Ok(());
    }
    let prepared = std::mem::take(&mut hook.prepared);
    if prepared || (pc == 0 && !jumped) {
        // SAFETY: the base of the running frame.
        let tail = unsafe { FrameLink::of(m.base) }.has(frame_flags::TAIL);
        let event = if tail { HookEvent::TailCall } else { HookEvent::Call };
        let transfer = Transfer { base, first: 1, count: usize::from(proto.num_params) };
        report_in_lua(vm, event, Some(transfer))?;
        set_old_pc(vm, pc);
    }
    let mask = vm.exec.hooks.hook.as_ref().map(|hook| hook.mask).unwrap_or_default();
    if mask.count > 0 && counted(vm) {
        report_in_lua(vm, HookEvent::Count, None)?;
        if matches!(vm.exec.hooks.hook.as_ref().map(|hook| &hook.target), Some(Target::Lua)) {
            // The return of the hook was one to this function.
            set_old_pc(vm, pc);
        }
    }
    if mask.lines {
        let old_pc = vm.exec.hooks.hook.as_ref().map_or(0, |hook| hook.old_pc);
        let old_pc = if old_pc < proto.unlinked.code.len() { old_pc } else { 0 };
        let line = proto.lines.get(pc).copied();
        if pc <= old_pc || line != proto.lines.get(old_pc).copied() {
            report_in_lua(vm, HookEvent::Line(line), None)?;
        }
        set_old_pc(vm, pc);
    }
    let base = vm.running_base();
    if let Some(hook) = &mut vm.exec.hooks.hook
        && may_jump(inst)
    {
        hook.jumped = Some(base);
    }
    Ok(())
}

fn set_old_pc(vm: &mut Vm, pc: usize) {
    if let Some(hook) = &mut vm.exec.hooks.hook {
        hook.old_pc = pc;
    }
}

/// Counts an instruction; whether it is one to be reported.
fn counted(vm: &mut Vm) -> bool {
    let Some(hook) = &mut vm.exec.hooks.hook else { return false };
    hook.left = hook.left.saturating_sub(1);
    let due = hook.left == 0;
    if due {
        hook.left = hook.mask.count;
    }
    due
}

fn may_jump(inst: Inst) -> bool {
    matches!(inst.op().form(), Form::J | Form::SJ | Form::AJ | Form::ABJ | Form::AKJ | Form::AIJ | Form::ASJ)
}

/// The native function in the running frame, which is complete, is about to run with `nargs` arguments.
#[cold]
pub(crate) fn native_called(vm: &mut Vm, nargs: usize) -> Result<(), Raise> {
    let base = vm.running_base();
    report(vm, HookEvent::Call, Some(Transfer { base, first: 1, count: nargs }))?;
    let top = vm.slot_at(base + nargs);
    vm.set_top(top);
    Ok(())
}

/// The running frame is about to return `count` values from `from` on. Gives where they are then.
#[cold]
pub(crate) fn returning(vm: &mut Vm, from: *mut Raw, count: usize) -> Result<*mut Raw, Raise> {
    let base = vm.running_base();
    let first = vm.slot_number(from);
    // SAFETY: the base of the running frame.
    let is_lua = unsafe { FrameLink::of(vm.regs().base) }.frame_kind() == FrameKind::Lua;
    let wanted = vm.exec.hooks.hook.as_ref().is_some_and(|hook| hook.mask.returns);
    if wanted {
        let transfer = Transfer { base, first: (first + 1).saturating_sub(base), count };
        if is_lua && is_tail_call(vm) {
            // The results of a native function that was called in tail position lie above the frame, where the hook will run.
            let kept: Vec<u32> = (first..first + count).map(|slot| vm.keep(vm.slot(slot))).collect();
            let result = report_in_lua(vm, HookEvent::Return, Some(transfer));
            for (slot, kept) in (first..).zip(kept) {
                let value = vm.kept(kept);
                vm.set_slot(slot, value);
                vm.release(kept);
            }
            result?;
        } else if is_lua {
            report_in_lua(vm, HookEvent::Return, Some(transfer))?;
        } else {
            let top = vm.slot_at(first + count);
            vm.set_top(top);
            report(vm, HookEvent::Return, Some(transfer))?;
            let top = vm.slot_at(first + count);
            vm.set_top(top);
        }
    }
    if let Some(pc) = walk::waiting_instruction(vm.regs().base) {
        set_old_pc(vm, pc);
    }
    Ok(vm.slot_at(first))
}

/// Whether the running Lua function has made a tail call of a native function, which has returned.
fn is_tail_call(vm: &mut Vm) -> bool {
    // SAFETY: a Lua function that returns has decoded an instruction.
    unsafe { *vm.regs().pc.wrapping_sub(1) }.op() == Op::TailCall
}

/// The instructions whose fast forms return from a frame, or do without one for a native function: with a hook they take the slow path.
pub(crate) fn needs_slow_path(op: Op) -> bool {
    matches!(op, Op::Return | Op::Return0 | Op::Return1 | Op::TForCall)
}

impl Vm {
    /// The key of a coroutine in the table of hooks; `None`: of the running one.
    pub(crate) fn thread_key(&mut self, thread: Option<RawGc<Thread>>) -> Raw {
        thread.map(|thread| thread.value()).or(self.current_thread()).unwrap_or_else(|| self.main_thread())
    }
}
